package manifest

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/vertex-ar/backup/internal/backup"
)

// timeLayout writes UTC times with nine digits of a second.
const timeLayout = "2006-01-02T15:04:05.000000000Z"

// headerLine, entryLine, moreLine and trailerLine are the lines; the order of their
// fields is the format's.
type headerLine struct {
	Format    string      `json:"format"`
	Version   int64       `json:"version"`
	ID        backup.ID   `json:"id"`
	Kind      backup.Kind `json:"kind"`
	CreatedAt string      `json:"created_at"`
}

type entryLine struct {
	Path        string           `json:"path,omitempty"`
	PathBase64  string           `json:"path_base64,omitempty"`
	Type        backup.EntryType `json:"type"`
	Size        int64            `json:"size"`
	ModTime     string           `json:"mtime"`
	Mode        string           `json:"mode"`
	UID         int              `json:"uid"`
	GID         int              `json:"gid"`
	Link        string           `json:"link,omitempty"`
	LinkBase64  string           `json:"link_base64,omitempty"`
	SHA256      string           `json:"sha256,omitempty"`
	MoreExtents int              `json:"more_extents,omitempty"`
	Extents     []extentLine     `json:"extents"`
}

type moreLine struct {
	Extents []extentLine `json:"extents"`
}

type extentLine struct {
	Archive string `json:"archive"`
	Offset  int64  `json:"offset"`
	Length  int64  `json:"length"`
	Start   int64  `json:"start"`
	Size    int64  `json:"size"`
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

func formatTime(t time.Time) string { return t.UTC().Format(timeLayout) }

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

// splitName writes bytes as text if they are, else in base64.
func splitName(name string) (text, encoded string) {
	if utf8.ValidString(name) {
		return name, ""
	}
	return "", base64.StdEncoding.EncodeToString([]byte(name))
}

func joinName(text, encoded string) (string, error) {
	if encoded == "" {
		return text, nil
	}
	b, err := base64.StdEncoding.Strict().DecodeString(encoded)
	if err != nil || text != "" || utf8.Valid(b) {
		return "", fmt.Errorf("base64 %q", encoded)
	}
	return string(b), nil
}

func newEntryLine(e backup.Entry) entryLine {
	l := entryLine{
		Type: e.Type, Size: e.Size, ModTime: formatTime(e.ModTime), Mode: fmt.Sprintf("%04o", e.Mode),
		UID: e.UID, GID: e.GID,
	}
	l.Path, l.PathBase64 = splitName(e.Path)
	l.Link, l.LinkBase64 = splitName(e.Link)
	if e.Type == backup.TypeFile {
		l.SHA256 = hex.EncodeToString(e.SHA256[:])
	}
	first := e.Extents[:min(len(e.Extents), extentsPerLine)]
	l.MoreExtents = len(e.Extents) - len(first)
	l.Extents = newExtentLines(first)
	return l
}

func newExtentLines(extents []backup.Extent) []extentLine {
	lines := make([]extentLine, len(extents))
	for i, x := range extents {
		lines[i] = extentLine(x)
	}
	return lines
}

// entry returns the entry that l describes; its extents are still those of l only.
func (l entryLine) entry() (e backup.Entry, err error) {
	e = backup.Entry{Type: l.Type, Size: l.Size, UID: l.UID, GID: l.GID}
	if e.Path, err = joinName(l.Path, l.PathBase64); err != nil {
		return e, err
	}
	if e.Link, err = joinName(l.Link, l.LinkBase64); err != nil {
		return e, err
	}
	if e.ModTime, err = parseTime(l.ModTime); err != nil {
		return e, err
	}
	mode, err := strconv.ParseUint(l.Mode, 8, 12)
	if err != nil || fmt.Sprintf("%04o", mode) != l.Mode {
		return e, fmt.Errorf("mode %q", l.Mode)
	}
	e.Mode = uint32(mode)
	if e.Type == backup.TypeFile {
		e.SHA256, err = parseSHA256(l.SHA256)
	} else if l.SHA256 != "" {
		err = errors.New("it has a hash and is no file")
	}
	return e, err
}
