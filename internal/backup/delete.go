package backup

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/vertex-ar/backup/internal/errs"
)

// lastOf returns the components that nothing would protect any more without the
// backups of ids or, where nothing does, that nothing could be restored of.
func lastOf(all []Backup, ids ...ID) []Component {
	var last []Component
	for _, c := range KindFull.Components() {
		goes, stays := false, false
		for _, judge := range []func(Backup) bool{
			func(b Backup) bool { return b.Protects(c) },
			func(b Backup) bool { return b.offers(c) },
		} {
			for _, b := range all {
				named := slices.Contains(ids, b.ID)
				goes, stays = goes || named && judge(b), stays || !named && judge(b)
			}
			if goes || stays {
				break
			}
		}
		if goes && !stays {
			last = append(last, c)
		}
	}
	return last
}

// CanDelete says whether deleting a backup is wise, and allowed without force.
func (s *Service) CanDelete(ctx context.Context, id ID) (CanDelete, error) {
	all, err := s.allBackups(ctx)
	if err != nil {
		return CanDelete{}, err
	}
	if fresh, _, err := s.marked(ctx, all); err == nil { // the records have to do while the store is away
		all = fresh
	}
	i := slices.IndexFunc(all, func(b Backup) bool { return b.ID == id })
	if i < 0 {
		return CanDelete{}, noSuchBackup(id)
	}
	b := all[i]
	res := CanDelete{Kind: b.Kind, Present: map[Kind]int64{}, CanDelete: true}
	for _, x := range all {
		if x.Status.Restorable() && x.Reason != ReasonPreRestore {
			res.Total++
			res.Present[x.Kind]++
		}
	}
	last := lastOf(all, id)
	res.IsLastOfKind = len(last) > 0
	if err := refuseDelete(b, last); err != nil {
		res.CanDelete, res.Reason = false, errs.Detail(err)
		res.Recommendation = "Keep this backup until there is a newer one."
		return res, nil
	}
	res.Reason = "Other backups hold the same data."
	if !b.Status.Restorable() {
		res.Reason = "Nothing can be restored from this backup."
	}
	res.Recommendation = "It can be deleted."
	return res, nil
}

// refuseDelete says why b must not be deleted without force; last are the
// components of which the delete would take the last copy.
func refuseDelete(b Backup, last []Component) error {
	switch {
	case b.Status == StatusPending || b.Status == StatusRunning:
		return errs.New(errs.ErrConflict, "Backup %s is still being made. Wait for its end.", b.ID)
	case b.Pinned:
		return errs.New(errs.ErrConflict, "Backup %s is pinned. Unpin it first.", b.ID)
	case len(last) > 0:
		return errs.New(errs.ErrConflict, "This would delete the last backup of the %s. Make a new backup first, or delete with force=true.", last[0])
	}
	return nil
}

// tooYoung refuses force.
func tooYoung(id ID, age time.Duration) error {
	return errs.New(errs.ErrConflict, "Backup %s is younger than the %d-day minimum, so it cannot be deleted with force. Delete it without force, which keeps the last backup of its kind, or wait.", id, age/(24*time.Hour))
}

// Delete removes backups with everything that only they need. It checks all of
// them before it removes any. With force the last backup of a component goes too,
// unless it is too young for that.
func (s *Service) Delete(ctx context.Context, _ Actor, ids []ID, force bool) (DeleteResult, error) {
	s.setClock(ctx)
	lock, err := s.acquire(ctx, NewID(s.Now(), "delete"), 0)
	if err != nil {
		return DeleteResult{}, err
	}
	var res DeleteResult
	err = s.hold(ctx, lock, func(ctx context.Context, lock *held) error {
		if err := errors.Join(s.own(ctx, false), s.reap(ctx, lock)); err != nil {
			return err
		}
		chosen, err := s.deletable(ctx, ids, force)
		if err != nil {
			return err
		}
		if err := s.remove(ctx, lock, chosen, &res); err != nil {
			return err
		}
		res.Swept = s.sweepAfter(ctx, lock)
		return nil
	})
	if errors.Is(err, errLost) {
		err = errs.New(errs.ErrConflict, "%s", userLine(err)).Because(err)
	}
	return res, err
}

// deletable reads the records of ids and refuses what must stay.
func (s *Service) deletable(ctx context.Context, ids []ID, force bool) ([]Backup, error) {
	all, err := s.allBackups(ctx)
	if err != nil {
		return nil, err
	}
	if all, _, err = s.marked(ctx, all); err != nil {
		return nil, err
	}
	last := lastOf(all, ids...)
	if force {
		last = nil
	}
	now := s.Now()
	var chosen []Backup
	for _, id := range slices.Compact(slices.Sorted(slices.Values(ids))) {
		i := slices.IndexFunc(all, func(b Backup) bool { return b.ID == id })
		if i < 0 {
			return nil, noSuchBackup(id)
		}
		if err := refuseDelete(all[i], last); err != nil {
			return nil, err
		}
		if force && all[i].guarded(s.Policy.MinAge, now) {
			return nil, tooYoung(id, s.Policy.MinAge)
		}
		chosen = append(chosen, all[i])
	}
	if len(chosen) == 0 {
		return nil, errs.New(errs.ErrInvalid, "Name at least one backup to delete.")
	}
	return chosen, nil
}

// remove deletes the chosen backups one after another and adds to res what it
// did. The record goes last, so that a remove that stops in the middle is seen
// as deleting and can be repeated.
func (s *Service) remove(ctx context.Context, lock *held, chosen []Backup, res *DeleteResult) error {
	for _, b := range chosen {
		if err := s.removeOne(ctx, lock, b, res); err != nil {
			return err
		}
	}
	return nil
}

// removeOne removes one of the chosen. What made them superfluous is true
// only as long as nobody else holds the lock.
func (s *Service) removeOne(ctx context.Context, lock *held, b Backup, res *DeleteResult) error {
	if err := lock.still(ctx); err != nil {
		return err
	}
	former := b.Status
	b, err := s.markDeleting(ctx, b)
	if err != nil {
		return err
	}
	removed, err := s.Repository.Remove(ctx, b.ID)
	if err != nil {
		err = errors.Join(err, s.spare(ctx, lock, b, former, removed))
		return fmt.Errorf("remove %s from the repository: %w", b.ID, err)
	}
	if err := s.Catalog.DeleteBackup(ctx, b); err != nil {
		return err
	}
	res.Deleted = append(res.Deleted, b.ID)
	res.Objects += removed.Objects
	res.Bytes += removed.Bytes
	res.Missing = append(res.Missing, removed.Missing...)
	res.Unread = append(res.Unread, removed.Unread...)
	return nil
}

// beingChanged is the error of a record that somebody else has changed each time
// before it could be written.
func beingChanged(id ID) error {
	return errs.New(errs.ErrConflict, "Backup %s is being changed by somebody else. Try again in a minute.", id)
}

// markDeleting writes down that b is going. A verification that has just
// ended may have changed the record since it was read; that is no reason to
// keep the backup, but a pin is.
func (s *Service) markDeleting(ctx context.Context, b Backup) (Backup, error) {
	for range 5 {
		going := b // also if it says so already: whoever wrote that must not take it back now
		going.Status, going.Lease = StatusDeleting, Lease{}
		marked, err := s.Catalog.PutBackup(ctx, going)
		if !errors.Is(err, errs.ErrConflict) {
			return marked, err
		}
		fresh, err := s.Get(ctx, b.ID)
		if err != nil {
			return b, err
		}
		if err := refuseDelete(fresh, nil); err != nil {
			return b, err
		}
		b = fresh
	}
	return b, beingChanged(b.ID)
}

// spare gives b its former status back when its removal failed before it touched
// anything: the backup is as good as it was. Whoever took the lock away meanwhile
// has marked it anew, and this write fails.
func (s *Service) spare(ctx context.Context, lock *held, b Backup, former Status, removed Removed) error {
	if removed.Begun || former == StatusDeleting {
		return nil
	}
	ctx, cancel := detached(ctx)
	defer cancel()
	if err := lock.still(ctx); err != nil {
		return err
	}
	b.Status = former
	_, err := s.Catalog.PutBackup(ctx, b)
	return err
}
