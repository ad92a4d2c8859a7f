package repository_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/blob/memblob"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository"
	"github.com/vertex-ar/backup/internal/repository/frame"
)

// linesOf returns the lines of a manifest.
func linesOf(t *testing.T, whole []byte) []string {
	t.Helper()
	decoder, err := zstd.NewReader(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer decoder.Close()
	text, err := decoder.DecodeAll(whole, nil)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
}

// fromLines makes a manifest of lines, with the right hash and footer.
func fromLines(lines []string) []byte {
	last := len(lines) - 1
	body, trailer := strings.Join(lines[:last], "\n")+"\n", lines[last]
	if i := strings.LastIndex(trailer, `"sha256":"`); i >= 0 {
		sum := sha256.Sum256([]byte(body))
		trailer = trailer[:i] + `"sha256":"` + hex.EncodeToString(sum[:]) + `"}`
	}
	head, entries, _ := strings.Cut(body, "\n")
	out := frame.AppendRaw(nil, []byte(head+"\n"))
	if entries != "" {
		out = frame.AppendRaw(out, []byte(entries))
	}
	at := binary.LittleEndian.AppendUint64(nil, uint64(len(out)))
	return frame.AppendSkippable(frame.AppendRaw(out, []byte(trailer+"\n")), at)
}

var field = regexp.MustCompile(`"([a-z0-9_]+)":("[^"]*"|-?[0-9]+|true|false)`)

// violations yields manifests that are a little different from a good one: each
// value of each line is another, missing, there twice or written in another way;
// each line is missing, there twice or in another place.
func violations(lines []string, yield func(what string, lines []string) bool) {
	changed := func(n int, with ...string) []string {
		return append(append(append([]string(nil), lines[:n]...), with...), lines[n+1:]...)
	}
	for n, line := range lines {
		for _, at := range field.FindAllStringSubmatchIndex(line, -1) {
			key, value := line[at[2]:at[3]], line[at[4]:at[5]]
			for what, with := range variants(key, value) {
				if !yield(fmt.Sprintf("line %d, %s: %s", n, key, what), changed(n, line[:at[0]]+with+line[at[1]:])) {
					return
				}
			}
		}
		if !yield(fmt.Sprintf("line %d is missing", n), changed(n)) || !yield(fmt.Sprintf("line %d is there twice", n), changed(n, line, line)) {
			return
		}
		if n+1 < len(lines) {
			swapped := changed(n, lines[n+1])
			swapped[n+1] = line
			if !yield(fmt.Sprintf("line %d comes later", n), swapped) {
				return
			}
		}
	}
}

// variants returns other ways to write a field.
func variants(key, value string) map[string]string {
	with := func(v string) string { return `"` + key + `":` + v }
	all := map[string]string{
		"null": with("null"), "renamed": `"` + key + `_":` + value, "twice": with(value) + "," + with(value), "a space": `"` + key + `": ` + value,
	}
	if text, ok := strings.CutPrefix(value, `"`); ok {
		text = strings.TrimSuffix(text, `"`)
		all["empty"], all["longer"], all["NUL"] = with(`""`), with(`"`+text+`x"`), with(`"`+text+`\u0000"`)
		all["capitals"], all["in a directory above"] = with(`"`+strings.ToUpper(text)+`"`), with(`"../`+text+`"`)
		if text != "" {
			all["other"] = with(`"` + text[:len(text)-1] + string(text[len(text)-1]^1) + `"`)
			all["shorter"] = with(`"` + text[:len(text)-1] + `"`)
		}
		return all
	}
	if value == "true" || value == "false" {
		all["other"] = with(map[string]string{"true": "false", "false": "true"}[value])
		return all
	}
	var v int64
	_, _ = fmt.Sscan(value, &v)
	for what, n := range map[string]int64{"more": v + 1, "less": v - 1, "none": 0, "much": 1 << 62, "negative": -1} {
		if n != v {
			all[what] = with(fmt.Sprint(n))
		}
	}
	all["a leading zero"], all["a fraction"] = with("0"+value), with(value+".0")
	return all
}

// restorable reads a backup as a drill does: false if something of it is refused.
func restorable(t *testing.T, r *repository.Repository) bool {
	t.Helper()
	m, err := r.Open(t.Context(), testID, "")
	if err != nil {
		if !errors.Is(err, errs.ErrCorrupt) && !errors.Is(err, errs.ErrInvalid) {
			t.Errorf("open: %v", err)
		}
		return false
	}
	defer m.Close() //nolint:errcheck // it was only read
	if err := m.Unlock(t.Context()); err != nil {
		t.Errorf("unlock: %v", err)
	}
	good := true
	for e, err := range m.Entries() {
		if err != nil {
			return false
		}
		if e.Type != backup.TypeFile {
			continue
		}
		if err := m.Fetch(t.Context(), e, io.Discard); err != nil {
			if !errors.Is(err, errs.ErrCorrupt) {
				t.Errorf("fetch %q: %v", e.Path, err)
			}
			good = false
		}
	}
	return good
}

// TestADeepVerificationRefusesWhatCannotBeRead: and nothing else, whole is wrong
// with the manifest, of which all hashes and offsets are right.
func TestADeepVerificationRefusesWhatCannotBeRead(t *testing.T) {
	t.Parallel()
	key := newPair(t)
	for what, opt := range map[string]repository.Options{
		"plain": {ArchiveSize: 700_000}, "encrypted": encrypted(t, key), "by pages": {PagesFrom: 1},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			blobs := newMem()
			r := newStrict(t, blobs, opt)
			store(t, r, testID,
				database(text(600_000)), dir("storage"), dir("storage/a"), file("storage/a/empty", nil), file("storage/a/one", []byte("one")),
				file("storage/big", text(700_000)), link("storage/link", "a"))
			good := linesOf(t, blobs.Contents()[manifestKey])
			agree(t, blobs, r, "nothing changed", good)
			count := 0
			violations(good, func(what string, lines []string) bool {
				count++
				agree(t, blobs, r, what, lines)
				return !t.Failed()
			})
			if count < 265 {
				t.Errorf("only %d violations", count)
			}
		})
	}
}

func agree(t *testing.T, blobs *memblob.Store, r *repository.Repository, what string, lines []string) {
	t.Helper()
	changed := fromLines(lines)
	blobs.Change(manifestKey, func([]byte) []byte { return changed })
	report, err := r.Verify(t.Context(), testID, "", backup.VerifyOptions{Deep: true})
	if err != nil && !errors.Is(err, errs.ErrInvalid) {
		t.Errorf("%s: verify: %v", what, err)
	}
	if err == nil && !report.Valid && report.DamagedArchiveCount == 0 && len(report.Details) == 0 {
		t.Errorf("%s: it is not said which rule was violated: %+v", what, report)
	}
	// Of an archive that has another hash, all files may be whole.
	whole := report.Valid || report.DamagedArchiveCount > 0 && report.DamagedFileCount == 0
	if read := restorable(t, r); read != (whole && err == nil) {
		t.Errorf("%s: it can be read: %t; verify: %+v, %v", what, read, report, err)
	}
}

// TestAReportSaysWhichRuleAndWhichLine, not only that something is wrong.
func TestAReportSaysWhichRuleAndWhichLine(t *testing.T) {
	t.Parallel()
	blobs := newMem()
	r := newStrict(t, blobs, repository.Options{})
	store(t, r, testID, installation()...)
	good := linesOf(t, blobs.Contents()[manifestKey])
	for n := range good {
		for old, want := range map[string]string{`"mode":"0644"`: `"mode":"0648"`, `"path":"storage/`: `"path":"evil/`, `"entries":`: `"entries":1`} {
			changed := strings.Replace(good[n], old, want, 1)
			if changed == good[n] {
				continue
			}
			lines := append([]string(nil), good...)
			lines[n] = changed
			blobs.Change(manifestKey, func([]byte) []byte { return fromLines(lines) })
			report := verify(t, r, "", false)
			if where := fmt.Sprintf("line %d: ", n+1); report.Valid || len(report.Details) != 1 || !strings.HasPrefix(report.Details[0], where) {
				t.Errorf("%s: %+v", where, report)
			}
		}
	}
}

// TestADeepVerificationReadsEachArchiveOnce: what it decodes is what it hashes.
func TestADeepVerificationReadsEachArchiveOnce(t *testing.T) {
	t.Parallel()
	blobs := newMem()
	r := newStrict(t, blobs, repository.Options{ArchiveSize: 1 << 20})
	store(t, r, testID, installation()...)
	stored := int64(0)
	for _, content := range blobs.Contents() {
		stored += int64(len(content))
	}
	report := verify(t, r, "", true)
	if formatJSON := int64(len("{\"version\":1}\n")); !report.Valid || !report.Decoded || report.BytesRead != stored-formatJSON {
		t.Errorf("%+v, stored %d", report, stored)
	}
}

// TestWithoutTheKeyAVerificationSaysSo: it hashed only.
func TestWithoutTheKeyAVerificationSaysSo(t *testing.T) {
	t.Parallel()
	key, blobs := newPair(t), newMem()
	opt := encrypted(t, key)
	store(t, newStrict(t, blobs, opt), testID, installation()...)
	opt.Identities = nil
	report := verify(t, newStrict(t, blobs, opt), "", true)
	if !report.Valid || report.Decoded || report.HashedOnly != report.Archives {
		t.Errorf("%+v", report)
	}
}

// TestContentThatIsNotWhatTheManifestSays is what hashes of whole archives cannot
// tell: who writes both makes them right.
func TestContentThatIsNotWhatTheManifestSays(t *testing.T) {
	t.Parallel()
	raw := func(content string, change func([]byte) []byte) []byte {
		return change(frame.AppendRaw(nil, []byte(content)))
	}
	for what, change := range map[string]func([]byte) []byte{
		"a frame without checksum": func(b []byte) []byte { b[4] &^= 4; return b[:len(b)-4] },
		"a false checksum":         func(b []byte) []byte { b[len(b)-1] ^= 1; return b },
		"a false size":             func(b []byte) []byte { b[5]++; return b },
		"a skippable frame":        func(b []byte) []byte { return append(frame.AppendSkippable(nil, make([]byte, 8)), b...) },
	} {
		blobs := newMem()
		r := newStrict(t, blobs, repository.Options{})
		store(t, r, testID, dir("storage"), file("storage/one", []byte("one")))
		decode := func(whole []byte) []byte {
			decoder, _ := zstd.NewReader(nil)
			content, err := decoder.DecodeAll(whole, nil)
			if err != nil {
				t.Fatal(err)
			}
			return content
		}
		var archive string // that of the file; the directory may lie in another
		at := -1           // where the file's member begins
		for key, whole := range blobs.Contents() {
			if name, ok := strings.CutPrefix(key, "archives/"); ok && at < 0 {
				archive, at = name, bytes.Index(decode(whole), []byte("storage/one\x00"))
			}
		}
		blobs.Change("archives/"+archive, func(whole []byte) []byte {
			content, same := decode(whole), func(b []byte) []byte { return b }
			pieces := [][]byte{raw(string(content[at:at+1024]), change), raw(string(content[at+1024:]), same)}
			if at > 0 {
				pieces = slices.Insert(pieces, 0, raw(string(content[:at]), same))
			}
			return bytes.Join(pieces, nil)
		})
		forge(t, blobs, r, func(all []backup.Entry) []backup.Entry {
			whole := blobs.Contents()["archives/"+archive]
			first, last := 0, len(frame.AppendRaw(nil, make([]byte, 1024)))
			if at > 0 {
				first = len(frame.AppendRaw(nil, make([]byte, at)))
			}
			for i := range all {
				x := &all[i].Extents[0]
				switch {
				case x.Size > 0:
					x.Offset, x.Length = int64(first), int64(len(whole)-first-last)
				case x.Archive == archive:
					x.Offset, x.Length = 0, int64(first)
				}
			}
			return all
		})
		if report := verify(t, r, "", true); report.Valid || restorable(t, r) {
			t.Errorf("%s: %+v", what, report)
		}
	}
}
