// Package frame writes and reads the zstd frames that archives and manifests
// are made of, as docs/format.md defines them: one segment, with content size
// and checksum, never longer than in raw blocks.
//
// It is stricter than zstd: an [Encoder] decodes compressed frames again, all or
// some of them, and compares them with what went in, and a [Decoder] looks at the
// whole structure of a frame before it allocates memory for its content. Both use
// zstd's own library where the program is built with C, else zstd in Go; what one
// writes the other reads. It knows nothing of what the content means.
//
//   - frame: a self-contained piece of zstd data
//   - raw: not compressed; also the content of a frame
//   - skippable: a frame without content that zstd ignores
package frame
