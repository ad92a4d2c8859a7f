// Package catalogtest is the conformance suite of catalogs: what the domain
// relies on, run over every implementation. It tests through the interface
// only; how a database keeps the records is its own test's business.
package catalogtest
