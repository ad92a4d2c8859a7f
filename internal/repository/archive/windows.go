package archive

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/vertex-ar/backup/internal/errs"
)

const (
	// firstWindow is how much is read ahead at first; each time that is not
	// enough it becomes growth times as much, up to maxWindow.
	firstWindow = 64 << 10
	growth      = 4
	maxWindow   = 4 << 20
	// maxWindows bounds how many windows are kept.
	maxWindows = 12
)

// windows read archives ahead as long as they are asked for pieces that follow
// each other: the first is read alone, so that one small file costs no more
// than itself, and a whole archive is read in a few requests, the last of which
// is for all of it.
type windows struct {
	ranges Ranges
	size   func(archive string) int64
	life   context.Context //nolint:containedctx // streams serve many callers and outlive each of them
	end    context.CancelFunc

	mu         sync.Mutex
	kept       []*window // the one used last comes last
	streams    []*stream // the one used last comes last
	unstreamed map[string]bool
	whole      bool // an archive has been streamed to its end
	loading    sync.WaitGroup
	buffers    sync.Pool // of *[maxWindow]byte, for windows that are not small
}

// window is a part of an archive. data and err are set when ready is closed.
type window struct {
	archive    string
	start, end int64
	ready      chan struct{}
	data       []byte
	err        error
	streamed   bool // its bytes come from a stream

	users  atomic.Int32     // who may read data: whoever keeps, loads or uses it
	buffer *[maxWindow]byte // what data is part of, to be used again
}

func newWindows(ranges Ranges, size func(string) int64) *windows {
	ws := &windows{ranges: ranges, size: size, unstreamed: map[string]bool{}}
	ws.life, ws.end = context.WithCancel(context.Background())
	return ws
}

// close waits until nothing is being read any more.
func (ws *windows) close() {
	ws.end()
	ws.mu.Lock()
	for len(ws.streams) > 0 {
		ws.endStream(ws.streams[0])
	}
	ws.mu.Unlock()
	ws.loading.Wait()
}

// read calls use with length bytes from offset of an archive. They must not be
// changed, nor used after it has returned.
func (ws *windows) read(ctx context.Context, archive string, offset, length int64, use func([]byte) error) error {
	var whole []byte
	for n := int64(0); n < length; n = int64(len(whole)) {
		err := ws.part(ctx, archive, offset+n, length-n, func(part []byte) error {
			if int64(len(part)) == length {
				return use(part)
			}
			if whole == nil {
				whole = make([]byte, 0, length)
			}
			whole = append(whole, part...)
			return nil
		})
		if err != nil || whole == nil {
			return err
		}
	}
	return use(whole)
}

// part calls use with the bytes of a piece up to where its first window ends. A
// window that is damaged beyond the piece is no reason to fail, nor is a stream
// that broke.
func (ws *windows) part(ctx context.Context, archive string, offset, length int64, use func([]byte) error) error {
	for {
		w := ws.covering(ctx, archive, offset, length)
		err := w.wait(ctx)
		if err == nil {
			err = use(w.data[offset-w.start : min(offset+length, w.end)-w.start])
			ws.release(w)
			return err
		}
		ws.drop(w)
		beyond := (w.start < offset || w.end > offset+length) && errors.Is(err, errs.ErrCorrupt)
		again := beyond || w.streamed && ctx.Err() == nil || foreign(ctx, err)
		ws.release(w)
		if !again {
			return err
		}
		ws.reopen(ctx, archive, offset, length)
	}
}

// wait waits until a window is loaded and returns what went wrong with that.
func (w *window) wait(ctx context.Context) error {
	select {
	case <-w.ready:
		return w.err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// foreign reports whether err is of somebody else, who gave up.
func foreign(ctx context.Context, err error) bool {
	return ctx.Err() == nil && (errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded))
}

// covering returns the window that holds a piece's beginning, and opens it if
// need be; when its end comes near it opens the next one too. The caller releases
// what it gets.
func (ws *windows) covering(ctx context.Context, archive string, offset, length int64) *window {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	w := ws.find(archive, offset)
	if w == nil {
		w = ws.follow(ctx, archive, offset, max(length, ws.ahead(archive, offset)))
	}
	w.users.Add(1)
	middle := w.start + (w.end-w.start)/2
	if offset+length > middle && w.end-w.start >= maxWindow/growth && ws.find(archive, w.end) == nil {
		if next := ws.ahead(archive, w.end); next > 0 {
			ws.follow(ctx, archive, w.end, next)
		}
	}
	return w
}

// reopen opens a window for exactly this piece.
func (ws *windows) reopen(ctx context.Context, archive string, offset, length int64) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.open(ctx, archive, offset, length)
}

// find returns the newest window that holds an archive's byte at offset, as the
// one used last.
func (ws *windows) find(archive string, offset int64) *window {
	for i, w := range slices.Backward(ws.kept) {
		if w.archive == archive && w.start <= offset && offset < w.end {
			ws.kept = append(slices.Delete(ws.kept, i, i+1), w)
			return w
		}
	}
	return nil
}

// ahead returns how much to read from offset on, as what has been read before
// it tells, and at most to the archive's end.
func (ws *windows) ahead(archive string, offset int64) int64 {
	for _, w := range slices.Backward(ws.kept) {
		if w.archive == archive && w.start < offset && offset <= w.end+maxWindow {
			want := max((w.end-w.start)*growth, firstWindow)
			return min(want, maxWindow, ws.size(archive)-offset)
		}
	}
	return 0
}

// follow starts reading a window, from a stream if it is one of many.
func (ws *windows) follow(ctx context.Context, archive string, offset, length int64) *window {
	if w := ws.streamed(archive, offset, length); w != nil {
		return w
	}
	return ws.open(ctx, archive, offset, length)
}

// open starts reading a window by a request of its own.
func (ws *windows) open(ctx context.Context, archive string, offset, length int64) *window {
	w := ws.add(archive, offset, length)
	ws.loading.Go(func() { ws.load(ctx, w) })
	return w
}

// add adds a window that is to be loaded.
func (ws *windows) add(archive string, offset, length int64) *window {
	w := &window{archive: archive, start: offset, end: offset + length, ready: make(chan struct{})}
	w.users.Store(2) // the list's and the loader's
	if len(ws.kept) == maxWindows {
		ws.release(ws.kept[0])
		ws.kept = slices.Delete(ws.kept, 0, 1)
	}
	ws.kept = append(ws.kept, w)
	return w
}

// release ends one use of a window. After the last one its memory serves another.
func (ws *windows) release(w *window) {
	if w.users.Add(-1) == 0 && w.buffer != nil {
		ws.buffers.Put(w.buffer)
	}
}

// drop forgets a window that could not be read.
func (ws *windows) drop(w *window) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	if i := slices.Index(ws.kept, w); i >= 0 {
		ws.kept = slices.Delete(ws.kept, i, i+1)
		ws.release(w)
	}
}

// load reads a window.
func (ws *windows) load(ctx context.Context, w *window) {
	defer ws.release(w)
	defer close(w.ready)
	r, err := ws.ranges(ctx, w.archive, w.start, w.end-w.start)
	if err != nil {
		w.err = err
		return
	}
	defer func() { _ = r.Close() }() // what was read is checked by its hash
	w.data = ws.memory(w, w.end-w.start)
	w.err = readFull(r, w.data)
}

// memory returns length bytes for a window: what an earlier one has left, if
// they are many.
func (ws *windows) memory(w *window, length int64) []byte {
	if length > maxWindow || length <= maxWindow/growth {
		return make([]byte, length)
	}
	w.buffer, _ = ws.buffers.Get().(*[maxWindow]byte)
	if w.buffer == nil {
		w.buffer = new([maxWindow]byte)
	}
	return w.buffer[:length]
}
