package repository

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

const (
	installationPrefix = "installation."
	installationSuffix = ".json"
	// maxInstallation is more than a record of an installation needs.
	maxInstallation = 64 << 10
)

// installationFile is the content of installation.<n>.json.
type installationFile struct {
	Version int64 `json:"version"`
	backup.Installation
}

// installationKey returns the key of the n-th installation of a repository.
func installationKey(n int64) string {
	return installationPrefix + strconv.FormatInt(n, 10) + installationSuffix
}

// Installation implements [backup.Installations].
func (r *Repository) Installation(ctx context.Context) (is backup.Installation, err error) {
	n, err := r.installations(ctx)
	switch {
	case err != nil:
		return is, err
	case len(n) == 0:
		return is, errs.ErrNotFound
	}
	err = again(ctx, func(ctx context.Context) error {
		is, err = r.readInstallation(ctx, installationKey(n[len(n)-1]))
		return err
	})
	return is, err
}

// Install implements [backup.Installations]. The greatest number counts; the
// others are removed as far as that is allowed.
func (r *Repository) Install(ctx context.Context, i backup.Installation) error {
	n, err := r.installations(ctx)
	if err != nil {
		return err
	}
	next := int64(1)
	var old []string
	for _, n := range n {
		next = n + 1
		old = append(old, installationKey(n))
	}
	text, err := json.Marshal(installationFile{1, i})
	if err != nil {
		return err
	}
	if err := r.blobs.Put(ctx, installationKey(next), strings.NewReader(string(text)+"\n"), nil); err != nil {
		return fmt.Errorf("write %s: %w", installationKey(next), err)
	}
	if len(old) > 0 {
		_ = r.blobs.Delete(ctx, old...) // what stays does not count
	}
	return nil
}

// installations returns the numbers that there are, ascending.
func (r *Repository) installations(ctx context.Context) (all []int64, err error) {
	for info, err := range r.blobs.List(ctx, installationPrefix) {
		if err != nil {
			return nil, fmt.Errorf("list installations: %w", err)
		}
		text := strings.TrimSuffix(strings.TrimPrefix(info.Key, installationPrefix), installationSuffix)
		if n, err := strconv.ParseInt(text, 10, 64); err == nil && n > 0 && installationKey(n) == info.Key {
			all = append(all, n)
		}
	}
	slices.Sort(all)
	return all, nil
}

func (r *Repository) readInstallation(ctx context.Context, key string) (is backup.Installation, err error) {
	body, err := r.blobs.Get(ctx, key)
	if err != nil {
		return is, err
	}
	defer func() { err = errors.Join(err, body.Close()) }()
	text, err := io.ReadAll(io.LimitReader(body, maxInstallation))
	if err != nil {
		return is, fmt.Errorf("read %s: %w", key, err)
	}
	var f installationFile
	if err := json.Unmarshal(text, &f); err != nil || f.Version < 1 {
		return is, errs.New(errs.ErrCorrupt, "The file %s of the backup storage is damaged: nobody knows whose backups these are. Run vertex-backup adopt where they are made.", key).Because(err)
	}
	return f.Installation, nil
}
