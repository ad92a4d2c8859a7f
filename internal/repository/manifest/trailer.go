package manifest

import (
	"encoding/hex"
	"errors"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
)

type trailerLine struct {
	Entries  int64         `json:"entries"`
	Files    int64         `json:"files"`
	Dirs     int64         `json:"dirs"`
	Symlinks int64         `json:"symlinks"`
	Size     int64         `json:"size"`
	Archives []archiveLine `json:"archives"`
	Backup   record        `json:"backup"`
	// Signature is optional, since version 2.
	Signature *signatureLine `json:"signature,omitempty"`
	SHA256    string         `json:"sha256"`
}

// trailerStart tells a trailer from an entry.
const trailerStart = `{"entries":`

type archiveLine struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

type record struct {
	ID         backup.ID     `json:"id"`
	Kind       backup.Kind   `json:"kind"`
	Status     backup.Status `json:"status"`
	CreatedAt  string        `json:"created_at"`
	FinishedAt string        `json:"finished_at"`
	StoredSize int64         `json:"stored_size"`
	DatabaseOK bool          `json:"database_ok"`
	StorageOK  bool          `json:"storage_ok"`
	Errors     []string      `json:"errors,omitempty"`
	Warnings   []string      `json:"warnings,omitempty"`
	Reason     backup.Reason `json:"reason"`
	CreatedBy  string        `json:"created_by"`
	Note       string        `json:"note,omitempty"`
	Encrypted  bool          `json:"encrypted"`
	ExpiresAt  string        `json:"expires_at,omitempty"`
	recordV2
}

// recordV2 is what a record has since version 2: optional fields, each left out
// when it is empty.
type recordV2 struct {
	Host   string             `json:"host,omitempty"`
	Shrunk []backup.Component `json:"shrunk,omitempty"`
	// Amounts are written as records have them.
	Amounts []backup.Amount `json:"amounts,omitempty"`
}

// since2 reports whether l says something that version 1 has no words for.
func (l trailerLine) since2() bool {
	return l.Signature != nil || !reflect.ValueOf(l.Backup.recordV2).IsZero()
}

func newTrailerLine(t Trailer, sum []byte) trailerLine {
	l := trailerLine{
		Entries: t.Entries, Files: t.Files, Dirs: t.Dirs, Symlinks: t.Symlinks, Size: t.Size,
		Archives: make([]archiveLine, len(t.Archives)),
		Backup:   newRecord(t.Backup), Signature: newSignatureLine(t.Signature), SHA256: hex.EncodeToString(sum),
	}
	for i, a := range t.Archives {
		l.Archives[i] = archiveLine{Name: a.Name, Size: a.Size, SHA256: hex.EncodeToString(a.SHA256[:])}
	}
	return l
}

func newRecord(b backup.Backup) record {
	r := record{
		ID: b.ID, Kind: b.Kind, Status: b.Status, CreatedAt: formatTime(b.CreatedAt), FinishedAt: formatTime(b.FinishedAt),
		StoredSize: b.StoredSize, DatabaseOK: b.DatabaseOK, StorageOK: b.StorageOK,
		Errors: validTexts(b.Errors), Warnings: validTexts(b.Warnings), Reason: b.Reason,
		CreatedBy: validText(b.CreatedBy), Note: validText(b.Note), Encrypted: b.Encrypted,
	}
	r.recordV2 = recordV2{Host: validText(b.Host), Shrunk: b.Shrunk, Amounts: b.Amounts}
	if !b.ExpiresAt.IsZero() {
		r.ExpiresAt = formatTime(b.ExpiresAt)
	}
	return r
}

// validText replaces what is not UTF-8: the format's strings are.
func validText(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }

func validTexts(texts []string) []string {
	texts = slices.Clone(texts)
	for i, s := range texts {
		texts[i] = validText(s)
	}
	return texts
}

// trailer returns the trailer that l describes, and the hash in it.
func (l trailerLine) trailer() (t Trailer, sum [32]byte, err error) {
	t.Counts = Counts{Entries: l.Entries, Files: l.Files, Dirs: l.Dirs, Symlinks: l.Symlinks, Size: l.Size}
	if l.Archives == nil || len(l.Archives) > maxArchives {
		return t, sum, errors.New("the list of archives is missing or too long")
	}
	t.Archives = make([]Archive, len(l.Archives))
	for i, a := range l.Archives {
		t.Archives[i] = Archive{Name: a.Name, Size: a.Size}
		if t.Archives[i].SHA256, err = parseSHA256(a.SHA256); err != nil {
			return t, sum, err
		}
	}
	if t.Backup, err = l.Backup.backup(); err != nil {
		return t, sum, err
	}
	if t.Signature, err = l.Signature.signature(); err != nil {
		return t, sum, err
	}
	t.Backup.LogicalSize, t.Backup.FileCount = t.Size, t.Files
	sum, err = parseSHA256(l.SHA256)
	return t, sum, err
}

func (r record) backup() (b backup.Backup, err error) {
	b = backup.Backup{
		ID: r.ID, Kind: r.Kind, Status: r.Status, StoredSize: r.StoredSize,
		DatabaseOK: r.DatabaseOK, StorageOK: r.StorageOK, Errors: r.Errors, Warnings: r.Warnings,
		Reason: r.Reason, CreatedBy: r.CreatedBy, Note: r.Note, Encrypted: r.Encrypted,
		Host: r.Host, Shrunk: r.Shrunk, Amounts: r.Amounts,
	}
	if b.CreatedAt, err = parseTime(r.CreatedAt); err != nil {
		return b, err
	}
	if b.FinishedAt, err = parseTime(r.FinishedAt); err != nil {
		return b, err
	}
	if r.ExpiresAt != "" {
		b.ExpiresAt, err = parseTime(r.ExpiresAt)
		if err == nil && b.ExpiresAt.Equal(time.Time{}) {
			err = errors.New("expires_at is the zero time")
		}
	}
	return b, err
}
