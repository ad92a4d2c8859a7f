package crypt_test

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"filippo.io/age"

	"github.com/vertex-ar/backup/internal/repository/crypt"
)

// fuzzIdentity opens the seeds.
const fuzzIdentity = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"

// FuzzOpenRange reads ranges of anything. What age itself decrypts comes out the
// same; nothing panics or yields more than was asked for.
func FuzzOpenRange(f *testing.F) {
	id, err := age.ParseX25519Identity(fuzzIdentity)
	if err != nil {
		f.Fatal(err)
	}
	for _, size := range []int{0, 1, 1000, chunk, chunk + 1, 2 * chunk} {
		content := encrypt(f, noise(1, size), id.Recipient().String())
		f.Add(content, int64(0), int64(max(size, 1)))
		f.Add(content, int64(size/2), int64(1))
		f.Add(content[:len(content)-1], int64(0), int64(max(size, 1)))
	}
	f.Fuzz(func(t *testing.T, content []byte, offset, length int64) {
		o, _ := open(content, have(fuzzIdentity))
		got, err := read(t.Context(), o, crypt.Object{Name: "x", Size: int64(len(content))}, offset, length)
		if int64(len(got)) > max(length, 0) || err == nil && int64(len(got)) != length {
			t.Fatalf("%d bytes of %d, %v", len(got), length, err)
		}
		r, ageErr := age.Decrypt(bytes.NewReader(content), id)
		if ageErr != nil {
			return
		}
		plain, ageErr := io.ReadAll(r)
		if ageErr != nil {
			return
		}
		size := int64(len(plain))
		inside := offset >= 0 && length >= 1 && offset <= size && length <= size-offset
		if inside != (err == nil) || inside && !bytes.Equal(got, plain[offset:][:length]) {
			t.Errorf("%d bytes from %d of %d: %d bytes, %v", length, offset, size, len(got), err)
		}
	})
}

// FuzzParseKeys reads keys out of anything. No error shows what it was given.
func FuzzParseKeys(f *testing.F) {
	f.Add("# key\n" + fuzzIdentity + "\n")
	f.Add("age1qqqq")
	f.Fuzz(func(t *testing.T, text string) {
		_, err := crypt.ParseIdentities(text)
		_, err2 := crypt.ParseRecipients(strings.Fields(text))
		for _, err := range []error{err, err2} {
			if err != nil && len(text) > 20 && strings.Contains(err.Error(), text) {
				t.Errorf("the error shows the text: %v", err)
			}
		}
	})
}
