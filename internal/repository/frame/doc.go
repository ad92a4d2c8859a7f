// Package frame writes and reads the zstd frames that archives and manifests
// are made of, as docs/format.md defines them: one segment, with content size
// and checksum, never longer than in raw blocks.
//
// It is stricter than zstd: an [Encoder] returns a frame only after having
// decoded it and compared the result with what went in, and a [Decoder] looks
// at the whole structure of a frame before it allocates memory for its
// content. It knows nothing of what the content means.
//
//   - frame: a self-contained piece of zstd data
//   - raw: not compressed; also the content of a frame
//   - skippable: a frame without content that zstd ignores
package frame
