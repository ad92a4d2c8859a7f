package main_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	bench "github.com/vertex-ar/backup/infra/bench"
	"github.com/vertex-ar/backup/infra/local/fingerprint"
	"github.com/vertex-ar/backup/internal/backup"
)

// The test binary stands in for the program when it starts itself.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == bench.MeasureVerb {
		os.Exit(bench.Measured(os.Args[2:]))
	}
	os.Exit(m.Run())
}

func fingerprintOf(t *testing.T, dir string) fingerprint.Tree {
	t.Helper()
	tree, err := fingerprint.OfTree(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func TestASetIsTheSameEveryTime(t *testing.T) {
	const files, size = 300, 1_000_000
	dir := t.TempDir()
	for _, n := range []string{"a", "b"} {
		if err := bench.MakeTree(t.Context(), files, size, filepath.Join(dir, n, "1"), filepath.Join(dir, n, "2")); err != nil {
			t.Fatal(err)
		}
	}
	first := fingerprintOf(t, filepath.Join(dir, "a", "1"))
	if diff := fingerprintOf(t, filepath.Join(dir, "b", "1")).Diff(first); len(diff) > 0 {
		t.Errorf("two times made, %d differences, such as %s", len(diff), diff[0])
	}
	if diff := fingerprintOf(t, filepath.Join(dir, "a", "2")).Diff(first); len(diff) != files/100 {
		t.Errorf("the change is one of %d paths, want one of %d: %v", len(diff), files/100, diff)
	}
	if n, sum := first.Stat(); n != files || sum < size-files || sum > size {
		t.Errorf("%d files of %d bytes, want %d of about %d", n, sum, files, size)
	}
}

func TestASourceIsPutBackAfterARunThatWasKilled(t *testing.T) {
	dir := t.TempDir()
	for _, state := range []string{"1", "2"} {
		if err := os.MkdirAll(filepath.Join(dir, state, "is "+state), 0o750); err != nil {
			t.Fatal(err)
		}
	}
	if err := bench.NewSource(dir).Put(2); err != nil {
		t.Fatal(err)
	}
	if err := bench.NewSource(dir).Put(1); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"source/is 1", "2/is 2"} {
		if _, err := os.Stat(filepath.Join(dir, path)); err != nil {
			t.Error(err)
		}
	}
}

func TestMeasureCountsTheChildOnly(t *testing.T) {
	ballast := make([]byte, 200<<20)
	for i := range ballast {
		ballast[i] = byte(i)
	}
	c, err := bench.Measure(t.Context(), "/bin/sh", "-c", "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done")
	if err != nil {
		t.Fatal(err)
	}
	if c.Wall <= 0 || c.CPU <= 0 || c.RSS <= 0 || c.RSS > 100 {
		t.Errorf("a shell's loop took %+v beside a parent of %d MiB", c, len(ballast)>>20)
	}
	if _, err := bench.Measure(t.Context(), "/bin/sh", "-c", "echo no luck >&2; exit 3"); err == nil || !strings.Contains(err.Error(), "no luck") {
		t.Errorf("a failure is %v, want its last words", err)
	}
}

func results() []bench.Result {
	var all []bench.Result
	for run, wall := range []float64{2, 1, 30} {
		all = append(all,
			bench.NewResult("vertex", run+1, wall, 100, 10),
			bench.NewResult("restic", run+1, 4*wall, 50, 40))
	}
	return all
}

func TestTableHasMediansAndRatios(t *testing.T) {
	got := bench.Table(results())
	if !regexp.MustCompile(`D1 +first +restic +8\.00 .* 0\.25 +2\.00 +0\.25\n`).MatchString(got) {
		t.Errorf("table:\n%s", got)
	}
	if n := strings.Count(got, "restic"); n != 1 {
		t.Errorf("restic has %d lines, want 1", n)
	}
}

func TestVerdictsCompareWithTheFasterPeer(t *testing.T) {
	made := []bench.Result{
		bench.NewResult("vertex", 1, 3, 100, 10), bench.NewResult("restic", 1, 9, 50, 12), bench.NewResult("kopia", 1, 5, 300, 9),
	}
	got := bench.Verdicts(made)
	for _, line := range []string{
		"no   D1 first, time of vertex: 3.00 s, at most 2.50 s (0.5 of kopia's 5.00)",
		"yes  D1 first, peak of vertex: 100.00 MiB, at most 150.00 MiB (0.5 of kopia's 300.00)",
		"?    D1 restore, time of vertex\n",
	} {
		if !strings.Contains(got, line) {
			t.Errorf("%q is missing in\n%s", line, got)
		}
	}
	if strings.Contains(got, "P1") {
		t.Errorf("a set that was not measured is judged:\n%s", got)
	}
}

func TestTheSyntheticSourceHasSoManyEntriesInOrder(t *testing.T) {
	const want = 3456
	snap, err := bench.Synthetic(want).Snapshot(t.Context(), backup.SnapshotOptions{})
	if err != nil {
		t.Fatal(err)
	}
	n, last := 0, ""
	err = snap.Walk(t.Context(), func(it backup.Item) error {
		if it.Path <= last {
			t.Errorf("%s comes after %s", it.Path, last)
		}
		if it.Open != nil {
			r, err := it.Open(t.Context())
			if err != nil {
				return err
			}
			if content, err := io.ReadAll(r); err != nil || int64(len(content)) != it.Size {
				t.Errorf("%s has %d bytes, not %d, %v", it.Path, len(content), it.Size, err)
			}
		}
		n, last = n+1, it.Path
		return nil
	})
	if err != nil || n != want {
		t.Errorf("%d entries, %v", n, err)
	}
}

func TestPlotIsWellFormed(t *testing.T) {
	svg := bench.Plot(results())
	for d := xml.NewDecoder(bytes.NewReader(svg)); ; {
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, svg)
		}
	}
	if !bytes.Contains(svg, []byte("8.00 s")) {
		t.Errorf("the picture lacks restic's time:\n%s", svg)
	}
}
