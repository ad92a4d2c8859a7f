package signin_test

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/signin"
)

var start = time.Date(2026, 11, 22, 8, 15, 0, 0, time.UTC)

func TestGoodTokenNamesItsActor(t *testing.T) {
	i, c := newIssuer(t), &clock{start}
	got, err := i.verifier(c).Verify(ctx, good(t, i.claims(start, map[string]any{"nonce": "n"})))
	if err != nil {
		t.Fatal(err)
	}
	want := signin.Token{
		Actor:  backup.Actor{Subject: "u1", Email: "admin@example.com", Role: backup.RoleAdmin, AuthTime: start},
		Expiry: start.Add(time.Hour), Nonce: "n",
	}
	got.Expiry = got.Expiry.UTC()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("token (-want +got):\n%s", diff)
	}
}

// unsigned makes a token of a header and claims with a signature of our choice.
func unsigned(t *testing.T, header, signature string, claims map[string]any) string {
	t.Helper()
	payload, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	enc := base64.RawURLEncoding.EncodeToString
	return enc([]byte(header)) + "." + enc(payload) + "." + signature
}

// TestBadTokens are all refused, and for each the issuer is not at fault.
func TestBadTokens(t *testing.T) {
	i, c := newIssuer(t), &clock{start}
	i.published = []string{"one", "curve"}
	claims := func(changes map[string]any) map[string]any { return i.claims(start, changes) }
	fine := good(t, claims(nil))
	der, err := x509.MarshalPKIXPublicKey(keys()["one"].Public())
	if err != nil {
		t.Fatal(err)
	}
	public := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	header, payload, _ := strings.Cut(fine, ".")
	payload, signature, _ := strings.Cut(payload, ".")
	other := strings.Split(good(t, claims(map[string]any{"sub": "somebody else"})), ".")[1]

	for name, raw := range map[string]string{
		"empty":                       "",
		"no token":                    "hello",
		"10 kB":                       strings.Repeat("a", 10<<10),
		"20 kB of a token":            header + "." + strings.Repeat("a", 20<<10) + "." + signature,
		"forged by a stranger":        sign(t, jose.RS256, keys()["stranger"], "stranger", claims(nil)),
		"forged under a known key id": sign(t, jose.RS256, keys()["stranger"], "one", claims(nil)),
		"forged without a key id":     sign(t, jose.RS256, keys()["stranger"], "", claims(nil)),
		"changed after signing":       header + "." + other + "." + signature,
		"signature cut off":           header + "." + payload + ".",
		"alg none":                    unsigned(t, `{"alg":"none","typ":"JWT"}`, "", claims(nil)),
		"alg None":                    unsigned(t, `{"alg":"None","kid":"one"}`, "", claims(nil)),
		"alg none with a signature":   unsigned(t, `{"alg":"none","kid":"one"}`, signature, claims(nil)),
		"HS256 with the public key":   sign(t, jose.HS256, public, "one", claims(nil)),
		"HS256 with its DER":          sign(t, jose.HS256, der, "one", claims(nil)),
		"key of another kind":         sign(t, jose.ES256, keys()["curve"], "one", claims(nil)),
		"expired":                     good(t, claims(map[string]any{"exp": start.Add(-time.Second).Unix()})),
		"without expiry":              good(t, claims(map[string]any{"exp": nil})),
		"not yet valid":               good(t, claims(map[string]any{"nbf": start.Add(time.Hour).Unix()})),
		"other issuer":                good(t, claims(map[string]any{"iss": "https://evil.example.com"})),
		"issuer with a slash more":    good(t, claims(map[string]any{"iss": i.URL + "/"})),
		"other audience":              good(t, claims(map[string]any{"aud": "another-app"})),
		"no audience":                 good(t, claims(map[string]any{"aud": nil})),
		"for another party of two":    good(t, claims(map[string]any{"aud": []string{"another-app", clientID}, "azp": "another-app"})),
		"for nobody of two":           good(t, claims(map[string]any{"aud": []string{"another-app", clientID}})),
		"no subject":                  good(t, claims(map[string]any{"sub": nil})),
		"claims of wrong type":        good(t, claims(map[string]any{"auth_time": "yesterday"})),
	} {
		t.Run(name, func(t *testing.T) {
			token, err := i.verifier(c).Verify(ctx, raw)
			if !errors.Is(err, errs.ErrUnauthenticated) {
				t.Errorf("%+v, %v", token, err)
			}
			if detail := errs.Detail(err); detail == "" || strings.Contains(detail, "jose") {
				t.Errorf("detail %q", detail)
			}
		})
	}
	if _, err := i.verifier(c).Verify(ctx, fine); err != nil {
		t.Errorf("the token that the bad ones are made of: %v", err)
	}
}

func TestOtherGoodTokens(t *testing.T) {
	i, c := newIssuer(t), &clock{start}
	i.published = []string{"one", "curve"}
	for name, raw := range map[string]string{
		"elliptic curve":   sign(t, jose.ES256, keys()["curve"], "curve", i.claims(start, nil)),
		"PSS":              sign(t, jose.PS512, keys()["one"], "one", i.claims(start, nil)),
		"no key id":        sign(t, jose.RS256, keys()["one"], "", i.claims(start, nil)),
		"for us of two":    good(t, i.claims(start, map[string]any{"aud": []string{"x", clientID}, "azp": clientID})),
		"in its last hour": good(t, i.claims(start, map[string]any{"exp": start.Add(time.Second).Unix()})),
	} {
		if _, err := i.verifier(c).Verify(ctx, raw); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRoles(t *testing.T) {
	i, c := newIssuer(t), &clock{start}
	v := i.verifier(c)
	for _, k := range []struct {
		name    string
		changes map[string]any
		role    backup.Role
		email   string
	}{
		{"admins", map[string]any{"groups": []string{"x", "backup-admins"}}, backup.RoleAdmin, "admin@example.com"},
		{"viewers", map[string]any{"groups": []string{"backup-viewers"}}, backup.RoleViewer, "admin@example.com"},
		{"both", map[string]any{"groups": []string{"backup-viewers", "backup-admins"}}, backup.RoleAdmin, "admin@example.com"},
		{"Cognito", map[string]any{"groups": nil, "cognito:groups": []string{"backup-viewers"}}, backup.RoleViewer, "admin@example.com"},
		{"one group as a string", map[string]any{"groups": "backup-admins"}, backup.RoleAdmin, "admin@example.com"},
		{"groups of another meaning", map[string]any{"groups": map[string]any{"backup-admins": 1}}, "", "admin@example.com"},
		{"no groups", map[string]any{"groups": nil}, "", "admin@example.com"},
		{"a group alike", map[string]any{"groups": []string{"backup-admins2", "Backup-Admins"}}, "", "admin@example.com"},
		{"admin by e-mail", map[string]any{"groups": nil, "email": "boss@EXAMPLE.com"}, backup.RoleAdmin, "boss@EXAMPLE.com"},
		{"viewer by e-mail", map[string]any{"groups": nil, "email": "guest@example.com"}, backup.RoleViewer, "guest@example.com"},
		{"verified as a string", map[string]any{"groups": nil, "email": "guest@example.com", "email_verified": "true"}, backup.RoleViewer, "guest@example.com"},
		{"e-mail that is not verified", map[string]any{"groups": nil, "email": "boss@example.com", "email_verified": false}, "", ""},
		{"e-mail of which nothing is said", map[string]any{"groups": nil, "email": "boss@example.com", "email_verified": nil}, "", "boss@example.com"},
		{"verified as something else", map[string]any{"groups": nil, "email": "boss@example.com", "email_verified": 1}, "", ""},
		{"no e-mail", map[string]any{"groups": nil, "email": nil}, "", ""},
	} {
		t.Run(k.name, func(t *testing.T) {
			token, err := v.Verify(ctx, good(t, i.claims(start, k.changes)))
			if token.Actor.Role != k.role || token.Actor.Email != k.email {
				t.Errorf("role %q, e-mail %q", token.Actor.Role, token.Actor.Email)
			}
			if got := errors.Is(err, errs.ErrForbidden); got != (k.role == "") || err != nil && !got {
				t.Errorf("error %v", err)
			}
			if token.Actor.Subject != "u1" {
				t.Error("nobody is named")
			}
		})
	}
}

func TestKeysAreAskedForOnceAndWhenTheyChange(t *testing.T) {
	i, c := newIssuer(t), &clock{start}
	v := i.verifier(c)
	if i.discovers+i.keyAsks != 0 {
		t.Error("the issuer was asked before there was a token")
	}
	check := func(wantErr error, raw string) {
		t.Helper()
		if _, err := v.Verify(ctx, raw); !errors.Is(err, wantErr) {
			t.Fatalf("error %v, want %v", err, wantErr)
		}
	}
	rotated := func() string { return sign(t, jose.RS256, keys()["two"], "two", i.claims(c.at, nil)) }
	for range 5 {
		check(nil, good(t, i.claims(c.at, nil)))
	}
	if i.discovers != 1 || i.keyAsks != 1 {
		t.Fatalf("%d discoveries, %d questions for keys", i.discovers, i.keyAsks)
	}
	for range 20 { // invented key ids do not press the issuer
		check(errs.ErrUnauthenticated, rotated())
	}
	if i.keyAsks != 1 {
		t.Fatalf("%d questions for keys", i.keyAsks)
	}
	i.published = []string{"two"}
	c.at = c.at.Add(31 * time.Second)
	check(nil, rotated())
	if i.keyAsks != 2 {
		t.Fatalf("%d questions for keys", i.keyAsks)
	}
	check(errs.ErrUnauthenticated, good(t, i.claims(c.at, nil))) // taken back
}

func TestKeysAreTakenBackAfterAnHour(t *testing.T) {
	i, c := newIssuer(t), &clock{start}
	v := i.verifier(c)
	if _, err := v.Verify(ctx, good(t, i.claims(c.at, nil))); err != nil {
		t.Fatal(err)
	}
	i.published = nil
	c.at = c.at.Add(time.Hour)
	if _, err := v.Verify(ctx, good(t, i.claims(c.at, nil))); !errors.Is(err, errs.ErrUnauthenticated) {
		t.Errorf("error %v", err)
	}
}

func TestIssuerAway(t *testing.T) {
	i, c := newIssuer(t), &clock{start}
	v := i.verifier(c)
	i.down = true
	if _, err := v.Verify(ctx, good(t, i.claims(c.at, nil))); !errors.Is(err, errs.ErrUnavailable) {
		t.Errorf("away from the start: %v", err)
	}
	if _, err := v.Verify(ctx, "garbage"); !errors.Is(err, errs.ErrUnauthenticated) {
		t.Errorf("garbage: %v", err)
	}
	i.down = false
	if _, err := v.Verify(ctx, good(t, i.claims(c.at, nil))); err != nil {
		t.Errorf("back: %v", err)
	}
	i.down = true
	c.at = c.at.Add(2 * time.Hour)
	if _, err := v.Verify(ctx, good(t, i.claims(c.at, nil))); err != nil {
		t.Errorf("known keys hold while it is away: %v", err)
	}
	if _, err := v.Verify(ctx, sign(t, jose.RS256, keys()["two"], "two", i.claims(c.at, nil))); !errors.Is(err, errs.ErrUnavailable) {
		t.Errorf("an unknown key while it is away: %v", err)
	}
}

func TestIssuerThatCallsItselfOtherwise(t *testing.T) {
	i, c := newIssuer(t), &clock{start}
	v := signin.NewVerifier(signin.VerifierConfig{Issuer: i.URL + "/", ClientID: clientID, Now: c.now})
	if _, err := v.Verify(ctx, good(t, i.claims(c.at, nil))); !errors.Is(err, errs.ErrUnavailable) {
		t.Errorf("error %v", err)
	}
}

func TestWhereTheTokenIsFound(t *testing.T) {
	i, c := newIssuer(t), &clock{start}
	v := i.verifier(c)
	fine := good(t, i.claims(start, nil))
	for _, k := range []struct {
		name          string
		authorization string
		cookies       []string
		ok            bool
	}{
		{"bearer", "Bearer " + fine, nil, true},
		{"bearer, spelt small", "bearer " + fine, nil, true},
		{"cookie", "", []string{fine}, true},
		{"cookie beside another scheme", "Basic eDp5", []string{fine}, true},
		{"neither", "", nil, false},
		{"bad bearer beside a good cookie", "Bearer x", []string{fine}, false},
		{"empty bearer beside a good cookie", "Bearer ", []string{fine}, false},
		{"two cookies", "", []string{fine, fine + "x"}, false},
	} {
		t.Run(k.name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.RemoteAddr = "203.0.113.7:4711"
			r.Header.Set("X-Forwarded-For", "198.51.100.1")
			if k.authorization != "" {
				r.Header.Set("Authorization", k.authorization)
			}
			for _, value := range k.cookies {
				r.AddCookie(&http.Cookie{Name: "session", Value: value})
			}
			actor, err := v.Authenticate(r)
			if k.ok && (err != nil || actor.Subject != "u1" || actor.Address != "203.0.113.7") {
				t.Errorf("%+v, %v", actor, err)
			}
			if !k.ok && !errors.Is(err, errs.ErrUnauthenticated) {
				t.Errorf("%+v, %v", actor, err)
			}
		})
	}
}
