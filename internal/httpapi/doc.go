// Package httpapi is the HTTP face of the service. routes.go lists every
// operation of the API, with who may call it and which function serves it;
// each verb has a file of its own (create.go, list.go, restore.go, …) with the
// shapes of its request and answer and nothing else.
//
// A request passes one chain, in handler.go: route, caller, origin, role and
// freshness (access.go), then the operation, and for requests that may change
// something a line in the audit log. All errors are problem documents.
//
// The package knows net/http and the domain, and nothing of Lambda or of how
// callers prove who they are.
//
// Its words: a route is one operation of the API; a function is the directory
// under functions/ that serves it.
package httpapi
