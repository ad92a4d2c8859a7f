package directory

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"

	"github.com/vertex-ar/backup/internal/backup"
)

// hasContent reports whether the file at rel has the content of e. A file that
// cannot be read has not.
func hasContent(ctx context.Context, root *os.Root, rel string, e backup.Entry) (bool, error) {
	file, _, err := openFile(root, rel)
	if err != nil {
		return false, ignore(err, fs.ErrNotExist, fs.ErrPermission)
	}
	defer file.Close() //nolint:errcheck // it was only read
	sum := sha256.New()
	buf := make([]byte, 1<<18)
	for {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		n, err := file.Read(buf)
		sum.Write(buf[:n])
		if errors.Is(err, io.EOF) {
			return [32]byte(sum.Sum(nil)) == e.SHA256, nil
		}
		if err != nil {
			return false, nil
		}
	}
}

// ignore returns nil for the expected errors.
func ignore(err error, expected ...error) error {
	for _, e := range expected {
		if errors.Is(err, e) {
			return nil
		}
	}
	return err
}
