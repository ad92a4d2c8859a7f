// Package adminpage serves the admin page: its one HTML document at every
// address below /admin/backups, where the page's own script decides what is
// shown, and what the document refers to below /admin/assets/. Nothing of it is
// data; data comes from the API, which asks who wants it.
//
// The files are those of functions/admin/web. Each may have a .br and a .gz
// beside it: the same content, compressed. Assets carry a hash of their content
// in their names and are kept by browsers for ever; the document is asked for
// each time and answered by 304 while it is the same.
//
// It knows net/http and the headers of package web; it has no idea of Lambda.
package adminpage
