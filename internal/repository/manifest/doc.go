// Package manifest writes and reads manifests, the lists of one backup's
// entries with checksums and archive positions, as docs/format.md defines
// them. It works on io.Readers and io.Writers, streaming: its memory does not
// grow with the number of entries, only with that of archives.
//
//   - line: one JSON object, in the one form that the format allows
//   - header: the first line; trailer: the last
//   - record: what the trailer keeps of the catalog's record
//
// A [Reader] believes nothing: whatever the format forbids is errs.ErrCorrupt,
// except that a greater version is errs.ErrInvalid.
package manifest
