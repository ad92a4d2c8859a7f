package backup

import (
	"context"
	"errors"

	"github.com/vertex-ar/backup/internal/errs"
)

// rechecks is how often the media are looked at again after their commit. Nothing more is
// to do the first time, unless somebody works on them.
const rechecks = 3

// recheck compares the media with the backup once more after they were committed, and
// ends what others have undone meanwhile: what vanished is written anew, what appeared
// is removed. The database changes in one step, and what an application writes into it
// from then on is its own.
func (r *restoreRun) recheck(ctx context.Context) error {
	var before PlanSummary
	for range rechecks {
		left, err := r.again(ctx)
		if err != nil {
			return err
		}
		left.Unchanged, left.RequiredBytes = 0, 0
		if left == (PlanSummary{}) || left == before { // the rest cannot be had here
			return nil
		}
		before = left
	}
	r.found.warn("Others changed the media while they were restored, again and again. Stop Vertex AR, then restore once more.")
	return nil
}

// again plans, copies and commits the media, and returns what there was to do.
func (r *restoreRun) again(ctx context.Context) (sum PlanSummary, err error) {
	opt := r.options(ComponentStorage)
	opt.Compare, opt.Report = false, func(Notice) {}
	p, err := planFrom(ctx, r.svc.Parts[ComponentStorage].Target, r.from, ComponentStorage, opt)
	if err != nil {
		return sum, err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	if err := p.Copy(ctx, r.from.Fetch, func(int64, int64) {}); err != nil {
		return sum, err
	}
	if err := r.still(ctx); err != nil {
		return sum, err
	}
	return p.Summary(), p.Commit(ctx)
}

// broken says what a restore that was stopped in its commit has changed, and what
// to do. done are the components that are as in the backup already.
func (r *restoreRun) broken(ctx context.Context, c Component, done []Component, err error) error {
	if errors.Is(err, errLost) || errors.Is(err, errCancelled) || ctx.Err() != nil {
		return err
	}
	if c == ComponentDatabase {
		return errs.New(errs.ErrUnavailable, "%s The restore was stopped at the database; the media are as they were. Restore again when the cause is mended.", userLine(err)).Because(err)
	}
	if len(done) > 0 {
		return errs.New(errs.ErrUnavailable, "%s The restore was stopped in the middle: the database is that of the backup, and the media are so in part. Restore again when the cause is mended: that ends it.", userLine(err)).Because(err)
	}
	return errs.New(errs.ErrUnavailable, "%s The restore was stopped in the middle: the media are those of the backup in part. Restore again when the cause is mended: that ends it.", userLine(err)).Because(err)
}
