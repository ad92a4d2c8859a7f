// Package model proves the service against a model: its test takes thousands
// of random steps with the real domain, repository, sources and targets over
// stores in memory and a clock that it moves itself, and after each of them
// compares what there is with what a much simpler program expects.
//
// A step changes the installation, or creates, deletes, rotates, restores or
// verifies backups, or lets one of these run into trouble: the store or the
// catalog goes away, the process dies, it sleeps while somebody else takes
// over, an object of the store is damaged. The invariants hold after each step:
//
//   - every backup that is listed as restorable restores to the byte what there
//     was when it was taken, damage that has been named aside,
//   - a backup is gone only if somebody deleted it or the policy says so,
//   - for each component that had a sound backup a sound one of plausible size is
//     left, unless somebody took the last one by force,
//   - nothing runs for ever, and a second try ends what was interrupted,
//   - records count what there is,
//   - the store holds nothing that no record answers for.
//
// A failure prints the seed, the last steps and the command that repeats them.
// The package has no code of its own; package faults is the systematic
// counterpart: it fails every single call of few scenarios.
package model
