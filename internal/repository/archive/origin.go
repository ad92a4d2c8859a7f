package archive

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

// OfDatabase reports whether a path, of an entry or a member, is the database's.
func OfDatabase(path string) bool {
	top, _, _ := strings.Cut(path, "/")
	return top == string(backup.ComponentDatabase)
}

// origin checks that the content of a media file is that of one member, from its
// beginning on and without a gap, and that the member is no part of a database.
// Whoever can write manifests, but open no archive, could otherwise have the
// database restored into the media, where others can read it.
//
// The database may be made of parts of several members: what a manifest says of
// it is restored as a database only.
type origin struct {
	before backup.Extent
	begun  bool
	whole  bool // before goes to the end of its frame
}

// check is called for each extent in order, with the content of its frame, in
// which it lies.
func (o *origin) check(e backup.Entry, x backup.Extent, content []byte) (err error) {
	switch {
	case OfDatabase(e.Path):
	case !o.begun:
		err = begins(e, x, content)
	case !o.whole || x.Archive != o.before.Archive || x.Offset != o.before.Offset+o.before.Length || x.Start != 0:
		err = strays(errors.New("its parts do not follow each other in one member"))
	}
	o.before, o.begun, o.whole = x, true, x.Start+x.Size == int64(len(content))
	return err
}

// begins checks that x is the beginning of the content of a member that e can
// have: it follows the member's header in the frame, in which that comes first.
func begins(e backup.Entry, x backup.Extent, content []byte) error {
	in := bytes.NewReader(content[:x.Start])
	h, err := tar.NewReader(in).Next()
	if err != nil || in.Len() > 0 {
		return strays(errors.New("its content does not begin where a member's does"))
	}
	if h.Typeflag != tar.TypeReg || h.Size < e.Size {
		return strays(fmt.Errorf("the member %.200q has %d bytes", h.Name, h.Size))
	}
	if OfDatabase(h.Name) {
		return strays(errors.New("its content was stored for the database"))
	}
	return nil
}

// strays returns the error of an entry that names content that is not its own.
func strays(why error) error { return fmt.Errorf("%w: %w", ErrStrayed, why) }

// ErrStrayed is the errs.ErrCorrupt of an entry that names content which was not
// stored for such an entry.
var ErrStrayed = fmt.Errorf("the content was stored for something else: %w", errs.ErrCorrupt)
