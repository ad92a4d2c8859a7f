package sqlite_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/source/sourcetest"
	"github.com/vertex-ar/backup/internal/source/sqlite"
)

// backupOf returns a backup of a database with that content.
func backupOf(content []byte) *sourcetest.Backup {
	e := backup.Entry{
		Path: backup.DatabasePath, Type: backup.TypeFile, Size: int64(len(content)), SHA256: sha256.Sum256(content),
		Mode: 0o640, ModTime: time.Date(2024, 5, 6, 7, 8, 9, 123456789, time.UTC), UID: os.Geteuid(), GID: os.Getegid(),
	}
	return &sourcetest.Backup{Entries: []backup.Entry{e}, Content: map[[32]byte][]byte{e.SHA256: content}}
}

func forms() []form {
	return []form{
		{"delete", 4096, 0},
		{"delete", 1024, 1},
		{"delete", 16384, 2},
		{"wal", 4096, 0},
		{"wal", 1024, 2},
		{"wal", 16384, 1},
	}
}

func TestRestoreGoesIntoTheLiveFileWhateverItsForm(t *testing.T) {
	for _, from := range forms() {
		original := filepath.Join(t.TempDir(), "app.db")
		create(t, original, from, "fresh", 700)
		want := dump(t, original)
		b := take(t, original)
		for _, to := range forms() {
			if to.Journal == "wal" && to.PageSize != from.PageSize {
				continue // needs that nobody has it open, see below
			}
			path := filepath.Join(t.TempDir(), "app.db")
			create(t, path, to, "stale", 1500)
			before, err := os.Stat(path)
			try(t, err)
			app := open(t, path) // an application that stays connected
			_ = query(t, app, "SELECT count(*) FROM companies")
			sum := restore(t, b, path, backup.RestoreOptions{})
			if sum.WriteFiles != 1 || sum.WriteBytes != b.Entries[0].Size || sum.RequiredBytes < 2*sum.WriteBytes {
				t.Errorf("%v over %v: %+v", from, to, sum)
			}
			if got := query(t, app, "SELECT name FROM companies WHERE id = 700"); got != "fresh 700|\n" {
				t.Errorf("%v over %v: the open connection reads %q", from, to, got)
			}
			run(t, app, "INSERT INTO companies VALUES (5000, 'later')", "DELETE FROM companies WHERE id = 5000")
			if got := query(t, app, "PRAGMA journal_mode"); got != to.Journal+"|\n" {
				t.Errorf("%v over %v: journal mode %s", from, to, got)
			}
			try(t, app.Close())
			if got := dump(t, path); got != want {
				t.Errorf("%v over %v: other content", from, to)
			}
			after, err := os.Stat(path)
			try(t, err)
			if !os.SameFile(before, after) {
				t.Errorf("%v over %v: the file was replaced", from, to)
			}
			onlyDatabase(t, path)
		}
	}
}

func TestASecondRestoreFindsNothingToDo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.db")
	create(t, path, plain, "fresh", 100)
	b := take(t, path)
	if sum := restore(t, b, path, backup.RestoreOptions{}); sum != (backup.PlanSummary{Unchanged: 1}) {
		t.Errorf("%+v", sum)
	}
	db := open(t, path)
	run(t, db, "UPDATE companies SET name = 'stale 001' WHERE id = 1")
	if sum := restore(t, b, path, backup.RestoreOptions{}); sum.WriteFiles != 1 {
		t.Errorf("%+v", sum)
	}
	if got := query(t, db, "SELECT name FROM companies WHERE id = 1"); got != "fresh 1|\n" {
		t.Errorf("after the restore: %s", got)
	}
}

func TestWhatIsNoDatabaseIsReplacedAsAFile(t *testing.T) {
	for name, spoil := range map[string]func(path string){
		"missing":           func(path string) { try(t, os.Remove(path)) },
		"directory missing": func(path string) { try(t, os.RemoveAll(filepath.Dir(path))) },
		"garbage":           func(path string) { try(t, os.WriteFile(path, garbage(5000), 0o600)) },
		"damaged":           func(path string) { try(t, os.Remove(path)); damage(t, path) },
		"truncated":         func(path string) { try(t, os.Truncate(path, 50_000)) },
		"header destroyed": func(path string) {
			f, err := os.OpenFile(path, os.O_WRONLY, 0)
			try(t, err)
			_, err = f.WriteAt(garbage(5), 0)
			try(t, errors.Join(err, f.Close()))
		},
	} {
		t.Run(name, func(t *testing.T) {
			original := filepath.Join(t.TempDir(), "app.db")
			create(t, original, form{"wal", 4096, 0}, "fresh", 700)
			try(t, os.Chmod(original, 0o640))
			want := dump(t, original)
			b := take(t, original)
			path := filepath.Join(t.TempDir(), "d", "app.db")
			try(t, os.Mkdir(filepath.Dir(path), 0o755))
			create(t, path, plain, "stale", 2000)
			spoil(path)
			if name != "directory missing" {
				log := staleLog(t)
				try(t, os.WriteFile(path+"-wal", log, 0o600))
				try(t, os.WriteFile(path+"-shm", make([]byte, 32768), 0o600))
				try(t, os.WriteFile(path+"-journal", garbage(100), 0o600))
			}
			notes := &sourcetest.Notices{}
			restore(t, b, path, backup.RestoreOptions{Report: notes.Report})
			info, err := os.Stat(path)
			try(t, err)
			if info.Mode() != 0o640 || !info.ModTime().Equal(b.Entries[0].ModTime) {
				t.Errorf("%v, %v; want the entry's", info.Mode(), info.ModTime())
			}
			entries, err := os.ReadDir(filepath.Dir(path))
			if err != nil || len(entries) != 1 {
				t.Errorf("beside the database: %v, %v", entries, err)
			}
			if got := dump(t, path); got != want {
				t.Error("other content")
			}
			replaced := !strings.HasSuffix(name, "missing") // nobody has to open what was not there
			if said := slices.ContainsFunc(notes.All(), func(n backup.Notice) bool { return strings.Contains(n.Text, "restart") }); said != replaced {
				t.Errorf("notices: %v", notes.All())
			}
		})
	}
}

// staleLog returns a write-ahead log that is valid in itself.
func staleLog(t *testing.T) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "other.db")
	create(t, path, form{"wal", 4096, 0}, "other", 5)
	db := open(t, path)
	run(t, db, "INSERT INTO companies VALUES (77, 'from a stale log')")
	log, err := os.ReadFile(path + "-wal")
	try(t, err)
	return log
}

func TestAnEmptyFileIsRestoredInto(t *testing.T) {
	original := filepath.Join(t.TempDir(), "app.db")
	create(t, original, plain, "fresh", 100)
	path := filepath.Join(t.TempDir(), "app.db")
	try(t, os.WriteFile(path, nil, 0o600))
	app := open(t, path)
	_ = query(t, app, "SELECT count(*) FROM sqlite_master")
	restore(t, take(t, original), path, backup.RestoreOptions{})
	if got := query(t, app, "SELECT count(*) FROM companies"); got != "100|\n" {
		t.Errorf("the open connection sees %s", got)
	}
}

func TestALinkToTheDatabaseStaysALink(t *testing.T) {
	dir := t.TempDir()
	path, link := filepath.Join(dir, "real.db"), filepath.Join(t.TempDir(), "app.db")
	create(t, path, plain, "fresh", 10)
	b := take(t, path)
	for _, spoil := range []func(){
		func() { try(t, os.WriteFile(path, garbage(10), 0o600)) },
		func() { db := open(t, path); run(t, db, "DELETE FROM portraits") },
	} {
		_ = os.Remove(link)
		try(t, os.Symlink(path, link))
		spoil()
		restore(t, b, link, backup.RestoreOptions{})
		if target, err := os.Readlink(link); err != nil || target != path {
			t.Errorf("the link is %q, %v", target, err)
		}
		if got := query(t, open(t, path), "SELECT count(*) FROM portraits"); got != "10|\n" {
			t.Errorf("portraits: %s", got)
		}
	}
}

func TestReadersSeeTheOldRowsOrTheNewOnes(t *testing.T) {
	original := filepath.Join(t.TempDir(), "app.db")
	create(t, original, plain, "new", 3000)
	b := take(t, original)
	for _, to := range []form{{"delete", 4096, 0}, {"delete", 1024, 0}, {"wal", 4096, 0}} {
		path := filepath.Join(t.TempDir(), "app.db")
		create(t, path, to, "old", 5000)
		stop := child(t, "read", path)
		sum, err := restoreWith(t.Context(), b, path, backup.RestoreOptions{}, sqlite.Options{})
		try(t, err)
		if said := stop(); said != "old 5000\nnew 3000" && said != "new 3000" {
			t.Errorf("over %v (%+v) the reader saw:\n%s", to, sum, said)
		}
	}
}

func TestALockedDatabaseIsWaitedForAndThenNamed(t *testing.T) {
	original := filepath.Join(t.TempDir(), "app.db")
	create(t, original, plain, "fresh", 10)
	b := take(t, original)
	path := filepath.Join(t.TempDir(), "app.db")
	create(t, path, plain, "stale", 10)
	app := open(t, path)
	app.SetMaxOpenConns(1)
	run(t, app, "BEGIN")
	_ = query(t, app, "SELECT * FROM companies") // an open read transaction
	before := dump(t, path)
	_, err := restoreWith(t.Context(), b, path, backup.RestoreOptions{}, impatient())
	if !errors.Is(err, errs.ErrUnavailable) || !strings.Contains(errs.Detail(err), "busy") {
		t.Errorf("restore: %v", err)
	}
	if dump(t, path) != before {
		t.Error("a restore that failed has changed the database")
	}
	onlyDatabase(t, path)
	go func() {
		time.Sleep(100 * time.Millisecond)
		_, _ = app.ExecContext(t.Context(), "COMMIT")
	}()
	patient := sqlite.Options{BusyTimeout: 10 * time.Millisecond, Tries: 100, Pause: 10 * time.Millisecond}
	if _, err := restoreWith(t.Context(), b, path, backup.RestoreOptions{}, patient); err != nil {
		t.Errorf("once the lock was gone: %v", err)
	}
	if dump(t, path) != dump(t, original) {
		t.Error("other content")
	}
}

func TestDamagedContentEndsTheRestoreBeforeAnythingChanges(t *testing.T) {
	bad := filepath.Join(t.TempDir(), "bad.db")
	damage(t, bad)
	damaged, err := os.ReadFile(bad)
	try(t, err)
	sound := filepath.Join(t.TempDir(), "sound.db")
	create(t, sound, plain, "sound", 10)
	whole, err := os.ReadFile(sound)
	try(t, err)
	short := backupOf(whole)
	short.Content[short.Entries[0].SHA256] = whole[:4096]
	for name, b := range map[string]*sourcetest.Backup{
		"damaged": backupOf(damaged), "garbage": backupOf(garbage(1000)), "cut by fetch": short,
		"refused by fetch": {Entries: backupOf(whole).Entries},
	} {
		path := filepath.Join(t.TempDir(), "app.db")
		create(t, path, plain, "stale", 10)
		before := sum(t, path)
		_, err := restoreWith(t.Context(), b, path, backup.RestoreOptions{}, impatient())
		if !errors.Is(err, errs.ErrCorrupt) {
			t.Errorf("%s: %v", name, err)
		}
		if sum(t, path) != before {
			t.Errorf("%s: the database was changed", name)
		}
		onlyDatabase(t, path)
	}
}

func TestDamagedBytesComeBackWhenTheCallerKnows(t *testing.T) {
	bad := filepath.Join(t.TempDir(), "bad.db")
	damage(t, bad)
	b, err := sourcetest.Take(t.Context(), sqlite.New(bad, "", impatient()), true)
	try(t, err)
	for _, journal := range []string{"delete", "wal"} {
		path := filepath.Join(t.TempDir(), "app.db")
		create(t, path, form{journal, 4096, 0}, "sound", 10)
		if journal == "wal" { // as an application leaves it that was killed
			try(t, os.WriteFile(path+"-wal", staleLog(t), 0o600))
		}
		notes := &sourcetest.Notices{}
		restore(t, b, path, backup.RestoreOptions{Damaged: true, Report: notes.Report})
		if sum(t, path) != sum(t, bad) {
			t.Error("other bytes")
		}
		if entries, _ := os.ReadDir(filepath.Dir(path)); len(entries) != 1 {
			t.Errorf("%s: beside it: %v", journal, entries)
		}
		if len(notes.All()) == 0 {
			t.Error("nothing was said")
		}
	}
}

func TestDanglingRowsAreRestoredWithANotice(t *testing.T) {
	original := filepath.Join(t.TempDir(), "app.db")
	create(t, original, plain, "fresh", 10)
	db := open(t, original)
	run(t, db, "DELETE FROM companies WHERE id IN (3, 4)")
	try(t, db.Close())
	notes := &sourcetest.Notices{}
	path := filepath.Join(t.TempDir(), "app.db")
	create(t, path, plain, "stale", 1)
	restore(t, take(t, original), path, backup.RestoreOptions{Report: notes.Report})
	found := notes.All()
	if len(found) != 1 || found[0].Lost || !strings.Contains(found[0].Text, "2 rows") || !strings.Contains(found[0].Text, "portraits") {
		t.Errorf("notices: %v", found)
	}
	if dump(t, path) != dump(t, original) {
		t.Error("other content")
	}
}

func TestPlanNeedsExactlyTheDatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.db")
	create(t, path, plain, "stale", 1)
	before := sum(t, path)
	one := backupOf(garbage(1)).Entries[0]
	other, dir := one, one
	other.Path = "database/other.db"
	dir.Type = backup.TypeDir
	broken := errors.New("broken manifest")
	for name, entries := range map[string]iter.Seq2[backup.Entry, error]{
		"other path": (&sourcetest.Backup{Entries: []backup.Entry{other}}).All(),
		"twice":      (&sourcetest.Backup{Entries: []backup.Entry{one, one}}).All(),
		"directory":  (&sourcetest.Backup{Entries: []backup.Entry{dir}}).All(),
		"error":      func(yield func(backup.Entry, error) bool) { yield(backup.Entry{}, broken) },
	} {
		_, err := sqlite.New(path, "", impatient()).Plan(t.Context(), entries, backup.RestoreOptions{Operation: operation})
		if !errors.Is(err, errs.ErrCorrupt) && !errors.Is(err, broken) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, c := range map[string]struct {
		b     *sourcetest.Backup
		paths []string
	}{
		"no database in the backup": {&sourcetest.Backup{}, nil},
		"other paths":               {backupOf(garbage(1)), []string{"storage/x", "database/app_data.db.x"}},
	} {
		if sum := restore(t, c.b, path, backup.RestoreOptions{Paths: c.paths}); sum != (backup.PlanSummary{}) {
			t.Errorf("%s: %+v", name, sum)
		}
	}
	if sum(t, path) != before {
		t.Error("the database was changed")
	}
}

func TestAFileOfAUsersThatIsCalledAlmostAsOursStays(t *testing.T) {
	original := filepath.Join(t.TempDir(), "app.db")
	create(t, original, plain, "fresh", 100)
	b := take(t, original)
	own := filepath.Join(filepath.Dir(original), ".vertex-backup-mine.db")
	try(t, os.WriteFile(own, []byte("somebody's"), 0o600))
	try(t, os.Remove(original))
	restore(t, b, original, backup.RestoreOptions{})
	if _, err := os.Stat(own); err != nil {
		t.Error(err)
	}
}

func TestCopyChangesNothingAndCloseRemovesIt(t *testing.T) {
	original := filepath.Join(t.TempDir(), "app.db")
	create(t, original, plain, "fresh", 100)
	b := take(t, original)
	path := filepath.Join(t.TempDir(), "app.db")
	create(t, path, plain, "stale", 10)
	try(t, os.WriteFile(filepath.Join(filepath.Dir(path), ".vertex-backup-20200101-000000-restore-aaaaaa.db"), []byte("left by a killed restore"), 0o600))
	before := sum(t, path)
	r, err := sqlite.New(path, "", impatient()).Plan(t.Context(), b.All(), backup.RestoreOptions{Operation: operation})
	try(t, err)
	if err := r.Commit(t.Context()); !errors.Is(err, errs.ErrInvalid) {
		t.Errorf("commit without copy: %v", err)
	}
	var files, bytes int64
	try(t, r.Copy(t.Context(), b.Fetch, func(f, n int64) { files += f; bytes += n }))
	if files != 1 || bytes != b.Entries[0].Size {
		t.Errorf("progress: %d files, %d bytes", files, bytes)
	}
	try(t, r.Close())
	try(t, r.Close())
	if sum(t, path) != before {
		t.Error("the database was changed")
	}
	onlyDatabase(t, path)
	missing := filepath.Join(t.TempDir(), "a", "b", "app.db")
	r, err = sqlite.New(missing, "", impatient()).Plan(t.Context(), b.All(), backup.RestoreOptions{Operation: operation})
	try(t, err)
	try(t, r.Copy(t.Context(), b.Fetch, func(int64, int64) {}))
	try(t, r.Close())
	if _, err := os.Stat(filepath.Dir(filepath.Dir(missing))); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("directories are left: %v", err)
	}
}

// state says which content a database has; it must be whole.
func state(t *testing.T, path string) string {
	t.Helper()
	db := open(t, path)
	defer func() { try(t, db.Close()) }()
	if got := query(t, db, "PRAGMA integrity_check"); got != "ok|\n" {
		t.Errorf("integrity_check: %s", got)
	}
	return query(t, db, "SELECT group_concat(DISTINCT substr(name, 1, 3)), count(*) FROM companies")
}

func TestKillInTheMiddleLeavesTheOldRowsOrTheNewOnes(t *testing.T) {
	original := filepath.Join(t.TempDir(), "app.db")
	rows := sourcetest.Scale(20_000)
	create(t, original, plain, "new", 2*rows)
	b := take(t, original)
	copied := write(t, b)
	oldState, newState := fmt.Sprintf("old|%d|\n", rows), fmt.Sprintf("new|%d|\n", 2*rows)
	for _, to := range []form{{"delete", 4096, 0}, {"wal", 4096, 0}} {
		stale := filepath.Join(t.TempDir(), "stale.db")
		create(t, stale, to, "old", rows)
		content, err := os.ReadFile(stale)
		try(t, err)
		seen := map[string]int{}
		for i := range 8 {
			path := filepath.Join(t.TempDir(), "app.db")
			try(t, os.WriteFile(path, content, 0o600))
			killDuringRestore(t, path, copied, time.Duration(i*i)*2*time.Millisecond)
			seen[state(t, path)]++
			restore(t, b, path, backup.RestoreOptions{})
			if got := state(t, path); got != newState {
				t.Errorf("%v: after the second try: %s", to, got)
			}
			onlyDatabase(t, path)
		}
		delete(seen, oldState)
		delete(seen, newState)
		if len(seen) > 0 {
			t.Errorf("%v: after the kill: %v", to, seen)
		}
	}
}

// killDuringRestore restores in a child and kills it some time after the
// restore into the live file has begun.
func killDuringRestore(t *testing.T, path, copied string, after time.Duration) {
	t.Helper()
	cmd := sourcetest.Self(t.Context(), "TestChild", "SQLITE_TEST_ROLE=restore", "SQLITE_TEST_PATH="+path, "SQLITE_TEST_COPY="+copied)
	out, err := cmd.StdoutPipe()
	try(t, err)
	try(t, cmd.Start())
	waitFor(t, cmd, out, "ready")
	time.Sleep(after)
	try(t, cmd.Process.Signal(syscall.SIGKILL))
	_ = cmd.Wait() // it was killed
}

func waitFor(t *testing.T, cmd *exec.Cmd, out io.Reader, line string) {
	t.Helper()
	got := ""
	for buf := make([]byte, 1000); !strings.Contains(got, line+"\n"); {
		n, err := out.Read(buf)
		got += string(buf[:n])
		if err != nil {
			t.Fatalf("%v: %v\n%s", cmd.Args, err, got)
		}
	}
}

func TestAFaultAtEachStepLeavesOldOrNewAndASecondTryEndsIt(t *testing.T) {
	broken := errors.New("the disk is broken")
	original := filepath.Join(t.TempDir(), "app.db")
	create(t, original, plain, "new", 50)
	b := take(t, original)
	for name, prepare := range map[string]func(path string){
		"into the live file": func(path string) { create(t, path, form{"wal", 4096, 0}, "old", 40) },
		"over garbage":       func(path string) { try(t, os.WriteFile(path, garbage(10), 0o600)) },
		"missing":            func(path string) { try(t, os.Remove(filepath.Dir(path))) },
	} {
		for n := int64(1); ; n++ {
			path := filepath.Join(t.TempDir(), "d", "app.db")
			try(t, os.Mkdir(filepath.Dir(path), 0o755))
			prepare(path)
			before, _ := os.ReadFile(path)
			o := impatient()
			c := &sourcetest.Counter{}
			o.Fault = c.FailOnce(n, broken)
			_, err := restoreWith(t.Context(), b, path, backup.RestoreOptions{}, o)
			if c.Calls() < n {
				if n < 12 {
					t.Errorf("%s: only %d steps", name, n)
				}
				break
			}
			if !errors.Is(err, broken) {
				t.Errorf("%s, fault %d: %v", name, n, err)
			}
			if after, _ := os.ReadFile(path); string(after) != string(before) {
				if got := state(t, path); got != "new|50|\n" && got != "old|40|\n" {
					t.Errorf("%s, fault %d: %s", name, n, got)
				}
			}
			restore(t, b, path, backup.RestoreOptions{})
			if dump(t, path) != dump(t, original) {
				t.Errorf("%s, fault %d: other content after the second try", name, n)
			}
			onlyDatabase(t, path)
		}
	}
}

func TestAFullDiskEndsTheRestoreWithTheOldDatabase(t *testing.T) {
	original := filepath.Join(t.TempDir(), "app.db")
	create(t, original, plain, "new", 5000)
	b := take(t, original)
	small := t.TempDir()
	if err := syscall.Mount("tmpfs", small, "tmpfs", 0, "size=4m"); err != nil {
		t.Skipf("cannot mount: %v", err)
	}
	t.Cleanup(func() { try(t, syscall.Unmount(small, 0)) })
	path := filepath.Join(small, "app.db")
	create(t, path, plain, "old", 50)
	before := dump(t, path)
	check := func(o sqlite.Options) {
		t.Helper()
		_, err := restoreWith(t.Context(), b, path, backup.RestoreOptions{}, o)
		if !errors.Is(err, errs.ErrNoSpace) || !strings.Contains(errs.Detail(err), "disk") {
			t.Errorf("restore: %v", err)
		}
		if dump(t, path) != before {
			t.Error("the database was changed")
		}
		onlyDatabase(t, path)
	}
	hog := filepath.Join(small, "app.db-shm") // a name that onlyDatabase lets pass
	try(t, os.WriteFile(hog, make([]byte, 2<<20), 0o600))
	check(impatient()) // the plan sees it
	try(t, os.Remove(hog))
	for _, at := range []string{"create done", "restore"} { // it fills up meanwhile
		o := impatient()
		var once sync.Once
		o.Fault = func(op, _ string) error {
			if op == at {
				once.Do(func() { _ = os.WriteFile(hog, make([]byte, 8<<20), 0o600) })
			}
			return nil
		}
		check(o)
		try(t, os.Remove(hog))
	}
	restore(t, b, path, backup.RestoreOptions{})
	if dump(t, path) != dump(t, original) {
		t.Error("other content")
	}
}

func TestADatabaseThatMayNotBeWrittenIsAClearError(t *testing.T) {
	if !sourcetest.Unprivileged(t) {
		return
	}
	original := filepath.Join(t.TempDir(), "app.db")
	create(t, original, plain, "fresh", 10)
	b := take(t, original)
	dir := t.TempDir()
	path := filepath.Join(dir, "app.db")
	create(t, path, plain, "stale", 10)
	before := sum(t, path)
	try(t, os.Chmod(path, 0o400))
	check := func(name string) {
		t.Helper()
		_, err := restoreWith(t.Context(), b, path, backup.RestoreOptions{}, impatient())
		if !errors.Is(err, errs.ErrUnavailable) || !strings.Contains(errs.Detail(err), "permission") {
			t.Errorf("%s: %v", name, err)
		}
		if sum(t, path) != before {
			t.Errorf("%s: the database was changed", name)
		}
		onlyDatabase(t, path)
	}
	check("the file")
	try(t, os.Chmod(path, 0o600))
	try(t, os.Chmod(dir, 0o500))
	t.Cleanup(func() { _ = os.Chmod(dir, 0o700) })
	check("the directory")
}

func TestSpaceIsThatOfTheNearestParent(t *testing.T) {
	for _, path := range []string{filepath.Join(t.TempDir(), "app.db"), filepath.Join(t.TempDir(), "a/b/app.db")} {
		if n, err := sqlite.New(path, "", impatient()).Space(t.Context()); err != nil || n <= 0 {
			t.Errorf("%s: %s", path, fmt.Sprint(n, err))
		}
	}
}
