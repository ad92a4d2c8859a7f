package backup

import (
	"crypto/rand"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/vertex-ar/backup/internal/errs"
)

// ID names a backup or an operation, as in 20261122-020000-full-k3x9qa: UTC
// time, kind or verb, six base32 digits. The first two of these are the fraction
// of the second, the others are random. So IDs of one kind sort by time, to the
// millisecond; they are safe in a URL and a key, and explain themselves.
type ID string

// IDPattern is the form of an ID as a regular expression.
const IDPattern = `^[0-9]{8}-[0-9]{6}-(database|storage|full|restore|verify|rotate|export|reencrypt)-[a-z0-9]{6}$`

var idPattern = regexp.MustCompile(IDPattern)

// NewID makes an ID of the given time for a kind or verb.
func NewID(at time.Time, name string) ID {
	fraction := int64(at.Nanosecond()) * 1024 / int64(time.Second)
	random := make([]byte, 4)
	_, _ = rand.Read(random) // never fails, says crypto/rand
	tail := []byte{digits[fraction>>5&31], digits[fraction&31]}
	for _, b := range random {
		tail = append(tail, digits[b&31])
	}
	return ID(fmt.Sprintf("%s-%s-%s", at.UTC().Format("20060102-150405"), name, tail))
}

// digits are those of base32 in the order in which they sort.
const digits = "234567abcdefghijklmnopqrstuvwxyz"

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
