package manifest

import "github.com/vertex-ar/backup/internal/backup"

// ParseEntry reads one line as an entry, of which more extents follow.
func ParseEntry(line []byte) (e backup.Entry, more int, err error) {
	l, err := (&scanner{version: Version}).entry(line, names{})
	return l.Entry, l.more, err
}

// AppendEntry appends an entry's line.
func AppendEntry(dst []byte, e backup.Entry) []byte { return appendEntry(dst, e) }
