package crypt

import (
	"bytes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"

	"filippo.io/age"
	"golang.org/x/crypto/chacha20poly1305"

	"github.com/vertex-ar/backup/internal/errs"
)

// key opens the chunks of one object.
type key struct {
	aead    cipher.AEAD
	payload int64 // where it begins in the object
	size    int64 // of the object
	plain   int64 // bytes inside
}

// errNoMatch is of identities that are no recipient's.
var errNoMatch = errors.New("no match")

// openHeader returns the key of an object of size bytes that begins with head.
func openHeader(head []byte, size int64, ids Identities) (*key, error) {
	header, err := age.ExtractHeader(bytes.NewReader(head))
	if err != nil {
		return nil, corrupt("header", err)
	}
	nonce, ok := bytes.CutPrefix(head, header)
	if !ok || len(nonce) < nonceSize {
		return nil, corrupt("header", errors.New("not in its one form, or cut off"))
	}
	fileKey, err := age.DecryptHeader(header, ids.list...)
	if _, ok := errors.AsType[*age.NoIdentityMatchError](err); ok {
		return nil, errNoMatch
	}
	if err != nil {
		return nil, corrupt("header", err)
	}
	k := &key{payload: int64(len(header) + nonceSize), size: size}
	if k.plain = plainSize(size - k.payload); k.plain < 0 {
		return nil, corrupt("payload", fmt.Errorf("%d bytes", size-k.payload))
	}
	secret, err := hkdf.Key(sha256.New, fileKey, nonce[:nonceSize], "payload", chacha20poly1305.KeySize)
	if err != nil {
		return nil, fmt.Errorf("derive key: %w", err)
	}
	k.aead, err = chacha20poly1305.New(secret)
	return k, err
}

// holds refuses a range that does not lie inside.
func (k *key) holds(offset, length int64) error {
	if offset < 0 || length < 1 || offset > k.plain || length > k.plain-offset {
		return fmt.Errorf("%d bytes from %d of %d: %w", length, offset, k.plain, errs.ErrCorrupt)
	}
	return nil
}

// open appends to dst what the chunk of that number holds. They are the same
// memory or do not overlap.
func (k *key) open(dst []byte, number int64, chunk []byte) ([]byte, error) {
	var nonce [chacha20poly1305.NonceSize]byte
	putNumber(nonce[:], number)
	if k.payload+(number+1)*sealed >= k.size {
		nonce[len(nonce)-1] = 1 // the last
	}
	plain, err := k.aead.Open(dst, nonce[:], chunk, nil)
	if err != nil {
		return nil, corrupt(fmt.Sprintf("chunk %d", number), err)
	}
	return plain, nil
}

// putNumber writes the number of a chunk to the first eleven bytes of its nonce.
func putNumber(nonce []byte, number int64) {
	for i := len(nonce) - 2; number > 0; i-- {
		nonce[i] = byte(number)
		number >>= 8
	}
}

// cutOff turns an end that comes too early into damage.
func cutOff(what string, err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return corrupt(what, errors.New("cut off"))
	}
	return err
}

func corrupt(what string, cause error) error {
	return fmt.Errorf("%s of an encrypted archive: %w: %w", what, cause, errs.ErrCorrupt)
}
