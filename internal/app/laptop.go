package app

import (
	"context"
	"io/fs"
	"log/slog"
	"net/http"
	"strings"

	"github.com/vertex-ar/backup/internal/adminpage"
	"github.com/vertex-ar/backup/internal/backup"
)

// Server is the whole service in one process, as it runs on a laptop.
type Server struct {
	// Service is the domain, for schedules and the first backup.
	Service *backup.Service
	// Handler serves the API, /auth/* and the admin page.
	Handler http.Handler

	runner *processRunner
}

// Open puts the whole service together, with the admin page that files hold.
// Requests are authenticated here, as the authorizer does it in AWS, and jobs
// run in this process.
func Open(ctx context.Context, cfg Config, files fs.FS, log *slog.Logger) (*Server, error) {
	p, err := assembleFrom(ctx, cfg, log)
	if err != nil {
		return nil, err
	}
	for _, with := range []func(*parts) error{(*parts).withIdentity, (*parts).withSigner, (*parts).withRepository, (*parts).withInstallation, (*parts).withOwner} {
		if err := with(p); err != nil {
			return nil, err
		}
	}
	runner := newProcessRunner(p.service.Run, log)
	p.service.Runner = runner
	v, err := verifier(cfg, p.catalog)
	if err != nil {
		return nil, err
	}
	auth, err := p.signIn(v)
	if err != nil {
		return nil, err
	}
	page, err := adminpage.Handler(files)
	if err != nil {
		return nil, err
	}
	return &Server{Service: p.service, Handler: divide(page, auth, p.api(v.Authenticate)), runner: runner}, nil
}

// divide gives each request to the page, to auth or to api. A mux would
// redirect paths that are not clean instead of letting the three refuse them, as
// they do in AWS.
func divide(page, auth, api http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case adminpage.Ours(r.URL.Path):
			page.ServeHTTP(w, r)
		case strings.HasPrefix(r.URL.Path, "/auth/"):
			auth.ServeHTTP(w, r)
		default:
			api.ServeHTTP(w, r)
		}
	})
}

// Run carries out a job to its end, as a schedule does.
func (s *Server) Run(ctx context.Context, job backup.Job) error { return s.Service.Run(ctx, job) }

// Close waits for the running jobs until ctx ends, then stops them.
func (s *Server) Close(ctx context.Context) { s.runner.stop(ctx) }
