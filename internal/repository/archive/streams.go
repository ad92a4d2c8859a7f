package archive

import (
	"io"
	"slices"
)

const (
	// streamFrom is the size of windows from which on an archive is read as a
	// stream: whoever reads so much of it in order most often reads it all.
	streamFrom = maxWindow / growth
	// near is how much is read again rather than asking for a part of an archive:
	// the windows that come before the first one to be streamed, of small files.
	near = firstWindow + growth*firstWindow
	// maxStreams bounds how many archives are streamed at a time: one for each
	// that was being written at a time when the backup was made, or a few more.
	maxStreams = 6
)

// stream is one request for the rest of an archive. Windows that follow each
// other take their bytes from it, which saves the store a request for each.
type stream struct {
	archive string
	start   int64 // of the request
	size    int64 // of the archive
	next    int64 // where the window ends that was queued last
	queue   chan *window
}

// streamed returns the window that holds an archive's byte at offset and is read
// from a stream, or nil if the archive is not being read in order there. What
// lies between is read too: it belongs to files that somebody else restores. Once
// an archive has been read to its end, the next ones are streamed from their
// beginning on.
func (ws *windows) streamed(archive string, offset, length int64) *window {
	s := ws.streamAt(archive, offset)
	if s == nil {
		next := ws.whole && offset <= streamFrom && !ws.begun(archive)
		if length < streamFrom && !next || offset+length > ws.size(archive) || ws.unstreamed[archive] || ws.passed(archive, offset) {
			return nil
		}
		s = ws.startStream(archive, offset, next)
	}
	var w *window
	for s.next <= offset {
		w = ws.add(archive, s.next, min(maxWindow, s.size-s.next))
		w.streamed = true
		s.next = w.end
		s.queue <- w
	}
	if s.next == s.size {
		ws.whole = true
		ws.endStream(s)
	}
	return w
}

// streamAt returns the stream that soon comes by an archive's byte at offset, as
// the one used last. It has room for the windows up to there.
func (ws *windows) streamAt(archive string, offset int64) *stream {
	for i, s := range slices.Backward(ws.streams) {
		if s.archive == archive && s.next <= offset && offset < min(s.next+2*maxWindow, s.size) && len(s.queue)+2 <= cap(s.queue) {
			ws.streams = append(slices.Delete(ws.streams, i, i+1), s)
			return s
		}
	}
	return nil
}

// passed reports whether a stream has come by an archive's byte at offset: who
// asks for it now is a little behind the others.
func (ws *windows) passed(archive string, offset int64) bool {
	return slices.ContainsFunc(ws.streams, func(s *stream) bool { return s.archive == archive && s.next > offset })
}

// begun reports whether something of an archive has been read lately.
func (ws *windows) begun(archive string) bool {
	return slices.ContainsFunc(ws.kept, func(w *window) bool { return w.archive == archive })
}

// startStream starts a stream whose windows begin at offset or, if whole, at the
// archive's beginning. The request is for all of the archive also if its
// beginning is near: servers send a whole file faster than a part of one.
func (ws *windows) startStream(archive string, offset int64, whole bool) *stream {
	if len(ws.streams) == maxStreams {
		ws.endStream(ws.streams[0])
	}
	s := &stream{archive: archive, start: offset, size: ws.size(archive), next: offset, queue: make(chan *window, maxWindows)}
	if whole {
		s.next = 0
	}
	if s.next <= near {
		s.start = 0
	}
	ws.streams = append(ws.streams, s)
	ws.loading.Go(func() { ws.serve(s) })
	return s
}

// endStream forgets a stream, which ends when its queue is empty. It may be
// called again.
func (ws *windows) endStream(s *stream) {
	if i := slices.Index(ws.streams, s); i >= 0 {
		ws.streams = slices.Delete(ws.streams, i, i+1)
		close(s.queue)
	}
}

// serve loads the windows of a stream. After a failure nothing is streamed from
// that archive any more, so that what is still to be had of it is had.
func (ws *windows) serve(s *stream) {
	body, err := ws.ranges(ws.life, s.archive, s.start, s.size-s.start)
	if err == nil {
		defer func() { _ = body.Close() }() // what was read is checked by its hash
	}
	at := s.start
	for w := range s.queue {
		if err == nil {
			err = skip(body, w.start-at)
		}
		if err == nil {
			w.data = ws.memory(w, w.end-w.start)
			err = readFull(body, w.data)
			at = w.end
		}
		if err != nil {
			ws.giveUp(s)
		}
		w.err = err
		close(w.ready)
		ws.release(w)
	}
}

// giveUp keeps windows away from a stream that has failed, and its archive from
// being streamed again.
func (ws *windows) giveUp(s *stream) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.unstreamed[s.archive] = true
	ws.endStream(s)
}

// skip reads n bytes past.
func skip(r io.Reader, n int64) error {
	_, err := io.CopyN(io.Discard, r, n)
	return cutOff(err)
}
