package demo

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
)

// keepNewest is what the service is configured to keep of each kind.
const keepNewest = 7

func (d *demo) verify(ctx context.Context) error {
	var o operation
	took, err := timed(func() (err error) {
		o, err = d.operate(ctx, "/backups/verify", map[string]any{"backup_path": d.full, "deep": true})
		return err
	})
	if err != nil {
		return err
	}
	if o.Verify == nil || !o.Verify.Valid {
		return fmt.Errorf("the backup is not valid: %+v", o.Verify)
	}
	v := o.Verify
	d.report.line("%s: %s entries in %s archives, %s read, %s", seconds(took), count(v.Entries), count(v.Archives), megabytes(v.BytesRead), speed(v.BytesRead, took))
	return nil
}

// delete deletes the first safety backup and looks for it everywhere.
func (d *demo) delete(ctx context.Context) error {
	before, err := d.Stored(ctx, d.safety)
	if err != nil {
		return err
	}
	var a deleteAnswer
	path := "/backups/delete?backup_path=" + url.QueryEscape(d.safety)
	if _, err := d.client.Call(ctx, http.MethodDelete, path, nil, &a); err != nil {
		return err
	}
	after, err := d.Stored(ctx, d.safety)
	if err != nil {
		return err
	}
	d.report.line("%s: %d objects were in the bucket, %d are, %s freed", d.safety, before, after, megabytes(a.FreedBytes))
	if before == 0 || after != 0 || a.DeletedObjects != int64(before) || len(a.MissingFiles) > 0 {
		return fmt.Errorf("want all %d objects deleted, the service says %+v", before, a)
	}
	_, err = d.client.Call(ctx, http.MethodGet, "/backups/"+d.safety, nil, &struct{}{})
	if e, ok := errors.AsType[*StatusError](err); !ok || e.Status != http.StatusNotFound {
		return fmt.Errorf("asking for it should answer 404: %w", err)
	}
	d.report.line("asking for it answers 404")
	return nil
}

func (d *demo) rotate(ctx context.Context) error {
	before, err := d.backups(ctx, "database")
	if err != nil {
		return err
	}
	var o operation
	took, err := timed(func() (err error) {
		o, err = d.operate(ctx, "/backups/rotate", nil)
		return err
	})
	if err != nil {
		return err
	}
	after, err := d.backups(ctx, "database")
	if err != nil {
		return err
	}
	d.report.line("%s: %d database backups were there, %d are", seconds(took), len(before), len(after))
	if o.Rotate == nil || o.Rotate.TotalRemoved != len(before)-keepNewest || len(after) != keepNewest {
		return fmt.Errorf("want the newest %d kept and the rest removed, the service says %+v", keepNewest, o.Rotate)
	}
	slices.SortFunc(before, func(a, b record) int { return b.CreatedAt.Compare(a.CreatedAt) })
	for _, b := range after {
		if !slices.ContainsFunc(before[:keepNewest], func(n record) bool { return n.ID == b.ID }) {
			return fmt.Errorf("%s is kept, not one of the newest %d", b.ID, keepNewest)
		}
	}
	return nil
}
