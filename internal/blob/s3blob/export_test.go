package s3blob

import "io"

// ReadPart reads a part and returns a reader of it.
func ReadPart(r io.Reader, size int) (io.ReadSeeker, error) {
	c, _, err := newParts(1).read(r, size)
	return c.reader(), err
}
