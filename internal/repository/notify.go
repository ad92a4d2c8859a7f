package repository

import (
	"errors"
	"io/fs"
	"sync"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

// notify calls the functions of WriteOptions, one call at a time.
type notify struct {
	mu  sync.Mutex
	opt backup.WriteOptions
}

func (n *notify) progress(files, bytes int64) {
	if n.opt.Progress == nil {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.opt.Progress(files, bytes)
}

func (n *notify) report(path, text string, lost bool) {
	if n.opt.Report == nil {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.opt.Report(backup.Notice{Path: path, Text: text, Lost: lost})
}

// warn passes on a sentence about the base.
func (n *notify) warn(line string) {
	if n.opt.Warn == nil {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.opt.Warn(line)
}

// unread reports that a file's content could not be read.
func (n *notify) unread(path string, err error) {
	n.report(path, "could not be read: "+plain(err), true)
}

// plain says why reading a file failed without naming paths of the host.
func plain(err error) string {
	if detail := errs.Detail(err); detail != "" {
		return detail
	}
	if errors.Is(err, fs.ErrPermission) {
		return "permission denied"
	}
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Err.Error()
	}
	return err.Error()
}
