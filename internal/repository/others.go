package repository

import (
	"context"
	"errors"
	"maps"
	"math"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/repository/manifest"
)

// When the manifests of other backups are read: not for a few small files, and
// never so much of them that it would cost more than storing the content again.
const (
	worthLooking = 256 << 10 // bytes of content that the base lacks
	lookFree     = 4 << 20   // bytes of manifests that are read then in any case
	lookShare    = 16        // and one more for each so many bytes of such content
)

// others are the backups beside the base in which content is looked up that the
// base lacks: what was lost and is back, or was brought back by a restore.
type others struct {
	repo   *Repository
	take   func() (stock, error)
	avoid  []string
	left   []backup.Base // not read yet, likeliest first
	next   generation    // of the first of left, once it was looked for
	missed int64         // bytes of content that was not known
	spent  int64         // bytes of manifests that were read
	// archives are those in which content was found.
	archives map[string]manifest.Archive
}

// miss notes that content of that size is not known.
func (o *others) miss(size int64) { o.missed += min(size, math.MaxInt64-o.missed) }

// open returns the next backup to look into, if there is one that is worth it; nil
// if there is none. One that cannot be read is left out: what is not
// found is stored.
func (o *others) open(ctx context.Context) *base {
	for len(o.left) > 0 && o.missed >= worthLooking {
		from := o.left[0]
		if o.next.id != from.ID {
			g, err := o.repo.find(ctx, from.ID, from.Checksum)
			if err != nil {
				o.left = o.left[1:]
				continue
			}
			o.next = g
		}
		if o.spent+o.next.size > lookFree+o.missed/lookShare {
			return nil
		}
		o.left, o.spent = o.left[1:], o.spent+o.next.size
		silent := notify{opt: backup.WriteOptions{Avoid: o.avoid}}
		if b, err := o.repo.openBase(ctx, from, o.take, &silent); err == nil {
			maps.Copy(o.archives, b.archives)
			return b
		}
	}
	return nil
}

// widen looks into other backups until found says that it is enough, as far as
// that is worth it for content of that size.
func (k *known) widen(ctx context.Context, j *item, found func() (bool, error)) error {
	if j.ByPages { // a database is built on the last one; what it shares with others is pages
		return nil
	}
	k.others.miss(j.size)
	for {
		b := k.others.open(ctx)
		if b == nil {
			return context.Cause(ctx)
		}
		if err := errors.Join(k.noteAll(ctx, b), b.Close()); err != nil {
			return err
		}
		if enough, err := found(); enough || err != nil {
			return err
		}
	}
}
