package directory_test

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
)

// readDuring reads the file "f" of a new tree after before has changed it, and
// lets during change it after the first read.
func readDuring(t *testing.T, before, during func(path string)) (content string, found []backup.Notice, opened error) {
	t.Helper()
	root := filepath.Join(t.TempDir(), "s")
	path := filepath.Join(root, "f")
	put(t, root, "f", strings.Repeat("0123456789", 1000), 0o644)
	_, found = walked(t, root, func(it backup.Item) {
		if it.Open == nil {
			return
		}
		if before != nil {
			before(path)
		}
		var r io.ReadCloser
		if r, opened = it.Open(t.Context()); opened != nil {
			return
		}
		start := make([]byte, 10)
		if _, err := io.ReadFull(r, start); err != nil && !errors.Is(err, io.EOF) {
			t.Fatal(err)
		}
		if during != nil {
			during(path)
		}
		rest, err := io.ReadAll(r)
		try(t, errors.Join(err, r.Close()))
		content = string(start) + string(rest)
	})
	return content, found, opened
}

func TestAStillFileIsReadWithoutNotice(t *testing.T) {
	content, found, err := readDuring(t, nil, nil)
	if len(content) != 10_000 || err != nil || len(found) != 0 {
		t.Errorf("%d bytes, %v, %v", len(content), err, found)
	}
}

func TestAFileThatChangesWhileItIsReadIsTold(t *testing.T) {
	for name, c := range map[string]struct {
		during func(path string)
		size   int
	}{
		"growing": {func(path string) {
			f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
			try(t, err)
			_, err = f.WriteString(strings.Repeat("more", 1<<16))
			try(t, errors.Join(err, f.Close()))
		}, 10_000},
		"shrinking":       {func(path string) { try(t, os.Truncate(path, 100)) }, 100},
		"same size":       {func(path string) { try(t, os.WriteFile(path, make([]byte, 10_000), 0o600)) }, 10_000},
		"only its time":   {func(path string) { try(t, os.Chtimes(path, time.Time{}, stamp.Add(1))) }, 10_000},
		"nothing, really": {func(path string) { try(t, os.Rename(path, path+"2")) }, 10_000},
	} {
		content, found, err := readDuring(t, nil, c.during)
		want := 1
		if strings.HasPrefix(name, "nothing") {
			want = 0
		}
		if err != nil || len(content) != c.size || len(found) != want {
			t.Errorf("%s: %d bytes, %v, %v", name, len(content), err, found)
		}
		if want == 1 && (found[0].Path != "storage/f" || found[0].Lost || !strings.Contains(found[0].Text, "changed")) {
			t.Errorf("%s: %v", name, found)
		}
	}
}

func TestAFileReplacedBeforeItIsOpenedIsTold(t *testing.T) {
	content, found, err := readDuring(t, func(path string) {
		try(t, os.WriteFile(path+".new", []byte("another file, just as good"), 0o600))
		try(t, os.Rename(path+".new", path))
	}, nil)
	if err != nil || content != "another file, just as good" || len(found) != 1 || !strings.Contains(found[0].Text, "replaced") {
		t.Errorf("%q, %v, %v", content, err, found)
	}
}

func TestAFileThatBecameSomethingElseHasVanished(t *testing.T) {
	for name, before := range map[string]func(path string){
		"nothing":     func(string) {},
		"pipe":        func(path string) { try(t, syscall.Mkfifo(path, 0o600)) },
		"directory":   func(path string) { try(t, os.Mkdir(path, 0o700)) },
		"link":        func(path string) { try(t, os.WriteFile(path+"2", nil, 0o600)); try(t, os.Symlink("f2", path)) },
		"link to out": func(path string) { try(t, os.Symlink("/etc/passwd", path)) },
	} {
		content, found, err := readDuring(t, func(path string) { try(t, os.Remove(path)); before(path) }, nil)
		if err == nil || content != "" {
			t.Errorf("%s was opened: %q", name, content)
		}
		if !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v", name, err)
		}
		if told := len(found) > 0; told != (name != "nothing") {
			t.Errorf("%s: %v", name, found)
		}
	}
}
