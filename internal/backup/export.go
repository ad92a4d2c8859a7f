package backup

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/vertex-ar/backup/internal/errs"
)

const (
	// keepExports is how long an export can be downloaded.
	keepExports = 24 * time.Hour
	// linkLife is how long one address of it can.
	linkLife = 15 * time.Minute
	// quickExport is the size of a file that is exported sooner than a job of its
	// own would have started.
	quickExport = 16 << 20
)

// Export makes a copy of a file, a directory or a whole backup, to be
// downloaded from the address that [Service.ExportURL] gives. It waits for the
// end as long as the service's timing says. While an export lives, whoever
// asks for the same gets it again. What is damaged is errs.ErrCorrupt.
func (s *Service) Export(ctx context.Context, actor Actor, req ExportRequest) (Operation, error) {
	if err := req.validate(); err != nil {
		return Operation{}, err
	}
	b, err := s.restorable(ctx, req.ID)
	if err != nil {
		return Operation{}, err
	}
	var c chosen
	err = s.present(ctx, b, func(from Reader) (err error) {
		c, err = req.choose(from)
		return err
	})
	if err != nil {
		return Operation{}, err
	}
	req.Format = c.format
	s.setClock(ctx)
	o := s.newOperation(VerbExport, actor.Name())
	o.BackupID, o.BackupKind, o.Export = b.ID, b.Kind, &req
	owner, err := s.sameExport(ctx, exportKey(b, req), o.ID)
	switch {
	case err != nil:
		return Operation{}, err
	case owner != o.ID:
		return exported(s.awaitOther(ctx, owner, o))
	case c.format == FormatRaw && c.entry.Size <= quickExport:
		quick := *s
		quick.Runner = atOnce{s}
		return exported(quick.begin(ctx, o, false))
	}
	return exported(s.begin(ctx, o, false))
}

func (r ExportRequest) validate() error {
	switch r.Format {
	case "", FormatRaw, FormatZip, FormatTar:
	default:
		return errs.New(errs.ErrInvalid, "The format must be raw, zip or tar.zst.")
	}
	if r.Path == "" {
		return nil
	}
	return checkPath(string(r.Path))
}

// atOnce is a Runner for work that is done while its request waits.
type atOnce struct{ svc *Service }

// Start implements Runner. How the job ended is in its record.
func (r atOnce) Start(ctx context.Context, job Job) error {
	if err := r.svc.Run(context.WithoutCancel(ctx), job); err != nil {
		r.svc.Log.WarnContext(ctx, "job failed", "job", string(job.Verb), "id", string(job.ID), "err", err)
	}
	return nil
}

// exported turns the record of an export that failed of damage into that error.
func exported(o Operation, err error) (Operation, error) {
	if err == nil && o.Status == StatusFailed && o.ExportResult != nil && o.ExportResult.Damaged {
		return o, errs.New(errs.ErrCorrupt, "%s", strings.Join(o.Errors, " "))
	}
	return o, err
}

// exportKey is the same for those who ask for the same.
func exportKey(b Backup, req ExportRequest) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{string(b.ID), b.Checksum, string(req.Format), string(req.Path), strconv.FormatBool(req.AllowUnsigned)}, "\x00")))
	return "export@" + hex.EncodeToString(sum[:])
}

// sameExport binds the key to id, unless it is bound to an export that lives or
// is being made, and returns the one that it is bound to.
func (s *Service) sameExport(ctx context.Context, key string, id ID) (ID, error) {
	var former ID
	for range 5 {
		owner, err := s.Idempotency.Remember(ctx, key, id, former, s.Now().UTC().Add(keepExports))
		if err != nil || owner == id {
			return owner, err
		}
		lives, err := s.exportLives(ctx, owner)
		if err != nil || lives {
			return owner, err
		}
		former = owner
	}
	return "", errs.New(errs.ErrConflict, "Many ask for the same file at this moment. Try again.")
}

// exportLives reports whether an export can be downloaded for a while, or is
// being made.
func (s *Service) exportLives(ctx context.Context, id ID) (bool, error) {
	o, err := s.GetOperation(ctx, id)
	switch {
	case errors.Is(err, errs.ErrNotFound): // its record is being written, or its writer has died
		return s.Now().Before(id.Time().Add(s.Timing.Lease)), nil
	case err != nil:
		return false, err
	case !o.Status.Finished():
		return true, nil
	case !o.downloadable(s.Now().Add(linkLife)):
		return false, nil
	}
	return s.Exports.Exists(ctx, o.exportObject(), o.ExportResult.Size)
}

// awaitOther waits for the end of another's operation of the same.
func (s *Service) awaitOther(ctx context.Context, id ID, same Operation) (Operation, error) {
	same.ID = id // as long as its record is being written
	return await(ctx, s, same, func(o Operation) bool { return o.Status.Finished() },
		func(ctx context.Context) (Operation, error) {
			o, err := s.GetOperation(ctx, id)
			if errors.Is(err, errs.ErrNotFound) {
				return same, nil
			}
			return o, err
		})
}

// downloadable reports whether there is something to download at a time.
func (o Operation) downloadable(at time.Time) bool {
	return o.Verb == VerbExport && o.Status == StatusCompleted && o.ExportResult != nil && at.Before(o.ExportResult.ExpiresAt)
}

// exportObject is the key of an export: the operation's id, and a name that
// tells those who look into the bucket what it is.
func (o Operation) exportObject() string {
	return string(o.ID) + "/" + objectName(o.ExportResult.Name)
}

// ExportURL returns an address from which whoever has it can download an
// export for some minutes; "" if the actor may not, or if there is none (any more).
func (s *Service) ExportURL(ctx context.Context, actor Actor, o Operation) (string, error) {
	if !actor.CanWrite() || !o.downloadable(s.Now()) {
		return "", nil
	}
	life := min(linkLife, o.ExportResult.ExpiresAt.Sub(s.Now()))
	return s.Exports.Presign(ctx, o.exportObject(), o.ExportResult.Name, max(life, time.Second))
}

// export is the job of Export.
func (s *Service) export(ctx context.Context, t *tracker[Operation]) error {
	o := t.record()
	b, err := s.restorable(ctx, o.BackupID)
	if err != nil {
		return err
	}
	run := exportRun{req: *o.Export, meter: &t.meter}
	err = s.present(ctx, b, func(from Reader) error { return run.prepare(ctx, from) })
	if err != nil {
		noteDamage(t, run.chosen.name, err)
		return err
	}
	o.ExportResult = &Export{Name: run.chosen.name, ExpiresAt: o.CreatedAt.Add(keepExports)}
	err = s.present(ctx, b, func(from Reader) error {
		made, err := s.Exports.Create(ctx, o.exportObject(), o.Export.Format, func(to Bundle) error { return run.fill(ctx, from, to) })
		if err != nil {
			s.discard(ctx, o)
		}
		o.ExportResult.Size, o.ExportResult.SHA256 = made.Size, made.SHA256
		return err
	})
	if err != nil {
		noteDamage(t, run.chosen.name, err)
		return err
	}
	_, warnings := run.found.lines()
	err = t.update(ctx, func(x *Operation) { x.ExportResult, x.Warnings = o.ExportResult, warnings })
	if err != nil {
		s.discard(ctx, o)
	}
	return err
}

// noteDamage says in the record that an export failed of damage.
func noteDamage(t *tracker[Operation], name string, err error) {
	if errors.Is(err, errs.ErrCorrupt) {
		t.note(func(o *Operation) { o.ExportResult = &Export{Name: name, Damaged: true} })
	}
}

// discard removes the export of a run that failed. If it cannot be removed now,
// a rotation does it a day later.
func (s *Service) discard(ctx context.Context, o Operation) {
	ctx, cancel := detached(ctx)
	defer cancel()
	if err := s.Exports.Remove(ctx, o.exportObject()); err != nil {
		s.Log.WarnContext(ctx, "export of a failed run not removed", "id", string(o.ID), "err", err)
	}
}

// expireExports removes the exports that can be downloaded no more, where the
// store does not do it by itself. The next rotation tries again what fails.
func (s *Service) expireExports(ctx context.Context) {
	if s.Exports == nil {
		return
	}
	if _, err := s.Exports.Expire(ctx, s.Now().Add(-keepExports)); err != nil {
		s.Log.WarnContext(ctx, "old exports not removed", "err", err)
	}
}
