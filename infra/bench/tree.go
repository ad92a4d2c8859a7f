package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"
)

// tree is a set of media files.
type tree struct {
	seed  byte
	files int
	bytes int64
}

// Of a tree's bytes seven in ten are noise, as in photos and videos; the rest
// is text, which compresses to about three fifths.
const noiseOf10 = 7

// changedOf is how many files there are for each one that changes.
const changedOf = 100

// make writes the tree before and, with hard links for what stays, after the change.
func (t tree) make(ctx context.Context, before, after string) error {
	sizes, vocabulary := t.sizes(), newVocabulary(t.random("words", 0, 0), 4096)
	for i, n := range sizes {
		if err := ctx.Err(); err != nil {
			return err
		}
		name := t.name(i)
		was, is := filepath.Join(before, name), filepath.Join(after, name)
		if err := t.write(vocabulary, was, i, 0, n); err != nil {
			return err
		}
		if i%changedOf == changedOf/2 {
			if err := t.write(vocabulary, is, i, 1, n); err != nil {
				return err
			}
			continue
		}
		if err := os.MkdirAll(filepath.Dir(is), 0o755); err != nil { //nolint:gosec // as an application's
			return err
		}
		if err := os.Link(was, is); err != nil {
			return err
		}
	}
	return errors.Join(dateDirectories(before), dateDirectories(after))
}

// dateDirectories gives all directories the same time. Files keep theirs.
func dateDirectories(root string) error {
	at := time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		return os.Chtimes(path, at, at) //nolint:gosec // nobody else writes there
	})
}

// isText reports whether file i is text.
func isText(i int) bool { return i%10 >= noiseOf10 }

// name spreads the files over companies, projects and portraits.
func (t tree) name(i int) string {
	suffix := []string{".jpg", ".mp4", ".jpg", ".png", ".mp4", ".jpg", ".webp", ".fset", ".fset3", ".iset"}[i%10]
	return fmt.Sprintf("company_%d/project_%02d/portrait_%05d/file_%05d%s", i%7, i/50%40, i/10, i, suffix)
}

// sizes draws the sizes of all files, from small ones to a few large ones, so
// that the noise and the text each have their share to the byte.
func (t tree) sizes() []int64 {
	r := t.random("sizes", 0, 0)
	weights, sums := make([]float64, t.files), map[bool]float64{}
	for i := range weights {
		weights[i] = math.Exp(r.NormFloat64())
		sums[isText(i)] += weights[i]
	}
	share := map[bool]float64{false: float64(t.bytes) * noiseOf10 / 10, true: float64(t.bytes) * (10 - noiseOf10) / 10}
	sizes := make([]int64, t.files)
	for i, w := range weights {
		sizes[i] = int64(w / sums[isText(i)] * share[isText(i)])
	}
	return sizes
}

// random is the source of one thing's bytes: of file i in one of its versions.
func (t tree) random(what string, i, version int) *rand.Rand {
	return rand.New(t.stream(what, i, version)) //nolint:gosec // the same bytes on every machine are the purpose
}

func (t tree) stream(what string, i, version int) *rand.ChaCha8 {
	var seed [32]byte
	copy(seed[:8], what)
	seed[8] = t.seed
	binary.LittleEndian.PutUint64(seed[16:], uint64(i))       //nolint:gosec // an index
	binary.LittleEndian.PutUint64(seed[24:], uint64(version)) //nolint:gosec // 0 or 1
	return rand.NewChaCha8(seed)
}

// write makes one file, with a time that depends on nothing but the set.
func (t tree) write(vocabulary []string, path string, i, version int, size int64) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { //nolint:gosec // as an application's
		return err
	}
	content := make([]byte, size)
	if isText(i) {
		fillText(t.random("content", i, version), vocabulary, content)
	} else {
		_, _ = t.stream("content", i, version).Read(content) // never fails
	}
	if err := os.WriteFile(path, content, 0o644); err != nil { //nolint:gosec // as an application's
		return err
	}
	at := time.Date(2026, 11, 1, version, 0, i, i, time.UTC)
	return os.Chtimes(path, at, at)
}
