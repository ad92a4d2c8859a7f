package awstest

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// Age makes all objects of a bucket below prefix, which ends where a key or a
// part of one does, older than they are: the test server takes a file's time.
func Age(tb testing.TB, bucket, prefix string, by time.Duration) {
	tb.Helper()
	tmp, err := makeScratch()
	if err != nil {
		tb.Fatal(err)
	}
	root := filepath.Join(tmp.dir, "s3", "data", bucket, filepath.FromSlash(prefix))
	err = filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		at := info.ModTime().Add(-by)
		return os.Chtimes(name, at, at)
	})
	if err != nil {
		tb.Fatal(err)
	}
}
