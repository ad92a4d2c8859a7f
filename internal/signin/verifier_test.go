package signin_test

import (
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
	"github.com/vertex-ar/backup/internal/signin/signintest"
)

var start = time.Date(2026, 11, 22, 8, 15, 0, 0, time.UTC)

func TestGoodTokenNamesItsActor(t *testing.T) {
	i, c := signintest.New(t), &clock{start}
	got, err := newVerifier(i, c).Verify(ctx, i.Token(t, start, map[string]any{"nonce": "n"}))
	if err != nil {
		t.Fatal(err)
	}
	want := signin.Token{
		Actor:  backup.Actor{Subject: "u1", Email: "admin@example.com", Role: backup.RoleAdmin, AuthTime: start},
		Expiry: start.Add(time.Hour), Nonce: "n",
	}
	if got.Session.ID == "" || got.Session.Subject != "u1" || !got.Session.Issued.Equal(start) {
		t.Errorf("session %+v", got.Session)
	}
	got.Expiry, got.Session = got.Expiry.UTC(), want.Session
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("token (-want +got):\n%s", diff)
	}
}

// TestBadTokens are all refused, and for each the issuer is not at fault.
func TestBadTokens(t *testing.T) {
	i, c := signintest.New(t), &clock{start}
	i.Published = []string{"one", "curve"}
	for name, raw := range i.BadTokens(t, start) {
		t.Run(name, func(t *testing.T) {
			token, err := newVerifier(i, c).Verify(ctx, raw)
			if !errors.Is(err, errs.ErrUnauthenticated) {
				t.Errorf("%+v, %v", token, err)
			}
			if detail := errs.Detail(err); detail == "" || strings.Contains(detail, "jose") {
				t.Errorf("detail %q", detail)
			}
		})
	}
	if _, err := newVerifier(i, c).Verify(ctx, i.Token(t, start, nil)); err != nil {
		t.Errorf("the token that the bad ones are made of: %v", err)
	}
}

func TestOtherGoodTokens(t *testing.T) {
	i, c := signintest.New(t), &clock{start}
	i.Published = []string{"one", "curve"}
	for name, raw := range map[string]string{
		"elliptic curve":   signintest.Sign(t, jose.ES256, signintest.Key("curve"), "curve", i.Claims(start, nil)),
		"PSS":              signintest.Sign(t, jose.PS512, signintest.Key("one"), "one", i.Claims(start, nil)),
		"no key id":        signintest.Sign(t, jose.RS256, signintest.Key("one"), "", i.Claims(start, nil)),
		"for us of two":    i.Token(t, start, map[string]any{"aud": []string{"x", signintest.ClientID}, "azp": signintest.ClientID}),
		"in its last hour": i.Token(t, start, map[string]any{"exp": start.Add(time.Second).Unix()}),
	} {
		if _, err := newVerifier(i, c).Verify(ctx, raw); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRoles(t *testing.T) {
	i, c := signintest.New(t), &clock{start}
	v := newVerifier(i, c)
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
		{"e-mail of which nothing is said", map[string]any{"groups": nil, "email": "boss@example.com", "email_verified": nil}, "", ""},
		{"verified as something else", map[string]any{"groups": nil, "email": "boss@example.com", "email_verified": 1}, "", ""},
		{"no e-mail", map[string]any{"groups": nil, "email": nil}, "", ""},
	} {
		t.Run(k.name, func(t *testing.T) {
			token, err := v.Verify(ctx, i.Token(t, start, k.changes))
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
	i, c := signintest.New(t), &clock{start}
	v := newVerifier(i, c)
	if i.Discoveries+i.KeyAsks != 0 {
		t.Error("the issuer was asked before there was a token")
	}
	check := func(wantErr error, raw string) {
		t.Helper()
		if _, err := v.Verify(ctx, raw); !errors.Is(err, wantErr) {
			t.Fatalf("error %v, want %v", err, wantErr)
		}
	}
	rotated := func() string {
		return signintest.Sign(t, jose.RS256, signintest.Key("two"), "two", i.Claims(c.at, nil))
	}
	for range 5 {
		check(nil, i.Token(t, c.at, nil))
	}
	if i.Discoveries != 1 || i.KeyAsks != 1 {
		t.Fatalf("%d discoveries, %d questions for keys", i.Discoveries, i.KeyAsks)
	}
	for range 20 { // invented key ids do not press the issuer
		check(errs.ErrUnauthenticated, rotated())
	}
	if i.KeyAsks != 1 {
		t.Fatalf("%d questions for keys", i.KeyAsks)
	}
	i.Published = []string{"two"}
	c.at = c.at.Add(31 * time.Second)
	check(nil, rotated())
	if i.KeyAsks != 2 {
		t.Fatalf("%d questions for keys", i.KeyAsks)
	}
	check(errs.ErrUnauthenticated, i.Token(t, c.at, nil)) // taken back
}

func TestKeysAreTakenBackAfterAnHour(t *testing.T) {
	i, c := signintest.New(t), &clock{start}
	v := newVerifier(i, c)
	if _, err := v.Verify(ctx, i.Token(t, c.at, nil)); err != nil {
		t.Fatal(err)
	}
	i.Published = nil
	c.at = c.at.Add(time.Hour)
	if _, err := v.Verify(ctx, i.Token(t, c.at, nil)); !errors.Is(err, errs.ErrUnauthenticated) {
		t.Errorf("error %v", err)
	}
}

func TestIssuerAway(t *testing.T) {
	i, c := signintest.New(t), &clock{start}
	v := newVerifier(i, c)
	i.Down = true
	if _, err := v.Verify(ctx, i.Token(t, c.at, nil)); !errors.Is(err, errs.ErrUnavailable) {
		t.Errorf("away from the start: %v", err)
	}
	if _, err := v.Verify(ctx, "garbage"); !errors.Is(err, errs.ErrUnauthenticated) {
		t.Errorf("garbage: %v", err)
	}
	i.Down = false
	asks := i.Discoveries
	if _, err := v.Verify(ctx, i.Token(t, c.at, nil)); !errors.Is(err, errs.ErrUnavailable) || i.Discoveries != asks {
		t.Errorf("asked again at once: %v", err)
	}
	c.at = c.at.Add(5 * time.Second)
	if _, err := v.Verify(ctx, i.Token(t, c.at, nil)); err != nil {
		t.Errorf("back: %v", err)
	}
	i.Down = true
	c.at = c.at.Add(2 * time.Hour)
	if _, err := v.Verify(ctx, i.Token(t, c.at, nil)); err != nil {
		t.Errorf("known keys hold while it is away: %v", err)
	}
	if _, err := v.Verify(ctx, signintest.Sign(t, jose.RS256, signintest.Key("two"), "two", i.Claims(c.at, nil))); !errors.Is(err, errs.ErrUnavailable) {
		t.Errorf("an unknown key while it is away: %v", err)
	}
}

func TestIssuerThatCallsItselfOtherwise(t *testing.T) {
	i, c := signintest.New(t), &clock{start}
	v := signin.NewVerifier(signin.VerifierConfig{Issuer: i.URL + "/", ClientID: signintest.ClientID, Now: c.now})
	if _, err := v.Verify(ctx, i.Token(t, c.at, nil)); !errors.Is(err, errs.ErrUnavailable) {
		t.Errorf("error %v", err)
	}
}

func TestWhereTheTokenIsFound(t *testing.T) {
	i, c := signintest.New(t), &clock{start}
	v := newVerifier(i, c)
	fine := i.Token(t, start, nil)
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
				r.AddCookie(&http.Cookie{Name: "__Host-session", Value: value})
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
