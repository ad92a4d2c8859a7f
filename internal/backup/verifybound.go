package backup

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/vertex-ar/backup/internal/errs"
)

// mostVerifies is how many verifications run at once. Whoever may look may start
// one, and each reads whole backups.
const mostVerifies = 4

// rememberVerify is how long a verification's claim is kept: longer than it can run.
const rememberVerify = 48 * time.Hour

// soleVerify claims a place for a verification and returns its ID, or that of the
// one of the same backup that runs already. With all places taken it is
// errs.ErrConflict.
func (s *Service) soleVerify(ctx context.Context, o Operation) (ID, error) {
	owner, err := s.claim(ctx, verifyKey(o), o.ID)
	if err != nil || owner != o.ID {
		return owner, err
	}
	for place := range mostVerifies {
		owner, err := s.claim(ctx, fmt.Sprintf("verify-place-%d", place), o.ID)
		if err != nil || owner == o.ID {
			return o.ID, err
		}
	}
	s.unclaim(ctx, o)
	return "", errs.New(errs.ErrConflict, "%d verifications are running, and more are not started at once. Wait until one of them has ended, then try again.", mostVerifies)
}

// claim binds a key to an operation, unless it is bound to one that has not ended,
// and returns the one that it is bound to.
func (s *Service) claim(ctx context.Context, key string, id ID) (ID, error) {
	var former ID
	for range 5 {
		owner, err := s.Idempotency.Remember(ctx, key, id, former, s.Now().UTC().Add(rememberVerify))
		if err != nil || owner == id {
			return owner, err
		}
		runs, err := s.runs(ctx, owner)
		if err != nil || runs {
			return owner, err
		}
		former = owner
	}
	return "", errs.New(errs.ErrConflict, "Many ask for a verification at this moment. Try again.")
}

// unclaim lets go of a backup whose verification does not begin: the key is bound to
// an operation that there never was.
func (s *Service) unclaim(ctx context.Context, o Operation) {
	nobody := NewID(time.Unix(0, 0), string(VerbVerify))
	if _, err := s.Idempotency.Remember(ctx, verifyKey(o), nobody, o.ID, s.Now().UTC().Add(rememberVerify)); err != nil {
		s.Log.WarnContext(ctx, "claim of a verification not released; it will expire", "err", err, "id", string(o.ID))
	}
}

func verifyKey(o Operation) string { return "verify@" + string(o.BackupID) }

// runs reports whether an operation has not ended, or is being recorded just now.
func (s *Service) runs(ctx context.Context, id ID) (bool, error) {
	o, err := s.GetOperation(ctx, id)
	if errors.Is(err, errs.ErrNotFound) {
		return s.Now().Before(id.Time().Add(s.Timing.Lease)), nil
	}
	return err == nil && !o.Status.Finished(), err
}
