package main

import (
	"bytes"
	"context"

	"github.com/vertex-ar/backup/internal/backup"
)

// What the tests see of the program.
type (
	Result = result
	Cost   = cost
	Source = source
)

// NewResult is a result of one operation.
func NewResult(tool string, run int, wall, rss float64, stored int64) Result {
	return result{Set: "D1", Op: opFirst, Tool: tool, Run: run, cost: cost{Wall: wall, CPU: 1, RSS: rss}, Stored: stored}
}

// MeasureVerb is measureVerb.
const MeasureVerb = measureVerb

// Measured is measured.
func Measured(args []string) int { return measured(args) }

// Measure is measure.
func Measure(ctx context.Context, argv ...string) (Cost, error) { return measure(ctx, nil, argv) }

// MakeTree makes a small tree in both states.
func MakeTree(ctx context.Context, files int, size int64, before, after string) error {
	return tree{seed: 9, files: files, bytes: size}.make(ctx, before, after)
}

// NewSource is a source on a directory that has both states.
func NewSource(dir string) *Source { return &source{dir: dir} }

// Put is put.
func (s *Source) Put(n int) error { return s.put(n) }

// Table is the table of results, Plot their picture.
func Table(results []Result) string {
	var b bytes.Buffer
	_ = writeTable(&b, summarize(results)) // a buffer takes everything
	return b.String()
}

// Verdicts is what is said of results.
func Verdicts(results []Result) string {
	var b bytes.Buffer
	_ = writeVerdicts(&b, summarize(results)) // a buffer takes everything
	return b.String()
}

// Synthetic is the source of so many entries.
func Synthetic(entries int) backup.Source { return synthetic{entries} }

// Plot is plot.
func Plot(results []Result) []byte { return plot(summarize(results)) }
