package manifest

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/repository/signing"
)

// Signature says who made a backup. It is over what stays as it is when archives
// are rewritten: the header, all of the entries but where their content lies, and
// the record without what depends on the archives.
type Signature struct {
	signing.Signature

	Content [sha256.Size]byte // hash over what is signed of the entries
}

// signatureLine is a signature in the trailer.
type signatureLine struct {
	Key     string `json:"key"`
	Content string `json:"content"`
	Value   string `json:"value"`
}

func newSignatureLine(s *Signature) *signatureLine {
	if s == nil {
		return nil
	}
	return &signatureLine{Key: s.Key.String(), Content: hex.EncodeToString(s.Content[:]), Value: base64.StdEncoding.EncodeToString(s.Value[:])}
}

func (l *signatureLine) signature() (s *Signature, err error) {
	if l == nil {
		return nil, nil
	}
	s = new(Signature)
	if s.Key, err = signing.ParsePublic(l.Key); err != nil {
		return nil, err
	}
	if s.Content, err = parseSHA256(l.Content); err != nil {
		return nil, err
	}
	value, err := base64.StdEncoding.DecodeString(l.Value)
	if err != nil || len(value) != len(s.Value) || base64.StdEncoding.EncodeToString(value) != l.Value {
		return nil, fmt.Errorf("signature %.100q", l.Value)
	}
	s.Value = [len(s.Value)]byte(value)
	return s, nil
}

// message returns what is signed.
func message(h Header, content [sha256.Size]byte, b backup.Backup) ([]byte, error) {
	b.StoredSize, b.Encrypted = 0, false
	var out bytes.Buffer
	out.WriteString("vertex-ar-backup/signature\n")
	lines := newLineEncoder()
	line, err := lines.encode(newHeaderLine(h))
	if err != nil {
		return nil, err
	}
	out.Write(line)
	out.WriteString(hex.EncodeToString(content[:]) + "\n")
	if line, err = lines.encode(newRecord(b)); err != nil {
		return nil, err
	}
	out.Write(line)
	return out.Bytes(), nil
}

// check refuses a signature that is not of this header and record.
func (s *Signature) check(h Header, b backup.Backup) error {
	if s == nil {
		return nil
	}
	text, err := message(h, s.Content, b)
	if err != nil {
		return err
	}
	if !s.Of(text) {
		return errors.New("the signature is not that of this backup")
	}
	return nil
}

// Sign lets the manifest be signed when it is closed.
func (w *Writer) Sign(key signing.Key) {
	w.sign = func(h Header, content [sha256.Size]byte, b backup.Backup) (*Signature, error) {
		text, err := message(h, content, b)
		if err != nil {
			return nil, err
		}
		return &Signature{Signature: key.Sign(text), Content: content}, nil
	}
}

// Keep takes over the signature of a manifest of which this one says the same; nil
// is none.
func (w *Writer) Keep(s *Signature) {
	w.sign = func(h Header, content [sha256.Size]byte, b backup.Backup) (*Signature, error) {
		if s != nil && s.Content != content {
			return nil, errors.New("the entries are not those that were signed")
		}
		return s, s.check(h, b)
	}
}
