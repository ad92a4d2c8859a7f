package catalog

import (
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

// Acquire returns the lock that owner holds after taking was, or
// errs.ErrConflict when another owner holds was at now. The zero Lock is one
// that was never taken. Every acquisition has a greater token, also one by the
// owner that holds it: a second run of the same job fences off the first.
func Acquire(was backup.Lock, name string, owner backup.ID, now time.Time, ttl time.Duration) (backup.Lock, error) {
	if owner == "" {
		return backup.Lock{}, errs.New(errs.ErrInvalid, "The lock %q needs an owner.", name)
	}
	if held := was.Owner != "" && !now.After(was.Expires); held && was.Owner != owner {
		return backup.Lock{}, errs.New(errs.ErrConflict, "%s is still at work. Wait until it has ended, then try again.", was.Owner)
	}
	return backup.Lock{Name: name, Owner: owner, Token: was.Token + 1, Expires: now.Add(ttl).UTC()}, nil
}

// Stands reports whether the holder of l still holds it when is is what the
// catalog has.
func Stands(l, is backup.Lock) bool {
	return l.Owner != "" && l.Owner == is.Owner && l.Token == is.Token
}

// Free returns what stays of a lock that is released: its token, so that the
// next one is greater.
func Free(l backup.Lock) backup.Lock {
	return backup.Lock{Name: l.Name, Token: l.Token}
}

// Lost says that l's holder does not hold it any more and must stop.
func Lost(l backup.Lock) error {
	return errs.New(errs.ErrConflict, "%s lost its lock: another operation took over.", l.Owner)
}

// NoLock says that nobody holds the lock.
func NoLock(name string) error {
	return errs.New(errs.ErrNotFound, "Nobody holds the lock %q.", name)
}
