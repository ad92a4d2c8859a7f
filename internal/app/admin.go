package app

import (
	"io/fs"

	"github.com/vertex-ar/backup/internal/adminpage"
	"github.com/vertex-ar/backup/internal/event"
)

// Admin makes the handler of functions/admin, which serves the page that files
// hold. It needs neither the catalog nor the repository.
func Admin(getenv Getenv, files fs.FS) (event.Handler, error) {
	cfg, err := ConfigFromEnv(getenv)
	if err != nil {
		return event.Handler{}, err
	}
	page, err := adminpage.Handler(files)
	if err != nil {
		return event.Handler{}, err
	}
	return event.Handler{HTTP: page, Margin: requestMargin, Log: newLog(cfg)}, nil
}
