package frame_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository/frame"
)

const limit = 1 << 20

func noise(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{}).Read(b)
	return b
}

// sizes lie around the edges of size fields, blocks, samples and the limit.
var sizes = []int{1, 255, 256, 257, 65535, 65536, 65791, 65792, 65793, 128<<10 - 1, 128 << 10, 128<<10 + 1, 256 << 10, limit - 1, limit}

func newCodec(tb testing.TB) (*frame.Encoder, *frame.Decoder) {
	tb.Helper()
	enc, err := frame.NewEncoder(limit)
	if err != nil {
		tb.Fatal(err)
	}
	dec, err := frame.NewDecoder(limit)
	if err != nil {
		tb.Fatal(err)
	}
	return enc, dec
}

func TestFrameReadsBack(t *testing.T) {
	t.Parallel()
	enc, dec := newCodec(t)
	for _, size := range sizes {
		for name, content := range map[string][]byte{"noise": noise(size), "zeros": make([]byte, size)} {
			framed, err := enc.Append([]byte("before"), content)
			if err != nil {
				t.Fatalf("%d bytes of %s: %v", size, name, err)
			}
			framed, ok := bytes.CutPrefix(framed, []byte("before"))
			if !ok {
				t.Fatalf("%d bytes of %s: what stood before is gone", size, name)
			}
			got, err := dec.Append(nil, framed)
			if err != nil || !bytes.Equal(got, content) {
				t.Errorf("%d bytes of %s: %v", size, name, err)
			}
			if len(framed) > frame.RawLen(size) {
				t.Errorf("%d bytes of %s: frame of %d bytes", size, name, len(framed))
			}
		}
	}
}

func TestRawFrameIsWhatZstdReads(t *testing.T) {
	t.Parallel()
	plain, err := zstd.NewReader(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	for _, size := range sizes {
		framed := frame.AppendRaw(nil, noise(size))
		if len(framed) != frame.RawLen(size) {
			t.Errorf("%d bytes: frame of %d bytes, RawLen says %d", size, len(framed), frame.RawLen(size))
		}
		got, err := plain.DecodeAll(framed, nil)
		if err != nil || !bytes.Equal(got, noise(size)) {
			t.Errorf("%d bytes: %v", size, err)
		}
	}
}

func TestContentThatDoesNotCompressIsStoredRaw(t *testing.T) {
	t.Parallel()
	enc, _ := newCodec(t)
	for _, size := range []int{100, 100_000, limit} {
		framed, err := enc.Append(nil, noise(size))
		if err != nil || !bytes.Equal(framed, frame.AppendRaw(nil, noise(size))) {
			t.Errorf("%d bytes of noise are not in raw blocks: %v", size, err)
		}
		framed, err = enc.Append(nil, make([]byte, size))
		if err != nil || len(framed) > size/10+50 {
			t.Errorf("%d zero bytes became %d bytes: %v", size, len(framed), err)
		}
	}
}

// TestDamagedFrameIsCorrupt flips every bit of a frame and cuts it everywhere.
func TestDamagedFrameIsCorrupt(t *testing.T) {
	t.Parallel()
	enc, dec := newCodec(t)
	for name, content := range map[string][]byte{"raw": noise(300), "compressed": bytes.Repeat([]byte("again and "), 40)} {
		framed, err := enc.Append(nil, content)
		if err != nil {
			t.Fatal(err)
		}
		for bit := range len(framed) * 8 {
			bad := bytes.Clone(framed)
			bad[bit/8] ^= 1 << (bit % 8)
			// zstd has bits that mean nothing; then the content must be the same.
			if got, err := dec.Append(nil, bad); !errors.Is(err, errs.ErrCorrupt) && !bytes.Equal(got, content) {
				t.Errorf("%s, bit %d: %v, want ErrCorrupt", name, bit, err)
			}
		}
		for n := range len(framed) {
			if _, err := dec.Append(nil, framed[:n]); !errors.Is(err, errs.ErrCorrupt) {
				t.Errorf("%s, %d bytes: %v, want ErrCorrupt", name, n, err)
			}
		}
		if _, err := dec.Append(nil, append(framed, 0)); !errors.Is(err, errs.ErrCorrupt) {
			t.Errorf("%s, a byte too many: %v, want ErrCorrupt", name, err)
		}
	}
}

// TestForeignFrameIsCorrupt takes frames that zstd would read and the format forbids.
func TestForeignFrameIsCorrupt(t *testing.T) {
	t.Parallel()
	_, dec := newCodec(t)
	content := bytes.Repeat([]byte("again and "), 1000)
	encode := func(content []byte, opts ...zstd.EOption) []byte {
		enc, err := zstd.NewWriter(nil, append(opts, zstd.WithZeroFrames(true))...)
		if err != nil {
			t.Fatal(err)
		}
		return enc.EncodeAll(content, nil)
	}
	good := encode(content, zstd.WithSingleSegment(true))
	if _, err := dec.Append(nil, good); err != nil {
		t.Fatalf("good frame: %v", err)
	}
	for name, framed := range map[string][]byte{
		"no checksum":  encode(content, zstd.WithSingleSegment(true), zstd.WithEncoderCRC(false)),
		"a window":     encode(content, zstd.WithSingleSegment(false)),
		"no content":   encode(nil, zstd.WithSingleSegment(true)),
		"too large":    encode(make([]byte, limit+1), zstd.WithSingleSegment(true)),
		"two frames":   append(bytes.Clone(good), good...),
		"empty blocks": padded(frame.AppendRaw(nil, []byte("content"))),
		"skippable":    frame.AppendSkippable(nil, []byte("content")),
	} {
		if _, err := dec.Append(nil, framed); !errors.Is(err, errs.ErrCorrupt) {
			t.Errorf("%s: %v, want ErrCorrupt", name, err)
		}
	}
}

// padded puts an empty raw block before the first of a frame of less than 256 bytes.
func padded(framed []byte) []byte {
	const header = 6
	return append(append(bytes.Clone(framed[:header]), 0, 0, 0), framed[header:]...)
}

func TestReaderFindsEveryFrame(t *testing.T) {
	t.Parallel()
	enc, dec := newCodec(t)
	var stream []byte
	var offsets []int64
	for _, size := range sizes {
		offsets = append(offsets, int64(len(stream)))
		var err error
		if stream, err = enc.Append(stream, noise(size)); err != nil {
			t.Fatal(err)
		}
	}
	at := int64(len(stream))
	stream = frame.AppendSkippable(stream, []byte("payload"))

	r := frame.NewReader(bytes.NewReader(stream), dec)
	for i, size := range sizes {
		f, err := r.Next()
		if err != nil || f.Offset != offsets[i] || !bytes.Equal(f.Content, noise(size)) {
			t.Fatalf("frame %d: at %d, %d bytes, %v", i, f.Offset, len(f.Content), err)
		}
	}
	f, err := r.Next()
	if err != nil || f.Offset != at || string(f.Payload) != "payload" {
		t.Errorf("skippable frame: %+v, %v", f, err)
	}
	if _, err := r.Next(); !errors.Is(err, io.EOF) {
		t.Errorf("after the last: %v, want EOF", err)
	}
}

func TestReaderTellsDamageFromTrouble(t *testing.T) {
	t.Parallel()
	_, dec := newCodec(t)
	framed := frame.AppendRaw(nil, noise(1000))
	for n := 1; n < len(framed); n++ {
		if _, err := frame.NewReader(bytes.NewReader(framed[:n]), dec).Next(); !errors.Is(err, errs.ErrCorrupt) {
			t.Fatalf("%d bytes: %v, want ErrCorrupt", n, err)
		}
		away := io.MultiReader(bytes.NewReader(framed[:n]), brokenReader{})
		if _, err := frame.NewReader(away, dec).Next(); !errors.Is(err, errs.ErrUnavailable) || errors.Is(err, errs.ErrCorrupt) {
			t.Fatalf("store away after %d bytes: %v, want ErrUnavailable", n, err)
		}
	}
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, fmt.Errorf("read: %w", errs.ErrUnavailable) }

func FuzzDecode(f *testing.F) {
	enc, dec := newCodec(f)
	for _, content := range [][]byte{noise(10), noise(1000), make([]byte, 5000)} {
		framed, err := enc.Append(nil, content)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(framed)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		content, err := dec.Append(nil, b)
		f, streamErr := frame.NewReader(bytes.NewReader(b), dec).Next()
		if err != nil {
			if !errors.Is(err, errs.ErrCorrupt) {
				t.Errorf("%v, want ErrCorrupt", err)
			}
			return
		}
		if len(content) == 0 || len(content) > limit || len(b) > frame.RawLen(len(content)) {
			t.Errorf("%d bytes out of %d", len(content), len(b))
		}
		if streamErr != nil || !bytes.Equal(f.Content, content) || f.Length != int64(len(b)) {
			t.Errorf("read from a stream: %d bytes out of %d, %v", len(f.Content), f.Length, streamErr)
		}
		again, err := enc.Append(nil, content)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := dec.Append(nil, again); err != nil || !bytes.Equal(got, content) {
			t.Errorf("encoded again: %v", err)
		}
	})
}

func BenchmarkEncode(b *testing.B) {
	enc, err := frame.NewEncoder(8 << 20)
	if err != nil {
		b.Fatal(err)
	}
	for name, content := range map[string][]byte{
		"noise": noise(8 << 20), "text": bytes.Repeat([]byte("all that is solid melts into air\n"), 8<<20/33), "small": noise(1536),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(content)))
			b.ReportAllocs()
			var framed []byte
			for b.Loop() {
				if framed, err = enc.Append(framed[:0], content); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
