package app

import (
	"context"
	"net/http"
	"time"

	"github.com/vertex-ar/backup/internal/event"
	"github.com/vertex-ar/backup/internal/httpapi"
)

// Margins are how long before Lambda's deadline a context ends: a job needs
// time to write down how it ended.
const (
	jobMargin     = 25 * time.Second
	requestMargin = 2 * time.Second
)

// Create makes the handler of functions/create.
func Create(ctx context.Context, getenv Getenv) (event.Handler, error) {
	return function(ctx, getenv, "create", (*parts).withSigner, (*parts).withRepository, (*parts).withInstallation, (*parts).withLambda)
}

// List makes the handler of functions/list.
func List(ctx context.Context, getenv Getenv) (event.Handler, error) {
	return function(ctx, getenv, "list", (*parts).withRepository)
}

// Restore makes the handler of functions/restore.
func Restore(ctx context.Context, getenv Getenv) (event.Handler, error) {
	return function(ctx, getenv, "restore", (*parts).withIdentity, (*parts).withSigner, (*parts).withRepository, (*parts).withInstallation, (*parts).withLambda)
}

// Delete makes the handler of functions/delete.
func Delete(ctx context.Context, getenv Getenv) (event.Handler, error) {
	return function(ctx, getenv, "delete", (*parts).withRepository)
}

// Edit makes the handler of functions/edit.
func Edit(ctx context.Context, getenv Getenv) (event.Handler, error) {
	return function(ctx, getenv, "edit", (*parts).withRepository)
}

// Cancel makes the handler of functions/cancel.
func Cancel(ctx context.Context, getenv Getenv) (event.Handler, error) {
	return function(ctx, getenv, "cancel")
}

// Rotate makes the handler of functions/rotate.
func Rotate(ctx context.Context, getenv Getenv) (event.Handler, error) {
	return function(ctx, getenv, "rotate", (*parts).withRepository, (*parts).withLambda)
}

// Verify makes the handler of functions/verify.
func Verify(ctx context.Context, getenv Getenv) (event.Handler, error) {
	return function(ctx, getenv, "verify", (*parts).withIdentity, (*parts).withRepository, (*parts).withLambda)
}

// Download makes the handler of functions/download.
func Download(ctx context.Context, getenv Getenv) (event.Handler, error) {
	return function(ctx, getenv, "download", (*parts).withIdentity, (*parts).withRepository, (*parts).withLambda)
}

// Schedule makes the handler of functions/schedule.
func Schedule(ctx context.Context, getenv Getenv) (event.Handler, error) {
	return function(ctx, getenv, "schedule", (*parts).withScheduler)
}

// function puts a function together from its parts. With a runner it takes
// jobs as well as requests.
func function(ctx context.Context, getenv Getenv, name string, with ...func(*parts) error) (event.Handler, error) {
	p, err := assemble(ctx, getenv)
	if err != nil {
		return event.Handler{}, err
	}
	for _, w := range with {
		if err := w(p); err != nil {
			return event.Handler{}, err
		}
	}
	h := event.Handler{HTTP: p.api(nil, name), WithActor: httpapi.WithActor, Margin: requestMargin, Log: p.log}
	if p.service.Runner != nil {
		h.Job, h.Margin = p.service.Run, jobMargin
	}
	return h, nil
}

// api makes the HTTP API of the named functions.
func (p *parts) api(authenticate authenticator, functions ...string) http.Handler {
	return httpapi.New(httpapi.Config{
		Service: p.service, Audit: p.catalog, Authenticate: authenticate, Origins: []string{p.cfg.PublicURL},
		Now: p.clock.now, Log: p.log, BackupDir: "s3://" + p.cfg.Bucket + "/" + p.cfg.Prefix, PricePerGiB: pricePerGiB, MaxBackups: p.cfg.MaxBackups,
	}, functions...)
}

// pricePerGiB is what S3 Standard costs in USD a month in us-east-1 (2026).
const pricePerGiB = 0.023
