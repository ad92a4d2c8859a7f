package repository

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"syscall"

	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/tempfile"
)

// scratch is a temporary file that hashes what is written.
type scratch struct {
	file *tempfile.File
	size int64
	sum  hash.Hash
}

func newScratch(dir string) (*scratch, error) {
	f, err := tempfile.New(dir)
	if err != nil {
		return nil, fmt.Errorf("scratch file: %w", noSpace(err))
	}
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
func (s *scratch) Close() error { return s.file.Close() }

// noSpace gives the error of a full disk its kind and a sentence.
func noSpace(err error) error {
	if errors.Is(err, syscall.ENOSPC) {
		return errs.New(errs.ErrNoSpace,
			"The disk for temporary files is full. Free some space or name another directory, then try again.").Because(err)
	}
	return err
}
