package httpapi

import (
	"context"
	"net/http"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/web"
)

type actorKey struct{}

// WithActor returns a context in which actor asks. Use it where the caller was
// authenticated before the handler runs.
func WithActor(ctx context.Context, actor backup.Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, actor)
}

// actorOf returns who asks in ctx.
func actorOf(ctx context.Context) backup.Actor {
	actor, _ := ctx.Value(actorKey{}).(backup.Actor)
	return actor
}

// actorInContext is the default of Config.Authenticate.
func actorInContext(r *http.Request) (backup.Actor, error) {
	actor, ok := r.Context().Value(actorKey{}).(backup.Actor)
	if !ok {
		return backup.Actor{}, errs.New(errs.ErrUnauthenticated, "Sign in first: open /auth/login in a browser, or send an Authorization: Bearer token.")
	}
	return actor, nil
}

// admit returns the context in which the route runs for the caller, or why it
// does not.
func (h *handler) admit(ctx context.Context, r *http.Request, route Route) (context.Context, error) {
	if route.Role == "" {
		return ctx, nil
	}
	actor, err := h.cfg.Authenticate(r)
	if actor.Address == "" {
		actor.Address = web.Address(r)
	}
	entry := exchangeOf(ctx).entry
	entry.Actor, entry.Role, entry.Address = actor.Identity(), actor.Role, actor.Address
	if err != nil {
		return nil, err
	}
	if err := web.CheckOrigin(r, h.cfg.Origins); err != nil {
		return nil, err
	}
	if err := h.permit(actor, route); err != nil {
		return nil, err
	}
	return WithActor(ctx, actor), nil
}

// fresh refuses a request that needs a sign-in of the last minutes for what it
// asks. Routes that always need one say so themselves.
func (a *api) fresh(ctx context.Context, needed bool) error {
	if needed && !actorOf(ctx).Fresh(a.cfg.Now()) {
		return web.ErrReauthenticate()
	}
	return nil
}

// permit checks the actor's role and how fresh the sign-in is.
func (h *handler) permit(actor backup.Actor, route Route) error {
	switch {
	case !actor.CanRead():
		return errs.New(errs.ErrForbidden, "You are signed in but may not see the backups. Ask an administrator to add you to backup-viewers or backup-admins.")
	case route.Role == backup.RoleAdmin && !actor.CanWrite():
		return errs.New(errs.ErrForbidden, "Only members of backup-admins may do this.")
	case route.Fresh && !actor.Fresh(h.cfg.Now()):
		return web.ErrReauthenticate()
	}
	return nil
}
