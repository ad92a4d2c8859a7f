package demo

import (
	"context"
	"fmt"
	"net/http"
	"strings"
)

func (d *demo) look(ctx context.Context) (err error) {
	if d.before, err = stateOf(ctx, d.Installation); err != nil {
		return err
	}
	files, bytes := d.before.tree.Stat()
	tables, rows := d.before.database.Stat()
	d.report.line("media      %s files, %s", count(int64(files)), megabytes(bytes))
	d.report.line("database   %d tables, %s rows", tables, count(rows))
	return nil
}

func (d *demo) signIn(ctx context.Context) error {
	took, err := timed(func() error { return d.client.SignIn(ctx, d.Username, d.Password) })
	if err == nil {
		d.report.line("%s, by OpenID Connect at %s, %s", d.Username, d.Origin, seconds(took))
	}
	return err
}

// create takes a backup and waits for its end.
func (d *demo) create(ctx context.Context, kind, note string) (record, error) {
	var a backupAnswer
	location, err := d.client.Call(ctx, http.MethodPost, "/backups/create", map[string]any{"type": kind, "note": note}, &a)
	if err == nil {
		err = d.client.Await(ctx, location, &a, func() bool { return ended(a.Backup.Status) })
	}
	if err == nil && a.Backup.Status != "completed" {
		err = fmt.Errorf("the backup ended %s: %s", a.Backup.Status, strings.Join(a.Backup.Errors, " "))
	}
	return a.Backup, err
}

func (d *demo) backUp(ctx context.Context) error {
	var b record
	took, err := timed(func() (err error) {
		b, err = d.create(ctx, "full", "before the disaster")
		return err
	})
	if err != nil {
		return err
	}
	d.full = b.ID
	d.report.line("%s", b.ID)
	d.report.line("%s: %s files, %s, %s; %s stored", seconds(took), count(b.FileCount), megabytes(b.LogicalSize), speed(b.LogicalSize, took), megabytes(b.FileSize))
	d.report.lines(b.Warnings, 5)
	if files, _ := d.before.tree.Stat(); b.FileCount != int64(files)+1 {
		return fmt.Errorf("the backup has %d files, want %d and the database", b.FileCount, files)
	}
	return nil
}

func (d *demo) takeTen(ctx context.Context) error {
	present, err := d.backups(ctx, "database")
	if err != nil {
		return err
	}
	n, stored := 0, int64(0)
	took, err := timed(func() error {
		for ; len(present)+n < 10; n++ {
			b, err := d.create(ctx, "database", fmt.Sprintf("number %d", n+1))
			if err != nil {
				return err
			}
			stored += b.FileSize
		}
		return nil
	})
	if err == nil {
		d.report.line("%d taken in %s, %s stored", n, seconds(took), megabytes(stored))
	}
	return err
}

// backups lists the backups of a kind, newest first.
func (d *demo) backups(ctx context.Context, kind string) ([]record, error) {
	var a listAnswer
	_, err := d.client.Call(ctx, http.MethodGet, "/backups/list?backup_type="+kind, nil, &a)
	return a.Backups, err
}

func (d *demo) list(ctx context.Context) error {
	all, err := d.backups(ctx, "all")
	if err != nil {
		return err
	}
	for _, b := range all {
		d.report.line("%-34s %-9s %-11s %9s", b.ID, b.Status, b.Reason, megabytes(b.LogicalSize))
	}
	return nil
}
