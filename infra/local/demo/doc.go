// Package demo proves on a running service that backups are worth something:
// over HTTP, signed in like a browser, it backs up an installation, breaks it,
// restores it and compares every file and row with what was there before.
//
// It destroys the installation it is pointed at, so it belongs to made-up ones
// only. It knows the service from outside: addresses, JSON and cookies.
package demo
