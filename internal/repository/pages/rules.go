package pages

// Limits of what is put together of several archives.
const (
	// MaxArchives is how many archives a content may need.
	MaxArchives = 8
	// MaxExtents is how many extents a content may have.
	MaxExtents = 256 << 10
)

// Worthwhile reports whether a delta serves better than a complete copy. stored
// is the size of an archive in the store. The rules bound what a restore reads
// and what lies in archives that are mostly dead:
//
//   - at most half of the content is new,
//   - it needs at most [MaxArchives] archives and [MaxExtents] extents,
//   - the archives that it needs already, of which the largest must be the
//     complete copy, take at most twice the room of that one.
//
// If nothing is to be stored there is nothing to choose.
func (p Plan) Worthwhile(stored func(archive string) int64) bool {
	if p.Changed == 0 {
		return true
	}
	if !p.small() {
		return false
	}
	sizes := map[string]int64{}
	var sum, largest int64
	for _, x := range p.Extents {
		if _, seen := sizes[x.Archive]; seen || isHole(x) {
			continue
		}
		sizes[x.Archive] = stored(x.Archive)
		sum += sizes[x.Archive]
		largest = max(largest, sizes[x.Archive])
	}
	return len(sizes) < MaxArchives && sum <= 2*largest
}

// small has the rules that can be broken before all pages are compared.
func (p Plan) small() bool { return p.Changed <= p.Size/2 && len(p.Extents) <= MaxExtents }
