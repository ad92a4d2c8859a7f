package issuer

import (
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/zitadel/oidc/v3/pkg/op"
)

// The fixed parts of the provider.
const (
	// Path is where the provider lives on its origin.
	Path = "/issuer"
	// ClientID is the only client. It is public and must use PKCE.
	ClientID = "vertex-backup"
	// CallbackPath is where the client takes codes, on the same origin.
	CallbackPath = "/auth/callback"
)

// How long things live.
const (
	idTokenLife     = 8 * time.Hour
	accessTokenLife = 5 * time.Minute
)

// Config says how to run a provider.
type Config struct {
	// Origin is scheme, host and port by which browsers and the client reach
	// the provider, as in http://localhost:8080.
	Origin string
	// Dir keeps keys and accounts, readable by the owner only.
	Dir string
	// Now is the clock of sign-ins.
	Now func() time.Time
	SignIns
}

// SignIns say how sign-ins behave. The zero value is what people use; tests
// make them short and old.
type SignIns struct {
	// Life is how long one lasts; 0 is eight hours.
	Life time.Duration
	// Age is how long ago one says that it was, when no fresh one was asked for:
	// as with a provider that remembers people.
	Age time.Duration
}

// life returns how long an ID token is valid.
func (s SignIns) life() time.Duration {
	if s.Life > 0 {
		return s.Life
	}
	return idTokenLife
}

// Issuer is the provider. It serves the paths below [Path].
type Issuer struct {
	cfg      Config
	secrets  secrets
	requests *requests
	throttle *throttle
	page     *page
	mux      *http.ServeMux
}

// New returns a provider with the keys and accounts kept in cfg.Dir; there
// being none, it makes them.
func New(cfg Config) (*Issuer, error) {
	if u, err := url.Parse(cfg.Origin); err != nil || u.Host == "" || u.Path != "" {
		return nil, fmt.Errorf("issuer: %q is no origin", cfg.Origin)
	}
	s, err := loadSecrets(cfg.Dir)
	if err != nil {
		return nil, fmt.Errorf("issuer: %w", err)
	}
	i := &Issuer{
		cfg: cfg, secrets: s,
		requests: newRequests(cfg.Now, cfg.Age), throttle: &throttle{now: cfg.Now}, page: newPage(),
	}
	provider, err := op.NewProvider(
		&op.Config{CryptoKey: s.cryptoKey, CryptoKeyId: "1", CodeMethodS256: true, DefaultLogoutRedirectURI: cfg.Origin + "/", SupportedScopes: scopes()},
		&storage{Issuer: i}, op.StaticIssuer(i.URL()),
		op.WithAllowInsecure(),  // plain HTTP, on loopback only
		op.WithCORSOptions(nil), // no other origin has business here
	)
	if err != nil {
		return nil, fmt.Errorf("issuer: %w", err)
	}
	i.route(http.StripPrefix(Path, provider))
	return i, nil
}

// route lets through only what a code flow needs of the protocol's endpoints.
func (i *Issuer) route(protocol http.Handler) {
	i.mux = http.NewServeMux()
	for _, path := range []string{
		"/.well-known/openid-configuration", "/keys", "/authorize", "/authorize/callback",
		"/oauth/token", "/userinfo", "/end_session",
	} {
		i.mux.Handle(Path+path, protocol)
	}
	i.mux.HandleFunc("GET "+loginPath, i.showLogin)
	i.mux.HandleFunc("POST "+loginPath, i.takeLogin)
}

// ServeHTTP serves the protocol and the login page.
func (i *Issuer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
	i.mux.ServeHTTP(w, r)
}

// URL is the provider's identifier, the "iss" of its tokens.
func (i *Issuer) URL() string { return i.cfg.Origin + Path }

// Accounts returns who may sign in, administrators first.
func (i *Issuer) Accounts() []Account { return i.secrets.accounts }

func (i *Issuer) account(subject string) (Account, bool) {
	for _, a := range i.secrets.accounts {
		if a.Subject == subject {
			return a, true
		}
	}
	return Account{}, false
}
