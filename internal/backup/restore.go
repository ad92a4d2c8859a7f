package backup

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/vertex-ar/backup/internal/errs"
)

// Restore records a restore, starts its job and waits for the end as long as
// the service's timing says.
func (s *Service) Restore(ctx context.Context, actor Actor, req RestoreRequest) (Operation, error) {
	b, err := s.restorable(ctx, req.ID)
	if err != nil {
		return Operation{}, err
	}
	if req.Components, err = s.restoreComponents(b, req); err != nil {
		return Operation{}, err
	}
	s.setClock(ctx)
	o := s.newOperation(VerbRestore, actor.Name())
	o.BackupID, o.BackupKind, o.Restore = b.ID, b.Kind, &req
	return s.begin(ctx, o, !req.DryRun)
}

// restoreComponents checks which components and paths are asked for; none
// means all that the backup holds.
func (s *Service) restoreComponents(b Backup, req RestoreRequest) ([]Component, error) {
	for _, p := range req.Paths {
		if err := checkPath(p); err != nil {
			return nil, err
		}
	}
	chosen := req.Components
	if len(chosen) == 0 {
		chosen = b.Kind.Components()
	}
	var in []Component
	for _, c := range []Component{ComponentDatabase, ComponentStorage} { // also the order of the commits
		if slices.Contains(chosen, c) && req.wants(c) {
			in = append(in, c)
		}
	}
	for _, c := range chosen {
		if !slices.Contains(b.Kind.Components(), c) {
			return nil, errs.New(errs.ErrInvalid, "Backup %s holds no %q. It is a %s backup.", b.ID, c, b.Kind)
		}
		if _, ok := s.Parts[c]; !ok {
			return nil, errs.New(errs.ErrInvalid, "This installation has no %s to restore to: it is not configured.", c)
		}
	}
	if len(in) == 0 {
		return nil, errs.New(errs.ErrInvalid, "Nothing is left to restore: the paths and the components that are asked for do not meet.")
	}
	return in, nil
}

// wants reports whether the request's paths, if any, touch component c.
func (r RestoreRequest) wants(c Component) bool {
	return len(r.Paths) == 0 || slices.ContainsFunc(r.Paths, func(p string) bool { return componentOf(p) == c })
}

// restore is the job of Restore: plan, copy, commit. Until every byte is
// fetched and checked nothing visible changes.
func (s *Service) restore(ctx context.Context, t *tracker[Operation]) error {
	o := t.record()
	if o.dryRun() {
		return s.restoreFrom(ctx, t, nil)
	}
	return s.exclusive(ctx, o.ID, func(ctx context.Context, lock *held) error {
		return s.restoreFrom(ctx, t, lock)
	})
}

// restoreFrom opens the backup, takes the safety backup and runs the three
// steps. A dry run has no lock.
func (s *Service) restoreFrom(ctx context.Context, t *tracker[Operation], lock *held) (err error) {
	start := s.Now()
	o := t.record()
	b, err := s.restorable(ctx, o.BackupID)
	if err != nil {
		return err
	}
	r, err := s.open(ctx, b)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	if err := admit(ctx, b.ID, r, o.Restore.AllowUnsigned); err != nil {
		return err
	}
	if err := s.secure(ctx, t, lock); err != nil {
		return err
	}
	run := restoreRun{svc: s, t: t, lock: lock, from: r, backup: b, req: *o.Restore, found: notices{told: t.log.notice}}
	defer func() { err = errors.Join(err, run.close()) }()
	if err := run.plan(ctx); err != nil {
		return err
	}
	if !o.dryRun() {
		if err := run.copyAndCommit(ctx); err != nil {
			return err
		}
	}
	t.note(func(o *Operation) {
		resultOf(o).DurationMS = s.Now().Sub(start).Milliseconds()
		_, warnings := run.found.lines()
		o.Warnings = append(slices.Clip(o.Warnings), warnings...)
	})
	return nil
}

// resultOf gives the operation a result of its own to be changed: copies of a
// record share it otherwise.
func resultOf(o *Operation) *RestoreResult {
	var r RestoreResult
	if o.RestoreResult != nil {
		r = *o.RestoreResult
	}
	o.RestoreResult = &r
	return &r
}

// secure takes the safety backup of what is about to be replaced. Without a
// whole one nothing is restored.
func (s *Service) secure(ctx context.Context, t *tracker[Operation], lock *held) error {
	o := t.record()
	if o.dryRun() || !o.Restore.SafetyBackup {
		return nil
	}
	kind := KindFull
	if len(o.Restore.Components) == 1 {
		kind = Kind(o.Restore.Components[0])
	}
	t.meter.phase("safety backup", 0, 0)
	bt := s.trackBackup(s.newBackup(CreateRequest{Kind: kind, Reason: ReasonPreRestore}, o.CreatedBy))
	if err := bt.claim(ctx); err != nil { // it stores the record, which nobody else is to begin
		return err
	}
	b := bt.record()
	err := t.update(ctx, func(o *Operation) { resultOf(o).SafetyBackupID = b.ID })
	if err == nil {
		t.log.add(LevelInfo, "safety-backup", "Safety backup: "+string(b.ID)+".", map[string]string{"id": string(b.ID)})
		bt.log.begun(VerbCreate, b.CreatedBy)
		err = bt.run(ctx, func(ctx context.Context) error {
			return s.makeBackup(ctx, bt, lock, false, SnapshotOptions{Salvage: true})
		})
	}
	if err = s.endBackup(ctx, bt, lock, cancelledBecause(ctx, err)); err != nil {
		return errs.New(errs.ErrConflict, "The safety backup of the present state failed, so nothing was restored. %s", userLine(err)).Because(err)
	}
	if safe := bt.record(); safe.Status != StatusCompleted {
		return errs.New(errs.ErrConflict, "The safety backup %s of the present state is not complete (%s), so nothing was restored. Mend that, or restore without a safety backup (safety_backup: false, or --no-safety-backup of the command).", safe.ID, firstLine(safe.Errors))
	}
	return nil
}

func firstLine(lines []string) string {
	if len(lines) == 0 {
		return "no reason recorded"
	}
	return lines[0]
}

// restoreRun is one restore's plan, copy and commit over its components.
type restoreRun struct {
	svc    *Service
	t      *tracker[Operation]
	lock   *held
	from   Reader
	backup Backup
	req    RestoreRequest
	found  notices
	total  PlanSummary

	parts      []Restoration
	components []Component // of the parts
}

func (r *restoreRun) close() error {
	var err error
	for _, p := range r.parts {
		err = errors.Join(err, p.Close())
	}
	r.parts = nil
	return err
}

// plan compares every component and writes the sums into the record.
func (r *restoreRun) plan(ctx context.Context) error {
	r.t.meter.phase("plan", 0, 0)
	chosen, err := r.survey()
	if err != nil {
		return damaged(r.backup.ID, err)
	}
	for _, line := range r.backup.Lacks(chosen) {
		r.found.warn(line)
	}
	plans := map[Component]PlanSummary{}
	for _, c := range chosen {
		target := r.svc.Parts[c].Target
		p, err := planFrom(ctx, target, r.from, c, r.options(c))
		if err != nil {
			return damaged(r.backup.ID, err)
		}
		r.parts, r.components = append(r.parts, p), append(r.components, c)
		sum := p.Summary()
		plans[c] = sum
		r.t.log.planned(c, sum)
		r.total.Add(sum)
		if err := hasSpace(ctx, target, c, sum); err != nil {
			return err
		}
	}
	return r.t.update(ctx, func(o *Operation) { resultOf(o).Plan = plans })
}

// options say how component c is restored.
func (r *restoreRun) options(c Component) RestoreOptions {
	return RestoreOptions{
		Operation: r.t.record().ID, Paths: pathsOf(r.req.Paths, c), Compare: r.req.Compare, KeepExtra: !r.backup.holds(c),
		Damaged: hasDamagedDatabase(r.backup), KeepSetuid: r.req.KeepSetuid, Absent: r.backup.absent(c), Report: r.found.report,
	}
}

// survey looks once through the manifest for what is asked for. A component
// that could not be read when the backup was taken has no entries: restoring
// that nothing would remove everything, so it is left out, and refused when
// nothing else is left. One that a safety backup did not find is restored to what
// it was, to nothing. A path that the backup does not have is refused.
func (r *restoreRun) survey() ([]Component, error) {
	present := map[Component]bool{}
	missing := slices.Clone(r.req.Paths)
	look := func(path string) bool {
		present[componentOf(path)] = true
		missing = slices.DeleteFunc(missing, func(p string) bool { return path == p || isBelow(path, p) })
		return false
	}
	for _, err := range r.from.Between("", "", look) {
		if err != nil {
			return nil, err
		}
	}
	var chosen []Component
	for _, c := range r.req.Components {
		if present[c] || r.backup.absent(c) {
			chosen = append(chosen, c)
		} else {
			r.found.warn("The backup holds no " + string(c) + ", since there was none to read; what is there now was left as it is.")
		}
	}
	switch {
	case len(chosen) == 0:
		return nil, errs.New(errs.ErrConflict, "Backup %s holds no %s: it could not be read when the backup was taken. Choose another backup.", r.backup.ID, r.req.Components[0])
	case len(missing) > 0:
		return nil, noSuchEntry(r.backup.ID, missing[0])
	}
	return chosen, nil
}

// hasSpace refuses a restore that cannot fit before it starts.
func hasSpace(ctx context.Context, target Target, c Component, sum PlanSummary) error {
	space, err := target.Space(ctx)
	if err != nil {
		return err
	}
	if space < sum.RequiredBytes {
		return errs.New(errs.ErrNoSpace, "The disk of the %s has %d MiB free, but the restore needs %d MiB. Free some space, then try again.", c, space>>20, (sum.RequiredBytes+1<<20-1)>>20)
	}
	return nil
}

// still makes sure that the restore is still ours before it goes a step
// further: whoever has taken over stages and commits in the same places.
func (r *restoreRun) still(ctx context.Context) error {
	if err := r.t.update(ctx, func(*Operation) {}); err != nil {
		return err
	}
	return r.lock.still(ctx)
}

// copyAndCommit fetches everything for all components before it makes
// anything visible.
func (r *restoreRun) copyAndCommit(ctx context.Context) error {
	r.t.meter.phase("copy", r.total.WriteFiles, r.total.WriteBytes)
	for _, p := range r.parts {
		if err := r.still(ctx); err != nil {
			return err
		}
		if err := p.Copy(ctx, r.from.Fetch, r.t.meter.add); err != nil {
			return damaged(r.backup.ID, err)
		}
	}
	if err := r.t.seal(ctx); err != nil {
		return err
	}
	for i, c := range r.components {
		if err := r.still(ctx); err != nil {
			return err
		}
		if err := r.parts[i].Commit(ctx); err != nil {
			return r.broken(ctx, c, r.components[:i], err)
		}
	}
	if err := r.close(); err != nil || !slices.Contains(r.components, ComponentStorage) {
		return err
	}
	if err := r.recheck(ctx); err != nil {
		return r.broken(ctx, ComponentStorage, r.components[:len(r.components)-1], err)
	}
	return nil
}

func hasDamagedDatabase(b Backup) bool {
	return b.saidOf(DatabasePath, NoticeDamagedDatabase) || b.saidOf(DatabasePath, NoticeEncryptedDatabase)
}

// absent reports whether b is a safety backup that found no component c.
func (b Backup) absent(c Component) bool {
	if c == ComponentDatabase {
		return b.holds(c) && b.saidOf(DatabasePath, NoticeAbsentDatabase)
	}
	return b.holds(c) && b.saidOf(string(c), NoticeAbsentStorage)
}

// saidOf reports whether b is a safety backup with that notice about path.
func (b Backup) saidOf(path, text string) bool {
	return b.Reason == ReasonPreRestore && slices.ContainsFunc(b.Warnings, func(w string) bool {
		of, ok := strings.CutSuffix(w, text)
		return ok && of == path+": "
	})
}

// planFrom plans the restore of one component, from as few entries as it takes.
func planFrom(ctx context.Context, to Target, r Reader, c Component, opt RestoreOptions) (Restoration, error) {
	_, end := below(string(c))
	return to.Plan(ctx, r.Between(string(c), end, func(path string) bool {
		return componentOf(path) == c && (opt.Selects(path) || opt.Leads(path))
	}), opt)
}

func pathsOf(paths []string, c Component) []string {
	return slices.DeleteFunc(slices.Clone(paths), func(p string) bool { return componentOf(p) != c })
}
