package repository_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/blob"
	"github.com/vertex-ar/backup/internal/blob/faultblob"
	"github.com/vertex-ar/backup/internal/blob/memblob"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository"
	"github.com/vertex-ar/backup/internal/repository/crypt"
)

const firstEncrypted = firstArchive + ".age"

// pair is a key for tests.
type pair struct{ recipient, identity string }

func newPair(tb testing.TB) pair {
	tb.Helper()
	id, err := age.GenerateX25519Identity()
	if err != nil {
		tb.Fatal(err)
	}
	return pair{id.Recipient().String(), id.String()}
}

// newEncrypted returns a repository that encrypts for recipients, and opens with
// the identities in text if there are any.
func newEncrypted(tb testing.TB, blobs blob.Store, text string, recipients ...string) *repository.Repository {
	tb.Helper()
	opt := repository.Options{Workers: 2, ArchiveSize: 1 << 20, PagesFrom: 1}
	var err error
	if opt.Recipients, err = crypt.ParseRecipients(recipients); err != nil {
		tb.Fatal(err)
	}
	if text != "" {
		opt.Identities = func(context.Context) (crypt.Identities, error) { return crypt.ParseIdentities(text) }
	}
	return newRepositoryOf(tb, blobs, opt)
}

func record(tb testing.TB, r *repository.Repository, id backup.ID) backup.Backup {
	tb.Helper()
	b, err := r.Committed(tb.Context(), id)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// TestEncryptedBackupIsReadByEachIdentityAlone writes without any identity, for two recipients.
func TestEncryptedBackupIsReadByEachIdentityAlone(t *testing.T) {
	t.Parallel()
	daily, escrow := newPair(t), newPair(t)
	blobs := newMem()
	w := newEncrypted(t, blobs, "", daily.recipient, escrow.recipient)
	items := append(oddItems(), file("text", text(3<<20)), file("secret", []byte("all that is secret")))
	checksum, size := store(t, w, testID, sorted(items...)...)
	b := record(t, w, testID)
	if !b.Encrypted || b.StoredSize != size || b.Checksum != checksum {
		t.Errorf("record %+v", b)
	}
	for key, content := range blobs.Contents() {
		if name, ok := strings.CutPrefix(key, "archives/"); ok && (!strings.HasSuffix(name, ".tar.zst.age") || bytes.Contains(content, []byte("secret"))) {
			t.Errorf("%s is not encrypted", key)
		}
	}
	for _, key := range []pair{daily, escrow} {
		checkStored(t, open(t, newEncrypted(t, blobs, key.identity), testID), sorted(items...))
	}
	if report := verify(t, w, checksum, true); !report.Valid {
		t.Errorf("without an identity: %+v", report)
	}
}

func TestWithoutTheIdentityTheErrorSaysWhatToDo(t *testing.T) {
	t.Parallel()
	key, other := newPair(t), newPair(t)
	blobs := newMem()
	store(t, newEncrypted(t, blobs, "", key.recipient), testID, file("a", []byte("content")))
	own := func(kind error, detail string) *repository.Repository {
		return newRepositoryOf(t, blobs, repository.Options{Identities: func(context.Context) (crypt.Identities, error) {
			return crypt.Identities{}, errs.New(kind, "%s", detail)
		}})
	}
	for what, c := range map[string]struct {
		repo *repository.Repository
		kind error
		say  string
	}{
		"no identity":      {newEncrypted(t, blobs, ""), errs.ErrInvalid, "Set AGE_IDENTITY_FILE"},
		"another identity": {newEncrypted(t, blobs, other.identity), errs.ErrInvalid, "does not open it"},
		"bad file":         {own(errs.ErrInvalid, "The file is readable by others."), errs.ErrInvalid, "The file is readable by others."},
		"secrets are away": {own(errs.ErrUnavailable, "Try again."), errs.ErrUnavailable, "Try again."},
	} {
		m := open(t, c.repo, testID)
		all := entries(t, m)
		err := m.Fetch(t.Context(), all[0], io.Discard)
		if early := m.Unlock(t.Context()); errs.Detail(early) != errs.Detail(err) {
			t.Errorf("%s: Unlock says %v, Fetch says %v", what, early, err)
		}
		if !errors.Is(err, c.kind) || errors.Is(err, errs.ErrCorrupt) || !strings.Contains(errs.Detail(err), c.say) {
			t.Errorf("%s: %v, want one that says %q", what, err, c.say)
		}
		if errors.Is(err, errs.ErrInvalid) && !strings.Contains(errs.Detail(err), string(testID)) {
			t.Errorf("%s: %v, want the backup's name in it", what, err)
		}
		if strings.Contains(err.Error(), "AGE-SECRET") || strings.Contains(err.Error(), other.identity[16:]) {
			t.Errorf("%s: the error shows a key: %v", what, err)
		}
	}
}

// TestDamagedEncryptedArchivesAreFoundAndFilesNamed damages an archive in many
// ways. Of d/a's two chunks only the second is shared with d/b.
func TestDamagedEncryptedArchivesAreFoundAndFilesNamed(t *testing.T) {
	t.Parallel()
	key := newPair(t)
	blobs := newMem()
	one := newRepositoryOptions(t, key)
	r := newRepositoryOf(t, blobs, one)
	store(t, r, testID, sorted(damageItems()...)...)
	store(t, r, otherID, file("d/a", noise(1, 100_001)), file("d/c", noise(4, 50_000)))
	b := extentsOf(t, r, "d/b")
	all := []string{"d/a", "d/b", "d/c"}
	const header = 184 // of one recipient
	at := func(plain int64) int { return header + int(plain/65536*65552) }
	for what, c := range map[string]struct {
		damage  func(*memblob.Store)
		lost    []string
		shallow []string // what a shallow verification names
		blind   bool     // a shallow verification finds nothing
	}{
		"bit in the first chunk":        {damage: func(s *memblob.Store) { s.FlipBit(firstEncrypted, at(0)) }, lost: []string{"d/a"}, blind: true},
		"bit in the second chunk":       {damage: func(s *memblob.Store) { s.FlipBit(firstEncrypted, at(65536)) }, lost: []string{"d/a", "d/b"}, blind: true},
		"bit inside d/b":                {damage: func(s *memblob.Store) { s.FlipBit(firstEncrypted, at(b[0].Offset+1<<20)) }, lost: []string{"d/b"}, blind: true},
		"bit in the last chunk":         {damage: func(s *memblob.Store) { s.FlipBit(firstEncrypted, -1) }, lost: []string{"d/b", "d/c"}, blind: true},
		"bit in the text of the header": {damage: func(s *memblob.Store) { s.FlipBit(firstEncrypted, 3) }, lost: all, blind: true},
		"bit in the header's key":       {damage: func(s *memblob.Store) { s.FlipBit(firstEncrypted, 40) }, lost: all, blind: true},
		"bit in the nonce":              {damage: func(s *memblob.Store) { s.FlipBit(firstEncrypted, header-1) }, lost: all, blind: true},
		"end cut off":                   {damage: func(s *memblob.Store) { s.Truncate(firstEncrypted, 5) }, lost: []string{"d/b", "d/c"}},
		"cut off in d/b": {
			damage: func(s *memblob.Store) {
				s.Change(firstEncrypted, func(c []byte) []byte { return c[:at(b[1].Offset)] })
			},
			lost: []string{"d/b", "d/c"}, shallow: []string{"d/b", "d/c"},
		},
		"something added": {damage: func(s *memblob.Store) {
			s.Change(firstEncrypted, func(c []byte) []byte { return append(c, 0) })
		}},
		"empty":   {damage: func(s *memblob.Store) { s.Change(firstEncrypted, func([]byte) []byte { return nil }) }, lost: all, shallow: all},
		"missing": {damage: func(s *memblob.Store) { remove(t, s, firstEncrypted) }, lost: all, shallow: all},
		"swapped with another": {
			damage: func(s *memblob.Store) { s.Swap(firstEncrypted, otherArchive+".age") },
			lost:   all, shallow: []string{"d/b", "d/c"},
		},
		"replaced by what is inside": {damage: func(s *memblob.Store) {
			s.Change(firstEncrypted, func(c []byte) []byte { return append(decrypt(t, c, key), make([]byte, len(c))...)[:len(c)] })
		}, lost: all, blind: true},
		"zeros": {damage: func(s *memblob.Store) { s.Change(firstEncrypted, func(c []byte) []byte { clear(c); return c }) }, lost: all, blind: true},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			damaged := blobs.Clone()
			c.damage(damaged)
			r := newRepositoryOf(t, damaged, one)
			m := open(t, r, testID)
			if err := m.Unlock(t.Context()); err != nil {
				t.Errorf("damage is taken for the lack of a key: %v", err)
			}
			if diff := cmp.Diff(c.lost, unreadable(t, m)); diff != "" {
				t.Errorf("unreadable files differ (-want +got):\n%s", diff)
			}
			checkReport(t, "deep", verify(t, r, "", true), false, 1, c.lost)
			count := int64(1)
			if c.blind {
				count = 0
			}
			checkReport(t, "shallow", verify(t, r, "", false), c.blind, count, c.shallow)
			// Without the identity the damage is found all the same; what it touches counts as lost.
			blind := verify(t, newEncrypted(t, damaged, ""), "", true)
			if blind.Valid || blind.DamagedArchiveCount != 1 || !slices.Equal(blind.DamagedFiles, all) {
				t.Errorf("without an identity: %+v", blind)
			}
		})
	}
}

// newRepositoryOptions are those of one worker who has both halves of a key.
func newRepositoryOptions(tb testing.TB, key pair) repository.Options {
	tb.Helper()
	recipients, err := crypt.ParseRecipients([]string{key.recipient})
	if err != nil {
		tb.Fatal(err)
	}
	return repository.Options{Workers: 1, ArchiveSize: 16 << 20, Recipients: recipients, Identities: func(context.Context) (crypt.Identities, error) {
		return crypt.ParseIdentities(key.identity)
	}}
}

// decrypt returns what age finds in an archive.
func decrypt(tb testing.TB, content []byte, key pair) []byte {
	tb.Helper()
	id, err := age.ParseX25519Identity(key.identity)
	if err != nil {
		tb.Fatal(err)
	}
	r, err := age.Decrypt(bytes.NewReader(content), id)
	if err != nil {
		tb.Fatal(err)
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		tb.Fatal(err)
	}
	return plain
}

// TestTurningEncryptionOnStoresEverythingEncrypted and says so once; turning it
// off leaves what is there as it is.
func TestTurningEncryptionOnStoresEverythingEncrypted(t *testing.T) {
	t.Parallel()
	key := newPair(t)
	blobs := newMem()
	media := newMedia()
	plain, encrypting := newEncrypted(t, blobs, key.identity), newEncrypted(t, blobs, key.identity, key.recipient)
	storeOn(t, plain, testID, backup.WriteOptions{}, media)
	media.set(file("storage/copy", noise(1, 10_000))) // must not refer to the plain one

	on1 := storeOn(t, encrypting, otherID, on(testID), media)
	if len(on1.warnings) != 1 || !strings.Contains(on1.warnings[0], "not encrypted") || !on1.Encrypted || !record(t, plain, otherID).Encrypted {
		t.Errorf("first encrypted backup: %+v", on1)
	}
	for _, e := range entries(t, open(t, plain, otherID)) {
		for _, x := range e.Extents {
			if !strings.HasPrefix(x.Archive, string(otherID)) || !strings.HasSuffix(x.Archive, ".age") {
				t.Errorf("%s lies in %s", e.Path, x.Archive)
			}
		}
	}
	const on2ID backup.ID = "20261122-120000-full-aaaaa5"
	on2 := storeOn(t, encrypting, thirdID, on(otherID), media)
	if len(on2.warnings) != 0 || on2.StoredSize != 0 || !on2.Encrypted {
		t.Errorf("second encrypted backup: %+v", on2)
	}
	media.set(file("storage/new", noise(9, 1000)))
	off := storeOn(t, plain, on2ID, on(thirdID), media)
	if len(off.warnings) != 0 || off.StoredSize > 20_000 || off.Encrypted || record(t, plain, on2ID).Encrypted {
		t.Errorf("turned off again: %+v", off)
	}
}

// TestNewRecipientsApplyFromTheNextBackup leaves what is there to the old one.
func TestNewRecipientsApplyFromTheNextBackup(t *testing.T) {
	t.Parallel()
	before, after := newPair(t), newPair(t)
	blobs := newMem()
	media := newMedia()
	both := before.identity + "\n" + after.identity
	storeOn(t, newEncrypted(t, blobs, both, before.recipient), testID, backup.WriteOptions{}, media)
	media.set(file("storage/new", noise(9, 1000)))
	o := storeOn(t, newEncrypted(t, blobs, both, after.recipient), otherID, on(testID), media)
	if o.StoredSize > 20_000 || len(o.warnings) > 0 || !o.Encrypted {
		t.Errorf("%+v", o)
	}
	m := open(t, newEncrypted(t, blobs, after.identity), otherID)
	for _, e := range entries(t, m) {
		if e.Size == 0 {
			continue
		}
		err := m.Fetch(t.Context(), e, io.Discard)
		if isNew := e.Path == "storage/new"; (err == nil) != isNew || err != nil && !errors.Is(err, errs.ErrInvalid) {
			t.Errorf("%s: %v", e.Path, err)
		}
	}
}

func TestEncryptedBackupIsRemovedWhole(t *testing.T) {
	t.Parallel()
	blobs := newMem()
	r := newEncrypted(t, blobs, "", newPair(t).recipient)
	store(t, r, testID, file("a", noise(1, 3<<20)), file("b", noise(2, 100)))
	removed, err := r.Remove(t.Context(), testID)
	if err != nil || removed.Objects != 3 || len(removed.Missing) > 0 {
		t.Errorf("%+v, %v", removed, err)
	}
	if left := blobs.Contents(); len(left) != 1 {
		t.Errorf("%d objects left, want format.json", len(left))
	}
}

// TestEmptyBackupIsNotCalledEncrypted: there is nothing to be encrypted.
func TestEmptyBackupIsNotCalledEncrypted(t *testing.T) {
	t.Parallel()
	r := newEncrypted(t, newMem(), "", newPair(t).recipient)
	store(t, r, testID)
	if b := record(t, r, testID); b.Encrypted {
		t.Errorf("%+v", b)
	}
	if report := verify(t, r, "", true); !report.Valid {
		t.Errorf("%+v", report)
	}
}

// TestStoreThatIsAwayIsNotALostKey fails every call of reading an encrypted backup.
func TestStoreThatIsAwayIsNotALostKey(t *testing.T) {
	t.Parallel()
	key := newPair(t)
	mem := newMem()
	store(t, newEncrypted(t, mem, "", key.recipient), testID, sorted(damageItems()...)...)
	for _, when := range []faultblob.When{faultblob.Before, faultblob.Middle} {
		for call := 1; ; call++ {
			blobs := faultblob.New(mem)
			blobs.Inject(faultblob.Fault{Call: call, When: when, Pass: 10, Stays: true})
			err := readAll(t.Context(), newEncrypted(t, blobs, key.identity))
			if !blobs.Fired() {
				if err != nil || call < 4 {
					t.Errorf("%v after %d calls", err, call)
				}
				break
			}
			if !errors.Is(err, errs.ErrUnavailable) || errors.Is(err, errs.ErrCorrupt) || errors.Is(err, errs.ErrInvalid) {
				t.Errorf("call %d: %v, want ErrUnavailable", call, err)
			}
		}
	}
}

// TestFailedUploadsOfEncryptedArchivesLeaveNothing fails every call of storing a backup.
func TestFailedUploadsOfEncryptedArchivesLeaveNothing(t *testing.T) {
	t.Parallel()
	key := newPair(t)
	for call := 1; ; call++ {
		mem := newMem()
		blobs := faultblob.New(mem)
		blobs.Inject(faultblob.Fault{Call: call, When: faultblob.Before})
		r := newEncrypted(t, blobs, key.identity, key.recipient)
		_, _, err := tryStore(t.Context(), r, testID, backup.WriteOptions{}, sorted(damageItems()...)...)
		if !blobs.Fired() {
			if err != nil || call < 4 {
				t.Errorf("%v after %d calls", err, call)
			}
			return
		}
		if !errors.Is(err, errs.ErrUnavailable) {
			t.Errorf("call %d: %v, want ErrUnavailable", call, err)
		}
		if _, ok := mem.Contents()[manifestKey]; ok {
			t.Errorf("call %d: the backup was committed", call)
		}
	}
}
