package demo

import (
	"context"
	"fmt"
	"io"
	"time"
)

// Options say what to prove it on.
type Options struct {
	// Origin is the service's address, as in http://localhost:8080.
	Origin string
	// Username and Password are an administrator's.
	Username, Password string
	// Installation is the directory that the service backs up.
	Installation string
	// Stored counts the objects in the bucket that belong to a backup.
	Stored func(ctx context.Context, id string) (int, error)
	Out    io.Writer
}

// demo is one run.
type demo struct {
	Options
	client *Client
	report *report

	before state  // of the installation, when it was whole
	full   string // the backup that is restored
	safety string // the first safety backup
}

// step is one thing to show. It fails if what it shows is not so.
type step struct {
	title string
	do    func(*demo, context.Context) error
}

func steps() []step {
	return []step{
		{"A Vertex AR installation", (*demo).look},
		{"Sign in", (*demo).signIn},
		{"Take a full backup", (*demo).backUp},
		{"Damage the installation", (*demo).damage},
		{"Restore it", (*demo).restoreDamaged},
		{"Compare with the installation before the damage", (*demo).compare},
		{"Overwrite the database with noise, remove the media tree", (*demo).ruin},
		{"Restore it again", (*demo).restoreRuined},
		{"Compare again", (*demo).compare},
		{"Verify the backup: read back every byte", (*demo).verify},
		{"Delete a backup", (*demo).delete},
		{"Take database backups until there are ten", (*demo).takeTen},
		{"Rotate: keep seven of each kind", (*demo).rotate},
		{"What is left", (*demo).list},
	}
}

// Run shows one step after another, and ends with an error at the first that
// is not as it should be.
func Run(ctx context.Context, opt Options) error {
	client, err := NewClient(opt.Origin)
	if err != nil {
		return err
	}
	d := &demo{Options: opt, client: client, report: &report{out: opt.Out}}
	for _, s := range steps() {
		d.report.title(s.title)
		if err := s.do(d, ctx); err != nil {
			return fmt.Errorf("step %d, %q: %w", d.report.step, s.title, err)
		}
	}
	return nil
}

// timed returns how long f took.
func timed(f func() error) (time.Duration, error) {
	began := time.Now()
	err := f()
	return time.Since(began), err
}
