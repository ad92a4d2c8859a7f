package backup

import (
	"context"
	"fmt"
	"time"
)

// maxSkew is how far a clock may be off before that is said, and how far a time
// may lie in the future before it is taken for one of a clock that was wrong.
const maxSkew = time.Minute

// setClock makes sure that Now is right, before anything is dated or compared with
// a lease. It returns by how much this machine's own clock is ahead.
func (s *Service) setClock(ctx context.Context) time.Duration {
	if s.Ahead == nil {
		return 0
	}
	return s.Ahead(ctx)
}

// clockLine returns the sentence about a clock that is wrong, "" if it is not.
func (s *Service) clockLine(ctx context.Context) string {
	ahead := s.setClock(ctx)
	switch {
	case ahead > maxSkew:
		return fmt.Sprintf("The clock of this machine is %s ahead of the backup storage's. The time of the storage was used. Set the clock of the machine.", ahead.Round(time.Second))
	case ahead < -maxSkew:
		return fmt.Sprintf("The clock of this machine is %s behind the backup storage's. The time of the storage was used. Set the clock of the machine.", (-ahead).Round(time.Second))
	}
	return ""
}

// inFuture reports whether the clock was wrong by which something was dated, or
// now is.
func (s *Service) inFuture(at time.Time) bool { return at.After(s.Now().Add(maxSkew)) }

// warnOfClock says of a new backup's clock what is to be known.
func (s *Service) warnOfClock(ctx context.Context, found *notices) error {
	if line := s.clockLine(ctx); line != "" {
		found.warn(line)
	}
	return s.eachRecorded(ctx, "", func(b Backup) bool { // the newest by its id comes first
		future := s.inFuture(b.CreatedAt)
		if future && b.Status.Restorable() {
			found.warn(fmt.Sprintf("Backup %s is dated later than now: a clock was or is wrong. It counts as older than the others, and no rotation removes it. Delete it when newer ones have been verified.", b.ID))
		}
		return future
	})
}
