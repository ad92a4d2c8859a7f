package signin

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"time"

	"golang.org/x/oauth2"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/web"
)

// Config is what the pages of the sign-in need.
type Config struct {
	Verifier     *Verifier
	ClientSecret string // "" is a public client
	// PublicURL is scheme://host[:port] of the service. The issuer must know
	// PublicURL/auth/callback as our redirect URI.
	PublicURL string
	// Key protects what the browser keeps during a sign-in. All instances
	// share it; any length, 32 random bytes or more.
	Key   []byte
	Audit web.Auditor
	Now   func() time.Time
	Log   *slog.Logger
}

// handler serves the pages.
type handler struct {
	Config
	sealKey [32]byte
	secure  bool // cookies travel over TLS only
}

// Handler returns the pages that [Routes] lists.
func Handler(cfg Config) http.Handler {
	return &handler{Config: cfg, sealKey: sha256.Sum256(cfg.Key), secure: !onThisMachine(cfg.PublicURL)}
}

// onThisMachine reports whether an address is a laptop's own, without TLS.
func onThisMachine(publicURL string) bool {
	u, err := url.Parse(publicURL)
	return err == nil && u.Scheme == "http" && (u.Hostname() == "localhost" || u.Hostname() == "127.0.0.1")
}

// page answers one request, or returns why it does not.
type page func(w http.ResponseWriter, r *http.Request) error

// ServeHTTP answers one request.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	web.SecureHeaders(w.Header())
	defer func() {
		if v := recover(); v != nil {
			h.fail(w, r, fmt.Errorf("panic: %v\n%s", v, debug.Stack()))
		}
	}()
	answer, err := h.find(w.Header(), r)
	if err == nil {
		err = answer(w, r)
	}
	if err != nil {
		h.fail(w, r, err)
	}
}

// find returns the page of a request.
func (h *handler) find(header http.Header, r *http.Request) (page, error) {
	pages := map[string]page{"login": h.login, "callback": h.callback, "logout": h.logout, "sign-everybody-out": h.signEverybodyOut, "me": h.me}
	for _, route := range Routes() {
		switch {
		case route.Path != r.URL.Path:
		case route.Method != r.Method:
			header.Set("Allow", route.Method)
			return nil, web.NewProblem(http.StatusMethodNotAllowed, "This address knows only "+route.Method+".")
		default:
			return pages[route.OperationID], nil
		}
	}
	return nil, web.NewProblem(http.StatusNotFound, "There is nothing at this address.")
}

// fail answers with the problem of err, and logs what is the operator's to know.
func (h *handler) fail(w http.ResponseWriter, r *http.Request, err error) {
	p := web.ProblemOf(err)
	switch {
	case p.Status < http.StatusInternalServerError:
	case errors.Is(r.Context().Err(), context.Canceled):
		h.Log.InfoContext(r.Context(), "the caller went away before the answer", "path", r.URL.Path)
	default:
		h.Log.ErrorContext(r.Context(), "sign-in failed", "path", r.URL.Path, "status", p.Status, "err", err)
	}
	if wantsPage(r) {
		writePage(w, p)
		return
	}
	web.WriteProblem(w, r, p)
}

// oauth returns how we talk to the issuer's endpoints.
func (h *handler) oauth(endpoint oauth2.Endpoint) *oauth2.Config {
	endpoint.AuthStyle = oauth2.AuthStyleInHeader
	if h.ClientSecret == "" {
		endpoint.AuthStyle = oauth2.AuthStyleInParams
	}
	return &oauth2.Config{
		ClientID: h.Verifier.cfg.ClientID, ClientSecret: h.ClientSecret, Endpoint: endpoint,
		RedirectURL: h.PublicURL + callbackPath, Scopes: []string{"openid", "email", "profile"},
	}
}

// audit writes a line of the audit log.
func (h *handler) audit(r *http.Request, action string, actor backup.Actor, err error) {
	e := backup.AuditEntry{
		Time: h.Now().UTC(), Actor: actor.Identity(), Role: actor.Role, Address: web.Address(r),
		Action: action, Outcome: web.Completed, Status: http.StatusOK,
	}
	if err != nil {
		p := web.ProblemOf(err)
		e.Status, e.Detail, e.Outcome = p.Status, p.Detail, web.OutcomeOf(p.Status)
	}
	web.Audit(r.Context(), h.Log, h.Audit, e)
}

// setCookie gives the browser a cookie; an empty value takes it away.
func (h *handler) setCookie(w http.ResponseWriter, name, value string, expires time.Time) {
	c := &http.Cookie{ //nolint:gosec // Secure is false only on a laptop's own address, without TLS
		Name: name, Path: "/", Value: value, Expires: expires, MaxAge: int(expires.Sub(h.Now()).Seconds()),
		HttpOnly: true, Secure: h.secure, SameSite: http.SameSiteLaxMode,
	}
	if value == "" {
		c.Expires, c.MaxAge = time.Unix(1, 0), -1
	}
	http.SetCookie(w, c)
}
