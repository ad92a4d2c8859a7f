package backup

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/vertex-ar/backup/internal/errs"
)

// RestoreTest says whether a backup can be restored now, without changing
// anything: its objects are there, its manifest is the right one, its first
// and last file read back, and the disks have room.
func (s *Service) RestoreTest(ctx context.Context, id ID) (RestoreTest, error) {
	b, err := s.restorable(ctx, id)
	if err != nil {
		return RestoreTest{}, err
	}
	var res RestoreTest
	report, err := s.Repository.Verify(ctx, id, b.Checksum, VerifyOptions{Progress: func(int64, int64) {}})
	if errors.Is(err, errs.ErrInvalid) { // it is of a newer version
		res.problem(userLine(err))
		return res, nil
	}
	if err != nil {
		return RestoreTest{}, err
	}
	res.BackupSize = report.FileSize
	res.FileExists = report.Valid
	if b.Damage != nil {
		res.problem("This backup was found damaged on " + b.Damage.FoundAt.UTC().Format(time.DateTime) + " UTC. Verify it deeply, or use another backup.")
	}
	if !report.Valid {
		res.problem(report.Error)
		if marked, err := s.noteHealth(ctx, b, report); err != nil {
			return RestoreTest{}, err
		} else if marked != nil {
			s.Log.WarnContext(ctx, "the finding is not in the repository", "id", string(b.ID), "err", marked)
		}
		if b, err = s.restorable(ctx, id); err != nil {
			return RestoreTest{}, err
		}
	}
	if err := s.testRead(ctx, b, &res); err != nil {
		return RestoreTest{}, err
	}
	res.Warnings = b.Lacks(b.Kind.Components())
	res.CanRestore = b.Damage == nil && res.FileExists && res.ChecksumValid && res.ArchiveReadable && res.DiskSpaceAvailable
	return res, nil
}

func (r *RestoreTest) problem(line string) {
	if line != "" {
		r.Problems = append(r.Problems, line)
	}
}

// testRead opens the backup; what it finds damaged is a finding, not an error.
func (s *Service) testRead(ctx context.Context, b Backup, res *RestoreTest) (err error) {
	r, err := s.open(ctx, b)
	if err != nil {
		res.problem(userLine(err))
		return unlessDamage(err)
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	res.ChecksumValid = true
	if err := believe(b.ID, r, false); err != nil {
		res.problem(userLine(err))
		return nil
	}
	if err := testContent(ctx, r); err != nil {
		res.problem(userLine(damaged(b.ID, err)))
		if err := unlessDamage(err); err != nil {
			return err
		}
	} else {
		res.ArchiveReadable = true
	}
	return s.testSpace(ctx, b, r, res)
}

// unlessDamage returns nil for errors that are findings of a test: damage, and
// the lack of a key.
func unlessDamage(err error) error {
	if errors.Is(err, errs.ErrCorrupt) || errors.Is(err, errs.ErrNotFound) || errors.Is(err, errs.ErrInvalid) {
		return nil
	}
	return err
}

// maxTestRead is the largest file that a restore test reads, in bytes.
const maxTestRead = 32 << 20

// testContent makes sure of the key, and reads the first and the last file that
// are not too large.
func testContent(ctx context.Context, r Reader) error {
	if err := r.Unlock(ctx); err != nil {
		return err
	}
	var first, last *Entry
	for e, err := range r.Entries() {
		if err != nil {
			return err
		}
		if e.Size == 0 || e.Size > maxTestRead {
			continue
		}
		if first == nil {
			first = &e
		}
		last = &e
	}
	for _, e := range []*Entry{first, last} {
		if e == nil {
			continue
		}
		if err := r.Fetch(ctx, *e, io.Discard); err != nil {
			return err
		}
	}
	return nil
}

// testSpace plans the restore of every component and compares with the disks.
func (s *Service) testSpace(ctx context.Context, b Backup, r Reader, res *RestoreTest) error {
	res.DiskSpaceAvailable = true
	for _, c := range b.Kind.Components() {
		part, ok := s.Parts[c]
		if !ok {
			res.DiskSpaceAvailable = false
			res.problem("This installation has no " + string(c) + " to restore to: it is not configured.")
			continue
		}
		p, err := planFrom(ctx, part.Target, r, c, RestoreOptions{
			Operation: NewID(s.Now(), string(VerbRestore)), KeepExtra: !b.holds(c),
			Damaged: hasDamagedDatabase(b), Report: func(Notice) {},
		})
		if err != nil {
			return err
		}
		sum := p.Summary()
		if err := p.Close(); err != nil {
			return err
		}
		space, err := part.Target.Space(ctx)
		if err != nil {
			return err
		}
		res.RequiredSpace += sum.RequiredBytes
		res.AvailableSpace = smaller(res.AvailableSpace, space)
		if space < sum.RequiredBytes {
			res.DiskSpaceAvailable = false
			res.problem(errs.Detail(hasSpace(ctx, part.Target, c, sum)))
		}
	}
	return nil
}

// smaller returns the smaller of two spaces; 0 is not known yet.
func smaller(known, space int64) int64 {
	if known == 0 {
		return space
	}
	return min(known, space)
}
