package badinput_test

import (
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/httpapi"
	"github.com/vertex-ar/backup/internal/signin"
	"github.com/vertex-ar/backup/internal/signin/signintest"
	"github.com/vertex-ar/backup/internal/web"
)

func protected(r httpapi.Route) bool { return r.Role != "" }

func TestNobodyGetsNothing(t *testing.T) {
	g := newRig(t)
	id := string(g.create(t, backup.KindFull))
	before := g.observe(t)
	eachRoute(t, protected, func(t *testing.T, route httpapi.Route) {
		t.Helper()
		g.send(t, g.sample(t, route, id)).problem(t, http.StatusUnauthorized)
		g.unchanged(t, before)
	})
}

// TestBadTokens tries each on a route that reads and one that writes, as a
// bearer token and as a browser's cookie.
func TestBadTokens(t *testing.T) {
	g := newRig(t)
	g.issuer.Published = []string{"one", "curve"}
	other := signintest.New(t)
	tokens := g.issuer.BadTokens(t, g.clock.Now())
	tokens["of another issuer"] = other.Token(t, g.clock.Now(), nil)
	tokens["forged under another issuer's key"] = signintest.Sign(t, jose.RS256, signintest.Key("two"), "two", g.issuer.Claims(g.clock.Now(), nil))
	before := g.observe(t)
	for name, raw := range tokens {
		t.Run(name, func(t *testing.T) {
			for _, r := range []*http.Request{
				g.request(t, http.MethodGet, "/backups/list", ""),
				g.request(t, http.MethodPost, "/backups/create", `{"type":"full"}`),
			} {
				r.Header.Set("Authorization", "Bearer "+raw)
				g.send(t, r).problem(t, http.StatusUnauthorized)
				r = r.Clone(t.Context())
				if r.GetBody != nil {
					body, err := r.GetBody()
					try(t, err)
					r.Body = body
				}
				r.Header.Del("Authorization")
				r.Header.Set("Cookie", signin.CookieName(g.server.URL)+"="+raw)
				r.Header.Set("Origin", g.server.URL)
				a := g.send(t, r)
				p := a.problem(t, http.StatusUnauthorized)
				if !strings.Contains(strings.ToLower(p.Detail), "sign in") {
					t.Errorf("it does not say what to do: %s", p.Detail)
				}
			}
			g.unchanged(t, before)
		})
	}
	if a := g.ask(t, http.MethodGet, "/backups/list", ""); a.status != http.StatusOK {
		t.Errorf("the token that the bad ones are made of: %d", a.status)
	}
}

func TestIssuerAway(t *testing.T) {
	t.Parallel()
	g := newRig(t)
	before := g.observe(t)
	g.issuer.Down = true
	g.ask(t, http.MethodPost, "/backups/create", `{"type":"full"}`).problem(t, http.StatusServiceUnavailable)
	g.unchanged(t, before)
	g.issuer.Down = false
	g.clock.Advance(10 * time.Second) // that it failed is remembered for some seconds
	g.create(t, backup.KindFull)
}

// TestRoles sends requests that would succeed for an admin.
func TestRoles(t *testing.T) {
	g := newRig(t)
	id := string(g.create(t, backup.KindFull))
	for name, c := range map[string]struct {
		changes map[string]any
		refused func(httpapi.Route) bool
	}{
		"viewer":                    {viewer(), func(r httpapi.Route) bool { return r.Role == backup.RoleAdmin }},
		"nobody's friend":           {map[string]any{"groups": []string{"staff"}}, protected},
		"no groups":                 {map[string]any{"groups": nil}, protected},
		"group alike":               {map[string]any{"groups": []string{"Backup-Admins", "backup-admins2"}}, protected},
		"group in the e-mail":       {map[string]any{"groups": nil, "email": "backup-admins"}, protected},
		"role that it gives itself": {map[string]any{"groups": nil, "role": "backup-admins"}, protected},
	} {
		t.Run(name, func(t *testing.T) {
			before := g.observe(t)
			eachRoute(t, c.refused, func(t *testing.T, route httpapi.Route) {
				t.Helper()
				p := g.send(t, g.as(t, g.sample(t, route, id), c.changes)).problem(t, http.StatusForbidden)
				if !strings.Contains(p.Detail, "backup-admins") {
					t.Errorf("it does not say who may: %s", p.Detail)
				}
				g.unchanged(t, before)
			})
		})
	}
}

// TestViewerMayLook: the same samples, on the routes that a viewer has.
func TestViewerMayLook(t *testing.T) {
	g := newRig(t)
	id := g.create(t, backup.KindFull)
	operation := g.verify(t, id, "").ok(t).Operation.ID
	eachRoute(t, func(r httpapi.Route) bool { return r.Role == backup.RoleViewer }, func(t *testing.T, route httpapi.Route) {
		t.Helper()
		subject := string(id)
		if route.OperationID == "operation" {
			subject = operation
		}
		if a := g.send(t, g.as(t, g.sample(t, route, subject), viewer())); a.status != http.StatusOK {
			t.Errorf("status %d: %s", a.status, a.body)
		}
	})
}

func TestStaleSignIn(t *testing.T) {
	g := newRig(t)
	id := string(g.create(t, backup.KindFull))
	ago := func(d time.Duration) map[string]any { return map[string]any{"auth_time": g.clock.Now().Add(-d).Unix()} }
	before := g.observe(t)
	for name, changes := range map[string]map[string]any{
		"of six minutes ago":       ago(6 * time.Minute),
		"of a second too long ago": ago(backup.FreshSignIn + time.Second),
		"of yesterday":             ago(24 * time.Hour),
		"of which nothing is said": {"auth_time": nil},
		"in 1970":                  {"auth_time": 0},
		"with a token of just now": {"auth_time": g.clock.Now().Add(-time.Hour).Unix(), "iat": g.clock.Now().Unix()},
	} {
		t.Run(name, func(t *testing.T) {
			eachRoute(t, func(r httpapi.Route) bool { return r.Fresh }, func(t *testing.T, route httpapi.Route) {
				t.Helper()
				p := g.send(t, g.as(t, g.sample(t, route, id), changes)).problem(t, http.StatusForbidden)
				if p.Type != web.TypeReauth || !strings.Contains(p.Detail, "Sign in again") {
					t.Errorf("problem %+v", p)
				}
				g.unchanged(t, before)
			})
		})
	}
	r := g.request(t, http.MethodPost, "/backups/restore", `{"backup_path":"`+id+`","dry_run":true}`)
	g.send(t, g.as(t, r, ago(backup.FreshSignIn))).ok(t)
}

func changesSomething(r httpapi.Route) bool { return r.Method != http.MethodGet }

// TestCookiesFromOtherPages: a browser adds the cookie to what any page sends.
func TestCookiesFromOtherPages(t *testing.T) {
	g := newRig(t)
	id := string(g.create(t, backup.KindFull))
	ours := g.server.URL
	before := g.observe(t)
	for name, header := range map[string]http.Header{
		"no origin":               {},
		"another site":            {"Origin": {"https://evil.example.com"}},
		"null":                    {"Origin": {"null"}},
		"empty":                   {"Origin": {""}},
		"another port":            {"Origin": {ours + "0"}},
		"another scheme":          {"Origin": {strings.Replace(ours, "http:", "https:", 1)}},
		"ours with more":          {"Origin": {ours + ".evil.example.com"}},
		"ours with a slash":       {"Origin": {ours + "/"}},
		"ours as a user":          {"Origin": {"http://" + strings.TrimPrefix(ours, "http://") + "@evil.example.com"}},
		"ours and another":        {"Origin": {ours, "https://evil.example.com"}},
		"ours in a list":          {"Origin": {ours + ", https://evil.example.com"}},
		"only a referrer of ours": {"Referer": {ours + "/admin/backups"}},
	} {
		t.Run(name, func(t *testing.T) {
			eachRoute(t, changesSomething, func(t *testing.T, route httpapi.Route) {
				t.Helper()
				r := g.sample(t, route, id)
				maps.Copy(r.Header, header)
				r.AddCookie(&http.Cookie{Name: signin.CookieName(g.server.URL), Value: g.token(t, nil)})
				g.send(t, r).problem(t, http.StatusForbidden)
				g.unchanged(t, before)
			})
		})
	}
	t.Run("bearer token from another site", func(t *testing.T) {
		r := g.as(t, g.request(t, http.MethodPost, "/backups/create", `{"type":"full"}`), nil)
		r.Header.Set("Origin", "https://evil.example.com")
		g.send(t, r).problem(t, http.StatusForbidden)
		g.unchanged(t, before)
	})
	t.Run("two cookies", func(t *testing.T) {
		r := g.request(t, http.MethodPost, "/backups/create", `{"type":"full"}`)
		r.Header.Set("Origin", ours)
		r.AddCookie(&http.Cookie{Name: signin.CookieName(g.server.URL), Value: g.token(t, viewer())})
		r.AddCookie(&http.Cookie{Name: signin.CookieName(g.server.URL), Value: g.token(t, nil)})
		g.send(t, r).problem(t, http.StatusUnauthorized)
		g.unchanged(t, before)
	})
	t.Run("our own page", func(t *testing.T) {
		r := g.request(t, http.MethodPost, "/backups/create", `{"type":"full"}`)
		r.Header.Set("Origin", ours)
		r.AddCookie(&http.Cookie{Name: signin.CookieName(g.server.URL), Value: g.token(t, nil)})
		g.send(t, r).ok(t)
	})
}
