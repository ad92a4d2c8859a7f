package repository

import (
	"fmt"
	"strings"

	"github.com/vertex-ar/backup/internal/backup"
)

const (
	formatKey      = "format.json"
	archivePrefix  = "archives/"
	manifestPrefix = "manifests/"
	manifestSuffix = ".jsonl.zst"
)

// Metadata of manifests.
const (
	metaSHA256  = "sha256"
	metaVersion = "version"
)

// archiveName returns the n-th archive of a backup, counted from 1.
func archiveName(id backup.ID, n int64, encrypted bool) string {
	name := fmt.Sprintf("%s/%06d.tar.zst", id, n)
	if encrypted {
		name += ".age"
	}
	return name
}

// listName returns the name of a page list, which counts with the archives.
func listName(id backup.ID, n int64) string { return fmt.Sprintf("%s/%06d.pages.zst", id, n) }

// archiveKey returns the key of the archive, or the page list, of that name.
func archiveKey(name string) string { return archivePrefix + name }

// ownPrefix is what the keys of a backup's own archives start with.
func ownPrefix(id backup.ID) string { return archivePrefix + string(id) + "/" }

func manifestKey(id backup.ID) string { return manifestPrefix + string(id) + manifestSuffix }

// manifestID returns whose manifest lies under key.
func manifestID(key string) (backup.ID, bool) {
	name, ok := strings.CutSuffix(strings.TrimPrefix(key, manifestPrefix), manifestSuffix)
	if !ok {
		return "", false
	}
	id, err := backup.ParseID(name)
	return id, err == nil
}
