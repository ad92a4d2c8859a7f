package backup

import "sync"

// meter counts the progress of a run. Goroutines share it.
type meter struct {
	told func(phase string) // of each phase that starts; nil is nobody

	mu sync.Mutex
	p  Progress
}

// phase starts a phase with its own totals.
func (m *meter) phase(name string, files, bytes int64) {
	m.mu.Lock()
	m.p = Progress{Phase: name, TotalFiles: files, TotalBytes: bytes}
	m.mu.Unlock()
	if m.told != nil {
		m.told(name)
	}
}

// grow adds to the totals of the phase.
func (m *meter) grow(files, bytes int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.p.TotalFiles += files
	m.p.TotalBytes += bytes
}

// add counts what is done.
func (m *meter) add(files, bytes int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.p.DoneFiles += files
	m.p.DoneBytes += bytes
}

// now returns the progress so far.
func (m *meter) now() Progress {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.p
}
