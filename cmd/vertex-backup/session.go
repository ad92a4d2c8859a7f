package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"os/user"
	"path/filepath"
	"strings"

	"github.com/vertex-ar/backup/internal/app"
	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

// session is one run of the program.
type session struct {
	ctx      context.Context //nolint:containedctx // kong's commands have no parameter for it
	getenv   app.Getenv
	flags    flags
	out      io.Writer
	progress *progress
}

// open puts the service together. Only, if not "", is the one backup that the
// command reads.
func (s *session) open(cfg app.Config, opt app.CommandOptions) (*app.ByHand, error) {
	opt.Progress = s.progress.show
	return app.Command(s.ctx, cfg, s.log(), opt)
}

// openAny is open for commands that take the configuration as it is.
func (s *session) openAny(only backup.ID) (*app.ByHand, error) {
	cfg, err := s.config()
	if err != nil {
		return nil, err
	}
	return s.open(cfg, app.CommandOptions{Only: only})
}

// config is the environment's configuration with what the flags say instead.
func (s *session) config() (app.Config, error) {
	cfg, err := app.ConfigFromEnv(s.getenv)
	if err != nil {
		return cfg, err
	}
	if at := s.flags.Repository; at != "" {
		if cfg.Bucket, cfg.Prefix, err = parseRepository(at); err != nil {
			return cfg, err
		}
	}
	if cfg.Bucket == "" {
		return cfg, fmt.Errorf("%w: --repository is missing. It says where the backups are, as in s3://BUCKET/PREFIX", errUsage)
	}
	for _, p := range []struct {
		flag rawPath
		into *string
	}{{s.flags.Database, &cfg.DatabasePath}, {s.flags.Storage, &cfg.StoragePath}, {s.flags.Scratch, &cfg.Scratch}} {
		if p.flag == "" {
			continue
		}
		if *p.into, err = filepath.Abs(string(p.flag)); err != nil {
			return cfg, err
		}
	}
	return cfg, nil
}

// parseRepository takes s3://BUCKET[/PREFIX] apart. An address with a user or a
// question mark is refused: secrets on a command line are everybody's to read.
func parseRepository(at string) (bucket, prefix string, err error) {
	u, err := url.Parse(at)
	if err != nil || u.Scheme != "s3" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return "", "", fmt.Errorf("%w: --repository must be of the form s3://BUCKET/PREFIX, without credentials", errUsage)
	}
	return u.Host, strings.Trim(u.Path, "/"), nil
}

// log is silent unless it is asked for: what users need to know is printed.
func (s *session) log() *slog.Logger {
	if !s.flags.Verbose {
		return slog.New(slog.DiscardHandler)
	}
	return slog.New(slog.NewTextHandler(s.progress, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// actor is who types, as records and the audit log call them.
func (s *session) actor() backup.Actor {
	name := "vertex-backup"
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	if host, err := os.Hostname(); err == nil {
		name += "@" + host
	}
	return backup.Actor{Subject: name, Role: backup.RoleAdmin}
}

// tell prints a line for people.
func (s *session) tell(format string, args ...any) {
	s.progress.clear()
	_, _ = fmt.Fprintf(s.progress, format+"\n", args...) // nothing else can be done about it
}

// print writes the result: as JSON if that was asked for, else as text.
func (s *session) print(v any, text func() error) error {
	if !s.flags.JSON {
		return text()
	}
	enc := json.NewEncoder(s.out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// failed tells why a job did not succeed, by its record's status and lines and its cause.
func (s *session) failed(b *app.ByHand, status backup.Status, lines []string) error {
	switch {
	case status == backup.StatusCancelled:
		s.tell("vertex-backup: it was cancelled")
	case !status.Finished():
		s.tell("vertex-backup: the catalog does not say how it ended; look at the list in a minute")
	}
	for _, line := range lines {
		s.tell("vertex-backup: %s", line)
	}
	if cause := said(b.Cause()); cause != nil {
		s.tell("vertex-backup: the cause: %v", cause)
	}
	return errTold
}

// said returns what is left to say of the cause of a failure when the sentence of
// its record has been told: all of it if there was none of its own, nothing if what
// lies below is of no use.
func said(cause error) error {
	e, ok := errors.AsType[*errs.Error](cause)
	switch {
	case !ok:
		return cause
	case outside(cause):
		return e.Cause
	}
	return nil
}

// parseID checks an id of the command line.
func parseID(text string) (backup.ID, error) {
	id, err := backup.ParseID(text)
	if err != nil {
		return "", errors.Join(errUsage, err)
	}
	return id, nil
}
