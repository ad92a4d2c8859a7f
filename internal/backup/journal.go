package backup

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	// maxLog is how many lines a log has at most, of which the last says how the
	// run ended.
	maxLog = 500
	// logBatch is how many are stored at once: so many long ones fit into one
	// catalog item.
	logBatch = 100
	// keepLog is how long the lines live.
	keepLog = 7 * 24 * time.Hour
	// logGrace is how long after a record's end its last lines may still come.
	logGrace = 10 * time.Second
)

// codeEnded is of the last line of every log.
const codeEnded = "ended"

// journal collects what a run says until its next heartbeat. Goroutines share it.
type journal struct {
	now func() time.Time

	mu      sync.Mutex
	seq     int64
	waiting []LogLine // not stored yet
}

// add adds a line while there is room; the one before the last says that there
// was more.
func (j *journal) add(level Level, code, text string, args map[string]string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	switch {
	case code == codeEnded:
	case j.seq >= maxLog-1:
		return
	case j.seq == maxLog-2:
		level, code, text, args = LevelWarn, "more", "There was more to say than a log has room for.", nil
	}
	j.seq++
	j.waiting = append(j.waiting, LogLine{Seq: j.seq, Time: j.now().UTC(), Level: level, Code: code, Text: text, Args: args})
}

// notice adds what is said of one path, or of none.
func (j *journal) notice(lost bool, path, text string) {
	level, code, args := LevelWarn, "notice", map[string]string{}
	if lost {
		level, code = LevelError, "lost"
	}
	if path != "" {
		args["path"] = shortened(Printable(path))
		text = Printable(path) + ": " + text
	}
	j.add(level, code, shortened(text), args)
}

// next returns the lines to store next; they wait until stored.
func (j *journal) next() []LogLine {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.waiting[:min(len(j.waiting), logBatch):min(len(j.waiting), logBatch)]
}

// stored forgets the first n lines.
func (j *journal) stored(n int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.waiting = j.waiting[n:]
}

// publish stores what a journal has collected. A log that is away must not make a
// run fail; its lines wait for the next time.
func (s *Service) publish(ctx context.Context, id ID, j *journal) {
	if s.Logs == nil {
		return
	}
	for {
		lines := j.next()
		if len(lines) == 0 {
			return
		}
		if err := s.Logs.AppendLog(ctx, id, lines, s.Now().UTC().Add(keepLog)); err != nil {
			s.Log.WarnContext(ctx, "log of a run not written", "id", string(id), "err", err)
			return
		}
		j.stored(len(lines))
	}
}

// begun adds the first line.
func (j *journal) begun(verb Verb, by string) {
	j.add(LevelInfo, "started", "Started by "+by+".", map[string]string{"verb": string(verb), "by": by})
}

// phase adds a line about a new phase.
func (j *journal) phase(name string) {
	j.add(LevelInfo, "phase", "Phase: "+name+".", map[string]string{"phase": name})
}

// ended adds the last line.
func (j *journal) ended(status Status, took time.Duration, done Progress) {
	level := LevelInfo
	switch status {
	case StatusPartial, StatusCancelled:
		level = LevelWarn
	case StatusFailed:
		level = LevelError
	case StatusPending, StatusRunning, StatusCompleted, StatusDeleting:
	}
	args := map[string]string{
		"status": string(status), "duration_ms": strconv.FormatInt(took.Milliseconds(), 10),
		"files": strconv.FormatInt(done.DoneFiles, 10), "bytes": strconv.FormatInt(done.DoneBytes, 10),
	}
	j.add(level, codeEnded, fmt.Sprintf("Ended as %s after %.1f s.", status, took.Seconds()), args)
}

// planned adds what a restore is going to do with a component.
func (j *journal) planned(c Component, sum PlanSummary) {
	count := func(n int64) string { return strconv.FormatInt(n, 10) }
	j.add(LevelInfo, "planned", fmt.Sprintf("Plan for the %s: to write %d, to remove %d, unchanged %d.", c, sum.WriteFiles, sum.Remove, sum.Unchanged), map[string]string{
		"component": string(c), "write_files": count(sum.WriteFiles), "write_bytes": count(sum.WriteBytes),
		"remove": count(sum.Remove), "unchanged": count(sum.Unchanged),
	})
}

// damaged adds what a verification found.
func (j *journal) damaged(report VerifyReport) {
	j.add(LevelError, "damaged", report.Error, nil)
	for _, name := range report.DamagedFiles {
		j.add(LevelError, "damaged-file", "Damaged: "+shortened(name)+".", map[string]string{"path": shortened(name)})
	}
	for _, line := range report.Details {
		j.add(LevelError, "damage-detail", "Why: "+shortened(line)+".", nil)
	}
}

// failed adds why a run failed.
func (j *journal) failed(line string) { j.add(LevelError, "failed", line, nil) }

// LogRequest asks for lines of the log of a backup or an operation.
type LogRequest struct {
	ID    ID
	After int64 // the number of the last line that is known; 0 is none
	Limit int   // 1 to 500; 0 is 500
}

// LogResult is a part of a log.
type LogResult struct {
	Lines    []LogLine
	Next     int64 // what to ask with as After
	Finished bool  // there are no more lines to come
}

// ReadLog returns lines of the log of a backup or an operation; errs.ErrNotFound
// if there is no such record.
func (s *Service) ReadLog(ctx context.Context, req LogRequest) (LogResult, error) {
	ended, err := s.endedAt(ctx, req.ID)
	if err != nil {
		return LogResult{}, err
	}
	if req.Limit < 1 || req.Limit > maxLog {
		req.Limit = maxLog
	}
	lines, err := s.Logs.ListLog(ctx, req.ID, req.After, req.Limit)
	if err != nil {
		return LogResult{}, err
	}
	res := LogResult{Lines: lines, Next: req.After}
	last := len(lines) - 1
	if last >= 0 {
		res.Next = lines[last].Seq
	}
	all := len(lines) < req.Limit
	res.Finished = last >= 0 && lines[last].Code == codeEnded || all && !ended.IsZero() && s.Now().Sub(ended) > logGrace
	return res, nil
}

// endedAt returns when a record has ended; zero if it has not.
func (s *Service) endedAt(ctx context.Context, id ID) (time.Time, error) {
	if id.IsBackup() {
		b, err := s.Get(ctx, id)
		return b.FinishedAt, err
	}
	o, err := s.GetOperation(ctx, id)
	return o.FinishedAt, err
}

// shortened returns a line that fits into a record.
func shortened(line string) string {
	if len(line) <= maxNoticeSize {
		return line
	}
	return strings.ToValidUTF8(line[:maxNoticeSize/2], "") + " … " + strings.ToValidUTF8(line[len(line)-maxNoticeSize/2:], "")
}
