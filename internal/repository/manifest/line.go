package manifest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
)

// timeLayout writes UTC times with nine digits of a second.
const timeLayout = "2006-01-02T15:04:05.000000000Z"

// headerLine and trailerLine are the lines of which a manifest has one each; the
// order of their fields is the format's. Entries, of which there may be
// millions, are written and read by hand, see entry.go.
type headerLine struct {
	Format    string      `json:"format"`
	Version   int64       `json:"version"`
	ID        backup.ID   `json:"id"`
	Kind      backup.Kind `json:"kind"`
	CreatedAt string      `json:"created_at"`
}

func newHeaderLine(h Header) headerLine {
	return headerLine{Format: formatName, Version: h.Version, ID: h.ID, Kind: h.Kind, CreatedAt: formatTime(h.CreatedAt)}
}

// lineEncoder writes values as lines.
type lineEncoder struct {
	buf bytes.Buffer
	enc *json.Encoder
}

func newLineEncoder() *lineEncoder {
	e := new(lineEncoder)
	e.enc = json.NewEncoder(&e.buf)
	e.enc.SetEscapeHTML(false)
	return e
}

// encode returns the line with its newline; it is valid until the next call.
func (e *lineEncoder) encode(v any) ([]byte, error) {
	e.buf.Reset()
	if err := e.enc.Encode(v); err != nil {
		return nil, fmt.Errorf("manifest line: %w", err)
	}
	return e.buf.Bytes(), nil
}

// decode reads a line, newline included, into v and refuses every other way of writing v.
func (e *lineEncoder) decode(line []byte, v any) error {
	if err := json.Unmarshal(line, v); err != nil {
		return err
	}
	again, err := e.encode(v)
	if err != nil {
		return err
	}
	if !bytes.Equal(again, line) {
		return errors.New("the line is not in the form that the format asks for")
	}
	return nil
}

func parseTime(s string) (time.Time, error) {
	t, err := time.Parse(timeLayout, s)
	if err == nil && formatTime(t) != s {
		err = fmt.Errorf("time %q", s)
	}
	return t, err
}

func parseSHA256(s string) (sum [sha256.Size]byte, err error) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != sha256.Size || hex.EncodeToString(b) != s {
		return sum, fmt.Errorf("hash %q", s)
	}
	return [sha256.Size]byte(b), nil
}
