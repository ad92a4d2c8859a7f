package demo

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/vertex-ar/backup/infra/local/demodata"
)

// damageSeed makes every demo damage the same things.
const damageSeed = 1

func (d *demo) damage(ctx context.Context) error {
	h, err := demodata.Damage(ctx, d.Installation, damageSeed)
	if err != nil {
		return err
	}
	d.report.line("media      %s files deleted, %s changed (%s of them with the same size and time),", count(int64(h.Deleted)), count(int64(h.Changed)), count(int64(h.Disguised)))
	d.report.line("           %s with another mode or time, %s added, a directory turned into a link", count(int64(h.Touched)), count(int64(h.Added)))
	d.report.line("database   %d table dropped, %s rows edited or deleted", h.Tables, count(int64(h.Rows)))
	return nil
}

func (d *demo) ruin(context.Context) error {
	if err := demodata.Ruin(d.Installation); err != nil {
		return err
	}
	d.report.line("nothing is left")
	return nil
}

// operate starts an operation and waits for its end.
func (d *demo) operate(ctx context.Context, path string, in any) (operation, error) {
	var a operationAnswer
	location, err := d.client.Call(ctx, http.MethodPost, path, in, &a)
	if err == nil {
		err = d.client.Await(ctx, location, &a, func() bool { return ended(a.Operation.Status) })
	}
	if err == nil && a.Operation.Status != "completed" {
		err = fmt.Errorf("it ended %s: %s %s", a.Operation.Status, a.Message, strings.Join(a.Operation.Errors, " "))
	}
	return a.Operation, err
}

func (d *demo) restoreDamaged(ctx context.Context) (err error) {
	d.safety, err = d.restore(ctx)
	return err
}

func (d *demo) restoreRuined(ctx context.Context) error {
	_, err := d.restore(ctx)
	return err
}

// restore restores the full backup, right after a sign-in as a restore wants it.
func (d *demo) restore(ctx context.Context) (safety string, err error) {
	if err := d.client.SignIn(ctx, d.Username, d.Password); err != nil {
		return "", err
	}
	var o operation
	took, err := timed(func() (err error) {
		o, err = d.operate(ctx, "/backups/restore", map[string]any{"backup_path": d.full})
		return err
	})
	if err != nil {
		return "", err
	}
	if o.Restore == nil || o.Restore.SafetyBackup == "" {
		return "", fmt.Errorf("the restore names no safety backup")
	}
	var c changes
	for _, component := range o.Restore.Plan {
		c.add(component)
	}
	d.report.line("%s, of which a part went into the safety backup %s", seconds(took), o.Restore.SafetyBackup)
	d.report.line("%s files written (%s), %s with mode or time set, %s removed, %s as they were",
		count(c.WriteFiles), megabytes(c.WriteBytes), count(c.MetadataOnly), count(c.Remove), count(c.Unchanged))
	return o.Restore.SafetyBackup, nil
}
