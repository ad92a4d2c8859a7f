package repository

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"syscall"

	"github.com/vertex-ar/backup/internal/errs"
)

// scratch is a local file without a name, so that nothing of it stays behind
// even if the process is killed. It hashes what is written.
type scratch struct {
	file *os.File
	size int64
	sum  hash.Hash
}

func newScratch(dir string) (*scratch, error) {
	f, err := os.CreateTemp(dir, "vertex-backup-*.jsonl.zst")
	if err != nil {
		return nil, fmt.Errorf("scratch file: %w", noSpace(err))
	}
	// Where open files cannot be removed, Close tries again.
	_ = os.Remove(f.Name())
	return &scratch{file: f, sum: sha256.New()}, nil
}

// Write implements io.Writer.
func (s *scratch) Write(b []byte) (int, error) {
	n, err := s.file.Write(b)
	_, _ = s.sum.Write(b[:n])
	s.size += int64(n)
	return n, noSpace(err)
}

// checksum returns the hash of what was written, in hex.
func (s *scratch) checksum() string { return hex.EncodeToString(s.sum.Sum(nil)) }

// sha256 returns the hash of what was written.
func (s *scratch) sha256() [sha256.Size]byte { return [sha256.Size]byte(s.sum.Sum(nil)) }

// reader reads the file from its beginning, independently of other readers.
func (s *scratch) reader() io.Reader { return io.NewSectionReader(s.file, 0, s.size) }

// Close frees the file.
func (s *scratch) Close() error {
	err := s.file.Close()
	if rm := os.Remove(s.file.Name()); rm != nil && !errors.Is(rm, os.ErrNotExist) {
		err = errors.Join(err, rm)
	}
	return err
}

// noSpace gives the error of a full disk its kind and a sentence.
func noSpace(err error) error {
	if errors.Is(err, syscall.ENOSPC) {
		return errs.New(errs.ErrNoSpace,
			"The disk for temporary files is full. Free some space or name another directory, then try again.").Because(err)
	}
	return err
}
