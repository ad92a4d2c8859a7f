// Package badinput proves how the service answers what it should not be given:
// its tests send real HTTP requests with real tokens to the real service, on
// real files and a real database, and damage what it has stored. After each
// they check that
//
//   - the answer has the status that the API promises and is a problem document,
//     or an operation that ended failed,
//   - it says in plain words what is wrong and what to do,
//   - it tells nothing of the inside: no keys, no paths, no errors of Go,
//   - nothing has changed: no record, no stored object, not a byte of the
//     installation.
//
// Its words: a rig is one installation with its backups, the service on it and
// the issuer that signs people in; a state is all of a rig that must not change.
//
// It has no code of its own.
package badinput
