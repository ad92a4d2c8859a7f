package main

import (
	"fmt"
	"io"
	"slices"
)

// verdict says whether one thing that was promised holds.
type verdict struct {
	set      string
	what     string
	is, most float64
	unit     string
	by       string // where most comes from
	measured bool
}

// writeVerdicts prints what the project promises and whether it holds.
func writeVerdicts(out io.Writer, groups []group) error {
	if _, err := fmt.Fprintln(out); err != nil {
		return err
	}
	for _, v := range verdicts(groups) {
		if !slices.ContainsFunc(groups, func(g group) bool { return g.set == v.set }) {
			continue // nobody asked for that
		}
		answer := "no "
		switch {
		case !v.measured:
			answer = "?  "
		case v.is <= v.most:
			answer = "yes"
		}
		line := fmt.Sprintf("%s  %s", answer, v.what)
		if v.measured {
			line += fmt.Sprintf(": %.2f %s, at most %.2f %s%s", v.is, v.unit, v.most, v.unit, v.by)
		}
		if _, err := fmt.Fprintln(out, line); err != nil {
			return err
		}
	}
	return nil
}

func verdicts(groups []group) []verdict {
	all := []verdict{
		beside(groups, vertexName, "D1", opFirst, "time", 0.5, "s", seconds),
		beside(groups, vertexName, "D1", opFirst, "peak", 0.5, "MiB", peak),
	}
	for _, set := range []string{"D1", "D2"} {
		for _, op := range []string{opNoChange, opIncremental, opOneFile, opRestore, opVerify} {
			all = append(all, beside(groups, vertexName, set, op, "time", 0.7, "s", seconds))
		}
	}
	all = append(all, absolute(groups, "D3", opIncremental, "stored", 15, "MB", stored))
	for _, set := range []string{"D1", "D2"} {
		all = append(all, besideRestic(groups, set))
	}
	for _, op := range []string{opFirst, opNoChange, opIncremental, opRestore, opVerify, opOneFile, opDelete} {
		all = append(all, beside(groups, encryptedName, "D1", op, "time", 1, "s", seconds))
	}
	return append(all,
		absolute(groups, "P1", opNoChange, "time", 60, "s", seconds),
		absolute(groups, "P1", opNoChange, "peak", 200, "MiB", peak),
		doubled(groups, "time", 2.2, "s", seconds),
		doubled(groups, "peak", 1.1, "MiB", peak),
	)
}

func seconds(r result) float64 { return r.Wall }
func peak(r result) float64    { return r.RSS }
func stored(r result) float64  { return float64(r.Stored) / 1e6 }

// find returns what a tool took for an operation.
func find(groups []group, set, op, tool string) (result, bool) {
	for _, g := range groups {
		if g.set != set || g.op != op {
			continue
		}
		if i := slices.IndexFunc(g.tools, func(r result) bool { return r.Tool == tool }); i >= 0 {
			return g.tools[i], true
		}
	}
	return result{}, false
}

// rival returns the fastest of the peers that keep earlier backups: tar does not.
func rival(groups []group, set, op string) (best result, found bool) {
	for _, tool := range []string{"restic", kopiaName} {
		if r, ok := find(groups, set, op, tool); ok && (!found || r.Wall < best.Wall) {
			best, found = r, true
		}
	}
	return best, found
}

// beside compares a figure of ours with part of the fastest peer's.
func beside(groups []group, ours, set, op, what string, part float64, unit string, of func(result) float64) verdict {
	v := verdict{set: set, what: fmt.Sprintf("%s %s, %s of %s", set, op, what, ours), unit: unit}
	is, ok := find(groups, set, op, ours)
	peer, found := rival(groups, set, op)
	if v.measured = ok && found; v.measured {
		v.is, v.most = of(is), part*of(peer)
		v.by = fmt.Sprintf(" (%.2g of %s's %.2f)", part, peer.Tool, of(peer))
	}
	return v
}

func besideRestic(groups []group, set string) verdict {
	v := verdict{set: set, what: set + " first, stored", unit: "MB", by: " (restic's)"}
	is, ok := find(groups, set, opFirst, vertexName)
	peer, found := find(groups, set, opFirst, "restic")
	v.measured, v.is, v.most = ok && found, stored(is), stored(peer)
	return v
}

// absolute compares a figure of ours with a number.
func absolute(groups []group, set, op, what string, most float64, unit string, of func(result) float64) verdict {
	is, ok := find(groups, set, op, vertexName)
	return verdict{set: set, what: fmt.Sprintf("%s %s, %s", set, op, what), is: of(is), most: most, unit: unit, measured: ok}
}

// doubled compares two million entries with one million.
func doubled(groups []group, what string, factor float64, unit string, of func(result) float64) verdict {
	one, ok := find(groups, "P1", opNoChange, vertexName)
	v := absolute(groups, "P2", opNoChange, what, factor*of(one), unit, of)
	v.measured, v.by = v.measured && ok, fmt.Sprintf(" (%.2g of P1's)", factor)
	return v
}
