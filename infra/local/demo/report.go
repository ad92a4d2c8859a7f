package demo

import (
	"fmt"
	"io"
	"strconv"
	"time"
)

// report prints the steps as they happen.
type report struct {
	out  io.Writer
	step int
}

// title begins a step.
func (r *report) title(text string) {
	r.step++
	_, _ = fmt.Fprintf(r.out, "\n%2d. %s\n", r.step, text)
}

// line prints a figure of the present step.
func (r *report) line(format string, args ...any) {
	_, _ = fmt.Fprintf(r.out, "    "+format+"\n", args...)
}

// lines prints the first of many lines.
func (r *report) lines(lines []string, most int) {
	for i, l := range lines {
		if i == most {
			r.line("... and %s more", count(int64(len(lines)-most)))
			return
		}
		r.line("%s", l)
	}
}

// megabytes formats a number of bytes.
func megabytes(bytes int64) string { return fmt.Sprintf("%.1f MB", float64(bytes)/1e6) }

// speed formats bytes over a time.
func speed(bytes int64, took time.Duration) string {
	return fmt.Sprintf("%.0f MB/s", float64(bytes)/1e6/max(took.Seconds(), 0.001))
}

// seconds formats a time.
func seconds(d time.Duration) string { return fmt.Sprintf("%.1f s", d.Seconds()) }

// count formats a number with commas between thousands.
func count(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
