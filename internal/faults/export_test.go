package faults_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

// exports returns what people could download, by key.
func (w *world) exports() map[string][]byte {
	all := w.memory.Contents()
	maps.DeleteFunc(all, func(key string, _ []byte) bool { return !strings.HasPrefix(key, "exports/") })
	return all
}

// exported returns the bytes of an export that has ended well.
func (w *world) exported(t *testing.T, o backup.Operation) []byte {
	t.Helper()
	url, err := w.svc.ExportURL(t.Context(), admin(), o)
	if err != nil || o.Status != backup.StatusCompleted {
		t.Fatalf("export: %s %v, %v", o.Status, o.Errors, err)
	}
	key, _, _ := strings.Cut(strings.TrimPrefix(url, "https://memory.invalid/"), "?")
	content, ok := w.memory.Contents()[key]
	sum := sha256.Sum256(content)
	if !ok || hex.EncodeToString(sum[:]) != o.ExportResult.SHA256 || int64(len(content)) != o.ExportResult.Size {
		t.Fatalf("%s (found: %v) has %d bytes, the record says %+v", url, ok, len(content), o.ExportResult)
	}
	return content
}

// unzipped returns the contents of the files in a zip.
func unzipped(t *testing.T, content []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name] = string(text)
	}
	return files
}

func TestExportSurvivesEveryFault(t *testing.T) {
	t.Parallel()
	for _, req := range []backup.ExportRequest{{Path: "storage"}, {Path: "storage/a.jpg"}, {}} {
		t.Run("of_"+string(req.Path), func(t *testing.T) {
			t.Parallel()
			everyFault(t, false, func(t *testing.T, f fault) bool {
				t.Helper()
				w := newWorld(t)
				b := w.mustCreate(t, backup.KindFull)
				want := map[backup.ID]state{b.ID: observe(t, w.dir)}
				req := req
				req.ID = b.ID
				f.into(t, w)
				o, err := w.svc.Export(t.Context(), admin(), req)
				fired := f.fired(w)
				w.recover(t)
				if err == nil && o.Status == backup.StatusCompleted {
					w.exported(t, o)
				}
				checkNoAddress(t, w, o)
				again, err := w.svc.Export(t.Context(), admin(), req)
				if err != nil {
					t.Fatalf("second Export = %v", err)
				}
				w.exported(t, again)
				w.checkBackups(t, want)
				w.clock.Advance(25 * time.Hour)
				if _, err := w.svc.Rotate(t.Context(), admin(), backup.RotateRequest{}); err != nil {
					t.Fatal(err)
				}
				if left := slices.Collect(maps.Keys(w.exports())); len(left) > 0 {
					t.Errorf("left a day later: %q", left)
				}
				checkNothingRuns(t, w.records)
				return fired
			})
		})
	}
}

// checkNoAddress checks that an export that did not end well has no address.
func checkNoAddress(t *testing.T, w *world, o backup.Operation) {
	t.Helper()
	now, err := w.svc.GetOperation(t.Context(), o.ID)
	if errors.Is(err, errs.ErrNotFound) {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if url, err := w.svc.ExportURL(t.Context(), admin(), now); err != nil || url != "" && now.Status != backup.StatusCompleted {
		t.Errorf("%s has the address %q, %v", now.Status, url, err)
	}
}

func TestExportHoldsWhatWasBackedUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.mustCreate(t, backup.KindFull)
	export := func(req backup.ExportRequest) backup.Operation {
		t.Helper()
		req.ID = b.ID
		o, err := w.svc.Export(t.Context(), admin(), req)
		if err != nil {
			t.Fatal(err)
		}
		return o
	}
	want := map[string]string{
		"sub/": "", "sub/b.mp4": strings.Repeat("video", 1000), "sub/deep/": "", "sub/deep/empty": "",
	}
	sub := export(backup.ExportRequest{Path: "storage/sub"})
	if diff := cmp.Diff(want, unzipped(t, w.exported(t, sub))); diff != "" || sub.ExportResult.Name != "sub.zip" {
		t.Errorf("%s (-want +got):\n%s", sub.ExportResult.Name, diff)
	}
	if got := string(w.exported(t, export(backup.ExportRequest{Path: "storage/a.jpg"}))); got != "image" {
		t.Errorf("a.jpg is %q", got)
	}
	if again := export(backup.ExportRequest{Path: "storage/sub", Format: backup.FormatZip}); again.ID != sub.ID {
		t.Errorf("the same again is %s, want %s", again.ID, sub.ID)
	}
	if other := export(backup.ExportRequest{Path: "storage/sub", Format: backup.FormatTar}); other.ID == sub.ID {
		t.Error("another format is the same export")
	}
	w.clock.Advance(24 * time.Hour)
	if url, err := w.svc.ExportURL(t.Context(), admin(), sub); url != "" || err != nil {
		t.Errorf("a day later there is the address %q, %v", url, err)
	}
	if later := export(backup.ExportRequest{Path: "storage/sub"}); later.ID == sub.ID {
		t.Error("an export that is over was handed out")
	}
}

func TestDamagedFileFailsTheExportByName(t *testing.T) {
	t.Parallel()
	for _, req := range []backup.ExportRequest{{Path: "storage/sub/b.mp4"}, {Path: "storage/sub"}, {}} {
		w := newWorld(t)
		b := w.mustCreate(t, backup.KindStorage)
		for key := range w.memory.Contents() {
			if strings.HasPrefix(key, "archives/") {
				w.memory.Change(key, func(content []byte) []byte { return bytes.Repeat([]byte("x"), len(content)) })
			}
		}
		req.ID = b.ID
		o, err := w.svc.Export(t.Context(), admin(), req)
		if !errors.Is(err, errs.ErrCorrupt) || !strings.Contains(errs.Detail(err), "storage/") {
			t.Errorf("Export(%q) = %v, want damage that names a file", req.Path, err)
		}
		if url, err := w.svc.ExportURL(t.Context(), admin(), o); url != "" || err != nil {
			t.Errorf("the damaged export has the address %q, %v", url, err)
		}
		if left := w.exports(); len(left) > 0 {
			t.Errorf("%d exports are left", len(left))
		}
	}
}
