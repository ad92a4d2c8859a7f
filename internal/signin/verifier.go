package signin

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/web"
)

// The cookie that holds the ID token. With TLS its name binds it to our host and the
// whole of it: no neighbour in the domain can set one. On a laptop's own address it
// cannot have that name, since not all browsers and no other client take http for
// secure there.
const (
	cookieName = "__Host-session"
	laptopName = "session"
)

// longestSession is how long a sign-in may last when nothing is configured.
const longestSession = 24 * time.Hour

// longestToken bounds what is parsed before a signature is checked, in bytes.
const longestToken = 16 << 10

// algorithms are the signatures that are accepted: those that need a private
// key. With HS256 anybody who knows the public key could sign.
func algorithms() []jose.SignatureAlgorithm {
	return []jose.SignatureAlgorithm{
		jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.PS384, jose.PS512,
		jose.ES256, jose.ES384, jose.ES512, jose.EdDSA,
	}
}

// VerifierConfig says whose tokens are accepted and who may do what.
type VerifierConfig struct {
	Issuer   string // its URL, exactly as it calls itself
	ClientID string // what it calls us
	// AdminEmails and ViewerEmails give roles to people whose token has no
	// group of ours; only addresses that the issuer has verified count.
	AdminEmails  []string
	ViewerEmails []string
	// PublicURL is that of [Config]; it decides how the cookie is called.
	PublicURL string
	// Life is how long a token is accepted after it was issued, if it does not
	// expire before; 0 is a day.
	Life time.Duration
	// Sessions says which sign-ins have ended early; nil knows of none.
	Sessions backup.Sessions
	Client   *http.Client // asks the issuer; nil means one with a timeout
	Now      func() time.Time
}

// Verifier checks ID tokens. It is safe for concurrent use.
type Verifier struct {
	cfg    VerifierConfig
	issuer *issuer
}

// NewVerifier returns a verifier. It asks the issuer nothing before the first token.
func NewVerifier(cfg VerifierConfig) *Verifier {
	if cfg.Client == nil {
		cfg.Client = &http.Client{Timeout: askLimit}
	}
	if cfg.Life <= 0 {
		cfg.Life = longestSession
	}
	return &Verifier{cfg: cfg, issuer: &issuer{url: cfg.Issuer, client: cfg.Client, now: cfg.Now}}
}

// Token is what a verified ID token says.
type Token struct {
	Actor  backup.Actor // without an address
	Expiry time.Time
	Nonce  string
	// Session is what a sign-out ends.
	Session backup.Session
}

// Authenticate tells who sends r: by the token of the Authorization header, or
// else of the cookie. Errors are errs.ErrUnauthenticated, errs.ErrForbidden
// for somebody without a role (who is returned all the same) and
// errs.ErrUnavailable when the issuer cannot be asked.
func (v *Verifier) Authenticate(r *http.Request) (backup.Actor, error) {
	token, err := v.fromRequest(r)
	token.Actor.Address = web.Address(r)
	return token.Actor, err
}

// CookieName returns the name of the cookie that holds the ID token, for a service
// at publicURL.
func CookieName(publicURL string) string {
	if onThisMachine(publicURL) {
		return laptopName
	}
	return cookieName
}

// cookie is CookieName of our own address.
func (v *Verifier) cookie() string { return CookieName(v.cfg.PublicURL) }

// fromRequest verifies the token that r carries.
func (v *Verifier) fromRequest(r *http.Request) (Token, error) {
	raw, ok := web.Bearer(r)
	if !ok {
		cookies := r.CookiesNamed(v.cookie())
		if len(cookies) != 1 { // a second one may be from a neighbour of our host
			return Token{}, errs.New(errs.ErrUnauthenticated, "Sign in first: open /auth/login in a browser, or send an Authorization: Bearer token.")
		}
		raw = cookies[0].Value
	}
	return v.Verify(r.Context(), raw)
}

// Verify checks an ID token and says whom it names. Its errors are those of
// [Verifier.Authenticate]; with errs.ErrForbidden the token is good.
func (v *Verifier) Verify(ctx context.Context, raw string) (Token, error) {
	id, err := v.check(ctx, raw)
	if err != nil {
		return Token{}, err
	}
	c, session, err := v.claims(id)
	if err != nil {
		return Token{}, notValid(err)
	}
	t := Token{Expiry: id.Expiry, Nonce: id.Nonce, Actor: backup.Actor{Subject: id.Subject, Role: v.role(c)}}
	if end := id.IssuedAt.Add(v.cfg.Life); end.Before(t.Expiry) {
		t.Expiry = end
	}
	if !t.Expiry.After(v.cfg.Now()) {
		return Token{}, errs.New(errs.ErrUnauthenticated, "Your sign-in has expired. Sign in again.")
	}
	session.Expires = t.Expiry
	t.Session = session
	if err := v.signedOut(ctx, session); err != nil {
		return Token{}, err
	}
	if c.verified() {
		t.Actor.Email = c.Email
	}
	if c.AuthTime > 0 {
		t.Actor.AuthTime = time.Unix(c.AuthTime, 0).UTC()
	}
	if t.Actor.Role == "" {
		return t, errs.New(errs.ErrForbidden, "You are signed in but may not see the backups. Ask an administrator to add you to backup-viewers or backup-admins.")
	}
	return t, nil
}

// claims returns what else a token says, or why that makes no sense.
func (v *Verifier) claims(id *oidc.IDToken) (c claims, s backup.Session, err error) {
	var payload json.RawMessage
	if err := errors.Join(id.Claims(&payload), id.Claims(&c)); err != nil {
		return c, s, err
	}
	if err := exact(payload); err != nil {
		return c, s, err
	}
	latest := v.cfg.Now().Add(clockSkew)
	switch {
	case id.Subject == "" || len(id.Audience) > 1 && c.AuthorizedParty != v.cfg.ClientID:
		return c, s, errors.New("no subject, or issued to another party")
	case id.IssuedAt.IsZero() || id.IssuedAt.Unix() <= 0 || id.IssuedAt.After(latest):
		return c, s, errors.New("not issued yet, or nobody knows when")
	case c.AuthTime < 0 || time.Unix(c.AuthTime, 0).After(latest):
		return c, s, errors.New("the sign-in lies in the future")
	}
	// What the issuer signed is the same for whoever shows the token, in whatever form.
	sum := sha256.Sum256(payload)
	return c, backup.Session{ID: hex.EncodeToString(sum[:16]), Subject: id.Subject, Issued: id.IssuedAt.UTC()}, nil
}

// signedOut refuses a session that has ended before its time.
func (v *Verifier) signedOut(ctx context.Context, s backup.Session) error {
	if v.cfg.Sessions == nil {
		return nil
	}
	revoked, err := v.cfg.Sessions.GetRevoked(ctx)
	if err == nil && revoked.Ended(s) {
		err = errs.New(errs.ErrUnauthenticated, "You have been signed out. Sign in again.")
	}
	return err
}

// check checks signature, issuer, audience and expiry.
func (v *Verifier) check(ctx context.Context, raw string) (*oidc.IDToken, error) {
	if len(raw) > longestToken {
		return nil, notValid(fmt.Errorf("token of %d bytes", len(raw)))
	}
	signed, err := jose.ParseSignedCompact(raw, algorithms())
	if err != nil {
		return nil, notValid(err)
	}
	keys, err := v.issuer.key(ctx, signed.Signatures[0].Header.KeyID)
	if err != nil {
		return nil, err
	}
	names := make([]string, 0, len(algorithms()))
	for _, a := range algorithms() {
		names = append(names, string(a))
	}
	cfg := &oidc.Config{ClientID: v.cfg.ClientID, Now: v.cfg.Now, SupportedSigningAlgs: names}
	id, err := oidc.NewVerifier(v.cfg.Issuer, keySet(keys), cfg).Verify(ctx, raw)
	if _, ok := errors.AsType[*oidc.TokenExpiredError](err); ok {
		return nil, errs.New(errs.ErrUnauthenticated, "Your sign-in has expired. Sign in again.").Because(err)
	}
	if err != nil {
		return nil, notValid(err)
	}
	return id, nil
}

// role returns the greatest role that the claims give.
func (v *Verifier) role(c claims) backup.Role {
	in := func(group backup.Role, emails []string) bool {
		return slices.Contains(c.Groups, string(group)) || slices.Contains(c.CognitoGroups, string(group)) ||
			c.verified() && slices.ContainsFunc(emails, func(e string) bool { return strings.EqualFold(e, c.Email) })
	}
	switch {
	case in(backup.RoleAdmin, v.cfg.AdminEmails):
		return backup.RoleAdmin
	case in(backup.RoleViewer, v.cfg.ViewerEmails):
		return backup.RoleViewer
	}
	return ""
}

// keySet are the keys that may have signed one token.
type keySet []jose.JSONWebKey

// VerifySignature returns the payload of a token that one of the keys has signed.
func (s keySet) VerifySignature(_ context.Context, raw string) ([]byte, error) {
	signed, err := jose.ParseSignedCompact(raw, algorithms())
	if err != nil {
		return nil, err
	}
	for _, key := range s {
		if key.Algorithm != "" && key.Algorithm != signed.Signatures[0].Header.Algorithm {
			continue
		}
		if payload, err := signed.Verify(key); err == nil {
			return payload, nil
		}
	}
	return nil, errors.New("none of the issuer's keys has signed it")
}

// notValid is the error of a token that is not good, whatever the reason: the
// reason is for the log.
func notValid(cause error) error {
	return errs.New(errs.ErrUnauthenticated, "The token is not valid here. Sign in again.").Because(cause)
}
