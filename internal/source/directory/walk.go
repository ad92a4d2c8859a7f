package directory

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
	"syscall"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/source"
)

// walker visits a tree in byte order of path.
type walker struct {
	prefix string // path of the root
	visit  func(found) error
	// notice is told what a user should know.
	notice func(backup.Notice)
	// closed is called in place of a notice for a directory that may not be
	// read, in its place in the order, after it was visited; it may be nil.
	closed func(path string) error
	// identify adds to each file what tells whether it was changed, where that can be known.
	identify bool
	// outside is what is no part of the tree.
	outside outside
	// hidden is called for what is passed over, in its place in the order; it may be nil.
	hidden func(path string) error
	// leftover is called for each staging directory; it may be nil.
	leftover func(dir *os.Root, name, path string) error
}

// walk visits root and everything below it.
func (w *walker) walk(ctx context.Context, root *os.Root) error {
	info, err := root.Stat(".")
	if err != nil {
		return err
	}
	e, _, err := see(root, ".", info)
	if err != nil {
		return err
	}
	e.Path = w.prefix
	if err := w.visit(found{Entry: e, rel: ".", info: info}); err != nil {
		return err
	}
	return w.children(ctx, place{dir: root, info: info, top: true}, "")
}

// place is a directory that a walk is in.
type place struct {
	dir   *os.Root
	info  fs.FileInfo
	top   bool                   // of the tree, or of a file system that is mounted in it
	known bool                   // that the file system's numbers and change times can be relied on
	below map[string]fs.FileInfo // the directories in it that were visited
}

// children visits what is in p; rel is its path below the root with a slash
// behind it, or "".
func (w *walker) children(ctx context.Context, p place, rel string) error {
	types, err := list(p.dir)
	if err != nil {
		if err := w.trouble(rel, err); err != nil {
			return err
		}
	}
	p.below = map[string]fs.FileInfo{}
	if p.top && w.identify {
		p.known = steady(p.dir)
	}
	for _, key := range order(types) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if name, ok := strings.CutSuffix(key, "/"); ok {
			err = w.enter(ctx, p, rel+name, name)
		} else {
			err = w.one(p, rel+key, key, types[key])
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// list returns the names in dir and their types. With an error it returns
// those it could read.
func list(dir *os.Root) (map[string]fs.FileMode, error) {
	f, err := dir.Open(".")
	if err != nil {
		return nil, err
	}
	entries, err := f.ReadDir(-1)
	types := make(map[string]fs.FileMode, len(entries))
	for _, e := range entries {
		types[e.Name()] = e.Type()
	}
	if len(entries) > 0 {
		if _, err := dir.Lstat(entries[0].Name()); errors.Is(err, fs.ErrPermission) {
			return nil, errors.Join(err, f.Close()) // it may be listed, but not entered
		}
	}
	return types, errors.Join(err, f.Close())
}

// order returns each name, and for a directory also the name with a slash: in
// its place come the children. So "a", "a-b", "a/".
func order(types map[string]fs.FileMode) []string {
	keys := make([]string, 0, len(types))
	for name, mode := range types {
		keys = append(keys, name)
		if mode.IsDir() {
			keys = append(keys, name+"/")
		}
	}
	slices.Sort(keys)
	return keys
}

// one visits a single file, directory or link.
func (w *walker) one(p place, rel, name string, mode fs.FileMode) error {
	if strings.HasPrefix(name, source.StagingPrefix) && isStaging(p.dir, name) {
		if w.leftover == nil {
			return nil
		}
		return w.leftover(p.dir, name, w.path(rel))
	}
	if w.outside.holds(rel) {
		return w.pass(rel, w.outside.notice(rel))
	}
	info, err := p.dir.Lstat(name)
	if err != nil {
		return w.trouble(rel, err)
	}
	if text, hidden := w.hides(p, rel, info); hidden {
		return w.pass(rel, text)
	}
	if info.Mode().Type() != mode {
		w.tell(rel, "was replaced while the directory was being read, and is not in the backup", false)
		return nil
	}
	e, ok, err := see(p.dir, name, info)
	if err != nil {
		return w.trouble(rel, err)
	}
	if !ok {
		w.tell(rel, "is "+describe(mode)+", which a backup cannot hold; it is left out", false)
		return nil
	}
	if e.Type == backup.TypeDir {
		p.below[name] = info
	}
	if p.known && e.Type == backup.TypeFile {
		e.Inode, e.ChangeTime = identity(info)
	}
	e.Path = w.prefix + "/" + rel
	return w.visit(found{Entry: e, rel: rel, info: info})
}

// hides reports whether what was found is no part of the tree.
func (w *walker) hides(p place, rel string, info fs.FileInfo) (text string, hidden bool) {
	if p.top && lostAndFound(info) {
		return "", true
	}
	return w.outside.hides(rel, info, p.info)
}

// lostAndFound reports whether info is the directory that each new ext file system
// has at its top, for its own repair.
func lostAndFound(info fs.FileInfo) bool {
	uid, _ := source.Owner(info)
	return info.Name() == "lost+found" && info.IsDir() && uid == 0 && info.Mode().Perm() == 0o700
}

// pass passes over what is no part of the tree.
func (w *walker) pass(rel, text string) error {
	if text != "" {
		w.tell(rel, text, false)
	}
	if w.hidden == nil {
		return nil
	}
	return w.hidden(w.path(rel))
}

// enter visits the children of a directory that was seen as p.below has it.
func (w *walker) enter(ctx context.Context, p place, rel, name string) error {
	info := p.below[name]
	if info == nil { // it was gone when its turn came
		return nil
	}
	child, err := p.dir.OpenRoot(name)
	if err != nil {
		if now, statErr := p.dir.Lstat(name); statErr == nil && !now.IsDir() {
			err = fs.ErrNotExist // a link that leads out has taken its place
		}
		return w.trouble(rel, err)
	}
	defer child.Close() //nolint:errcheck // it was only read
	now, err := child.Stat(".")
	if err != nil {
		return w.trouble(rel, err)
	}
	if !os.SameFile(info, now) { // a link may have taken its place
		return w.trouble(rel, fs.ErrNotExist)
	}
	return w.children(ctx, place{dir: child, info: info, top: device(info) != device(p.info), known: p.known}, rel+"/")
}

// trouble handles an error with what is at rel.
func (w *walker) trouble(rel string, err error) error {
	rel = strings.TrimSuffix(rel, "/")
	switch {
	case errors.Is(err, fs.ErrNotExist):
		w.tell(rel, "vanished while the directory was being read", false)
	case errors.Is(err, fs.ErrPermission) && w.closed != nil:
		return w.closed(w.path(rel))
	case errors.Is(err, fs.ErrPermission):
		w.tell(rel, "may not be read by the user that runs the backup; what is in it is not in the backup", true)
	default:
		w.tell(rel, "could not be read ("+reason(err)+"); what is in it is not in the backup", true)
	}
	return nil
}

func (w *walker) tell(rel, text string, lost bool) {
	w.notice(backup.Notice{Path: w.path(rel), Text: text, Lost: lost})
}

func (w *walker) path(rel string) string {
	if rel == "" {
		return w.prefix
	}
	return w.prefix + "/" + rel
}

// reason returns an error without the paths around it.
func reason(err error) string {
	if errno, ok := errors.AsType[syscall.Errno](err); ok {
		return errno.Error()
	}
	return "input/output error"
}
