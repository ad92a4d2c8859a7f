package signin_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/signin"
	"github.com/vertex-ar/backup/internal/signin/signintest"
)

const publicURL = "https://backup.example.com"

// bench is a browser, the pages and an issuer.
type bench struct {
	t       *testing.T
	issuer  *signintest.Issuer
	clock   *clock
	handler http.Handler
	audit   []backup.AuditEntry
	log     strings.Builder
	cookies map[string]*http.Cookie
}

// AppendAudit keeps the line.
func (b *bench) AppendAudit(_ context.Context, e backup.AuditEntry) error {
	b.audit = append(b.audit, e)
	return nil
}

// newBench makes one; change may change the configuration.
func newBench(t *testing.T, change func(*signin.Config)) *bench {
	t.Helper()
	b := &bench{t: t, issuer: signintest.New(t), clock: &clock{start}, cookies: map[string]*http.Cookie{}}
	cfg := signin.Config{
		Verifier: newVerifier(b.issuer, b.clock), PublicURL: publicURL, Key: []byte("a key of the tests, long enough"),
		Audit: b, Now: b.clock.now, Log: slog.New(slog.NewJSONHandler(&b.log, nil)),
	}
	if change != nil {
		change(&cfg)
	}
	b.handler = signin.Handler(cfg)
	return b
}

// do sends a request with the browser's cookies and keeps those of the answer.
func (b *bench) do(method, target string, headers ...string) *httptest.ResponseRecorder {
	b.t.Helper()
	r := httptest.NewRequest(method, target, nil)
	r.RemoteAddr = "203.0.113.7:4711"
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	for _, c := range b.cookies {
		if strings.HasPrefix(r.URL.Path, c.Path) {
			r.AddCookie(&http.Cookie{Name: c.Name, Value: c.Value})
		}
	}
	w := httptest.NewRecorder()
	b.handler.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		if b.cookies[c.Name] = c; c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	return w
}

// login starts a sign-in and returns what the issuer is asked.
func (b *bench) login(query string) url.Values {
	b.t.Helper()
	w := b.do("GET", "/auth/login"+query)
	if w.Code != http.StatusSeeOther {
		b.t.Fatalf("login: status %d: %s", w.Code, body(b.t, w))
	}
	to, err := url.Parse(w.Header().Get("Location"))
	if err != nil || !strings.HasPrefix(to.String(), b.issuer.URL+"/authorize?") {
		b.t.Fatalf("login leads to %s: %v", to, err)
	}
	return to.Query()
}

// session is the cookie of the sign-in, by either of its names.
func (b *bench) session() *http.Cookie {
	if c := b.cookies["session"]; c != nil {
		return c
	}
	return b.cookies["__Host-session"]
}

// grant makes the issuer give a token for the code "c".
func (b *bench) grant(asked url.Values, changes map[string]any) {
	b.t.Helper()
	claims := b.issuer.Claims(b.clock.at, map[string]any{"nonce": asked.Get("nonce")})
	maps.Copy(claims, changes)
	b.issuer.Grants["c"] = signintest.Grant{Token: signintest.Good(b.t, claims), Challenge: asked.Get("code_challenge")}
}

// signIn goes the whole way and returns the last answer.
func (b *bench) signIn(query string) *httptest.ResponseRecorder {
	b.t.Helper()
	asked := b.login(query)
	b.grant(asked, nil)
	return b.do("GET", "/auth/callback?code=c&state="+asked.Get("state"))
}

func TestSignInAndOut(t *testing.T) {
	b := newBench(t, nil)
	asked := b.login("?return_to=" + url.QueryEscape("/admin/backups?tab=2#x"))
	for name, want := range map[string]string{
		"response_type": "code", "client_id": signintest.ClientID, "redirect_uri": publicURL + "/auth/callback",
		"scope": "openid email profile", "code_challenge_method": "S256", "max_age": "", "prompt": "",
	} {
		if got := asked.Get(name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	for _, name := range []string{"state", "nonce", "code_challenge"} {
		if len(asked.Get(name)) < 20 {
			t.Errorf("%s: %q", name, asked.Get(name))
		}
	}
	if c := b.cookies["__Host-signin"]; !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || c.MaxAge != 600 {
		t.Errorf("pending cookie %v", c)
	}
	b.grant(asked, nil)
	w := b.do("GET", "/auth/callback?code=c&state="+asked.Get("state"))
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/admin/backups?tab=2#x" {
		t.Fatalf("callback: %d to %q: %s", w.Code, w.Header().Get("Location"), body(t, w))
	}
	c := b.session()
	if !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" ||
		c.MaxAge != 3600 || !c.Expires.Equal(start.Add(time.Hour)) || c.Value != b.issuer.Grants["c"].Token {
		t.Errorf("session cookie %v", c)
	}
	if b.cookies["__Host-signin"] != nil {
		t.Error("the pending sign-in stays")
	}

	w = b.do("GET", "/auth/me")
	var me map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &me); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"email": "admin@example.com", "name": "admin@example.com", "subject": "u1", "role": "backup-admins",
		"auth_time": "2026-11-22T08:15:00Z", "fresh": true, "expires_at": "2026-11-22T09:15:00Z",
	}
	if diff := cmp.Diff(want, me); diff != "" {
		t.Errorf("me (-want +got):\n%s", diff)
	}

	if w := b.do("POST", "/auth/logout", "Origin", publicURL); w.Code != http.StatusOK || b.session() != nil {
		t.Errorf("logout: %d: %s", w.Code, body(t, w))
	}
	if w := b.do("GET", "/auth/me"); w.Code != http.StatusUnauthorized {
		t.Errorf("me after logout: %d", w.Code)
	}
	line := backup.AuditEntry{
		Time: start, Actor: "admin@example.com (u1)", Role: backup.RoleAdmin, Address: "203.0.113.7",
		Action: "sign-in", Outcome: "completed", Status: 200,
	}
	out := line
	out.Action = "sign-out"
	if diff := cmp.Diff([]backup.AuditEntry{line, out}, b.audit); diff != "" {
		t.Errorf("audit (-want +got):\n%s", diff)
	}
	if b.log.Len() > 0 {
		t.Errorf("logged: %s", b.log.String())
	}
}

func TestNotFreshAfterFiveMinutes(t *testing.T) {
	b := newBench(t, nil)
	b.signIn("")
	b.clock.at = start.Add(6 * time.Minute)
	if w := b.do("GET", "/auth/me"); !strings.Contains(body(t, w), `"fresh":false`) {
		t.Error("still fresh")
	}
}

func TestLaptopCookiesNeedNoTLS(t *testing.T) {
	for address, secure := range map[string]bool{
		"http://localhost:8080": false, "http://127.0.0.1:8080": false,
		"https://localhost:8080": true, "http://localhost.evil.example.com": true, "http://backup.example.com": true,
	} {
		b := newBench(t, func(c *signin.Config) { c.PublicURL = address })
		b.signIn("")
		if b.session().Secure != secure {
			t.Errorf("%s: secure is %v", address, !secure)
		}
	}
}

func TestReturnToLeadsNowhereElse(t *testing.T) {
	for _, to := range []string{
		"https://evil.example.com", "//evil.example.com", "///evil.example.com", `/\evil.example.com`, `\/evil.example.com`, `\\evil.example.com`,
		"/\t/evil.example.com", "/\n/evil.example.com", "http:evil.example.com", "javascript:alert(1)", "evil.example.com", "/%2f/evil.example.com",
		" //evil.example.com", "/ /x", "/%", "/auth/login", "/auth/callback?code=1", "/" + strings.Repeat("a", 10<<10), "?x", "\x00/",
	} {
		b := newBench(t, nil)
		w := b.do("GET", "/auth/login?return_to="+url.QueryEscape(to))
		if w.Code != http.StatusUnprocessableEntity || len(b.cookies) > 0 {
			t.Errorf("%q: status %d, Location %q", to, w.Code, w.Header().Get("Location"))
		}
	}
}

func TestReturnToOurOwnPages(t *testing.T) {
	for given, want := range map[string]string{
		"": "/auth/me", "/": "/", "/admin/backups?a=%2F%2Fb": "/admin/backups?a=%2F%2Fb", "/x/../y": "/y", "/a?to=//b": "/a?to=//b", "/authors": "/authors",
	} {
		b := newBench(t, nil)
		w := b.signIn("?return_to=" + url.QueryEscape(given))
		if got := w.Header().Get("Location"); got != want {
			t.Errorf("%q leads to %q", given, got)
		}
	}
}

func TestMaxAge(t *testing.T) {
	for _, k := range []struct {
		maxAge   string
		authTime any
		status   int
	}{
		{"0", start.Unix(), 303},
		{"0", start.Add(-20 * time.Second).Unix(), 303}, // clocks differ
		{"0", start.Add(-time.Hour).Unix(), 401},        // the issuer did not ask
		{"0", 0, 401},                                   // nor say
		{"600", start.Add(-9 * time.Minute).Unix(), 303},
		{"600", start.Add(-11 * time.Minute).Unix(), 401},
		{"", start.Add(-time.Hour).Unix(), 303},
	} {
		b := newBench(t, nil)
		asked := b.login("?max_age=" + k.maxAge)
		if asked.Get("max_age") != k.maxAge || (asked.Get("prompt") == "login") != (k.maxAge == "0") {
			t.Errorf("asked %v", asked)
		}
		b.grant(asked, map[string]any{"auth_time": k.authTime})
		w := b.do("GET", "/auth/callback?code=c&state="+asked.Get("state"))
		if w.Code != k.status || (b.session() != nil) != (k.status == 303) {
			t.Errorf("max_age %s, auth_time %v: status %d: %s", k.maxAge, k.authTime, w.Code, body(t, w))
		}
	}
	for _, bad := range []string{"-1", "x", "1e3", "99999999999999999999", "86401"} {
		b := newBench(t, nil)
		if w := b.do("GET", "/auth/login?max_age="+bad); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("max_age %s: status %d", bad, w.Code)
		}
	}
}

// TestCallbackThatDoesNotFit gives no session, whatever comes back.
func TestCallbackThatDoesNotFit(t *testing.T) {
	for _, k := range []struct {
		name   string
		change func(b *bench, asked, query url.Values)
		status int
		lines  int // of the audit log
	}{
		{"no pending sign-in", func(b *bench, _, _ url.Values) { delete(b.cookies, "__Host-signin") }, 422, 0},
		{"pending sign-in changed", func(b *bench, _, _ url.Values) {
			c := b.cookies["__Host-signin"]
			c.Value = c.Value[:30] + "AAAA" + c.Value[34:]
		}, 422, 0},
		{"pending sign-in is garbage", func(b *bench, _, _ url.Values) { b.cookies["__Host-signin"].Value = "*" }, 422, 0},
		{"too late", func(b *bench, _, _ url.Values) { b.clock.at = start.Add(11 * time.Minute) }, 422, 0},
		{"other state", func(_ *bench, _, q url.Values) { q.Set("state", "x") }, 422, 0},
		{"no state", func(_ *bench, _, q url.Values) { q.Del("state") }, 422, 0},
		{"other code", func(_ *bench, _, q url.Values) { q.Set("code", "x") }, 401, 1},
		{"no code", func(_ *bench, _, q url.Values) { q.Del("code") }, 401, 1},
		{"other PKCE challenge", func(b *bench, asked, _ url.Values) {
			asked.Set("code_challenge", "x")
			b.grant(asked, nil)
		}, 401, 1},
		{"other nonce", func(b *bench, asked, _ url.Values) { b.grant(asked, map[string]any{"nonce": "x"}) }, 401, 1},
		{"other audience", func(b *bench, asked, _ url.Values) { b.grant(asked, map[string]any{"aud": "x"}) }, 401, 1},
		{"no role", func(b *bench, asked, _ url.Values) { b.grant(asked, map[string]any{"groups": nil}) }, 403, 1},
		{"more than a cookie holds", func(b *bench, asked, _ url.Values) {
			b.grant(asked, map[string]any{"groups": append(strings.Split(strings.Repeat("a group,", 400), ","), "backup-admins")})
		}, 403, 1},
		{"cancelled", func(_ *bench, _, q url.Values) { q.Set("error", "access_denied") }, 403, 1},
		{"refused", func(_ *bench, _, q url.Values) { q.Set("error", "<script>") }, 401, 1},
		{"issuer overloaded", func(_ *bench, _, q url.Values) { q.Set("error", "temporarily_unavailable") }, 503, 1},
		{"issuer away", func(b *bench, _, _ url.Values) { b.issuer.Down = true }, 503, 1},
		{"we are not known", func(b *bench, _, _ url.Values) { b.issuer.FailWith = "invalid_client" }, 500, 1},
		{"no ID token", func(b *bench, asked, _ url.Values) {
			b.issuer.Grants["c"] = signintest.Grant{Challenge: asked.Get("code_challenge")}
		}, 401, 1},
	} {
		t.Run(k.name, func(t *testing.T) {
			b := newBench(t, nil)
			asked := b.login("")
			b.grant(asked, nil)
			query := url.Values{"code": {"c"}, "state": {asked.Get("state")}}
			k.change(b, asked, query)
			w := b.do("GET", "/auth/callback?"+query.Encode())
			if w.Code != k.status || w.Header().Get("Content-Type") != "application/problem+json" {
				t.Errorf("status %d, %s: %s", w.Code, w.Header().Get("Content-Type"), body(t, w))
			}
			if b.session() != nil {
				t.Error("signed in")
			}
			if len(b.audit) != k.lines {
				t.Errorf("audit: %+v", b.audit)
			}
			if (b.log.Len() > 0) != (k.status >= 500) {
				t.Errorf("log: %s", b.log.String())
			}
			if k.lines > 0 && b.cookies["__Host-signin"] != nil {
				t.Error("the pending sign-in can be used again")
			}
		})
	}
}

func TestTwoBrowsersDoNotMix(t *testing.T) {
	b := newBench(t, nil)
	theirs := b.login("")
	b.grant(theirs, nil)
	delete(b.cookies, "__Host-signin") // another browser, which has a sign-in of its own
	b.login("")
	w := b.do("GET", "/auth/callback?code=c&state="+theirs.Get("state"))
	if w.Code != http.StatusUnprocessableEntity || b.session() != nil {
		t.Errorf("status %d", w.Code)
	}
}

func TestPendingSignInCannotBeReadNorMadeWithoutTheKey(t *testing.T) {
	b := newBench(t, nil)
	asked := b.login("?return_to=/somewhere")
	value := b.cookies["__Host-signin"].Value
	if strings.Contains(value, asked.Get("state")) || strings.Contains(value, "somewhere") {
		t.Error("it can be read")
	}
	other := newBench(t, func(c *signin.Config) { c.Key = []byte("another key") })
	other.cookies["__Host-signin"] = b.cookies["__Host-signin"]
	if w := other.do("GET", "/auth/callback?code=c&state="+asked.Get("state")); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("status %d", w.Code)
	}
}

func TestClientSecretIsSentWhenThereIsOne(t *testing.T) {
	b := newBench(t, nil)
	b.signIn("")
	if got := b.issuer.TokenAsks[0].Get("Authorization"); got != "" {
		t.Errorf("public client sends %q", got)
	}
	b = newBench(t, func(c *signin.Config) { c.ClientSecret = "s3cret" })
	b.signIn("")
	if got := b.issuer.TokenAsks[0].Get("Authorization"); !strings.HasPrefix(got, "Basic ") {
		t.Errorf("confidential client sends %q", got)
	}
	if len(b.issuer.TokenAsks) != 1 {
		t.Errorf("the code was sent %d times", len(b.issuer.TokenAsks))
	}
}

func TestIssuerAwayAtLogin(t *testing.T) {
	b := newBench(t, nil)
	b.issuer.Down = true
	w := b.do("GET", "/auth/login")
	if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
		t.Errorf("status %d", w.Code)
	}
}

func TestLogoutOnlyFromOurPages(t *testing.T) {
	for _, headers := range [][]string{{}, {"Origin", "https://evil.example.com"}, {"Origin", "null"}} {
		b := newBench(t, nil)
		b.signIn("")
		b.audit = nil
		if w := b.do("POST", "/auth/logout", headers...); w.Code != http.StatusForbidden || b.session() == nil {
			t.Errorf("%v: status %d", headers, w.Code)
		}
		if len(b.audit) != 1 || b.audit[0].Outcome != "refused" || b.audit[0].Actor != "admin@example.com (u1)" {
			t.Errorf("audit: %+v", b.audit)
		}
	}
}

func TestLogoutOfNobodyIsFineAndLeavesNoLine(t *testing.T) {
	b := newBench(t, nil)
	b.cookies["__Host-session"] = &http.Cookie{Name: "__Host-session", Path: "/", Value: "expired"}
	if w := b.do("POST", "/auth/logout", "Origin", publicURL); w.Code != http.StatusOK || b.session() != nil || len(b.audit) > 0 {
		t.Errorf("status %d, audit %v", w.Code, b.audit)
	}
}

func TestMeWithoutRole(t *testing.T) {
	b := newBench(t, nil)
	raw := signintest.Good(t, b.issuer.Claims(start, map[string]any{"groups": nil}))
	if w := b.do("GET", "/auth/me", "Authorization", "Bearer "+raw); w.Code != http.StatusForbidden {
		t.Errorf("status %d", w.Code)
	}
}

func TestErrorsAreAPageForPeopleAndAProblemForScripts(t *testing.T) {
	b := newBench(t, nil)
	w := b.do("GET", "/auth/callback?state=<script>", "Accept", "text/html,application/xhtml+xml")
	page := body(t, w)
	if w.Code != 422 || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") || !strings.Contains(page, `href="/auth/login"`) {
		t.Errorf("%d %s: %s", w.Code, w.Header().Get("Content-Type"), page)
	}
	if strings.Contains(page, "<script>") {
		t.Error("the page repeats what came in")
	}
	var p struct{ Detail string }
	if err := json.Unmarshal(b.do("GET", "/auth/me").Body.Bytes(), &p); err != nil || p.Detail == "" {
		t.Errorf("problem %+v: %v", p, err)
	}
}

func TestRoutes(t *testing.T) {
	b := newBench(t, nil)
	for _, route := range signin.Routes() {
		if route.Function != "auth" {
			t.Errorf("%s: function %q", route.Path, route.Function)
		}
		if w := b.do(route.Method, route.Path); w.Code == http.StatusNotFound || w.Code == http.StatusMethodNotAllowed {
			t.Errorf("%s %s: status %d", route.Method, route.Path, w.Code)
		}
		if w := b.do("PUT", route.Path); w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != route.Method {
			t.Errorf("PUT %s: status %d", route.Path, w.Code)
		}
	}
	w := b.do("GET", "/auth/else")
	if w.Code != http.StatusNotFound {
		t.Errorf("status %d", w.Code)
	}
	for name, want := range map[string]string{"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// panicking is a RoundTripper that does.
type panicking struct{}

func (panicking) RoundTrip(*http.Request) (*http.Response, error) { panic(errors.New("inside")) }

func TestPanicIsAnswered(t *testing.T) {
	b := newBench(t, func(c *signin.Config) {
		c.Verifier = signin.NewVerifier(signin.VerifierConfig{Issuer: "http://127.0.0.1:1", Client: &http.Client{Transport: panicking{}}, Now: c.Now})
	})
	if w := b.do("GET", "/auth/login"); w.Code != http.StatusInternalServerError || !strings.Contains(b.log.String(), "inside") {
		t.Errorf("status %d, log %s", w.Code, b.log.String())
	}
}
