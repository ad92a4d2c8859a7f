// Package archive writes archives, tar files cut into zstd frames, and reads
// content back from any part of them, as docs/format.md defines them. It works
// on io.Readers and io.Writers and knows neither object stores nor manifests.
//
//   - member: an entry's tar header, content and padding
//   - frame: at most [MaxFrame] bytes of tar, here [FrameSize], compressed on their own
//   - extent: a run of an entry's content inside one frame
//   - placement: where a member's content came to lie
//
// A [Pool] bounds the memory of all archives that are written at once and
// compresses their frames in parallel; so does a [Source] for those that are read.
package archive
