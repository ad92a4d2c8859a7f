package manifest_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository/frame"
	"github.com/vertex-ar/backup/internal/repository/manifest"
)

const (
	id  = "20261122-120000-full-aaaaaa"
	one = id + "/000001.tar.zst"
	two = "20261121-120000-storage-bbbbbb/1000000.tar.zst"
	// list is a page list.
	list = "20261121-120000-storage-bbbbbb/000001.pages.zst"
)

var (
	noon   = time.Date(2026, 11, 22, 12, 0, 0, 120000000, time.UTC)
	header = manifest.Header{Version: manifest.Version, ID: id, Kind: backup.KindFull, CreatedAt: noon}
)

func newRecord() backup.Backup {
	return backup.Backup{
		ID: id, Kind: backup.KindFull, Status: backup.StatusPartial, CreatedAt: noon, FinishedAt: noon.Add(time.Minute),
		StoredSize: 300, DatabaseOK: true, Errors: []string{"a <b> & c"}, Warnings: []string{"line\u2028separator"},
		Reason: backup.ReasonPreRestore, CreatedBy: "Ирина", Note: "note", ExpiresAt: noon.Add(time.Hour),
		Host: "media-1", Shrunk: []backup.Component{backup.ComponentStorage},
		Amounts: []backup.Amount{
			{Component: backup.ComponentDatabase, Files: 1, Bytes: 100, Rows: new(int64(0))},
			{Component: backup.ComponentStorage, Files: 1, Bytes: 10, Unread: 2, Lacking: 3},
		},
	}
}

func extent(archive string, size int64) backup.Extent {
	return backup.Extent{Archive: archive, Offset: 100, Length: 200, Start: min(size, 1) * 1536, Size: size}
}

func newFile(path string, size int64) backup.Entry {
	return backup.Entry{
		Path: path, Type: backup.TypeFile, Size: size, ModTime: noon, Mode: 0o644, UID: 1, GID: 2,
		SHA256: [32]byte{1, 2, 3}, Extents: []backup.Extent{extent(one, size)},
	}
}

func newDir(path string) backup.Entry {
	return backup.Entry{Path: path, Type: backup.TypeDir, ModTime: noon, Mode: 0o755, Extents: []backup.Extent{extent(one, 0)}}
}

func newLink(path, to string) backup.Entry {
	return backup.Entry{Path: path, Type: backup.TypeSymlink, ModTime: noon, Mode: 0o777, Link: to, Extents: []backup.Extent{extent(two, 0)}}
}

// odd entries in order.
func odd() []backup.Entry {
	shared := newFile("a/shared", 300)
	shared.Extents, shared.Pages = []backup.Extent{extent(one, 100), extent(two, 200)}, list
	shared.Inode, shared.ChangeTime = 77, noon.Add(time.Second)
	untouched := newFile("b", 1)
	untouched.Inode, untouched.ChangeTime = math.MaxInt64, untouched.ModTime
	return []backup.Entry{
		newDir("a"), newFile("a-b", 0), newFile("a/\n\x01\"\\<&>\u2028", 1), shared, newFile("a/"+strings.Repeat("x", 5000), 8<<20-1536),
		untouched, newLink("b-link", "../\xff"), newLink("c", "to"), newFile("\xfe\xff", 2), newFile("\xff", 2),
	}
}

func archives(names ...string) []manifest.Archive {
	var all []manifest.Archive
	for _, name := range names {
		all = append(all, manifest.Archive{Name: name, Size: 1 << 50, SHA256: [32]byte{9}})
	}
	return all
}

func write(tb testing.TB, entries ...backup.Entry) []byte {
	tb.Helper()
	var out bytes.Buffer
	w, err := manifest.NewWriter(&out, header)
	if err != nil {
		tb.Fatal(err)
	}
	for _, e := range entries {
		if err := w.Write(e); err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Close(newRecord(), archives(w.Archives()...)); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

func read(r io.Reader) (entries []backup.Entry, trailer manifest.Trailer, err error) {
	m, err := manifest.NewReader(r)
	for err == nil {
		var e backup.Entry
		if e, err = m.Next(); err == nil {
			entries = append(entries, e)
		}
	}
	if errors.Is(err, io.EOF) {
		return entries, m.Trailer(), nil
	}
	return entries, manifest.Trailer{}, err
}

// unzip returns the lines of a manifest.
func unzip(tb testing.TB, whole []byte) string {
	tb.Helper()
	dec, err := zstd.NewReader(nil)
	if err != nil {
		tb.Fatal(err)
	}
	defer dec.Close()
	lines, err := dec.DecodeAll(whole, nil)
	if err != nil {
		tb.Fatal(err)
	}
	return string(lines)
}

// zip makes a manifest of lines as the format asks for: header and trailer in
// frames of their own, then the footer. It puts the right hash into the trailer.
func zip(lines string) []byte {
	body, trailer := lines, ""
	if i := strings.LastIndexByte(strings.TrimSuffix(lines, "\n"), '\n') + 1; i > 0 {
		body, trailer = lines[:i], lines[i:]
	}
	if i := strings.LastIndex(trailer, `"sha256":"`); i >= 0 {
		sum := sha256.Sum256([]byte(body))
		trailer = trailer[:i] + `"sha256":"` + hex.EncodeToString(sum[:]) + "\"}\n"
	}
	head, entries, _ := strings.Cut(body, "\n")
	out := frame.AppendRaw(nil, []byte(head+"\n"))
	if entries != "" {
		out = frame.AppendRaw(out, []byte(entries))
	}
	at := byte(len(out))
	footer := []byte{at, byte(len(out) >> 8), byte(len(out) >> 16), 0, 0, 0, 0, 0}
	if trailer != "" {
		out = frame.AppendRaw(out, []byte(trailer))
	}
	return frame.AppendSkippable(out, footer)
}

func TestManifestReadsBack(t *testing.T) {
	t.Parallel()
	whole := write(t, odd()...)
	entries, trailer, err := read(bytes.NewReader(whole))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(odd(), entries); diff != "" {
		t.Errorf("entries differ (-want +got):\n%s", diff)
	}
	record := newRecord()
	record.LogicalSize, record.FileCount = 8<<20-1536+306, 7
	want := manifest.Trailer{
		Counts:   manifest.Counts{Entries: 10, Files: 7, Dirs: 1, Symlinks: 2, Size: record.LogicalSize},
		Archives: archives(list, two, one), Backup: record,
	}
	if diff := cmp.Diff(want, trailer); diff != "" {
		t.Errorf("trailer differs (-want +got):\n%s", diff)
	}
	h, summary, err := manifest.ReadSummary(bytes.NewReader(whole), int64(len(whole)))
	if err != nil || h != header {
		t.Errorf("summary: %+v, %v", h, err)
	}
	if diff := cmp.Diff(want, summary); diff != "" {
		t.Errorf("summary differs (-want +got):\n%s", diff)
	}
}

// TestLinesAreAsSpecified compares with the text of docs/format.md.
func TestLinesAreAsSpecified(t *testing.T) {
	t.Parallel()
	f := newFile("a\xff", 1)
	f.Mode = 0o7
	got := strings.Split(unzip(t, write(t, f, newLink("b", "<\u2029"))), "\n")
	sum := sha256.Sum256([]byte(strings.Join(got[:3], "\n") + "\n"))
	want := []string{
		`{"format":"vertex-ar-backup/manifest","version":2,"id":"` + id + `","kind":"full","created_at":"2026-11-22T12:00:00.120000000Z"}`,
		`{"path_base64":"Yf8=","type":"file","size":1,"mtime":"2026-11-22T12:00:00.120000000Z","mode":"0007","uid":1,"gid":2,` +
			`"sha256":"0102030000000000000000000000000000000000000000000000000000000000",` +
			`"extents":[{"archive":"` + one + `","offset":100,"length":200,"start":1536,"size":1}]}`,
		`{"path":"b","type":"symlink","size":0,"mtime":"2026-11-22T12:00:00.120000000Z","mode":"0777","uid":0,"gid":0,` +
			`"link":"<\u2029","extents":[{"archive":"` + two + `","offset":100,"length":200,"start":0,"size":0}]}`,
		`{"entries":2,"files":1,"dirs":0,"symlinks":1,"size":1,"archives":[` +
			`{"name":"` + two + `","size":1125899906842624,"sha256":"0900000000000000000000000000000000000000000000000000000000000000"},` +
			`{"name":"` + one + `","size":1125899906842624,"sha256":"0900000000000000000000000000000000000000000000000000000000000000"}],` +
			`"backup":{"id":"` + id + `","kind":"full","status":"partial","created_at":"2026-11-22T12:00:00.120000000Z",` +
			`"finished_at":"2026-11-22T12:01:00.120000000Z","stored_size":300,"database_ok":true,"storage_ok":false,` +
			`"errors":["a <b> & c"],"warnings":["line\u2028separator"],"reason":"pre-restore","created_by":"Ирина","note":"note",` +
			`"encrypted":false,"expires_at":"2026-11-22T13:00:00.120000000Z","host":"media-1","shrunk":["storage"],` +
			`"amounts":[{"component":"database","files":1,"bytes":100,"rows":0},{"component":"storage","files":1,"bytes":10,"unread":2,"lacking":3}]},"sha256":"` + hex.EncodeToString(sum[:]) + `"}`,
		"",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("lines differ (-want +got):\n%s", diff)
	}
}

func TestManyExtentsGoOverSeveralLines(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 2047, 2048, 2049, 4096, 10_000} {
		e := newFile("large", int64(n)*10)
		e.Extents = nil
		for i := range n {
			e.Extents = append(e.Extents, backup.Extent{Archive: one, Offset: int64(i) * 20, Length: 20, Size: 10})
		}
		whole := write(t, newFile("first", 1), e, newFile("last", 1))
		entries, _, err := read(bytes.NewReader(whole))
		if err != nil {
			t.Fatalf("%d extents: %v", n, err)
		}
		if diff := cmp.Diff(e, entries[1]); diff != "" {
			t.Errorf("%d extents differ (-want +got):\n%.500s", n, diff)
		}
		for line := range strings.Lines(unzip(t, whole)) {
			if len(line) > 1<<20 {
				t.Errorf("%d extents: line of %d bytes", n, len(line))
			}
		}
	}
}

func TestWriterRefusesWhatTheFormatForbids(t *testing.T) {
	t.Parallel()
	change := func(f func(e *backup.Entry)) backup.Entry {
		e := newFile("x", 10)
		f(&e)
		return e
	}
	for what, e := range forbidden(change) {
		var out bytes.Buffer
		w, err := manifest.NewWriter(&out, header)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range []backup.Entry{newDir("d"), newFile("d/f", 1), newFile("f", 1), newFile("f-1", 1)} {
			if err := w.Write(e); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Write(e); !errors.Is(err, errs.ErrInvalid) {
			t.Errorf("%s: %v, want ErrInvalid", what, err)
		}
	}
}

// forbidden are entries that must not come after f-1.
func forbidden(change func(func(e *backup.Entry)) backup.Entry) map[string]backup.Entry {
	extents := func(x ...backup.Extent) backup.Entry { return change(func(e *backup.Entry) { e.Extents = x }) }
	path := func(path string) backup.Entry { return change(func(e *backup.Entry) { e.Path = path }) }
	good := extent(one, 10)
	return map[string]backup.Entry{
		"before":           path("e"),
		"twice":            path("f-1"),
		"below a file":     path("f/g"),
		"below, deeper":    path("f-1/g/h"),
		"empty path":       path(""),
		"absolute path":    path("/x"),
		"NUL":              path("x\x00"),
		"empty element":    path("x//y"),
		"slash at the end": path("x/"),
		"dot":              path("x/./y"),
		"dot dot":          path("x/../y"),
		"long path":        path(strings.Repeat("x", manifest.MaxPath+1)),
		"type":             change(func(e *backup.Entry) { e.Type = "socket" }),
		"mode":             change(func(e *backup.Entry) { e.Mode = 0o10000 }),
		"uid":              change(func(e *backup.Entry) { e.UID = -1 }),
		"gid":              change(func(e *backup.Entry) { e.GID = 1 << 32 }),
		"year":             change(func(e *backup.Entry) { e.ModTime = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) }),
		"file with link":   change(func(e *backup.Entry) { e.Link = "x" }),
		"link without":     change(func(e *backup.Entry) { *e = newLink("x", "") }),
		"link with NUL":    change(func(e *backup.Entry) { *e = newLink("x", "\x00") }),
		"dir with size":    change(func(e *backup.Entry) { e.Type = backup.TypeDir }),
		"negative size":    change(func(e *backup.Entry) { e.Size = -10 }),
		"no extents":       extents(),
		"sum":              extents(extent(one, 9)),
		"empty extent":     extents(good, extent(one, 0)),
		"negative extent":  extents(backup.Extent{Archive: one, Length: 1, Size: -1}, extent(one, 11)),
		"offset":           extents(backup.Extent{Archive: one, Offset: -1, Length: 1, Size: 10}),
		"overflow":         extents(backup.Extent{Archive: one, Offset: 1<<63 - 1, Length: 1, Size: 10}),
		"length":           extents(backup.Extent{Archive: one, Offset: 0, Length: 0, Size: 10}),
		"long frame":       extents(backup.Extent{Archive: one, Offset: 0, Length: 9 << 20, Size: 10}),
		"start":            extents(backup.Extent{Archive: one, Offset: 0, Length: 1, Start: -1, Size: 10}),
		"past the frame":   extents(backup.Extent{Archive: one, Offset: 0, Length: 1, Start: 8<<20 - 9, Size: 10}),
		"archive name":     extents(backup.Extent{Archive: "../x", Length: 1, Size: 10}),
		"archive number":   extents(backup.Extent{Archive: id + "/0000001.tar.zst", Length: 1, Size: 10}),
		"archive suffix":   extents(backup.Extent{Archive: one + ".gpg", Length: 1, Size: 10}),
		"archive id":       extents(backup.Extent{Archive: "x/000001.tar.zst", Length: 1, Size: 10}),
		"extent of a list": extents(extent(list, 10)),
		"list is none":     change(func(e *backup.Entry) { e.Pages = one }),
		"list of nothing":  change(func(e *backup.Entry) { *e = newFile("x", 0); e.Pages = list }),
		"inode of a link":  change(func(e *backup.Entry) { *e = newLink("x", "to"); e.Inode = 1 }),
		"negative inode":   change(func(e *backup.Entry) { e.Inode = -1 }),
		"ctime alone":      change(func(e *backup.Entry) { e.ChangeTime = noon }),
		"year of ctime":    change(func(e *backup.Entry) { e.Inode, e.ChangeTime = 1, time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) }),
		"list of a link":   change(func(e *backup.Entry) { *e = newLink("x", "to"); e.Pages = list }),
	}
}

// TestReaderRefusesWhatTheFormatForbids changes the lines of a good manifest,
// with all hashes and offsets right, so that only the rule itself can refuse.
func TestReaderRefusesWhatTheFormatForbids(t *testing.T) {
	t.Parallel()
	lines := unzip(t, write(t, newDir("d"), newFile("d/f", 10), newLink("e", "to"), newFile("\xff", 1)))
	if _, _, err := read(bytes.NewReader(zip(lines))); err != nil {
		t.Fatalf("not changed: %v", err)
	}
	for _, c := range []struct{ what, old, new string }{
		{"other format", "vertex-ar-backup/manifest", "tar"},
		{"version 0", `"version":2`, `"version":0`},
		{"no version", `"version":2,`, ``},
		{"words that version 1 lacks", `"version":2`, `"version":1`},
		{"bad id", `"id":"2026`, `"id":"x026`},
		{"other kind", `"kind":"full","created_at"`, `"kind":"storage","created_at"`},
		{"short time", "12:00:00.120000000Z\"}\n", "12:00:00.12Z\"}\n"},
		{"other time", "12:00:00.120000000Z\"}\n", "12:00:00.120000001Z\"}\n"},
		{"time zone", `mtime":"2026-11-22T12:00:00.120000000Z`, `mtime":"2026-11-22T12:00:00.120000000+00:00`},
		{"space", `"size":10,`, `"size": 10,`},
		{"unknown field", `"uid":1`, `"color":"red","uid":1`},
		{"doubled field", `"uid":1`, `"uid":1,"uid":1`},
		{"order of fields", `"uid":1,"gid":2`, `"gid":2,"uid":1`},
		{"escape", `"path":"d/f"`, `"path":"d\/f"`},
		{"needless base64", `"path":"d/f"`, `"path_base64":"ZC9m"`},
		{"both paths", `"path":"d/f"`, `"path":"d/f","path_base64":"/w=="`},
		{"bad base64", `"path_base64":"/w=="`, `"path_base64":"/x=="`},
		{"raw bytes", `"path":"d/f"`, "\"path\":\"d/f\xff\""},
		{"no path", `"path":"d/f",`, ``},
		{"dot dot", `"path":"d/f"`, `"path":"d/.."`},
		{"order", `"path":"d/f"`, `"path":"a/f"`},
		{"below a link", `"path_base64":"/w=="`, `"path":"e/x"`},
		{"type", `"type":"file"`, `"type":"fifo"`},
		{"mode", `"mode":"0644"`, `"mode":"644"`},
		{"large mode", `"mode":"0644"`, `"mode":"10644"`},
		{"octal mode", `"mode":"0644"`, `"mode":"0689"`},
		{"short hash", `"sha256":"01`, `"sha256":"`},
		{"capital hash", `"sha256":"010203000`, `"sha256":"0102030A0`},
		{"hash of a dir", `"extents":[{"archive":"` + one + `","offset":100,"length":200,"start":0,`, `"sha256":"` + strings.Repeat("00", 32) + `","extents":[{"archive":"` + one + `","offset":100,"length":200,"start":0,`},
		{"size", `"size":10,"mtime"`, `"size":11,"mtime"`},
		{"number", `"size":10,"mtime"`, `"size":1e1,"mtime"`},
		{"more than there is", `"extents":[`, `"more_extents":1,"extents":[`},
		{"negative more", `"extents":[`, `"more_extents":-1,"extents":[`},
		{"null extents", `"extents":[{"archive":"` + two + `","offset":100,"length":200,"start":0,"size":0}]`, `"extents":null`},
		{"lone extents", `{"path":"e"`, `{"extents":[{"archive":"` + two + `","offset":1,"length":1,"start":0,"size":1}]}` + "\n" + `{"path":"e"`},
		{"list not listed", `"extents":[{"archive":"` + one + `","offset":100,"length":200,"start":1536`, `"pages":"` + list + `","extents":[{"archive":"` + one + `","offset":100,"length":200,"start":1536`},
		{"list not named", `"archives":[`, `"archives":[{"name":"10261121-120000-storage-bbbbbb/000001.pages.zst","size":1,"sha256":"` + strings.Repeat("00", 32) + `"},`},
		{"archive not listed", one + `","offset"`, id + `/000002.tar.zst","offset"`},
		{"archive not named", `"archives":[`, `"archives":[{"name":"10261121-120000-storage-bbbbbb/000001.tar.zst","size":1,"sha256":"` + strings.Repeat("00", 32) + `"},`},
		{"archive too short", `"size":1125899906842624`, `"size":299`},
		{"archives missing", `"archives":[{`, `"archives":null,"x":[{`},
		{"entries", `"entries":4`, `"entries":5`},
		{"files", `"files":2`, `"files":3`},
		{"dirs", `"dirs":1`, `"dirs":0`},
		{"symlinks", `"symlinks":1`, `"symlinks":2`},
		{"size of all", `"size":11,"archives"`, `"size":12,"archives"`},
		{"encrypted, its archives not", `"encrypted":false`, `"encrypted":true`},
		{"status", `"status":"partial"`, `"status":"running"`},
		{"other backup", `"backup":{"id":"` + id, `"backup":{"id":"` + id[:21] + "bbbbbb"},
		{"shrunk is no component", `"shrunk":["storage"]`, `"shrunk":["media"]`},
		{"shrunk twice", `"shrunk":["storage"]`, `"shrunk":["storage","storage"]`},
		{"nothing shrunk", `"shrunk":["storage"]`, `"shrunk":[]`},
		{"an amount of no component", `"amounts":[{"component":"database"`, `"amounts":[{"component":"media"`},
		{"two amounts of a component", `"amounts":[{"component":"database"`, `"amounts":[{"component":"storage"`},
		{"an amount below nothing", `"rows":0`, `"rows":-1`},
		{"an amount of nothing said", `"unread":2`, `"unread":0`},
		{"empty host", `"host":"media-1"`, `"host":""`},
		{"stored size", `"stored_size":300`, `"stored_size":-1`},
		{"empty line", `{"path":"e"`, "\n" + `{"path":"e"`},
		{"no JSON", `{"path":"e"`, "what" + "\n" + `{"path":"e"`},
		{"long line", `{"path":"e"`, strings.Repeat(" ", 1<<20) + `{"path":"e"`},
	} {
		changed := strings.Replace(lines, c.old, c.new, 1)
		if changed == lines {
			t.Fatalf("%s: nothing changed", c.what)
		}
		if _, _, err := read(bytes.NewReader(zip(changed))); !errors.Is(err, errs.ErrCorrupt) {
			t.Errorf("%s: %v, want ErrCorrupt", c.what, err)
		}
	}
}

// TestEncryptedArchives replaces names in a good manifest, and bounds what lies in them.
func TestEncryptedArchives(t *testing.T) {
	t.Parallel()
	lines := unzip(t, write(t, newFile("a", 10), newLink("e", "to"))) // extents reach to 300
	both := strings.NewReplacer(one+`"`, one+`.age"`, two+`"`, two+`.age"`)
	whole := strings.NewReplacer(`"encrypted":false`, `"encrypted":true`)
	size := func(lines, name string, n int) string {
		return strings.Replace(lines, name+`","size":1125899906842624`, name+`","size":`+strconv.Itoa(n), 1)
	}
	twins := strings.Replace(lines, `{"archive":"`+two, `{"archive":"`+one+`.age`, 1)
	twins = strings.Replace(twins, `{"name":"`+two+`","size":1125899906842624,"sha256":"09`+strings.Repeat("00", 31)+`"},`, "", 1)
	twins = strings.Replace(twins, `}],"backup"`, `},{"name":"`+one+`.age","size":1125899906842624,"sha256":"09`+strings.Repeat("00", 31)+`"}],"backup"`, 1)
	for what, c := range map[string]struct {
		lines string
		good  bool
	}{
		"all encrypted":          {whole.Replace(both.Replace(lines)), true},
		"all, said to be plain":  {both.Replace(lines), false},
		"one of two":             {strings.ReplaceAll(lines, two+`"`, two+`.age"`), true},
		"one of two, said all":   {whole.Replace(strings.ReplaceAll(lines, two+`"`, two+`.age"`)), false},
		"just large enough":      {whole.Replace(size(both.Replace(lines), one+".age", 300+184+16)), true},
		"too short by one":       {whole.Replace(size(both.Replace(lines), one+".age", 300+184+16-1)), false},
		"one number for two":     {twins, false},
		"no encrypted archive":   {lines, true},
		"encrypted, no archives": {whole.Replace(unzip(t, write(t))), false},
	} {
		_, _, err := read(bytes.NewReader(zip(c.lines)))
		if (err == nil) != c.good || err != nil && !errors.Is(err, errs.ErrCorrupt) {
			t.Errorf("%s: %v", what, err)
		}
		b := zip(c.lines)
		_, _, err = manifest.ReadSummary(bytes.NewReader(b), int64(len(b)))
		if (err == nil) != c.good && what != "too short by one" { // of extents the summary knows nothing
			t.Errorf("%s: summary: %v", what, err)
		}
	}
}

func TestReaderChecksFramesAndHashes(t *testing.T) {
	t.Parallel()
	lines := unzip(t, write(t, newDir("d"), newFile("d/f", 10)))
	good := zip(lines)
	head, rest, _ := strings.Cut(lines, "\n")
	last := strings.LastIndexByte(strings.TrimSuffix(lines, "\n"), '\n') + 1
	footer := good[len(good)-16:]
	frames := func(contents ...string) []byte {
		var out []byte
		for _, content := range contents {
			out = frame.AppendRaw(out, []byte(content))
		}
		return append(out, footer...)
	}
	for what, whole := range map[string][]byte{
		"nothing":           nil,
		"only a footer":     footer,
		"header not alone":  frames(lines[:last], lines[last:]),
		"trailer not alone": frames(head+"\n", rest),
		"no trailer":        frames(head+"\n", lines[len(head)+1:last]),
		"line in two":       frames(head+"\n", lines[len(head)+1:last-5], lines[last-5:last], lines[last:]),
		"no footer":         good[:len(good)-16],
		"half a footer":     good[:len(good)-5],
		"wrong footer":      append(bytes.Clone(good[:len(good)-8]), 1, 0, 0, 0, 0, 0, 0, 0),
		"something after":   append(bytes.Clone(good), 0),
		"two manifests":     append(bytes.Clone(good), good...),
		"other hash":        bytes.Replace(good, []byte(lines[last:]), []byte(strings.Replace(lines[last:], `"note":"note"`, `"note":"nope"`, 1)), 1),
	} {
		if _, _, err := read(bytes.NewReader(whole)); !errors.Is(err, errs.ErrCorrupt) {
			t.Errorf("%s: %v, want ErrCorrupt", what, err)
		}
	}
}

// TestDamagedManifestIsCorrupt flips bits everywhere and cuts everywhere.
func TestDamagedManifestIsCorrupt(t *testing.T) {
	t.Parallel()
	whole := write(t, odd()...)
	want := unzip(t, whole)
	for i := range whole {
		bad := bytes.Clone(whole)
		bad[i] ^= 1 << (i % 8)
		if _, _, err := read(bytes.NewReader(bad)); !errors.Is(err, errs.ErrCorrupt) && (err != nil || unzip(t, bad) != want) {
			t.Errorf("byte %d: %v, want ErrCorrupt", i, err)
		}
		if _, _, err := read(bytes.NewReader(whole[:i])); !errors.Is(err, errs.ErrCorrupt) {
			t.Errorf("cut at %d: %v, want ErrCorrupt", i, err)
		}
		if _, _, err := manifest.ReadSummary(bytes.NewReader(whole[:i]), int64(i)); !errors.Is(err, errs.ErrCorrupt) {
			t.Errorf("summary, cut at %d: %v, want ErrCorrupt", i, err)
		}
	}
}

func TestNewerVersionAsksForAnUpdate(t *testing.T) {
	t.Parallel()
	newer := frame.AppendRaw(nil, []byte(`{"format":"vertex-ar-backup/manifest","version":3,"anything":{}}`+"\n"))
	newer = append(newer, "whatever version 3 has here"...)
	_, _, err := read(bytes.NewReader(newer))
	if !errors.Is(err, errs.ErrInvalid) || !strings.Contains(errs.Detail(err), "Update") {
		t.Errorf("%v, want ErrInvalid with advice", err)
	}
	if _, _, err = manifest.ReadSummary(bytes.NewReader(newer), int64(len(newer))); !errors.Is(err, errs.ErrInvalid) {
		t.Errorf("summary: %v, want ErrInvalid", err)
	}
}

// TestAManifestKeepsItsVersion: version 1 has no words for what came later.
func TestAManifestKeepsItsVersion(t *testing.T) {
	t.Parallel()
	old := header
	old.Version = 1
	var out bytes.Buffer
	for _, words := range []bool{true, false} {
		out.Reset()
		w, err := manifest.NewWriter(&out, old)
		if err != nil {
			t.Fatal(err)
		}
		b := newRecord()
		if !words {
			b.Host, b.Shrunk, b.Amounts = "", nil, nil
		}
		if err := w.Close(b, nil); words != errors.Is(err, errs.ErrInvalid) || !words && err != nil {
			t.Errorf("with words of version 2: %t: %v", words, err)
		}
	}
	m, err := manifest.NewReader(bytes.NewReader(out.Bytes()))
	if err != nil || m.Header() != old {
		t.Fatalf("%+v, %v", m, err)
	}
	if _, err := m.Next(); !errors.Is(err, io.EOF) {
		t.Error(err)
	}
	if h, _, err := manifest.ReadSummary(bytes.NewReader(out.Bytes()), int64(out.Len())); err != nil || h != old {
		t.Errorf("%+v, %v", h, err)
	}
	for _, version := range []int64{0, -1, manifest.Version + 1} {
		unknown := header
		unknown.Version = version
		if _, err := manifest.NewWriter(io.Discard, unknown); !errors.Is(err, errs.ErrInvalid) {
			t.Errorf("version %d: %v", version, err)
		}
	}
}

func TestReaderPassesOnTrouble(t *testing.T) {
	t.Parallel()
	whole := write(t, odd()...)
	for n := range len(whole) {
		away := io.MultiReader(bytes.NewReader(whole[:n]), iotest.ErrReader(fmt.Errorf("read: %w", errs.ErrUnavailable)))
		if _, _, err := read(away); !errors.Is(err, errs.ErrUnavailable) && !errors.Is(err, errs.ErrCorrupt) {
			t.Fatalf("after %d bytes: %v, want ErrUnavailable", n, err)
		}
	}
}

func TestWriterClosesOnlyWithItsOwnTrailer(t *testing.T) {
	t.Parallel()
	for what, f := range map[string]func(b *backup.Backup, a *[]manifest.Archive){
		"other id":        func(b *backup.Backup, _ *[]manifest.Archive) { b.ID = "20261122-120000-full-bbbbbb" },
		"running":         func(b *backup.Backup, _ *[]manifest.Archive) { b.Status = backup.StatusRunning },
		"archive missing": func(_ *backup.Backup, a *[]manifest.Archive) { *a = nil },
		"archive short":   func(_ *backup.Backup, a *[]manifest.Archive) { (*a)[0].Size = 10 },
	} {
		w, err := manifest.NewWriter(io.Discard, header)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Write(newFile("a", 1)); err != nil {
			t.Fatal(err)
		}
		b, a := newRecord(), archives(one)
		f(&b, &a)
		if err := w.Close(b, a); !errors.Is(err, errs.ErrInvalid) {
			t.Errorf("%s: %v, want ErrInvalid", what, err)
		}
	}
}

// FuzzRead reads any lines; what is a manifest must be written to the same lines.
func FuzzRead(f *testing.F) {
	f.Add(unzip(f, write(f)))
	f.Add(unzip(f, write(f, newFile("a", 1))))
	f.Add(unzip(f, write(f, newDir("d"), newFile("d/f", 10), newLink("e", "to"), newFile("\xff", 1))))
	f.Fuzz(func(t *testing.T, lines string) {
		if strings.Count(lines, "\n") < 2 {
			t.Skip("zip makes nothing of it")
		}
		m, err := manifest.NewReader(bytes.NewReader(zip(lines)))
		if err != nil {
			return
		}
		var out bytes.Buffer
		w, err := manifest.NewWriter(&out, m.Header())
		if err != nil {
			t.Fatal(err)
		}
		for {
			e, err := m.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return
			}
			if err := w.Write(e); err != nil {
				t.Fatalf("cannot be written again: %v", err)
			}
		}
		if err := w.Close(m.Trailer().Backup, m.Trailer().Archives); err != nil {
			t.Fatalf("cannot be closed again: %v", err)
		}
		if diff := cmp.Diff(unzip(t, zip(lines)), unzip(t, out.Bytes())); diff != "" {
			t.Errorf("written again, lines differ (-want +got):\n%s", diff)
		}
	})
}

// FuzzReadBytes reads any bytes as a manifest and as its summary.
func FuzzReadBytes(f *testing.F) {
	f.Add(write(f))
	f.Add(write(f, odd()...))
	f.Fuzz(func(t *testing.T, whole []byte) {
		_, trailer, err := read(bytes.NewReader(whole))
		_, summary, summaryErr := manifest.ReadSummary(bytes.NewReader(whole), int64(len(whole)))
		if err != nil {
			if !errors.Is(err, errs.ErrCorrupt) && !errors.Is(err, errs.ErrInvalid) {
				t.Errorf("%v, want ErrCorrupt or ErrInvalid", err)
			}
			return
		}
		if summaryErr != nil || !cmp.Equal(trailer, summary) {
			t.Errorf("summary %+v, %v; the trailer is %+v", summary, summaryErr, trailer)
		}
	})
}

func benchEntries(n int) []backup.Entry {
	entries := make([]backup.Entry, n)
	for i := range entries {
		entries[i] = newFile(fmt.Sprintf("storage/company/project/portrait_%08d/video.mp4", i), 1000)
	}
	return entries
}

func BenchmarkWrite(b *testing.B) {
	entries := benchEntries(10_000)
	b.ReportAllocs()
	for b.Loop() {
		write(b, entries...)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(entries)), "ns/entry")
}

func BenchmarkRead(b *testing.B) {
	entries := benchEntries(10_000)
	whole := write(b, entries...)
	b.ReportAllocs()
	for b.Loop() {
		m, err := manifest.NewReader(bytes.NewReader(whole))
		for err == nil {
			_, err = m.Next()
		}
		if !errors.Is(err, io.EOF) {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(entries)), "ns/entry")
}
