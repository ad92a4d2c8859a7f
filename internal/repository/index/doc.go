// Package index remembers on disk which content a repository holds and where,
// so that content which comes again, moved or copied, need not be stored again.
//
// It lives in scratch files for one run; nothing of it is part of the
// repository. Its memory does not grow with the number of contents, only with
// that of archives.
//
//   - content: bytes of a file, known by their SHA-256
//   - record: where a content lies; records stand one after another in a file
//   - slot: leads from a hash to a record; slots are a table of open addressing
//     in a file of its own, which is doubled when it is half full
package index
