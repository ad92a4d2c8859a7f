package repository

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/vertex-ar/backup/internal/errs"
)

// maxFormat is more than format.json of any version needs.
const maxFormat = 64 << 10

// formatVersion is the version of format.json, which is that of the objects' keys
// and of the archives. Manifests have versions of their own.
const formatVersion = 1

// formatFile is the content of format.json.
type formatFile struct {
	Version int64 `json:"version"`

	// Overwritten is true in what proves that the server does not keep what is there.
	Overwritten bool `json:"overwritten,omitempty"`
}

// ensureFormat writes format.json if there is none, and refuses a repository
// that is newer than this program.
func (r *Repository) ensureFormat(ctx context.Context) error {
	err := r.checkFormat(ctx)
	if !errors.Is(err, errs.ErrNotFound) {
		return err
	}
	return r.writeFormat(ctx)
}

func (r *Repository) writeFormat(ctx context.Context) error {
	text := fmt.Sprintf("{\"version\":%d}\n", formatVersion)
	err := r.blobs.Put(ctx, formatKey, strings.NewReader(text), nil)
	if errors.Is(err, errs.ErrConflict) { // somebody else was faster
		return r.checkFormat(ctx)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", formatKey, err)
	}
	return r.probeConditions(ctx)
}

// probeConditions tries to write format.json again, which a server must refuse. One
// that does not has then a format.json that says so to every later run: nothing
// has to be deleted, which a role that creates backups may not do.
func (r *Repository) probeConditions(ctx context.Context) error {
	text := fmt.Sprintf("{\"version\":%d,\"overwritten\":true}\n", formatVersion)
	err := r.blobs.Put(ctx, formatKey, strings.NewReader(text), nil)
	switch {
	case errors.Is(err, errs.ErrConflict):
		return nil
	case err != nil:
		return fmt.Errorf("write %s a second time: %w", formatKey, err)
	}
	return unconditional()
}

func unconditional() error {
	return errs.New(errs.ErrInvalid,
		"The backup storage's server ignores If-None-Match: it overwrites objects that must never change. Use a server with conditional writes, or a newer version of this one, then delete the object format.json and try again.")
}

// RepairFormat writes format.json anew when it is damaged, empty or lost, and all
// manifests read well, so that it is known what it said. It returns how many there are,
// and whether anything was to be done.
func (r *Repository) RepairFormat(ctx context.Context) (manifests int, done bool, err error) {
	defer errs.Wrap(&err, "repair %s", formatKey)
	state := r.checkFormat(ctx)
	if state != nil && !errors.Is(state, errs.ErrNotFound) && !errors.Is(state, errs.ErrCorrupt) {
		return 0, false, state
	}
	all, err := r.generations(ctx, manifestPrefix)
	if err != nil || state == nil {
		return len(all), false, err
	}
	for _, g := range all {
		whole, err := r.whole(ctx, g, "")
		if err != nil || !whole {
			return len(all), false, errs.New(errs.ErrCorrupt,
				"The file format.json cannot be written anew: the list of files of backup %s does not read well either, so nobody knows of which version it was. Delete that object, if the backup is not needed, or update this program.", g.id).Because(err)
		}
	}
	if errors.Is(state, errs.ErrCorrupt) {
		if err := r.blobs.Delete(ctx, formatKey); err != nil {
			return len(all), false, err
		}
	}
	return len(all), true, r.writeFormat(ctx)
}

// Exists reports whether there is a repository: one with format.json, whatever
// stands in it, or with manifests.
func (r *Repository) Exists(ctx context.Context) (bool, error) {
	if err := r.checkFormat(ctx); err == nil || errors.Is(err, errs.ErrCorrupt) || errors.Is(err, errs.ErrInvalid) {
		return true, nil
	} else if !errors.Is(err, errs.ErrNotFound) {
		return false, err
	}
	all, err := r.generations(ctx, manifestPrefix)
	return len(all) > 0, err
}

// checkFormat is errs.ErrNotFound if there is no format.json yet.
func (r *Repository) checkFormat(ctx context.Context) error { return again(ctx, r.readFormat) }

func (r *Repository) readFormat(ctx context.Context) error {
	body, err := r.blobs.Get(ctx, formatKey)
	if err != nil {
		return fmt.Errorf("read %s: %w", formatKey, err)
	}
	defer func() { _ = body.Close() }()
	b, err := io.ReadAll(io.LimitReader(body, maxFormat))
	if err != nil {
		return fmt.Errorf("read %s: %w", formatKey, err)
	}
	var f formatFile
	if err := json.Unmarshal(b, &f); err != nil {
		return damagedFormat(err)
	}
	if f.Version > formatVersion {
		return errs.New(errs.ErrInvalid,
			"The backup storage was set up by a newer version of Vertex AR Backup. Update this program, then try again.")
	}
	if f.Overwritten {
		return unconditional()
	}
	if f.Version != formatVersion {
		return damagedFormat(fmt.Errorf("version %d", f.Version))
	}
	return nil
}

func damagedFormat(cause error) error {
	return errs.New(errs.ErrCorrupt,
		"The file format.json of the backup storage is damaged or empty. Run vertex-backup repair-format, which reads all lists of files and writes it anew.").Because(cause)
}
