package backup

import (
	"context"
	"time"
)

// Level says how much a line of a log matters.
type Level string

// The levels of lines.
const (
	LevelInfo  Level = "info"
	LevelWarn  Level = "warn"
	LevelError Level = "error"
)

// LogLine is one line of the log of a backup or an operation.
type LogLine struct {
	Seq   int64             `json:"seq"` // from 1, of one log
	Time  time.Time         `json:"time"`
	Level Level             `json:"level"`
	Code  string            `json:"code"` // a stable word: started, phase, notice, lost, safety-backup, …
	Text  string            `json:"text"` // a sentence for users
	Args  map[string]string `json:"args,omitempty"`
}

// Logs keeps what runs say while they work.
type Logs interface {
	// AppendLog adds lines, at least one and in order of Seq, to the log of a
	// record, all or none. Lines that are there already stay as they are; so it
	// may be repeated, also with more lines. They live until expires, at least.
	AppendLog(ctx context.Context, id ID, lines []LogLine, expires time.Time) error
	// ListLog returns at most limit lines of a log (1 to 1000) in order of Seq,
	// those with a greater one than after. Fewer than limit, also none, means
	// that there are no more yet.
	ListLog(ctx context.Context, id ID, after int64, limit int) ([]LogLine, error)
}
