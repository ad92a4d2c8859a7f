package demodata

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"
)

// Harm counts what Damage did.
type Harm struct {
	Deleted   int // files
	Changed   int // files with another content
	Disguised int // of these, with the former size and time
	Added     int // files
	Touched   int // files with another mode or time
	Tables    int // dropped
	Rows      int // edited or deleted
}

// Damage breaks the installation in dir in many small ways: half of the media
// files are deleted, others changed, some so that size and time do not show
// it, others get another mode or time, new files appear, directories vanish, a
// table is dropped, rows are edited and deleted. The same seed does the same.
func Damage(ctx context.Context, dir string, seed uint64) (Harm, error) {
	v := vandal{
		root: filepath.Join(dir, StorageName),
		rand: rand.New(rand.NewPCG(seed, seed)), //nolint:gosec // demo damage repeats on purpose
	}
	files, err := v.files()
	if err != nil {
		return Harm{}, err
	}
	for i, path := range files {
		if err := v.spoil(i, len(files), path); err != nil {
			return v.harm, fmt.Errorf("damage the media: %w", err)
		}
	}
	if err := errors.Join(v.addFiles(), v.swapTypes()); err != nil {
		return v.harm, fmt.Errorf("damage the media: %w", err)
	}
	if err := v.spoilDatabase(ctx, filepath.Join(dir, DatabaseName)); err != nil {
		return v.harm, fmt.Errorf("damage the database: %w", err)
	}
	return v.harm, nil
}

// Ruin leaves nothing of the installation in dir: the database file is
// overwritten with as much noise, the media tree is removed.
func Ruin(dir string) error {
	path := filepath.Join(dir, DatabaseName)
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	noise := make([]byte, info.Size())
	_, _ = rand.NewChaCha8(sha256.Sum256([]byte(path))).Read(noise) // never fails
	if err := os.WriteFile(path, noise, info.Mode().Perm()); err != nil {
		return err
	}
	return os.RemoveAll(filepath.Join(dir, StorageName))
}

type vandal struct {
	root string
	rand *rand.Rand
	harm Harm
}

// files returns the media files in random order.
func (v *vandal) files() ([]string, error) {
	var files []string
	err := filepath.WalkDir(v.root, func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() {
			files = append(files, path)
		}
		return err
	})
	v.rand.Shuffle(len(files), func(i, j int) { files[i], files[j] = files[j], files[i] })
	return files, err
}

// spoil does to the i-th of n files what its turn is.
func (v *vandal) spoil(i, n int, path string) error {
	switch {
	case 2*i < n:
		v.harm.Deleted++
		return os.Remove(path)
	case i%10 == 0:
		v.harm.Touched++
		return os.Chmod(path, 0o600)
	case i%10 == 1:
		v.harm.Touched++
		return setTime(path, time.Date(2020, 2, 29, 1, 2, 3, v.rand.IntN(1e9), time.UTC))
	case i%10 == 2:
		v.harm.Changed++
		return v.appendTo(path)
	case i%10 == 3:
		return v.disguise(path)
	}
	return nil
}

func (v *vandal) appendTo(path string) error {
	if err := os.Chmod(path, 0o644); err != nil { //nolint:gosec // media is readable by the web server
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0) //nolint:gosec // a file of our own tree
	if err != nil {
		return err
	}
	_, err = f.WriteString("what does not belong here")
	return errors.Join(err, f.Close())
}

// disguise changes the content but neither size nor mode nor time.
func (v *vandal) disguise(path string) error {
	info, err := os.Stat(path)
	if err != nil || info.Size() == 0 {
		return err
	}
	data, err := os.ReadFile(path) //nolint:gosec // a file of our own tree
	if err != nil {
		return err
	}
	data[v.rand.IntN(len(data))] ^= 1
	err = errors.Join(
		os.Chmod(path, 0o600),
		os.WriteFile(path, data, 0o600), //nolint:gosec // a file of our own tree
		os.Chmod(path, info.Mode().Perm()),
		setTime(path, info.ModTime()),
	)
	v.harm.Changed++
	v.harm.Disguised++
	return err
}

func (v *vandal) addFiles() error {
	for i := range 20 {
		dir := filepath.Join(v.root, "added", fmt.Sprint(i%4))
		if err := os.MkdirAll(dir, 0o750); err != nil {
			return err
		}
		v.harm.Added++
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("новый_%d.mp4", i)), make([]byte, 10_000*i), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// swapTypes puts a directory where a link was, a file where a directory was,
// and a link where a directory with everything in it was.
func (v *vandal) swapTypes() error {
	odd := filepath.Join(v.root, "vertex-ar", "odd")
	link, empty, private := filepath.Join(odd, "latest.jpg"), filepath.Join(odd, "empty directory"), filepath.Join(odd, "private")
	return errors.Join(
		os.RemoveAll(link), os.Mkdir(link, 0o750),
		os.RemoveAll(empty), os.WriteFile(empty, []byte("not a directory"), 0o600),
		os.RemoveAll(private), os.Symlink("/", private),
	)
}

// spoilDatabase drops a table, edits rows of another and deletes from a third.
func (v *vandal) spoilDatabase(ctx context.Context, path string) (err error) {
	db, err := openDatabase(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if _, err := db.ExecContext(ctx, "DROP TABLE videos"); err != nil {
		return err
	}
	v.harm.Tables++
	for _, statement := range []string{
		"UPDATE clients SET name = 'Никто', phone = phone || '-' WHERE rowid % 7 = 0",
		"UPDATE portraits SET view_count = view_count + 1, qr_code = NULL WHERE rowid % 2 = 0",
		"DELETE FROM users WHERE rowid % 2 = 0",
	} {
		result, err := db.ExecContext(ctx, statement)
		if err != nil {
			return err
		}
		rows, err := result.RowsAffected()
		if err != nil {
			return err
		}
		v.harm.Rows += int(rows)
	}
	return nil
}
