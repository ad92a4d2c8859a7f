package manifest

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/repository/crypt"
	"github.com/vertex-ar/backup/internal/repository/frame"
)

// rules check entries one after another and count them. The writer and the
// reader obey the same.
type rules struct {
	counts Counts
	last   string
	// leaves are the files and links that could still have something below
	// them; each is a prefix of the next.
	leaves []string
	// ends is, for each archive, where the farthest frame ends.
	ends map[string]int64
	// lists are the page lists.
	lists map[string]bool
}

func newRules() *rules { return &rules{ends: map[string]int64{}, lists: map[string]bool{}} }

// names returns the archives and page lists that the entries name, in byte order.
func (r *rules) names() []string {
	return slices.Sorted(func(yield func(string) bool) {
		for name := range r.ends {
			if !yield(name) {
				return
			}
		}
		for name := range r.lists {
			if !yield(name) {
				return
			}
		}
	})
}

// add checks the next entry.
func (r *rules) add(e backup.Entry) error {
	if err := CheckEntry(e); err != nil {
		return err
	}
	if r.counts.Entries > 0 && e.Path <= r.last {
		return fmt.Errorf("it does not come after %.200q", r.last)
	}
	if err := r.checkParents(e); err != nil {
		return err
	}
	if err := r.checkExtents(e); err != nil {
		return err
	}
	r.last = e.Path
	r.count(e)
	return r.noteArchives(e)
}

// checkParents refuses what lies below a file or a link.
func (r *rules) checkParents(e backup.Entry) error {
	// What follows x and is below it starts with x and a slash; between may stand
	// names that start with x and a byte that sorts before the slash.
	for len(r.leaves) > 0 {
		leaf := r.leaves[len(r.leaves)-1]
		if strings.HasPrefix(e.Path, leaf) && e.Path[len(leaf)] <= '/' {
			break
		}
		r.leaves = r.leaves[:len(r.leaves)-1]
	}
	for _, leaf := range r.leaves {
		if e.Path[len(leaf)] == '/' {
			return fmt.Errorf("it lies below %.200q, which is no directory", leaf)
		}
	}
	if e.Type != backup.TypeDir {
		r.leaves = append(r.leaves, e.Path)
	}
	return nil
}

func (r *rules) count(e backup.Entry) {
	r.counts.Entries++
	r.counts.Size += e.Size
	switch e.Type {
	case backup.TypeFile:
		r.counts.Files++
	case backup.TypeDir:
		r.counts.Dirs++
	case backup.TypeSymlink:
		r.counts.Symlinks++
	}
}

func (r *rules) noteArchives(e backup.Entry) error {
	for _, x := range e.Extents {
		r.ends[x.Archive] = max(r.ends[x.Archive], x.Offset+x.Length)
	}
	if e.Pages != "" {
		r.lists[e.Pages] = true
	}
	if len(r.ends)+len(r.lists) > maxArchives {
		return fmt.Errorf("more than %d archives are needed", maxArchives)
	}
	return nil
}

// checkTrailer compares a trailer with what was counted.
func (r *rules) checkTrailer(t Trailer, h Header) error {
	if t.Counts != r.counts {
		return fmt.Errorf("the trailer counts %+v, there are %+v", t.Counts, r.counts)
	}
	names := r.names()
	if len(t.Archives) != len(names) {
		return fmt.Errorf("the trailer lists %d archives, the entries name %d", len(t.Archives), len(names))
	}
	for i, a := range t.Archives {
		if a.Name != names[i] {
			return fmt.Errorf("the trailer lists archive %q where the entries name %q", a.Name, names[i])
		}
		if inside(a) < r.ends[a.Name] {
			return fmt.Errorf("archive %q has %d bytes, extents reach to %d", a.Name, a.Size, r.ends[a.Name])
		}
	}
	if err := checkEncrypted(t); err != nil {
		return err
	}
	if t.Backup.ID != h.ID || t.Backup.Kind != h.Kind || !t.Backup.CreatedAt.Equal(h.CreatedAt) {
		return errors.New("the trailer belongs to another header")
	}
	return checkRecord(t.Backup)
}

func checkRecord(b backup.Backup) error {
	if !b.Status.Restorable() {
		return fmt.Errorf("the record's status is %q", b.Status)
	}
	for i, c := range b.Shrunk {
		if !slices.Contains(b.Kind.Components(), c) || slices.Contains(b.Shrunk[:i], c) {
			return fmt.Errorf("the record says that %q has shrunk", c)
		}
	}
	if err := checkAmounts(b); err != nil {
		return err
	}
	if b.StoredSize < 0 {
		return errors.New("the record's stored size is negative")
	}
	for _, t := range []time.Time{b.CreatedAt, b.FinishedAt, b.ExpiresAt} {
		if err := checkTime(t); err != nil {
			return err
		}
	}
	return nil
}

// checkAmounts checks what the record says of each component.
func checkAmounts(b backup.Backup) error {
	for i, a := range b.Amounts {
		same := func(x backup.Amount) bool { return x.Component == a.Component }
		if !slices.Contains(b.Kind.Components(), a.Component) || slices.ContainsFunc(b.Amounts[:i], same) {
			return fmt.Errorf("the record says how much there is of %q", a.Component)
		}
		if a.Files < 0 || a.Bytes < 0 || a.Rows != nil && *a.Rows < 0 || a.Unread < 0 || a.Lacking < 0 {
			return fmt.Errorf("the record says of %q that there is less than nothing", a.Component)
		}
	}
	return nil
}

func checkHeader(h Header) error {
	if err := checkVersion(h.Version); err != nil {
		return err
	}
	if _, err := backup.ParseID(string(h.ID)); err != nil || !h.Kind.Valid() {
		return fmt.Errorf("the header names backup %q of kind %q", h.ID, h.Kind)
	}
	return checkTime(h.CreatedAt)
}

// CheckEntry checks everything about an entry but its hash and extents, so
// that a source's item can be refused before its content is stored.
func CheckEntry(e backup.Entry) error {
	if err := checkPath(e.Path); err != nil {
		return err
	}
	if e.Mode > 0o7777 {
		return fmt.Errorf("its mode is %o", e.Mode)
	}
	if e.UID < 0 || e.UID > math.MaxUint32 || e.GID < 0 || e.GID > math.MaxUint32 {
		return fmt.Errorf("its owner is %d:%d", e.UID, e.GID)
	}
	if err := checkTime(e.ModTime); err != nil {
		return err
	}
	if err := checkIdentity(e); err != nil {
		return err
	}
	return checkType(e)
}

// checkIdentity checks what tells the file where it was backed up from others.
func checkIdentity(e backup.Entry) error {
	switch {
	case e.Inode == 0 && e.ChangeTime.IsZero():
		return nil
	case e.Inode <= 0 || e.Type != backup.TypeFile:
		return fmt.Errorf("its inode is %d", e.Inode)
	}
	return checkTime(e.ChangeTime)
}

func checkPath(path string) error {
	if len(path) > MaxPath {
		return fmt.Errorf("its path has %d bytes", len(path))
	}
	if strings.ContainsRune(path, 0) {
		return errors.New("its path has a NUL")
	}
	for element := range strings.SplitSeq(path, "/") {
		if element == "" || element == "." || element == ".." {
			return fmt.Errorf("its path has the element %.200q", element)
		}
	}
	return nil
}

func checkType(e backup.Entry) error {
	switch e.Type {
	case backup.TypeFile, backup.TypeDir:
		if e.Link != "" {
			return errors.New("it has a link and is none")
		}
	case backup.TypeSymlink:
		if e.Link == "" || len(e.Link) > MaxPath || strings.ContainsRune(e.Link, 0) {
			return errors.New("its link leads nowhere")
		}
	default:
		return fmt.Errorf("its type is %q", e.Type)
	}
	if e.Size < 0 || e.Size > 0 && e.Type != backup.TypeFile {
		return fmt.Errorf("its size is %d", e.Size)
	}
	return nil
}

func checkTime(t time.Time) error {
	if y := t.UTC().Year(); y < 1 || y > 9999 {
		return errors.New("a time is not in the years 1 to 9999")
	}
	return nil
}

func (r *rules) checkExtents(e backup.Entry) error {
	if e.Pages != "" && (e.Size == 0 || !ValidPages(e.Pages)) {
		return fmt.Errorf("it has %d bytes and the page list %.200q", e.Size, e.Pages)
	}
	if len(e.Extents) > MaxExtents {
		return fmt.Errorf("it has %d extents", len(e.Extents))
	}
	if e.Size == 0 && len(e.Extents) != 1 {
		return fmt.Errorf("it has no content and %d extents", len(e.Extents))
	}
	var sum int64
	for _, x := range e.Extents {
		if _, known := r.ends[x.Archive]; !known && !ValidArchive(x.Archive) {
			return fmt.Errorf("an extent names archive %.200q", x.Archive)
		}
		if err := checkExtent(x, e.Size == 0); err != nil {
			return err
		}
		sum += x.Size
	}
	if sum != e.Size {
		return fmt.Errorf("its size is %d, that of its extents %d", e.Size, sum)
	}
	return nil
}

func checkExtent(x backup.Extent, empty bool) error {
	if x.Length < 1 || x.Length > int64(frame.RawLen(extentMax)) || x.Offset < 0 || x.Offset > math.MaxInt64-x.Length {
		return fmt.Errorf("an extent's frame is %d bytes from %d", x.Length, x.Offset)
	}
	if empty && x.Start == 0 && x.Size == 0 {
		return nil
	}
	if empty || x.Start < 0 || x.Size < 1 || x.Size > extentMax || x.Start > extentMax-x.Size {
		return fmt.Errorf("an extent is %d bytes from %d", x.Size, x.Start)
	}
	return nil
}

// inside returns the most bytes that extents can count in an archive.
func inside(a Archive) int64 {
	if Encrypted(a.Name) {
		return crypt.MaxPlain(a.Size)
	}
	return a.Size
}

// checkEncrypted checks what a trailer says about encryption. Archives are in
// order of name.
func checkEncrypted(t Trailer) error {
	for i, a := range t.Archives {
		if i > 0 && a.Name == t.Archives[i-1].Name+encryptedSuffix {
			return fmt.Errorf("archive %q is there encrypted and plain", t.Archives[i-1].Name)
		}
	}
	if t.Backup.Encrypted != AllEncrypted(t.Archives) {
		return fmt.Errorf("the record says encrypted: %t, its archives do not", t.Backup.Encrypted)
	}
	return nil
}

const encryptedSuffix = ".age"

// Encrypted reports whether an archive of that name is encrypted.
func Encrypted(name string) bool { return strings.HasSuffix(name, encryptedSuffix) }

// Plain reports whether an archive of that name is not encrypted. Page lists are
// no archives.
func Plain(name string) bool { return strings.HasSuffix(name, ".tar.zst") }

// AllEncrypted reports whether there are archives and all of them are encrypted.
func AllEncrypted(archives []Archive) bool {
	encrypted := func(a Archive) bool { return Encrypted(a.Name) }
	plain := func(a Archive) bool { return Plain(a.Name) }
	return slices.ContainsFunc(archives, encrypted) && !slices.ContainsFunc(archives, plain)
}

var (
	archivePattern = regexp.MustCompile(`^([0-9]{6}|[1-9][0-9]{6,8})\.tar\.zst(\.age)?$`)
	pagesPattern   = regexp.MustCompile(`^([0-9]{6}|[1-9][0-9]{6,8})\.pages\.zst$`)
)

// ValidArchive reports whether name is the name of an archive:
// <backup-id>/000001.tar.zst, or that with .age.
func ValidArchive(name string) bool { return validName(name, archivePattern) }

// ValidPages reports whether name is the name of a page list:
// <backup-id>/000001.pages.zst.
func ValidPages(name string) bool { return validName(name, pagesPattern) }

func validName(name string, pattern *regexp.Regexp) bool {
	id, file, ok := strings.Cut(name, "/")
	if !ok || !pattern.MatchString(file) {
		return false
	}
	_, err := backup.ParseID(id)
	return err == nil
}
