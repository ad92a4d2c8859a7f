package app

import (
	"context"
	"net/http"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/event"
	"github.com/vertex-ar/backup/internal/signin"
)

// authenticator says who sends a request.
type authenticator func(r *http.Request) (backup.Actor, error)

// verifier makes what checks tokens.
func verifier(cfg Config, sessions backup.Sessions) (*signin.Verifier, error) {
	if err := needs("OIDC_ISSUER", cfg.OIDC.Issuer, "OIDC_CLIENT_ID", cfg.OIDC.ClientID); err != nil {
		return nil, err
	}
	return signin.NewVerifier(signin.VerifierConfig{
		Issuer: cfg.OIDC.Issuer, ClientID: cfg.OIDC.ClientID,
		AdminEmails: cfg.OIDC.AdminEmails, ViewerEmails: cfg.OIDC.ViewerEmails, Now: time.Now,
		PublicURL: cfg.PublicURL, Life: cfg.SessionLife, Sessions: sessions,
	}), nil
}

// shortestKey is how long a SESSION_KEY has to be, in bytes.
const shortestKey = 32

// signIn makes the handler of /auth/*.
func (p *parts) signIn(v *signin.Verifier) (http.Handler, error) {
	if err := needs("PUBLIC_URL", p.cfg.PublicURL, "SESSION_KEY", string(p.cfg.SessionKey)); err != nil {
		return nil, err
	}
	if len(p.cfg.SessionKey) < shortestKey {
		return nil, errs.New(errs.ErrInvalid, "SESSION_KEY must be at least %d random characters, as openssl rand -base64 32 makes them.", shortestKey)
	}
	return signin.Handler(signin.Config{
		Verifier: v, ClientSecret: string(p.cfg.OIDC.ClientSecret), PublicURL: p.cfg.PublicURL,
		Key: []byte(p.cfg.SessionKey), Audit: p.catalog, Now: time.Now, Log: p.log,
	}), nil
}

// Auth makes the handler of functions/auth.
func Auth(ctx context.Context, getenv Getenv) (event.Handler, error) {
	p, err := assemble(ctx, getenv)
	if err != nil {
		return event.Handler{}, err
	}
	v, err := verifier(p.cfg, p.catalog)
	if err != nil {
		return event.Handler{}, err
	}
	h, err := p.signIn(v)
	if err != nil {
		return event.Handler{}, err
	}
	return event.Handler{HTTP: h, Margin: requestMargin, Log: p.log}, nil
}

// Authorizer makes the handler of functions/authorizer. Of the catalog it reads one
// item: which sessions have ended.
func Authorizer(ctx context.Context, getenv Getenv) (event.Authorizer, error) {
	p, err := assemble(ctx, getenv)
	if err != nil {
		return event.Authorizer{}, err
	}
	v, err := verifier(p.cfg, p.catalog)
	if err != nil {
		return event.Authorizer{}, err
	}
	return event.Authorizer{Authenticate: v.Authenticate, Log: p.log}, nil
}
