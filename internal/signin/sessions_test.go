package signin_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/signin"
	"github.com/vertex-ar/backup/internal/signin/signintest"
)

// bearer asks who a token is.
func (b *bench) bearer(raw string) int {
	return b.do("GET", "/auth/me", "Authorization", "Bearer "+raw).Code
}

// TestASignOutEndsTheSession: a copy of its token is worth nothing any more, and the
// sessions of others and of other browsers go on.
func TestASignOutEndsTheSession(t *testing.T) {
	b := newBench(t, nil)
	b.signIn("")
	stolen := b.session().Value
	other := b.issuer.Token(t, start, map[string]any{"nonce": "of another browser"})
	if w := b.do("POST", "/auth/logout", "Origin", publicURL); w.Code != http.StatusOK {
		t.Fatalf("logout: %d", w.Code)
	}
	for name, c := range map[string]struct {
		raw  string
		want int
	}{"the copy": {stolen, http.StatusUnauthorized}, "another browser's": {other, http.StatusOK}} {
		if got := b.bearer(c.raw); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

func TestEverybodyIsSignedOut(t *testing.T) {
	b := newBench(t, nil)
	b.signIn("")
	mine := b.session().Value
	viewers := b.issuer.Token(t, start, map[string]any{"sub": "u2", "groups": []string{"backup-viewers"}})
	post := func(raw string) int {
		return b.do("POST", "/auth/sign-everybody-out", "Authorization", "Bearer "+raw).Code
	}
	if got := post(viewers); got != http.StatusForbidden {
		t.Errorf("a viewer: %d", got)
	}
	b.clock.at = start.Add(6 * time.Minute)
	if got := post(mine); got != http.StatusForbidden {
		t.Errorf("an old sign-in: %d", got)
	}
	if got := b.bearer(mine); got != http.StatusOK {
		t.Errorf("after refusals: %d", got)
	}
	b.clock.at = start.Add(time.Minute)
	if w := b.do("POST", "/auth/sign-everybody-out"); w.Code != http.StatusForbidden {
		t.Errorf("a cookie alone, from anywhere: %d", w.Code)
	}
	if w := b.do("POST", "/auth/sign-everybody-out", "Origin", publicURL); w.Code != http.StatusOK || b.session() != nil {
		t.Errorf("by the page: %d: %s", w.Code, body(t, w))
	}
	for name, raw := range map[string]string{"mine": mine, "a viewer's": viewers} {
		if got := b.bearer(raw); got != http.StatusUnauthorized {
			t.Errorf("%s: %d", name, got)
		}
	}
	b.clock.at = start.Add(2 * time.Minute)
	if got := b.bearer(b.issuer.Token(t, b.clock.at, nil)); got != http.StatusOK {
		t.Errorf("who signs in again: %d", got)
	}
	if last := b.audit[len(b.audit)-1]; last.Action != "sign-everybody-out" || last.Outcome != "completed" || last.Actor == "" {
		t.Errorf("audit: %+v", last)
	}
}

// TestNobodyComesInWhileItIsNotKnownWhoIsOut: a catalog that is away lets no ended
// session in.
func TestNobodyComesInWhileItIsNotKnownWhoIsOut(t *testing.T) {
	i := signintest.New(t)
	store := &ended{err: errs.New(errs.ErrUnavailable, "The catalog is away.")}
	v := signin.NewVerifier(signin.VerifierConfig{Issuer: i.URL, ClientID: signintest.ClientID, Now: (&clock{start}).now, Client: i.Client(), Sessions: store})
	if _, err := v.Verify(ctx, i.Token(t, start, nil)); !errors.Is(err, errs.ErrUnavailable) {
		t.Errorf("error %v", err)
	}
	b := newBench(t, func(c *signin.Config) { c.Verifier = v })
	if w := b.do("POST", "/auth/logout", "Origin", publicURL, "Authorization", "Bearer "+i.Token(t, start, nil)); w.Code == http.StatusOK && strings.Contains(body(t, w), "signed out") {
		t.Error("a sign-out that ended nothing is called done")
	}
}
