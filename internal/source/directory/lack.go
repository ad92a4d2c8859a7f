package directory

import (
	"fmt"
	"sync"

	"github.com/vertex-ar/backup/internal/backup"
)

// lack is something of an entry that a restore could not give it.
type lack string

// What restores may lack. Each is a format of how many entries and the first of them.
const (
	lackOwner  lack = "the owner or group of %d files and directories is not that of the backup, since only root may set it (such as %s)"
	lackMode   lack = "the mode or time of %d files and directories is not that of the backup, since they belong to another user (such as %s)"
	lackTime   lack = "the file system cannot hold the time of %d files and directories, and gave them another (such as %s)"
	lackSetuid lack = "%d files had set-user-id or set-group-id bits, which were not restored, so that no program gets the rights of another user; --keep-setuid restores them too (such as %s)"
)

// lacks count what could not be given. Goroutines share it.
type lacks struct {
	mu    sync.Mutex
	tally map[lack]tally
}

type tally struct {
	count int64
	first string
}

func (l *lacks) add(what lack, path string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.tally == nil {
		l.tally = map[lack]tally{}
	}
	t := l.tally[what]
	t.count++
	if t.first == "" || path < t.first {
		t.first = path
	}
	l.tally[what] = t
}

// report tells of each of the kinds once and starts anew.
func (l *lacks) report(prefix string, report func(backup.Notice), kinds ...lack) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if report == nil {
		return
	}
	for _, what := range kinds {
		if t := l.tally[what]; t.count > 0 {
			report(backup.Notice{Path: prefix, Text: fmt.Sprintf(string(what), t.count, backup.Printable(t.first))})
		}
		delete(l.tally, what)
	}
}
