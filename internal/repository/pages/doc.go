// Package pages finds out which pages of a database have to be stored and which
// an earlier backup holds already; docs/format.md says how they are kept. It
// knows neither object stores nor manifests.
//
//   - page: a block of [Size] bytes of a file; the last one may be shorter
//   - page list: the hashes of all pages of one content, as an object
//   - plan: which runs of the content lie in archives already, and between
//     them holes for what has to be stored
//   - complete copy: the content stored without regard to earlier backups
//   - delta: the pages that fill a plan's holes
//
// A [Hasher] hashes a content's pages, a [Comparer] compares them with a list
// and makes the [Plan], and [Plan.Worthwhile] has the rules that choose between
// delta and complete copy.
package pages
