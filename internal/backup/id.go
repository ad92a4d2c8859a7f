package backup

import (
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/vertex-ar/backup/internal/errs"
)

// ID names a backup or an operation, as in 20261122-020000-full-k3x9qa: UTC
// time, kind or verb, six random base32 digits. IDs sort by time, are safe in
// a URL and a key, and explain themselves.
type ID string

var idPattern = regexp.MustCompile(`^[0-9]{8}-[0-9]{6}-(database|storage|full|restore|verify|rotate|reencrypt)-[a-z0-9]{6}$`)

// NewID makes an ID of the given time for a kind or verb.
func NewID(at time.Time, name string) ID {
	var b [5]byte
	_, _ = rand.Read(b[:]) // never fails, says crypto/rand
	tail := strings.ToLower(base32.StdEncoding.EncodeToString(b[:]))[:6]
	return ID(fmt.Sprintf("%s-%s-%s", at.UTC().Format("20060102-150405"), name, tail))
}

// ParseID checks that s is an ID; anything else is errs.ErrInvalid. The API's
// backup_path is always an ID, never a path.
func ParseID(s string) (ID, error) {
	if !idPattern.MatchString(s) {
		return "", errs.New(errs.ErrInvalid, "This is not the id of a backup. An id looks like 20261122-020000-full-k3x9qa; take it from the list of backups.")
	}
	return ID(s), nil
}

// Time returns when the ID was made, to the second; zero if it is not an ID.
func (id ID) Time() time.Time {
	t, err := time.Parse("20060102-150405", string(id[:min(len(id), 15)]))
	if err != nil {
		return time.Time{}
	}
	return t
}

// Timestamp returns the ID's time as the old API showed it: 20261122_020000.
func (id ID) Timestamp() string {
	if len(id) < 15 {
		return ""
	}
	return strings.Replace(string(id[:15]), "-", "_", 1)
}
