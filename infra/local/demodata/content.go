package demodata

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"io"
	"math/rand/v2"
	"strconv"
)

// content is what a file is filled with. It depends on the file's path and size only.
type content int

const (
	jpegContent   content = iota // a JPEG, and noise after its end
	mp4Content                   // an MP4's boxes around noise
	markerContent                // columns of numbers, which compress well
	jsonContent                  // a JSON document
	textContent                  // Russian text
)

// write fills w with size bytes.
func (c content) write(w io.Writer, path string, size int64) error {
	noise := rand.NewChaCha8(sha256.Sum256([]byte(path)))
	head, tail := c.frame(noise, size)
	if int64(len(head)+len(tail)) > size {
		head, tail = nil, nil
	}
	body := io.LimitReader(c.body(noise), size-int64(len(head)+len(tail)))
	_, err := io.Copy(w, io.MultiReader(bytes.NewReader(head), body, bytes.NewReader(tail)))
	return err
}

// frame returns the bytes by which programs recognise the format.
func (c content) frame(noise *rand.ChaCha8, size int64) (head, tail []byte) {
	switch c {
	case jpegContent:
		return portrait(noise), nil
	case mp4Content:
		head = append(head, "\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp42"...)
		head = binary.BigEndian.AppendUint32(head, uint32(size-24)) //nolint:gosec // demo videos are small
		return append(head, "mdat"...), nil
	case jsonContent:
		return []byte("{\"version\": 3, \"notes\": \""), []byte("\"}\n")
	case markerContent, textContent:
	}
	return nil, nil
}

func (c content) body(noise *rand.ChaCha8) io.Reader {
	switch c {
	case jpegContent, mp4Content:
		return noise
	case markerContent:
		return &numbers{noise: noise}
	case jsonContent, textContent:
	}
	return &repeater{text: []byte("Портрет оживает, если навести на него камеру. ")}
}

// numbers is an endless text of feature points: x, y, scale and weight.
type numbers struct {
	noise *rand.ChaCha8
	line  []byte // what is left of the present line
	buf   [64]byte
}

// Read never fails.
func (n *numbers) Read(p []byte) (int, error) {
	done := 0
	for done < len(p) {
		if len(n.line) == 0 {
			n.next()
		}
		c := copy(p[done:], n.line)
		n.line = n.line[c:]
		done += c
	}
	return done, nil
}

func (n *numbers) next() {
	v := n.noise.Uint64()
	line := strconv.AppendUint(n.buf[:0], v%1920, 10)
	line = append(line, ' ')
	line = strconv.AppendUint(line, v>>11%1080, 10)
	line = append(line, " 1.0 0."...)
	line = strconv.AppendUint(line, v>>22%100, 10)
	n.line = append(line, "000000\n"...)
}

// repeater is an endless repetition of a text.
type repeater struct {
	text []byte
	at   int
}

// Read never fails.
func (r *repeater) Read(p []byte) (int, error) {
	done := 0
	for done < len(p) {
		c := copy(p[done:], r.text[r.at:])
		r.at = (r.at + c) % len(r.text)
		done += c
	}
	return done, nil
}
