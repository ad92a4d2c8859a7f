package faultblob

import "io"

// trouble is what one call suffers. A nil *trouble is none.
type trouble struct {
	when When
	pass int64
	err  error
}

func (t *trouble) at(w When) bool { return t != nil && t.when == w }

// after returns the error of a call that has otherwise succeeded.
func (t *trouble) after() error {
	if t == nil {
		return nil
	}
	return t.err
}

// opening calls open and makes the reader that it returns break.
func (t *trouble) opening(open func() (io.ReadCloser, error)) (io.ReadCloser, error) {
	if t.at(Before) {
		return nil, t.err
	}
	rc, err := open()
	if t == nil || err != nil {
		return rc, err
	}
	return t.cut(rc), nil
}

// cut returns a reader that breaks after t.pass bytes, or where rc ends.
func (t *trouble) cut(rc io.ReadCloser) io.ReadCloser {
	var r io.Reader = rc
	if t.when == Middle {
		r = io.LimitReader(rc, t.pass)
	}
	return &broken{Reader: r, Closer: rc, err: t.err}
}

// broken fails where its reader ends.
type broken struct {
	io.Reader
	io.Closer
	err error
}

// Read implements io.Reader.
func (b *broken) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if err == io.EOF {
		err = b.err
	}
	return n, err
}
