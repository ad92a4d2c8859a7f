package backup

import "slices"

// Amount is how much of a component a backup holds, and how much of it is known
// to be missing.
type Amount struct {
	Component Component `json:"component"`
	Files     int64     `json:"files"` // regular files
	Bytes     int64     `json:"bytes"` // of their content
	// Rows counts the rows of all tables of a database; nil is not known.
	Rows *int64 `json:"rows,omitempty"`
	// Unread counts files and directories that could not be read.
	Unread int64 `json:"unread,omitempty"`
	// Lacking counts the files that the database names and the storage did not have.
	Lacking int64 `json:"lacking,omitempty"`
}

// AddAmount counts an entry in the amount of its component.
func AddAmount(amounts []Amount, e Entry) []Amount {
	c := componentOf(e.Path)
	i := slices.IndexFunc(amounts, func(a Amount) bool { return a.Component == c })
	if i < 0 {
		i, amounts = len(amounts), append(amounts, Amount{Component: c})
	}
	if e.Type == TypeFile {
		amounts[i].Files++
		amounts[i].Bytes += e.Size
	}
	return amounts
}

// amount returns how much of c a backup holds. Records of before say that of all
// together only, which is enough where there is one component, or but one file beside it.
func (b Backup) amount(c Component) (Amount, bool) {
	if i := slices.IndexFunc(b.Amounts, func(a Amount) bool { return a.Component == c }); i >= 0 {
		return b.Amounts[i], true
	}
	switch {
	case len(b.Amounts) > 0 || !b.holds(c):
		return Amount{}, false
	case len(b.Kind.Components()) == 1:
		return Amount{Component: c, Files: b.FileCount, Bytes: b.LogicalSize}, true
	case c == ComponentStorage && b.DatabaseOK:
		return Amount{Component: c, Files: b.FileCount - 1}, true
	}
	return Amount{}, false
}

// What is too little to be missed. A component of which nothing is left has
// shrunk, however little there was of it.
const (
	fewFiles = 10
	fewRows  = 10
	fewBytes = 1 << 20
)

// DefaultShrinkLimit is how many hundredths of a component may be gone.
const DefaultShrinkLimit = 50

// shrank reports whether so much of a is gone in now that it must be meant
// so to be right: more than limit hundredths of its files, bytes or rows.
func (a Amount) shrank(now Amount, limit int) bool {
	if a.Component == ComponentDatabase {
		if a.Rows != nil && now.Rows != nil {
			return gone(*a.Rows, *now.Rows, limit, fewRows)
		}
		return gone(a.Bytes, now.Bytes, limit, fewBytes)
	}
	return a.lostFiles(now, limit) || a.Files >= fewFiles && gone(a.Bytes, now.Bytes, limit, fewBytes)
}

func (a Amount) lostFiles(now Amount, limit int) bool {
	return gone(a.Files, now.Files, limit, fewFiles)
}

// gone reports whether all is gone, or more than limit hundredths and at least few.
func gone(was, now int64, limit int, few int64) bool {
	lost := was - now
	return was > 0 && now == 0 || lost >= few && float64(lost)*100 > float64(was)*float64(limit)
}
