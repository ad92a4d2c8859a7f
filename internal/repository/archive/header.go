package archive

import (
	"archive/tar"
	"bytes"
	"fmt"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
)

const (
	tarBlock = 512
	// tarEnd is the length of the zero bytes that end a tar file.
	tarEnd = 2 * tarBlock
)

// memberHeader returns the tar headers of an entry: the same bytes for the same
// entry. The time is cut to the second: the manifest has it whole, and fractions
// would take two more headers for each file.
func memberHeader(e backup.Entry) ([]byte, error) {
	h := &tar.Header{
		Format: tar.FormatPAX, Name: e.Path, Mode: int64(e.Mode), Uid: e.UID, Gid: e.GID, ModTime: e.ModTime.Truncate(time.Second),
	}
	switch e.Type {
	case backup.TypeFile:
		h.Typeflag, h.Size = tar.TypeReg, e.Size
	case backup.TypeDir:
		h.Typeflag, h.Name = tar.TypeDir, e.Path+"/"
	case backup.TypeSymlink:
		h.Typeflag, h.Linkname = tar.TypeSymlink, e.Link
	}
	var b bytes.Buffer
	if err := tar.NewWriter(&b).WriteHeader(h); err != nil {
		return nil, fmt.Errorf("tar header: %w", err)
	}
	return b.Bytes(), nil
}

// padded rounds n up to whole tar blocks.
func padded(n int64) int64 { return (n + tarBlock - 1) / tarBlock * tarBlock }
