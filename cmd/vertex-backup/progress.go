package main

import (
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/mattn/go-isatty"

	"github.com/vertex-ar/backup/internal/backup"
)

// clearLine moves to the start of a terminal's line and empties it.
const clearLine = "\r\x1b[K"

// progress shows how far a job is: on a terminal in a line that changes, else,
// if asked for, in lines one below the other. It is also the way to write
// anything else to the same place.
type progress struct {
	lines bool // also where there is no terminal

	mu       sync.Mutex
	out      io.Writer
	terminal bool
	shown    string // what stands in the line
}

func newProgress(out io.Writer) *progress {
	f, ok := out.(*os.File)
	return &progress{out: out, terminal: ok && isatty.IsTerminal(f.Fd())}
}

// show shows p, if anything is known of it that was not shown before.
func (w *progress) show(p backup.Progress) {
	w.mu.Lock()
	defer w.mu.Unlock()
	line := progressLine(p)
	if line == "" || line == w.shown || (!w.terminal && !w.lines) {
		return
	}
	w.shown = line
	if w.terminal {
		_, _ = io.WriteString(w.out, clearLine+line)
	} else {
		_, _ = io.WriteString(w.out, line+"\n")
	}
}

func progressLine(p backup.Progress) string {
	if p.Phase == "" || p.Phase == "done" || p.DoneFiles+p.TotalFiles+p.DoneBytes+p.TotalBytes == 0 {
		return ""
	}
	if p.TotalFiles+p.TotalBytes == 0 { // not known yet
		return fmt.Sprintf("%s: %d files, %s", p.Phase, p.DoneFiles, size(p.DoneBytes))
	}
	line := fmt.Sprintf("%s: %d %%, %d of %d files", p.Phase, p.Percent(), p.DoneFiles, p.TotalFiles)
	if p.TotalBytes > 0 {
		line += fmt.Sprintf(", %s of %s", size(p.DoneBytes), size(p.TotalBytes))
	}
	return line
}

// clear empties the line for something else to be written.
func (w *progress) clear() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clearLocked()
}

func (w *progress) clearLocked() {
	if w.terminal && w.shown != "" {
		_, _ = io.WriteString(w.out, clearLine)
		w.shown = ""
	}
}

// Write implements io.Writer.
func (w *progress) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clearLocked()
	return w.out.Write(b)
}

// size writes a number of bytes for people.
func size(n int64) string {
	const unit = 1000
	if n < unit {
		return fmt.Sprintf("%d B", n)
	}
	value, name := float64(n)/unit, 0
	for value >= unit-0.05 && name < len(units)-1 {
		value, name = value/unit, name+1
	}
	return fmt.Sprintf("%.1f %s", value, units[name])
}

var units = [...]string{"kB", "MB", "GB", "TB", "PB"} //nolint:gochecknoglobals // a constant
