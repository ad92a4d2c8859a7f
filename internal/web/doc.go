// Package web holds what every HTTP handler of the service does alike, whether
// it serves the API or the sign-in: it answers errors as problem documents
// (RFC 9457), tells requests of our own pages from those of others, names the
// caller's address, sets the headers that keep browsers careful and writes the
// audit log.
//
// It knows net/http, the kinds of errors and the audit log; it has no routes.
//
// Its words: a problem is an error as the caller sees it; a fault is one field
// of a request that is wrong; an origin is scheme, host and port of a page.
package web
