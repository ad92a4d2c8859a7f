package catalog

import (
	"fmt"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

// LogKey returns the key of a batch of lines of which the last has that number.
// Keys sort as the numbers do.
func LogKey(last int64) string { return fmt.Sprintf("%012d", last) }

// CheckLog reports, as errs.ErrInvalid, lines that are none or not in order.
func CheckLog(id backup.ID, lines []backup.LogLine) error {
	if err := CheckKey(string(id)); err != nil {
		return err
	}
	last := int64(0)
	for _, line := range lines {
		if line.Seq <= last {
			return errs.New(errs.ErrInvalid, "The lines of a log are not in order.")
		}
		last = line.Seq
	}
	if last == 0 {
		return errs.New(errs.ErrInvalid, "There is no line to add to a log.")
	}
	return nil
}

// AppendLines adds those lines to page that have a greater number than after and
// than those that are there, until it has limit.
func AppendLines(page, lines []backup.LogLine, after int64, limit int) []backup.LogLine {
	for _, line := range lines {
		if n := len(page); n > 0 {
			after = max(after, page[n-1].Seq)
		}
		if line.Seq > after && len(page) < limit {
			page = append(page, line)
		}
	}
	return page
}
