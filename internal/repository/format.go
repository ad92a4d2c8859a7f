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
}

// ensureFormat writes format.json if there is none, and refuses a repository
// that is newer than this program.
func (r *Repository) ensureFormat(ctx context.Context) error {
	err := r.checkFormat(ctx)
	if !errors.Is(err, errs.ErrNotFound) {
		return err
	}
	text := fmt.Sprintf("{\"version\":%d}\n", formatVersion)
	err = r.blobs.Put(ctx, formatKey, strings.NewReader(text), nil)
	if errors.Is(err, errs.ErrConflict) { // somebody else was faster
		return r.checkFormat(ctx)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", formatKey, err)
	}
	return nil
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
	if f.Version != formatVersion {
		return damagedFormat(fmt.Errorf("version %d", f.Version))
	}
	return nil
}

func damagedFormat(cause error) error {
	return errs.New(errs.ErrCorrupt,
		"The file format.json of the backup storage is damaged. Restore it as the documentation of the format describes.").Because(cause)
}
