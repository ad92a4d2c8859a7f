package signin

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

const (
	// clockSkew is how far the issuer's clock may be from ours.
	clockSkew = 30 * time.Second
	// longestCookie is what browsers keep of a cookie, in bytes, with room for
	// its name and attributes.
	longestCookie = 3800
)

// callback answers GET /auth/callback, where the issuer sends the browser back.
func (h *handler) callback(w http.ResponseWriter, r *http.Request) error {
	p, err := h.open(r)
	if err != nil {
		return err
	}
	query := r.URL.Query()
	if subtle.ConstantTimeCompare([]byte(query.Get("state")), []byte(p.State)) != 1 {
		return errs.New(errs.ErrInvalid, "This answer belongs to another sign-in, perhaps of another tab. Start again at /auth/login.")
	}
	h.setCookie(w, h.pendingCookie(), "", time.Time{})
	raw, token, err := h.conclude(r.Context(), p, query)
	h.audit(r, "sign-in", token.Actor, err)
	if err != nil {
		return err
	}
	h.setCookie(w, h.Verifier.cookie(), raw, token.Expiry)
	http.Redirect(w, r, p.ReturnTo, http.StatusSeeOther)
	return nil
}

// conclude fetches the token that the issuer's answer stands for and checks it
// against what was asked.
func (h *handler) conclude(ctx context.Context, p pending, query url.Values) (raw string, token Token, err error) {
	if query.Has("error") {
		return "", Token{}, refusal(query)
	}
	raw, err = h.exchange(ctx, query.Get("code"), p.Verifier)
	if err != nil {
		return "", Token{}, err
	}
	token, err = h.Verifier.Verify(ctx, raw)
	if err != nil {
		return "", token, err
	}
	switch {
	case subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(p.Nonce)) != 1:
		err = errs.New(errs.ErrUnauthenticated, "The sign-in service answered another request. Start again at /auth/login.")
	case !p.satisfied(token.Actor):
		err = errs.New(errs.ErrUnauthenticated, "The sign-in service did not ask you to sign in again, as this needs. Sign out there and start again at /auth/login.")
	case len(raw) > longestCookie:
		err = errs.New(errs.ErrForbidden, "Your sign-in is too long for a browser's cookie, most likely because you are in very many groups. Ask an administrator to send fewer groups to this service.")
	}
	return raw, token, err
}

// satisfied reports whether the actor signed in as lately as was asked.
func (p pending) satisfied(actor backup.Actor) bool {
	if p.MaxAge == nil {
		return true
	}
	oldest := p.Started.Add(-time.Duration(*p.MaxAge)*time.Second - clockSkew)
	return !actor.AuthTime.IsZero() && !actor.AuthTime.Before(oldest)
}

// exchange gives the issuer the code and returns the ID token.
func (h *handler) exchange(ctx context.Context, code, verifier string) (string, error) {
	provider, err := h.Verifier.issuer.discover(ctx)
	if err != nil {
		return "", err
	}
	ctx = oidc.ClientContext(ctx, h.Verifier.cfg.Client)
	answer, err := h.oauth(provider.Endpoint()).Exchange(ctx, code, oauth2.VerifierOption(verifier))
	if err != nil {
		return "", exchangeError(err)
	}
	raw, ok := answer.Extra("id_token").(string)
	if !ok {
		return "", errors.New("the issuer's answer has no id_token")
	}
	return raw, nil
}

// exchangeError sorts what may go wrong with a code: it is used up, we are not
// known, or the issuer is away.
func exchangeError(err error) error {
	e, ok := errors.AsType[*oauth2.RetrieveError](err)
	switch {
	case ok && e.ErrorCode == "invalid_grant":
		return errs.New(errs.ErrUnauthenticated, "The sign-in took too long or was used twice. Start again at /auth/login.").Because(err)
	case ok && e.Response != nil && e.Response.StatusCode < http.StatusInternalServerError:
		return fmt.Errorf("the issuer refuses us: %w", err)
	}
	return away(fmt.Errorf("exchange the code: %w", err))
}

// refusal is the error that the issuer sent the browser back with.
func refusal(query url.Values) error {
	cause := fmt.Errorf("issuer: %q: %q", query.Get("error"), query.Get("error_description"))
	switch query.Get("error") {
	case "access_denied":
		return errs.New(errs.ErrForbidden, "The sign-in was cancelled or refused. Start again at /auth/login.").Because(cause)
	case "server_error", "temporarily_unavailable":
		return away(cause)
	}
	return errs.New(errs.ErrUnauthenticated, "The sign-in did not succeed. Start again at /auth/login.").Because(cause)
}
