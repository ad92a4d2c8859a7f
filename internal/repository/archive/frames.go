package archive

import (
	"slices"
	"sync"

	"github.com/vertex-ar/backup/internal/backup"
)

// frames are the decoded frames of one content, the last one of each archive.
// A file that was stored in one piece needs none of them twice; a database of
// which pages lie in several archives comes back to the frame of each until it
// has passed its pages.
type frames struct {
	buffers *sync.Pool // of *[]byte
	kept    []decoded  // the one used last comes last
}

// decoded is a frame's content.
type decoded struct {
	archive string
	offset  int64
	tar     *[]byte
}

// find returns the content of e's frame if it is there.
func (f *frames) find(e backup.Extent) ([]byte, bool) {
	i := slices.IndexFunc(f.kept, func(d decoded) bool { return d.archive == e.Archive && d.offset == e.Offset })
	if i < 0 {
		return nil, false
	}
	d := f.kept[i]
	f.kept = append(slices.Delete(f.kept, i, i+1), d)
	return *d.tar, true
}

// replace keeps the content of e's frame, which decode decodes into a buffer,
// instead of another of its archive or the one that was used least recently.
func (f *frames) replace(e backup.Extent, decode func(tar []byte) ([]byte, error)) ([]byte, error) {
	d := decoded{archive: e.Archive, offset: e.Offset, tar: f.take(e.Archive)}
	tar, err := decode((*d.tar)[:0])
	if err != nil {
		f.buffers.Put(d.tar)
		return nil, err
	}
	*d.tar = tar
	f.kept = append(f.kept, d)
	return tar, nil
}

// take returns a buffer, of a frame that is not needed any more if there is one.
func (f *frames) take(archive string) *[]byte {
	i := slices.IndexFunc(f.kept, func(d decoded) bool { return d.archive == archive })
	if i < 0 && len(f.kept) < maxFrames {
		buf, _ := f.buffers.Get().(*[]byte)
		return buf
	}
	i = max(i, 0)
	buf := f.kept[i].tar
	f.kept = slices.Delete(f.kept, i, i+1)
	return buf
}

// free gives all buffers back.
func (f *frames) free() {
	for _, d := range f.kept {
		f.buffers.Put(d.tar)
	}
	f.kept = nil
}
