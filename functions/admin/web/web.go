// Package web holds the admin page as it was built: the files of dist, made by
// Vite from src (make web), each with a .br and a .gz beside it. Until then
// dist is empty but for a placeholder.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var built embed.FS

// Files returns the built page: index.html and what it refers to below assets/.
// Without a build there is no index.html.
func Files() fs.FS {
	dist, err := fs.Sub(built, "dist")
	if err != nil {
		panic(err) // the name is valid
	}
	return dist
}
