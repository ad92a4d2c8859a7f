package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"text/tabwriter"
)

// writeResults writes all measurements as JSON.
func writeResults(path string, results []result) error {
	text, err := json.MarshalIndent(results, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o644) //nolint:gosec // figures for everybody
}

// group are the medians of one operation on one set, ours first.
type group struct {
	set, op string
	tools   []result
}

// summarize takes the median of each figure over the runs.
func summarize(results []result) []group {
	var groups []group
	for _, r := range results {
		i := slices.IndexFunc(groups, func(g group) bool { return g.set == r.Set && g.op == r.Op })
		if i < 0 {
			i, groups = len(groups), append(groups, group{set: r.Set, op: r.Op})
		}
		if slices.ContainsFunc(groups[i].tools, func(x result) bool { return x.Tool == r.Tool }) {
			continue
		}
		groups[i].tools = append(groups[i].tools, medians(slices.DeleteFunc(slices.Clone(results), func(x result) bool {
			return x.Set != r.Set || x.Op != r.Op || x.Tool != r.Tool
		})))
	}
	return groups
}

// medians returns the median of each figure of runs.
func medians(runs []result) result {
	m := runs[0]
	m.Wall = median(runs, func(r result) float64 { return r.Wall })
	m.CPU = median(runs, func(r result) float64 { return r.CPU })
	m.RSS = median(runs, func(r result) float64 { return r.RSS })
	m.Stored = median(runs, func(r result) int64 { return r.Stored })
	m.Objects = median(runs, func(r result) int64 { return r.Objects })
	return m
}

func median[T cmp.Ordered](runs []result, of func(result) T) T {
	var all []T
	for _, r := range runs {
		all = append(all, of(r))
	}
	slices.Sort(all)
	return all[(len(all)-1)/2]
}

// writeTable prints the summary, with ours divided by theirs behind each peer.
func writeTable(out io.Writer, groups []group) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	_, _ = fmt.Fprintln(w, "\nset\toperation\ttool\twall s\tcpu s\tpeak MiB\tstored MB\tobjects\tours/theirs: wall\tpeak\tstored\t")
	for _, g := range groups {
		for _, r := range g.tools {
			_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%.2f\t%.2f\t%.0f\t%.2f\t%d\t", r.Set, r.Op, r.Tool, r.Wall, r.CPU, r.RSS, float64(r.Stored)/1e6, r.Objects)
			if ours := g.tools[0]; ours.Tool == vertexName && !isOurs(r.Tool) {
				_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t\n", ratio(ours.Wall, r.Wall), ratio(ours.RSS, r.RSS), storedRatio(ours, r))
				continue
			}
			_, _ = fmt.Fprintln(w, "\t\t\t")
		}
	}
	return w.Flush()
}

// storedRatio compares what two tools stored where both store content.
func storedRatio(ours, theirs result) string {
	if ours.Op != opFirst && ours.Op != opIncremental {
		return ""
	}
	return ratio(float64(ours.Stored), float64(theirs.Stored))
}

func ratio(ours, theirs float64) string {
	if theirs == 0 {
		return ""
	}
	return fmt.Sprintf("%.2f", ours/theirs)
}
