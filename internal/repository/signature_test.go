package repository_test

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository"
	"github.com/vertex-ar/backup/internal/repository/signing"
)

func newSigner(t *testing.T) (signing.Key, func(context.Context) (signing.Key, error)) {
	t.Helper()
	key, err := signing.Generate()
	if err != nil {
		t.Fatal(err)
	}
	return key, func(context.Context) (signing.Key, error) { return key, nil }
}

// TestASignatureIsOfWhatIsRestored: whatever is changed about an entry, or about the
// record, the signature is not that of the manifest any more.
func TestASignatureIsOfWhatIsRestored(t *testing.T) {
	t.Parallel()
	key, signer := newSigner(t)
	blobs := newMem()
	r := newStrict(t, blobs, repository.Options{Signer: signer, Trusted: []signing.Public{key.Public()}})
	store(t, r, testID, installation()...)
	if s := open(t, r, testID).Signature(); s.State != backup.SignedByTrusted || s.Refused() != "" {
		t.Fatalf("%+v", s)
	}
	if b := record(t, r, testID); b.SignedBy != key.Public().String() {
		t.Errorf("the record says %q", b.SignedBy)
	}
	want, good := entries(t, open(t, r, testID)), linesOf(t, blobs.Contents()[manifestKey])
	violations(good, func(what string, lines []string) bool {
		blobs.Change(manifestKey, func([]byte) []byte { return fromLines(lines) })
		m, err := r.Open(t.Context(), testID, "")
		if err == nil {
			if m.Signature().Refused() == "" && !sameEntries(t, want, m) {
				t.Errorf("%s: it is trusted", what)
			}
			_ = m.Close()
		}
		return true
	})
}

// TestASignatureIsNotOfTheSourcesHost: number and change time of a file are of no
// restore, and may be left out by whoever writes the manifest anew.
func TestASignatureIsNotOfTheSourcesHost(t *testing.T) {
	t.Parallel()
	key, signer := newSigner(t)
	blobs := newMem()
	r := newStrict(t, blobs, repository.Options{Signer: signer, Trusted: []signing.Public{key.Public()}})
	media := newTree(dir("storage"), file("storage/a", []byte("content")))
	media.change("storage/a", func(e *backup.Entry) { e.Inode, e.ChangeTime = 77, noon })
	store(t, r, testID, media.all()...)
	lines := linesOf(t, blobs.Contents()[manifestKey])
	const was = `,"inode":77,"ctime":"2026-11-22T12:00:00.123456789Z"`
	for _, is := range []string{was, `,"inode":78`, ""} {
		changed := slices.Clone(lines)
		for i, line := range lines {
			changed[i] = strings.Replace(line, was, is, 1)
		}
		if is != was && slices.Equal(changed, lines) {
			t.Fatalf("no line has %s: %q", was, lines)
		}
		blobs.Change(manifestKey, func([]byte) []byte { return fromLines(changed) })
		if s := open(t, r, testID).Signature(); s.State != backup.SignedByTrusted {
			t.Errorf("%q: %+v", is, s)
		}
	}
}

// sameEntries reports whether a reader's entries are those that are wanted, but for
// where their content lies.
func sameEntries(t *testing.T, want []backup.Entry, m backup.Reader) bool {
	t.Helper()
	return slices.EqualFunc(want, entries(t, m), func(a, b backup.Entry) bool {
		return a.Path == b.Path && a.Type == b.Type && a.Size == b.Size && a.ModTime.Equal(b.ModTime) && a.Mode == b.Mode &&
			a.UID == b.UID && a.GID == b.GID && a.Link == b.Link && a.SHA256 == b.SHA256
	})
}

// TestWhatABucketWriterAddsIsNotTrusted: a file that becomes another user when it is
// run, a manifest of his own, one that he signs himself, and an old one of another
// name.
func TestWhatABucketWriterAddsIsNotTrusted(t *testing.T) {
	t.Parallel()
	key, signer := newSigner(t)
	_, stranger := newSigner(t)
	trusted := []signing.Public{key.Public()}
	blobs := newMem()
	r := newStrict(t, blobs, repository.Options{Signer: signer, Trusted: trusted})
	store(t, r, testID, installation()...)
	signed := blobs.Contents()[manifestKey]

	forge(t, blobs, r, func(all []backup.Entry) []backup.Entry {
		for i := range all {
			if all[i].Path == "storage/a/one" {
				all[i].Mode = 0o4755
			}
		}
		return all
	})
	if s := open(t, r, testID).Signature(); s.State != backup.Unsigned || s.Refused() == "" {
		t.Errorf("a manifest without signature: %+v", s)
	}
	store(t, newStrict(t, blobs, repository.Options{Signer: stranger}), otherID, installation()...)
	if s := open(t, r, otherID).Signature(); s.State != backup.SignedByUnknown || s.Refused() == "" {
		t.Errorf("a stranger's: %+v", s)
	}
	blobs.Change("manifests/"+string(otherID)+".jsonl.zst", func([]byte) []byte { return signed })
	if _, err := r.Open(t.Context(), otherID, ""); !errors.Is(err, errs.ErrCorrupt) {
		t.Errorf("an old one of another name: %v", err)
	}
	// Whoever has said nothing about trust goes on as before.
	anybody := newStrict(t, blobs, repository.Options{})
	blobs.Change(manifestKey, func([]byte) []byte { return signed })
	if s := open(t, anybody, testID).Signature(); s.State != backup.Signed || s.Refused() != "" {
		t.Errorf("where nobody is named: %+v", s)
	}
}

// TestARewrittenBackupKeepsItsSignature: what is signed stays as it is.
func TestARewrittenBackupKeepsItsSignature(t *testing.T) {
	t.Parallel()
	key, signer := newSigner(t)
	was, is := newPair(t), newPair(t)
	s := &shelf{blobs: newMem(), records: map[backup.ID]string{}, want: map[backup.ID][]backup.Item{}}
	opt := encrypted(t, was)
	opt.Signer = signer
	s.repo = newRepositoryOf(t, s.blobs, opt)
	s.add(t, testID, "", installation()...)

	later := encrypted(t, is)
	later.Identities = opt.Identities
	later.Trusted = []signing.Public{key.Public()}
	s.repo = newRepositoryOf(t, s.blobs, later) // has no key to sign with
	if done, err := s.reencryption(t).Execute(t.Context(), s.fence()); err != nil || done.Archives == 0 {
		t.Fatalf("%+v, %v", done, err)
	}
	if s := open(t, s.repo, testID).Signature(); s.State != backup.SignedByTrusted {
		t.Errorf("%+v", s)
	}
}

// TestAnExceptionIsMadeOnDemand: old backups may share content of the database with
// media.
func TestAnExceptionIsMadeOnDemand(t *testing.T) {
	t.Parallel()
	blobs := newMem()
	r := newStrict(t, blobs, repository.Options{})
	content := noise(7, 5000)
	store(t, r, testID, file(backup.DatabasePath, content), dir("storage"), file("storage/copy.db", content))
	forge(t, blobs, r, func(all []backup.Entry) []backup.Entry {
		all[2].Extents = all[0].Extents
		return all
	})
	m := open(t, r, testID)
	stolen := at(t, entries(t, m), "storage/copy.db")
	if err := m.Fetch(t.Context(), stolen, io.Discard); !errors.Is(err, errs.ErrCorrupt) {
		t.Errorf("without being asked: %v", err)
	}
	m.Believe()
	if err := m.Fetch(t.Context(), stolen, io.Discard); err != nil {
		t.Error(err)
	}
}
