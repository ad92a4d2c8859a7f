// Package bundle makes one file of many entries, for people to download: a zip
// that every desktop opens, or a tar.zst that keeps everything as it was. Both
// are written from beginning to end, and memory does not grow with contents;
// that of a zip grows with the number of its entries, since it ends in a list of
// them.
//
// It knows no stores, and is no part of the repository's format.
package bundle
