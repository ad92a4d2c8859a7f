package bundle

import (
	"archive/tar"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"

	"github.com/vertex-ar/backup/internal/backup"
)

// window bounds what compressing takes of memory, and whoever unpacks.
const window = 4 << 20

// tarball is a tar in zstd. It keeps names and links of any bytes, times to the
// nanosecond, modes and owners.
type tarball struct {
	tar  *tar.Writer
	zstd *zstd.Encoder
}

func newTar(w io.Writer) (*tarball, error) {
	enc, err := zstd.NewWriter(w, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithWindowSize(window), zstd.WithEncoderConcurrency(2))
	if err != nil {
		return nil, err
	}
	return &tarball{tar: tar.NewWriter(enc), zstd: enc}, nil
}

// Add implements Writer.
func (t *tarball) Add(e backup.Entry, name string, content func(io.Writer) error) (string, error) {
	h := &tar.Header{
		Format: tar.FormatPAX, Name: name, Mode: int64(e.Mode), Uid: e.UID, Gid: e.GID, ModTime: e.ModTime, Size: e.Size,
		Typeflag: tar.TypeReg,
	}
	switch e.Type {
	case backup.TypeDir:
		h.Typeflag, h.Name = tar.TypeDir, name+"/"
	case backup.TypeSymlink:
		h.Typeflag, h.Linkname = tar.TypeSymlink, e.Link
	case backup.TypeFile:
	}
	if err := t.tar.WriteHeader(h); err != nil {
		return "", fmt.Errorf("tar header of %.200q: %w", name, err)
	}
	if e.Type != backup.TypeFile {
		return "", nil
	}
	return "", content(t.tar)
}

// Close implements Writer. Without it the encoder's goroutines would stay, so it
// closes that in any case.
func (t *tarball) Close() error {
	err := t.tar.Close()
	if cerr := t.zstd.Close(); err == nil {
		err = cerr
	}
	return err
}
