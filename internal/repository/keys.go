package repository

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/vertex-ar/backup/internal/backup"
)

const (
	formatKey      = "format.json"
	archivePrefix  = "archives/"
	manifestPrefix = "manifests/"
	manifestSuffix = ".jsonl.zst"
	exportPrefix   = "exports/"
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

// generation is one object that holds the manifest of a backup. A backup has one,
// and for moments more: see rewrite.
type generation struct {
	id     backup.ID
	number int64 // the first is 1
	size   int64 // bytes
}

// key returns where the generation lies.
func (g generation) key() string {
	if g.number == 1 {
		return manifestPrefix + string(g.id) + manifestSuffix
	}
	return fmt.Sprintf("%s%s.%d%s", manifestPrefix, g.id, g.number, manifestSuffix)
}

// parseGeneration returns which manifest lies under key.
func parseGeneration(key string) (generation, bool) {
	name, ok := strings.CutSuffix(strings.TrimPrefix(key, manifestPrefix), manifestSuffix)
	if !ok {
		return generation{}, false
	}
	name, number, later := strings.Cut(name, ".")
	id, err := backup.ParseID(name)
	g := generation{id: id, number: 1}
	if later && err == nil {
		g.number, err = strconv.ParseInt(number, 10, 64)
	}
	return g, err == nil && (!later || g.number > 1) && g.key() == key
}
