package directory

import (
	"errors"
	"io/fs"
	"math"
	"os"
	"path"
	"slices"
	"sync"

	"golang.org/x/sys/unix"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/source"
)

// disk changes a tree. It confines every name to the root, lets tests fail any
// change, and opens directories that forbid changes to their owner for the
// time of the restore. Paths are below the root.
type disk struct {
	spots

	fault  source.Fault
	rights source.Rights
	lacks  *lacks

	locks    sync.Mutex
	unlocked map[string]uint32 // modes of directories before unlock
}

func newDisk(root *os.Root, staging string, fault source.Fault, l *lacks) *disk {
	return &disk{
		spots: spots{root: root, staging: staging}, fault: fault,
		rights: source.OwnRights(), lacks: l, unlocked: map[string]uint32{},
	}
}

// close closes the root too.
func (d *disk) close() error {
	d.leave()
	return d.root.Close()
}

// at is spots.at; a directory that its owner may not read is opened for it.
func (d *disk) at(rel string) (*spot, string, error) {
	in, name, err := d.spots.at(rel)
	if errors.Is(err, fs.ErrPermission) && d.unlock(path.Dir(rel)) {
		return d.spots.at(rel)
	}
	return in, name, err
}

// change carries out one call; when the directories above rel forbid it to
// their owner, once more with these opened.
func (d *disk) change(op, rel string, call func() error) error {
	err := d.fault.Do(op, rel, call)
	if errors.Is(err, fs.ErrPermission) && d.unlock(path.Dir(rel)) {
		return d.fault.Do(op, rel, call)
	}
	return err
}

// unlock gives the owner every right to dir and the directories above it, and
// reports whether that changed anything.
func (d *disk) unlock(dir string) bool {
	changed := false
	if dir != "." {
		changed = d.unlock(path.Dir(dir))
	}
	return d.open(dir) || changed
}

// open gives the owner every right to one directory.
func (d *disk) open(dir string) bool {
	info, err := d.root.Lstat(dir)
	if err != nil || !info.IsDir() || info.Mode().Perm()&0o700 == 0o700 {
		return false
	}
	e, _, err := see(d.root, dir, info)
	if err != nil {
		return false
	}
	if d.chmod(dir, e.Mode|0o700) != nil {
		return false
	}
	d.locks.Lock()
	defer d.locks.Unlock()
	if _, known := d.unlocked[dir]; !known {
		d.unlocked[dir] = e.Mode
	}
	return true
}

// relock gives the directories that are still there their modes back, inner
// ones first. Those that were in the plan have their own already.
func (d *disk) relock() error {
	d.locks.Lock()
	defer d.locks.Unlock()
	dirs := make([]string, 0, len(d.unlocked))
	for dir := range d.unlocked {
		dirs = append(dirs, dir)
	}
	slices.SortFunc(dirs, func(a, b string) int { return len(b) - len(a) })
	var err error
	for _, dir := range dirs {
		err = errors.Join(err, ignore(d.chmod(dir, d.unlocked[dir]), fs.ErrNotExist, unix.ENOTDIR))
		delete(d.unlocked, dir)
	}
	return err
}

// settled forgets that dir was unlocked: its mode has been set.
func (d *disk) settled(dir string) {
	d.locks.Lock()
	defer d.locks.Unlock()
	delete(d.unlocked, dir)
}

func (d *disk) chmod(rel string, mode uint32) error {
	return d.fault.Do("chmod", rel, func() error {
		in, name, err := d.at(rel)
		if err != nil {
			return err
		}
		return in.root.Chmod(name, permissions(mode))
	})
}

// mkdir makes a directory, with those permissions that the umask lets pass.
func (d *disk) mkdir(rel string, mode uint32) error {
	return d.change("mkdir", rel, func() error {
		in, name, err := d.at(rel)
		if err != nil {
			return err
		}
		return in.root.Mkdir(name, permissions(mode&0o777))
	})
}

func (d *disk) rename(from, to string) error {
	return d.change("rename", to, func() error {
		source, was, err := d.at(from)
		if err != nil {
			return err
		}
		target, is, err := d.at(to)
		if err != nil {
			return err
		}
		return os.NewSyscallError("renameat", unix.Renameat(source.fd, was, target.fd, is))
	})
}

// remove removes rel with everything below it; it may be missing.
func (d *disk) remove(rel string) error {
	d.leave()
	call := func() error { return d.root.RemoveAll(rel) }
	err := d.change("remove", rel, call)
	if errors.Is(err, fs.ErrPermission) && d.unlockBelow(rel) {
		return d.fault.Do("remove", rel, call)
	}
	return err
}

// unlockBelow gives the owner every right to dir and all directories below it.
func (d *disk) unlockBelow(dir string) bool {
	changed := d.open(dir)
	d.settled(dir) // it is to be removed
	f, err := d.root.OpenFile(dir, os.O_RDONLY|unix.O_DIRECTORY|unix.O_NOFOLLOW, 0)
	if err != nil {
		return changed
	}
	defer f.Close() //nolint:errcheck // it was only read
	entries, err := f.ReadDir(-1)
	if err != nil {
		return changed
	}
	for _, e := range entries {
		if e.IsDir() && d.unlockBelow(dir+"/"+e.Name()) {
			changed = true
		}
	}
	return changed
}

// settle gives what is at rel the owner, mode and, unless it is zero, time of e,
// as far as this user may: the rest is counted. The owner comes first, for
// changing it takes away the set-id bits.
func (d *disk) settle(rel string, e backup.Entry) error {
	in, name, err := d.at(rel)
	if err != nil {
		return err
	}
	info, err := in.root.Lstat(name)
	if err != nil {
		return err
	}
	now, _, err := see(in.root, name, info)
	if err != nil {
		return err
	}
	chowned, err := d.own(e, now, func(uid, gid int) error {
		return d.fault.Do("chown", rel, func() error { return in.root.Lchown(name, uid, gid) })
	})
	if err != nil {
		return err
	}
	if e.Type != backup.TypeSymlink && (chowned || now.Mode != e.Mode) {
		if err := d.mayLack(e, d.chmod(rel, e.Mode)); err != nil {
			return err
		}
	}
	if e.ModTime.IsZero() || e.ModTime.Equal(now.ModTime) {
		return nil
	}
	return d.mayLack(e, d.fault.Do("chtimes", rel, func() error { return d.chtimes(rel, e) }))
}

// settleFile is settle for a new file in a directory that is held.
func (d *disk) settleFile(in *spot, name string, file *os.File, e backup.Entry) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	now, _, err := see(in.root, name, info)
	if err != nil {
		return err
	}
	chowned, err := d.own(e, now, func(uid, gid int) error {
		return d.fault.Do("chown", e.Path, func() error { return file.Chown(uid, gid) })
	})
	if err != nil {
		return err
	}
	if chowned || now.Mode != e.Mode {
		err := d.fault.Do("chmod", e.Path, func() error { return file.Chmod(permissions(e.Mode)) })
		if err := d.mayLack(e, err); err != nil {
			return err
		}
	}
	return d.mayLack(e, d.fault.Do("chtimes", e.Path, func() error { return d.setTime(in, name, e) }))
}

// own gives as much of the owner of e as this user may, and counts what it may not.
func (d *disk) own(e, now backup.Entry, chown func(uid, gid int) error) (bool, error) {
	uid, gid, lacking := d.rights.Chown(now.UID, now.GID, e.UID, e.GID)
	var err error
	change := uid >= 0 && uid != now.UID || gid >= 0 && gid != now.GID
	if change {
		if err = chown(uid, gid); errors.Is(err, fs.ErrPermission) { // some file systems forbid it to root too
			change, lacking, err = false, true, nil
		}
	}
	if lacking && err == nil {
		d.lacks.add(lackOwner, e.Path)
	}
	return change && err == nil, err
}

// mayLack counts a mode or time that may not be set; it is no reason to lose the rest.
func (d *disk) mayLack(e backup.Entry, err error) error {
	if !errors.Is(err, fs.ErrPermission) {
		return err
	}
	d.lacks.add(lackMode, e.Path)
	return nil
}

// chtimes sets the modification time; of a link its own.
func (d *disk) chtimes(rel string, e backup.Entry) error {
	in, name, err := d.at(rel)
	if err != nil {
		return err
	}
	return d.setTime(in, name, e)
}

// setTime sets the modification time of name in a directory. Of times that not
// every file system can hold it looks what has become of them.
func (d *disk) setTime(in *spot, name string, e backup.Entry) error {
	if err := source.SetTime(in.fd, name, e.ModTime); err != nil {
		return err
	}
	if s := e.ModTime.Unix(); s >= 0 && s <= math.MaxInt32 {
		return nil
	}
	info, err := in.root.Lstat(name)
	if err == nil && !info.ModTime().Equal(e.ModTime) {
		d.lacks.add(lackTime, e.Path)
	}
	return err
}
