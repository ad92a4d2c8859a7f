package archive

import (
	"context"
	"errors"
	"slices"
	"sync"

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
// than itself, and a whole backup is read in few and large requests.
type windows struct {
	ranges Ranges
	size   func(archive string) int64

	mu      sync.Mutex
	kept    []*window // the one used last comes last
	loading sync.WaitGroup
}

// window is a part of an archive. data and err are set when ready is closed.
type window struct {
	archive    string
	start, end int64
	ready      chan struct{}
	data       []byte
	err        error
}

func newWindows(ranges Ranges, size func(string) int64) *windows {
	return &windows{ranges: ranges, size: size}
}

func (ws *windows) close() { ws.loading.Wait() }

// bytes returns length bytes from offset of an archive. They must not be changed.
func (ws *windows) bytes(ctx context.Context, archive string, offset, length int64) ([]byte, error) {
	part, err := ws.part(ctx, archive, offset, length)
	if err != nil || int64(len(part)) == length {
		return part, err
	}
	whole := append(make([]byte, 0, length), part...)
	for int64(len(whole)) < length {
		n := int64(len(whole))
		if part, err = ws.part(ctx, archive, offset+n, length-n); err != nil {
			return nil, err
		}
		whole = append(whole, part...)
	}
	return whole, nil
}

// part returns the bytes of a piece up to where its first window ends. A window
// that is damaged beyond the piece is no reason to fail.
func (ws *windows) part(ctx context.Context, archive string, offset, length int64) ([]byte, error) {
	for {
		w := ws.covering(ctx, archive, offset, length)
		select {
		case <-w.ready:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
		if w.err == nil {
			return w.data[offset-w.start : min(offset+length, w.end)-w.start], nil
		}
		ws.drop(w)
		beyond := (w.start < offset || w.end > offset+length) && errors.Is(w.err, errs.ErrCorrupt)
		if !beyond && !foreign(ctx, w.err) {
			return nil, w.err
		}
		ws.open(ctx, archive, offset, length)
	}
}

// foreign reports whether err is of somebody else, who gave up.
func foreign(ctx context.Context, err error) bool {
	return ctx.Err() == nil && (errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded))
}

// covering returns the window that holds a piece's beginning, and opens it if
// need be; when its end comes near it opens the next one too.
func (ws *windows) covering(ctx context.Context, archive string, offset, length int64) *window {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	w := ws.find(archive, offset)
	if w == nil {
		w = ws.add(ctx, archive, offset, max(length, ws.ahead(archive, offset)))
	}
	middle := w.start + (w.end-w.start)/2
	if offset+length > middle && w.end-w.start >= maxWindow/growth && ws.find(archive, w.end) == nil {
		if next := ws.ahead(archive, w.end); next > 0 {
			ws.add(ctx, archive, w.end, next)
		}
	}
	return w
}

// open opens a window for exactly this piece.
func (ws *windows) open(ctx context.Context, archive string, offset, length int64) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.add(ctx, archive, offset, length)
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

// add starts reading a window.
func (ws *windows) add(ctx context.Context, archive string, offset, length int64) *window {
	w := &window{archive: archive, start: offset, end: offset + length, ready: make(chan struct{})}
	if len(ws.kept) == maxWindows {
		ws.kept = slices.Delete(ws.kept, 0, 1)
	}
	ws.kept = append(ws.kept, w)
	ws.loading.Go(func() {
		defer close(w.ready)
		w.err = w.load(ctx, ws.ranges)
	})
	return w
}

// drop forgets a window that could not be read.
func (ws *windows) drop(w *window) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.kept = slices.DeleteFunc(ws.kept, func(x *window) bool { return x == w })
}

func (w *window) load(ctx context.Context, ranges Ranges) (err error) {
	r, err := ranges(ctx, w.archive, w.start, w.end-w.start)
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }() // what was read is checked by its hash
	w.data = make([]byte, w.end-w.start)
	return readFull(r, w.data)
}
