package repository_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/blob/memblob"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository"
	"github.com/vertex-ar/backup/internal/repository/crypt"
	"github.com/vertex-ar/backup/internal/repository/manifest"
)

// newStrict returns a repository as the service has it, in which entries lie only
// where they can be restored.
func newStrict(t *testing.T, blobs *memblob.Store, opt repository.Options) *repository.Repository {
	t.Helper()
	opt.Scratch, opt.Workers = t.TempDir(), 2
	r, err := repository.New(blobs, opt)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// forge writes, as whoever may write objects can, a manifest over that of a
// backup: with the same record, and with what change makes of its entries.
func forge(t *testing.T, blobs *memblob.Store, r *repository.Repository, change func([]backup.Entry) []backup.Entry) {
	t.Helper()
	old := open(t, r, testID)
	b, _ := r.Committed(t.Context(), testID) // also if its archives are other than they were
	var out bytes.Buffer
	w, err := manifest.NewWriter(&out, manifest.Header{Version: manifest.Version, ID: testID, Kind: b.Kind, CreatedAt: b.CreatedAt})
	if err != nil {
		t.Fatal(err)
	}
	all := change(entries(t, old))
	slices.SortFunc(all, func(a, b backup.Entry) int { return strings.Compare(a.Path, b.Path) })
	for _, e := range all {
		if err := w.Write(e); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(b, asTheyAre(blobs, w.Archives())); err != nil {
		t.Fatal(err)
	}
	key := "manifests/" + string(testID) + ".jsonl.zst"
	blobs.Change(key, func([]byte) []byte { return out.Bytes() })
}

// asTheyAre describes objects as they are.
func asTheyAre(blobs *memblob.Store, names []string) []manifest.Archive {
	all := blobs.Contents()
	var archives []manifest.Archive
	for _, name := range names {
		content := all["archives/"+name]
		archives = append(archives, manifest.Archive{Name: name, Size: int64(len(content)), SHA256: sha256.Sum256(content)})
	}
	return archives
}

// encrypted returns the options of a repository whose archives are.
func encrypted(t *testing.T, key pair) (opt repository.Options) {
	t.Helper()
	var err error
	if opt.Recipients, err = crypt.ParseRecipients([]string{key.recipient}); err != nil {
		t.Fatal(err)
	}
	opt.Identities = func(context.Context) (crypt.Identities, error) { return crypt.ParseIdentities(key.identity) }
	return opt
}

// installation is a database of several frames beside some media.
func installation() []backup.Item {
	return sorted(
		file(backup.DatabasePath, noise(7, 1_200_000)), dir("storage"), dir("storage/a"), file("storage/a/one", []byte("one")),
		file("storage/a/two", text(5000)), file("storage/big", noise(8, 1_500_000)), link("storage/link", "a"),
	)
}

func at(t *testing.T, all []backup.Entry, path string) backup.Entry {
	t.Helper()
	i := slices.IndexFunc(all, func(e backup.Entry) bool { return e.Path == path })
	if i < 0 {
		t.Fatalf("no %q", path)
	}
	return all[i]
}

// TestContentOfTheDatabaseIsNeverMedia: whoever may write objects, and open none,
// must not be able to have what is in the database written where media are read.
func TestContentOfTheDatabaseIsNeverMedia(t *testing.T) {
	t.Parallel()
	key := newPair(t)
	plain := noise(7, 1_200_000)
	for what, steal := range map[string]func(database, media backup.Entry) backup.Entry{
		"all of it": func(database, _ backup.Entry) backup.Entry {
			return database
		},
		"from its second frame on": func(database, _ backup.Entry) backup.Entry {
			database.Extents = database.Extents[1:]
			return database
		},
		"behind the beginning of a file": func(database, media backup.Entry) backup.Entry {
			database.Extents = append(slices.Clone(media.Extents[:1]), database.Extents[1:]...)
			return database
		},
		"behind a piece of the member's header": func(database, _ backup.Entry) backup.Entry {
			database.Extents = slices.Clone(database.Extents[:1])
			database.Extents[0].Start += 512
			database.Extents[0].Size -= 512
			return database
		},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			blobs := newMem()
			r := newStrict(t, blobs, encrypted(t, key))
			store(t, r, testID, installation()...)
			forge(t, blobs, r, func(all []backup.Entry) []backup.Entry {
				stolen := steal(at(t, all, backup.DatabasePath), at(t, all, "storage/big"))
				stolen.Path, stolen.Size, stolen.Pages = "storage/stolen.jpg", 0, ""
				for _, x := range stolen.Extents {
					stolen.Size += x.Size
				}
				return append(all, stolen)
			})
			m := open(t, r, testID)
			var got bytes.Buffer
			err := m.Fetch(t.Context(), at(t, entries(t, m), "storage/stolen.jpg"), &got)
			if !errors.Is(err, errs.ErrCorrupt) || leaks(got.Bytes(), plain) {
				t.Errorf("%d bytes, %v", got.Len(), err)
			}
			if report := verify(t, r, "", true); report.Valid || !slices.Contains(report.DamagedFiles, "storage/stolen.jpg") {
				t.Errorf("verify: %+v", report)
			}
		})
	}
}

// leaks reports whether a piece of the secret is in got.
func leaks(got, secret []byte) bool {
	for at := 0; at+64 <= len(secret); at += 64 {
		if bytes.Contains(got, secret[at:at+64]) {
			return true
		}
	}
	return false
}

// TestMediaThatAreEqualToTheDatabaseAreStoredApart: readers believe no manifest in
// which the two share what is stored, so no writer writes one.
func TestMediaThatAreEqualToTheDatabaseAreStoredApart(t *testing.T) {
	t.Parallel()
	for _, size := range []int{5000, 1_200_000} {
		blobs := newMem()
		r := newStrict(t, blobs, repository.Options{})
		content := noise(7, size)
		tree := newTree(file(backup.DatabasePath, content), dir("storage"), file("storage/copy.db", content), file("storage/copy-2.db", content))
		storeOn(t, r, testID, backup.WriteOptions{}, tree)
		storeOn(t, r, otherID, on(testID), tree)
		tree.set(file("storage/third.db", content))
		o := storeOn(t, r, thirdID, on(otherID), tree) // reads back all
		all := entries(t, open(t, r, thirdID))
		copies := []backup.Extent{at(t, all, "storage/copy.db").Extents[0], at(t, all, "storage/copy-2.db").Extents[0], at(t, all, "storage/third.db").Extents[0]}
		if copies[0] != copies[1] || copies[1] != copies[2] || copies[0] == at(t, all, backup.DatabasePath).Extents[0] || o.StoredSize > 1000 {
			t.Errorf("%d bytes: %+v, stored %d", size, copies, o.StoredSize)
		}
	}
}

// TestMediaThatOldBackupsShareWithTheDatabaseAreStoredAgain builds on a backup of a
// program that did.
func TestMediaThatOldBackupsShareWithTheDatabaseAreStoredAgain(t *testing.T) {
	t.Parallel()
	blobs := newMem()
	r := newStrict(t, blobs, repository.Options{})
	content := noise(7, 5000)
	tree := newTree(file(backup.DatabasePath, content), dir("storage"), file("storage/copy.db", content))
	storeOn(t, r, testID, backup.WriteOptions{}, tree)
	forge(t, blobs, r, func(all []backup.Entry) []backup.Entry {
		all[2].Extents = all[0].Extents
		return all
	})
	old := open(t, r, testID)
	if err := old.Fetch(t.Context(), at(t, entries(t, old), "storage/copy.db"), io.Discard); !errors.Is(err, errs.ErrCorrupt) {
		t.Errorf("it is believed: %v", err)
	}
	storeOn(t, r, otherID, on(testID), tree)
	if report, err := r.Verify(t.Context(), otherID, "", backup.VerifyOptions{Deep: true}); err != nil || !report.Valid {
		t.Errorf("%+v, %v", report, err)
	}
}

// TestEntriesThatNobodyCouldRestoreAreRefused: not by one verb only.
func TestEntriesThatNobodyCouldRestoreAreRefused(t *testing.T) {
	t.Parallel()
	put := func(path string, kind backup.EntryType) func([]backup.Entry) []backup.Entry {
		return func(all []backup.Entry) []backup.Entry {
			e := at(t, all, "storage/a/one")
			if kind == backup.TypeDir {
				e = at(t, all, "storage/a")
			}
			e.Path = path
			return append(all, e)
		}
	}
	for what, change := range map[string]func([]backup.Entry) []backup.Entry{
		"no component":             put("evil/x", backup.TypeFile),
		"a component's neighbour":  put("storage-2", backup.TypeDir),
		"beside the database":      put("database/app_data.db-wal", backup.TypeFile),
		"a directory beside it":    put("database/x", backup.TypeDir),
		"in no directory":          put("storage/b/x", backup.TypeFile),
		"in another one's sibling": put("storage/a-b/x", backup.TypeFile),
		"no storage": func(all []backup.Entry) []backup.Entry {
			return slices.DeleteFunc(all, func(e backup.Entry) bool { return e.Path == "storage" })
		},
	} {
		blobs := newMem()
		r := newStrict(t, blobs, repository.Options{})
		store(t, r, testID, installation()...)
		forge(t, blobs, r, change)
		if _, err := r.Open(t.Context(), testID, ""); !errors.Is(err, errs.ErrCorrupt) {
			t.Errorf("%s: open: %v", what, err)
		}
		for _, deep := range []bool{false, true} {
			if report := verify(t, r, "", deep); report.Valid || report.Error == "" {
				t.Errorf("%s: verify: %+v", what, report)
			}
		}
	}
	_, _, err := tryStore(context.Background(), newStrict(t, newMem(), repository.Options{}), testID, backup.WriteOptions{}, file("evil", nil))
	if !errors.Is(err, errs.ErrInvalid) {
		t.Errorf("it is written: %v", err)
	}
}

// TestASmallPieceOfEachFrameLeadsNowhere: a file whose extents pass through the
// frames of its own member into the next one, which is the database's.
func TestASmallPieceOfEachFrameLeadsNowhere(t *testing.T) {
	t.Parallel()
	blobs := newMem()
	r := newRepositoryOf(t, blobs, repository.Options{Workers: 1})
	secret := noise(7, 1_200_000)
	store(t, r, testID, file("a/first", noise(8, 1_500_000)), file(backup.DatabasePath, secret))
	forge(t, blobs, r, func(all []backup.Entry) []backup.Entry {
		first, database := at(t, all, "a/first"), at(t, all, backup.DatabasePath)
		if last := first.Extents[len(first.Extents)-1]; last.Offset+last.Length != database.Extents[0].Offset {
			t.Fatal("the database does not follow")
		}
		stolen := first
		stolen.Path, stolen.Extents = "a/stolen", nil
		for i, x := range first.Extents {
			stolen.Extents = append(stolen.Extents, x)
			stolen.Extents[i].Size = 1
		}
		for _, x := range database.Extents[:2] {
			x.Start = 0
			stolen.Extents = append(stolen.Extents, x)
		}
		stolen.Size = 0
		for _, x := range stolen.Extents {
			stolen.Size += x.Size
		}
		return append(all, stolen)
	})
	var got bytes.Buffer
	m := open(t, r, testID)
	err := m.Fetch(t.Context(), at(t, entries(t, m), "a/stolen"), &got)
	if !errors.Is(err, errs.ErrCorrupt) || leaks(got.Bytes(), secret) {
		t.Errorf("%d bytes, %v", got.Len(), err)
	}
}
