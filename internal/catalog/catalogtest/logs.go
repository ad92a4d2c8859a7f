package catalogtest

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/catalog"
	"github.com/vertex-ar/backup/internal/errs"
)

// linesOf makes lines with those numbers.
func linesOf(from, to int64) []backup.LogLine {
	var lines []backup.LogLine
	for seq := from; seq <= to; seq++ {
		lines = append(lines, backup.LogLine{Seq: seq, Time: noon.Add(time.Duration(seq)), Level: backup.LevelInfo, Code: "phase", Text: "Copying."})
	}
	return lines
}

// readLog reads a log line by line and page by page.
func readLog(t *testing.T, c catalog.Catalog, id backup.ID, limit int) []backup.LogLine {
	t.Helper()
	var all []backup.LogLine
	for after := int64(0); ; {
		page := must(c.ListLog(t.Context(), id, after, limit))(t)
		all = append(all, page...)
		if len(page) < limit {
			return all
		}
		after = page[len(page)-1].Seq
	}
}

func testLogRoundTrip(t *testing.T, c catalog.Catalog) {
	want := filled[backup.LogLine]()
	want.Time, want.Seq = noon, 1
	if err := c.AppendLog(t.Context(), idAt(1), []backup.LogLine{want}, noon); err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "the log", readLog(t, c, idAt(1), 10), []backup.LogLine{want})
	wantEqual(t, "another log", readLog(t, c, idAt(2), 10), []backup.LogLine(nil))
}

func testLogOrder(t *testing.T, c catalog.Catalog) {
	for _, batch := range [][]backup.LogLine{linesOf(1, 3), linesOf(4, 4), linesOf(5, 12)} {
		if err := c.AppendLog(t.Context(), idAt(1), batch, noon); err != nil {
			t.Fatal(err)
		}
	}
	for _, limit := range []int{1, 2, 5, 12, 100} {
		wantEqual(t, "the log", readLog(t, c, idAt(1), limit), linesOf(1, 12))
	}
	wantEqual(t, "what follows the tenth", must(c.ListLog(t.Context(), idAt(1), 10, 100))(t), linesOf(11, 12))
}

// testLogRepeated appends lines again whose first append seemed to fail.
func testLogRepeated(t *testing.T, c catalog.Catalog) {
	for _, batch := range [][]backup.LogLine{linesOf(1, 3), linesOf(1, 3), linesOf(1, 5), linesOf(4, 5), linesOf(6, 6)} {
		if err := c.AppendLog(t.Context(), idAt(1), batch, noon); err != nil {
			t.Fatal(err)
		}
	}
	for _, limit := range []int{1, 4, 100} {
		wantEqual(t, "the log", readLog(t, c, idAt(1), limit), linesOf(1, 6))
	}
}

func testLogLarge(t *testing.T, c catalog.Catalog) {
	const batches, size = 30, 60
	text := strings.Repeat("x", 1000)
	for b := range int64(batches) {
		lines := linesOf(b*size+1, (b+1)*size)
		for i := range lines {
			lines[i].Text = text
		}
		if err := c.AppendLog(t.Context(), idAt(1), lines, noon); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(readLog(t, c, idAt(1), 1000)); n != batches*size {
		t.Errorf("%d lines, want %d", n, batches*size)
	}
}

func testLogInvalid(t *testing.T, c catalog.Catalog) {
	two := linesOf(1, 2)
	for name, lines := range map[string][]backup.LogLine{
		"no lines": nil, "number 0": linesOf(0, 0), "out of order": {two[1], two[0]}, "twice": {two[0], two[0]},
	} {
		wantKind(t, name, c.AppendLog(t.Context(), idAt(1), lines, noon), errs.ErrInvalid)
	}
	wantKind(t, "no record", c.AppendLog(t.Context(), "", two, noon), errs.ErrInvalid)
	for _, limit := range []int{0, -1, 1001} {
		_, err := c.ListLog(t.Context(), idAt(1), 0, limit)
		wantKind(t, "a page of that size", err, errs.ErrInvalid)
	}
}

func appendLog(ctx context.Context, c catalog.Catalog) error {
	return c.AppendLog(ctx, idAt(1), linesOf(1, 1), noon)
}
