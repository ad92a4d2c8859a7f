package archive

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"sync/atomic"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/blob"
	"github.com/vertex-ar/backup/internal/errs"
)

// maxFrames bounds how many decoded frames are kept for one content.
const maxFrames = 16

// Contents reads the contents of one backup's files. Its methods may be called
// by many goroutines; they are fastest in the order in which the files were
// stored. Close it.
type Contents struct {
	source  *Source
	windows *windows
	trusted atomic.Bool // whatever the extents name is the entry's
}

// Contents returns a reader of contents. size tells how long an archive is;
// where that is not quite right, some requests more are made.
func (s *Source) Contents(size func(name string) int64) *Contents {
	return &Contents{source: s, windows: newWindows(s.ranges, size)}
}

// Trust ends the check that content was stored for such an entry as names it: the
// caller believes who wrote the manifest.
func (c *Contents) Trust() { c.trusted.Store(true) }

// Close waits until nothing is being read any more.
func (c *Contents) Close() { c.windows.close() }

// WriteTo writes the content of a file to w: each frame after it has been
// checked, all of it compared with the entry's hash at the end. It is
// errs.ErrCorrupt if the archives do not hold what the entry says.
func (c *Contents) WriteTo(ctx context.Context, e backup.Entry, w io.Writer) error {
	sum := sha256.New()
	if e.Size > 0 {
		if err := c.writeExtents(ctx, e, io.MultiWriter(w, sum)); err != nil {
			return err
		}
	}
	if [sha256.Size]byte(sum.Sum(nil)) != e.SHA256 {
		return fmt.Errorf("content has another hash: %w", errs.ErrCorrupt)
	}
	return nil
}

func (c *Contents) writeExtents(ctx context.Context, e backup.Entry, w io.Writer) error {
	frames := &frames{buffers: &c.source.buffers}
	defer frames.free()
	var from origin
	for _, x := range e.Extents {
		frame, err := c.frame(ctx, x, frames)
		var content []byte
		if err == nil {
			content, err = run(x, frame)
		}
		if err == nil && !c.trusted.Load() {
			err = from.check(e, x, frame)
		}
		if err != nil {
			return fmt.Errorf("archive %s, frame at %d: %w", x.Archive, x.Offset, err)
		}
		if _, err = w.Write(content); err != nil {
			return err
		}
	}
	return nil
}

// frame returns the content of e's frame. It is valid until the next call.
func (c *Contents) frame(ctx context.Context, e backup.Extent, frames *frames) ([]byte, error) {
	if err := checkFrame(e); err != nil {
		return nil, err
	}
	if tar, ok := frames.find(e); ok {
		return tar, nil
	}
	var tar []byte
	decode := func(framed []byte) (err error) {
		tar, err = frames.replace(e, func(tar []byte) ([]byte, error) { return c.source.decoder.Append(tar, framed) })
		return err
	}
	err := c.windows.read(ctx, e.Archive, e.Offset, e.Length, decode)
	for range rereads {
		if !errors.Is(err, errs.ErrCorrupt) || ctx.Err() != nil {
			break
		}
		err = c.alone(blob.Afresh(ctx), e, decode)
	}
	return tar, err
}

// rereads is how often a frame is read again before it is called damaged: bytes
// can be damaged on their way.
const rereads = 2

// alone calls use with the bytes of e's frame, of a request of their own.
func (c *Contents) alone(ctx context.Context, e backup.Extent, use func(framed []byte) error) error {
	body, err := c.source.ranges(ctx, e.Archive, e.Offset, e.Length)
	if err != nil {
		return err
	}
	defer func() { _ = body.Close() }() // what was read is checked
	framed := make([]byte, e.Length)
	if err := readFull(body, framed); err != nil {
		return err
	}
	return use(framed)
}

// readFull fills b; that there is less is damage.
func readFull(r io.Reader, b []byte) error {
	_, err := io.ReadFull(r, b)
	return cutOff(err)
}

// cutOff turns an end that comes too early into damage.
func cutOff(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("cut off: %w", errs.ErrCorrupt)
	}
	return err
}
