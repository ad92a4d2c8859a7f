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
	// Choose writes into the record of a backup that the generation next counts, if
	// so far the one with checksum last does and the lock is held. With the same
	// checksum it only renews that choice: whoever has read the record before can
	// choose no more. It is errs.ErrNotFound if the backup is gone or going.
	Choose func(ctx context.Context, id ID, last string, next Choice) error
}

// Choice says which generation of a manifest counts.
type Choice struct {
	Checksum  string
	Encrypted bool // all archives that it names are
}

// Rewriting is a planned rewriting of archives: what backups need of them is
// moved into new ones, and then they are removed. Interrupted at any moment it
// leaves every backup whole; the next sweep removes what is left over.
type Rewriting interface {
	// Plan says what Execute is going to do.
	Plan() Rewritten
	// Execute does it and says how much was done, also when it fails. It asks
	// fence before each step; a plan is executed once.
	Execute(ctx context.Context, fence Fence) (Rewritten, error)
}

// RewriteOptions say what to rewrite.
type RewriteOptions struct {
	// ID is under which the new archives are stored, that of an operation.
	ID ID
	// Generation is the number of the new generations of manifests: the fencing
	// token of the lock, so that a later holder's is greater. If manifests have
	// greater ones already, theirs go on from there.
	Generation int64
	// Now, Checksums and Without are those of [SweepOptions]. Only archives that
	// no other manifests name than those with a checksum are rewritten.
	Now       time.Time
	Checksums map[ID]string
	Without   []ID
}

// Rewritten counts what a rewriting does.
type Rewritten struct {
	Archives int64 `json:"archives"` // rewritten
	Written  int64 `json:"written"`  // bytes of the new ones
	Freed    int64 `json:"freed"`    // bytes of the old ones less those
	// Damaged names archives that could not be rewritten since they are damaged,
	// Locked those to which there was no key.
	Damaged []string `json:"damaged,omitempty"`
	Locked  []string `json:"locked,omitempty"`
	// Young counts archives that were left since they are not a day old, Later
	// those that were left for the next time. Repacking does not count them.
	Young int64 `json:"young,omitempty"`
	Later int64 `json:"later,omitempty"`
}
