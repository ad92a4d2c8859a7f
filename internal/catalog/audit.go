package catalog

import (
	"crypto/rand"
	"encoding/base64"
	"strings"
	"time"

	"github.com/vertex-ar/backup/internal/errs"
)

// AuditMonths is how many months back a line of the audit log is kept.
const AuditMonths = 13

// auditTime has a fixed width, so that keys sort by time.
const auditTime = "2006-01-02T15:04:05.000000000Z"

// AuditKey names a new line of the audit log. Keys sort by time; two of the
// same time differ. Nobody can guess one: who may add lines and not read them can
// therefore not write over one that is there.
func AuditKey(at time.Time) string {
	return at.UTC().Format(auditTime) + "#" + rand.Text()
}

// AuditSince returns the key below which, at now, no line is shown.
func AuditSince(now time.Time) string {
	return now.UTC().AddDate(0, -AuditMonths, 0).Format(auditTime)
}

// AuditMonth returns the month (yyyy-mm) of a key.
func AuditMonth(key string) string { return key[:len("2006-01")] }

// AuditMonthsBefore lists the months that hold lines from the key since to the
// key or time before, newest first.
func AuditMonthsBefore(before, since string) []string {
	at, err := time.Parse("2006-01", AuditMonth(before))
	if err != nil {
		return nil
	}
	var months []string
	for month := AuditMonth(before); month >= AuditMonth(since); month = at.Format("2006-01") {
		months = append(months, month)
		at = at.AddDate(0, -1, 0)
	}
	return months
}

// AuditBefore returns the key before which the page of a cursor starts: for ""
// the end of now's month, so that a writer whose clock is ahead is seen too. No
// cursor leads beyond that: there are only months to look through in vain.
func AuditBefore(now time.Time, cursor string) (string, error) {
	end := now.UTC().Format("2006-01") + "~"
	if cursor == "" {
		return end, nil
	}
	key, err := base64.RawURLEncoding.DecodeString(cursor)
	at, _, found := strings.Cut(string(key), "#")
	if _, bad := time.Parse(auditTime, at); err != nil || bad != nil || !found || len(key) > MaxKey {
		return "", errs.New(errs.ErrInvalid, "The cursor is not one that this list gave out; start at the first page.")
	}
	return min(shown(string(key)), end), nil
}

// shownRandom is how much of a key's random part a cursor shows.
const shownRandom = 8

// shown returns as much of a key as tells its place from others'. The rest of it
// stays secret, see [AuditKey].
func shown(key string) string {
	at, random, _ := strings.Cut(key, "#")
	return at + "#" + random[:min(len(random), shownRandom)]
}

// AuditCursor returns the cursor of the page after the line with the key.
func AuditCursor(key string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(shown(key)))
}
