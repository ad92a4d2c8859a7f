package catalog

import (
	"encoding/json"
	"fmt"

	"github.com/vertex-ar/backup/internal/errs"
)

// The limits of every catalog. They come from DynamoDB, where an item with its
// keys and names is at most 400 KiB and a sort key 1024 bytes.
const (
	// MaxRecord is the greatest length of an encoded record, in bytes.
	MaxRecord = 400_000
	// MaxKey is the greatest length of an ID, a lock's name or an idempotency key, in bytes.
	MaxKey = 1024
	// MaxPage is the greatest number of records of a page.
	MaxPage = 1000
)

// Encode returns the text of a record. One that is longer than MaxRecord is
// errs.ErrInvalid: its writer must shorten its lists. Bytes that are not UTF-8
// become U+FFFD.
func Encode(record any) ([]byte, error) {
	text, err := json.Marshal(record)
	if err != nil {
		return nil, fmt.Errorf("encoding a record: %w", err)
	}
	if len(text) > MaxRecord {
		return nil, errs.New(errs.ErrInvalid, "The record is too large for the catalog: %d bytes of at most %d.", len(text), MaxRecord)
	}
	return text, nil
}

// Decode reads what Encode wrote. A text that is something else is errs.ErrCorrupt.
func Decode[T any](text []byte) (T, error) {
	var record T
	if err := json.Unmarshal(text, &record); err != nil {
		return record, errs.New(errs.ErrCorrupt, "A record of the catalog is damaged.").Because(err)
	}
	return record, nil
}

// CheckKey reports, as errs.ErrInvalid, a key under which nothing can be kept.
func CheckKey(key string) error {
	if key == "" || len(key) > MaxKey {
		return errs.New(errs.ErrInvalid, "A key has 1 to %d bytes, this one has %d.", MaxKey, len(key))
	}
	return nil
}

// CheckPage reports, as errs.ErrInvalid, a page of a size outside 1 to MaxPage
// and one before a key that cannot be.
func CheckPage(before string, limit int) error {
	if limit < 1 || limit > MaxPage {
		return errs.New(errs.ErrInvalid, "A page has 1 to %d records, not %d.", MaxPage, limit)
	}
	if len(before) > MaxKey {
		return CheckKey(before)
	}
	return nil
}
