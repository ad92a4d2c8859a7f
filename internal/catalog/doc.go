// Package catalog holds what every catalog of records has in common: how a
// record is written down, how large it may be, when a lock is free, how a line
// of the audit log is named, and the sentences that users read when something
// is not there. It keeps nothing itself.
//
// A catalog is one type that implements all interfaces of the domain's
// catalog.go: backup.Catalog, backup.Operations, backup.Locks, backup.AuditLog
// and backup.Idempotency. dynamocatalog keeps them in one DynamoDB table,
// memcatalog in memory for tests, faultcatalog wraps another one and fails where
// a test says. Each passes catalogtest.
//
// A record is kept as one JSON text, the encoding that the domain's types
// declare by their tags, and not field by field as attributes of the database.
// encoding/json gives back times to the nanosecond, nested pointers, maps with
// typed keys and omitted zero values without rules of its own for each, every
// catalog keeps the same bytes, and a field that is added needs no mapping.
// Nothing is lost: a record is always read and written whole, and what a
// condition needs (version, owner, token) stands beside the text.
package catalog
