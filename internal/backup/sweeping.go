package backup

import (
	"context"
	"time"
)

// Sweeping is a planned sweep: the removal of what no backup needs any more.
type Sweeping interface {
	// Plan says what Execute is going to remove.
	Plan() SweepPlan
	// Execute removes it and says how much was removed, also when it fails. It
	// asks fence before each step; a plan is executed once.
	Execute(ctx context.Context, fence Fence) (Cleared, error)
}

// SweepOptions say what a sweep may take.
type SweepOptions struct {
	// Now is the time against which ages are measured.
	Now time.Time
	// Checksums say which generation of a manifest counts; the others are waste.
	// Manifests without one keep all their generations.
	Checksums map[ID]string
	// Without are backups that count as removed, for a dry run.
	Without []ID
}

// SweepPlan is what a sweep is going to remove.
type SweepPlan struct {
	Gone  Cleared // what the removal of SweepOptions.Without takes; Execute leaves it
	Waste Cleared // what Execute takes
}

// Cleared counts objects of the repository and their bytes.
type Cleared struct {
	Objects int64 `json:"objects"`
	Bytes   int64 `json:"bytes"`
}

// Add counts more of them.
func (c *Cleared) Add(objects, bytes int64) {
	c.Objects += objects
	c.Bytes += bytes
}

// Fence keeps a run that lost its lock, without knowing it, from doing harm.
type Fence struct {
	// Still fails unless the lock is held now.
	Still func(ctx context.Context) error
	// Choose makes the generation with checksum next the one that counts, if so
	// far it is the one with checksum last and the lock is held. With next equal
	// to last it renews that choice: whoever has read the record before can choose
	// no more. It is errs.ErrNotFound if the backup is gone or going.
	Choose func(ctx context.Context, id ID, last, next string) error
}
