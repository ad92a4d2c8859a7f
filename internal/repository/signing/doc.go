// Package signing has the keys that manifests are signed with: Ed25519 (RFC 8032),
// and nothing to choose. A [Key] signs, a [Public] key tells whether a [Signature]
// is its own. Their texts say what they are, so that nobody takes one for the other.
package signing
