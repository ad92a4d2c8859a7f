package issuer_test

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/oauth2"

	"github.com/vertex-ar/backup/infra/local/issuer"
)

// browser is a client of a running issuer: go-oidc's half of the flow and a
// user agent with cookies.
type browser struct {
	t        *testing.T
	issuer   *issuer.Issuer
	agent    *http.Client
	oauth    oauth2.Config
	verifier *oidc.IDTokenVerifier
	pkce     string
}

func start(t *testing.T, dir string) *browser {
	t.Helper()
	return startWith(t, dir, issuer.SignIns{})
}

func startWith(t *testing.T, dir string, signIns issuer.SignIns) *browser {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	origin := "http://" + server.Listener.Addr().String()
	is, err := issuer.New(issuer.Config{Origin: origin, Dir: dir, Now: time.Now, SignIns: signIns})
	if err != nil {
		t.Fatal(err)
	}
	server.Config.Handler = is
	server.Start()
	t.Cleanup(server.Close)
	provider, err := oidc.NewProvider(t.Context(), is.URL())
	if err != nil {
		t.Fatal(err)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{
		t: t, issuer: is, pkce: oauth2.GenerateVerifier(),
		verifier: provider.Verifier(&oidc.Config{ClientID: issuer.ClientID}),
		oauth: oauth2.Config{
			ClientID: issuer.ClientID, Endpoint: provider.Endpoint(), RedirectURL: origin + issuer.CallbackPath,
			Scopes: []string{oidc.ScopeOpenID, "email", "profile"},
		},
		agent: &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
			if r.URL.Path == issuer.CallbackPath { // the client's, not the issuer's
				return http.ErrUseLastResponse
			}
			return nil
		}},
	}
}

// authorize opens the authorization endpoint and follows redirects.
func (b *browser) authorize(opts ...oauth2.AuthCodeOption) answer {
	b.t.Helper()
	opts = append([]oauth2.AuthCodeOption{oauth2.S256ChallengeOption(b.pkce), oidc.Nonce("the nonce")}, opts...)
	return b.get(b.oauth.AuthCodeURL("the state", opts...))
}

func (b *browser) get(address string) answer {
	b.t.Helper()
	return b.do(http.MethodGet, address, nil)
}

func (b *browser) login(username, password string) answer {
	b.t.Helper()
	return b.do(http.MethodPost, b.issuer.URL()+"/login", url.Values{"username": {username}, "password": {password}})
}

func (b *browser) do(method, address string, form url.Values) answer {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), method, address, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := b.agent.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return answer{StatusCode: resp.StatusCode, Header: resp.Header, Body: string(body)}
}

// answer is a response that was read.
type answer struct {
	StatusCode int
	Header     http.Header
	Body       string
}

// query returns the parameters of the address that the answer redirects to;
// there being no such address, they are empty.
func (a answer) query() url.Values {
	u, err := url.Parse(a.Header.Get("Location"))
	if err != nil {
		return nil
	}
	return u.Query()
}

// code takes the code out of the redirect to the client.
func (b *browser) code(resp answer) string {
	b.t.Helper()
	if resp.query().Get("state") != "the state" || !resp.query().Has("code") {
		b.t.Fatalf("no redirect with a code: %+v", resp)
	}
	return resp.query().Get("code")
}

func (b *browser) exchange(code string) (*oauth2.Token, error) {
	return b.oauth.Exchange(b.t.Context(), code, oauth2.VerifierOption(b.pkce))
}

type claims struct {
	Email         string   `json:"email"`
	EmailVerified bool     `json:"email_verified"`
	Groups        []string `json:"groups"`
	AuthTime      int64    `json:"auth_time"`
}

// signIn goes the whole way and returns the verified ID token and its claims.
func (b *browser) signIn(a issuer.Account, opts ...oauth2.AuthCodeOption) (*oidc.IDToken, claims) {
	b.t.Helper()
	b.authorize(opts...)
	resp := b.login(a.Email, a.Password)
	token, err := b.exchange(b.code(resp))
	if err != nil {
		b.t.Fatal(err)
	}
	raw, _ := token.Extra("id_token").(string)
	return b.verify(raw)
}

func (b *browser) verify(raw string) (*oidc.IDToken, claims) {
	b.t.Helper()
	idToken, err := b.verifier.Verify(b.t.Context(), raw)
	if err != nil {
		b.t.Fatal(err)
	}
	var c claims
	if err := idToken.Claims(&c); err != nil {
		b.t.Fatal(err)
	}
	return idToken, c
}

func TestEachAccountSignsInWithItsRole(t *testing.T) {
	t.Parallel()
	b := start(t, t.TempDir())
	want := map[string][]string{"admin@vertex-ar.local": {"backup-admins"}, "viewer@vertex-ar.local": {"backup-viewers"}}
	got := map[string][]string{}
	for _, a := range b.issuer.Accounts() {
		token, c := b.signIn(a)
		got[c.Email] = c.Groups
		if !c.EmailVerified || token.Nonce != "the nonce" || token.Subject == "" {
			t.Errorf("%s: %+v %+v", a.Email, token, c)
		}
		if age := time.Since(time.Unix(c.AuthTime, 0)); age < 0 || age > time.Minute {
			t.Errorf("auth_time is %v ago", age)
		}
		if life := token.Expiry.Sub(token.IssuedAt); life < 8*time.Hour-time.Minute || life > 8*time.Hour+time.Minute {
			t.Errorf("the token lives %v, want 8 hours", life)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestUserinfoSaysTheSame(t *testing.T) {
	t.Parallel()
	b := start(t, t.TempDir())
	b.authorize()
	resp := b.login("admin", b.issuer.Accounts()[0].Password)
	token, err := b.exchange(b.code(resp))
	if err != nil {
		t.Fatal(err)
	}
	provider, err := oidc.NewProvider(t.Context(), b.issuer.URL())
	if err != nil {
		t.Fatal(err)
	}
	info, err := provider.UserInfo(t.Context(), oauth2.StaticTokenSource(token))
	if err != nil || info.Email != "admin@vertex-ar.local" || !info.EmailVerified {
		t.Errorf("got %+v, %v", info, err)
	}
}

func TestEverySignInAsksForThePasswordAnew(t *testing.T) {
	t.Parallel()
	b := start(t, t.TempDir())
	admin := b.issuer.Accounts()[0]
	_, first := b.signIn(admin)
	for _, option := range []oauth2.AuthCodeOption{
		oauth2.SetAuthURLParam("max_age", "0"), oauth2.SetAuthURLParam("prompt", "login"), oauth2.SetAuthURLParam("max_age", "28800"),
	} {
		if resp := b.authorize(option); !strings.Contains(resp.Body, `type="password"`) {
			t.Errorf("no login page: %+v", resp)
		}
	}
	time.Sleep(1100 * time.Millisecond) // auth_time counts seconds
	_, second := b.signIn(admin, oauth2.SetAuthURLParam("max_age", "0"))
	if second.AuthTime <= first.AuthTime {
		t.Errorf("auth_time %d is not after %d", second.AuthTime, first.AuthTime)
	}
}

func TestSignInsMayBeShortAndOldButAFreshOneIsFresh(t *testing.T) {
	t.Parallel()
	b := startWith(t, t.TempDir(), issuer.SignIns{Life: time.Minute, Age: time.Hour})
	for name, c := range map[string]struct {
		options []oauth2.AuthCodeOption
		age     time.Duration
	}{
		"old":    {age: time.Hour},
		"fresh":  {options: []oauth2.AuthCodeOption{oauth2.SetAuthURLParam("max_age", "0")}},
		"prompt": {options: []oauth2.AuthCodeOption{oauth2.SetAuthURLParam("prompt", "login")}},
	} {
		token, cl := b.signIn(b.issuer.Accounts()[0], c.options...)
		if life := token.Expiry.Sub(token.IssuedAt); life != time.Minute {
			t.Errorf("%s: it lasts %v", name, life)
		}
		if off := token.IssuedAt.Add(-c.age).Sub(time.Unix(cl.AuthTime, 0)).Abs(); off > 5*time.Second {
			t.Errorf("%s: signed in at %v, issued at %v", name, time.Unix(cl.AuthTime, 0), token.IssuedAt)
		}
	}
}

func TestPromptNoneIsAnsweredWithoutAPage(t *testing.T) {
	t.Parallel()
	b := start(t, t.TempDir())
	resp := b.authorize(oauth2.SetAuthURLParam("prompt", "none"))
	if resp.query().Get("error") != "login_required" {
		t.Errorf("%+v", resp)
	}
}

func TestAWrongPasswordGivesNoCode(t *testing.T) {
	t.Parallel()
	b := start(t, t.TempDir())
	admin, viewer := b.issuer.Accounts()[0], b.issuer.Accounts()[1]
	b.authorize()
	for name, try := range map[string][2]string{
		"wrong":    {admin.Email, "wrong"},
		"empty":    {admin.Email, ""},
		"other's":  {admin.Email, viewer.Password},
		"nobody's": {"nobody@vertex-ar.local", admin.Password},
	} {
		resp := b.login(try[0], try[1])
		if resp.StatusCode != http.StatusForbidden || !strings.Contains(resp.Body, "User name or password is wrong.") {
			t.Errorf("%s: %+v", name, resp)
		}
	}
	if resp := b.login(admin.Email, admin.Password); b.code(resp) == "" {
		t.Error("the right password does not help afterwards")
	}
}

func TestAfterManyWrongPasswordsTheRightOneHasToWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		is, err := issuer.New(issuer.Config{Origin: "http://localhost:8080", Dir: t.TempDir(), Now: time.Now})
		if err != nil {
			t.Fatal(err)
		}
		admin, cookie := is.Accounts()[0], pendingLogin(t, is)
		try := func(password string) *httptest.ResponseRecorder {
			form := url.Values{"username": {admin.Email}, "password": {password}}.Encode()
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, is.URL()+"/login", strings.NewReader(form))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.AddCookie(cookie)
			w := httptest.NewRecorder()
			is.ServeHTTP(w, r)
			return w
		}
		began := time.Now()
		for range 10 {
			if w := try("wrong"); w.Code != http.StatusForbidden {
				t.Fatalf("status %d", w.Code)
			}
		}
		if time.Since(began) < 3*time.Second {
			t.Errorf("ten wrong passwords took only %v", time.Since(began))
		}
		if w := try(admin.Password); w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") == "" {
			t.Errorf("status %d, Retry-After %q", w.Code, w.Header().Get("Retry-After"))
		}
		time.Sleep(time.Minute)
		if w := try(admin.Password); w.Code != http.StatusSeeOther {
			t.Errorf("a minute later: status %d", w.Code)
		}
	})
}

// pendingLogin starts a sign-in without a network and returns its cookie.
func pendingLogin(t *testing.T, is *issuer.Issuer) *http.Cookie {
	t.Helper()
	query := url.Values{
		"client_id": {issuer.ClientID}, "redirect_uri": {"http://localhost:8080" + issuer.CallbackPath}, "response_type": {"code"},
		"scope": {"openid"}, "code_challenge": {oauth2.S256ChallengeFromVerifier("v")}, "code_challenge_method": {"S256"},
	}
	address := is.URL() + "/authorize?" + query.Encode()
	for range 2 {
		w := httptest.NewRecorder()
		is.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, address, nil))
		if cookies := w.Result().Cookies(); len(cookies) > 0 {
			return cookies[0]
		}
		address = "http://localhost:8080" + w.Header().Get("Location")
	}
	t.Fatal("no cookie")
	return nil
}

func TestACodeIsGoodOnce(t *testing.T) {
	t.Parallel()
	b := start(t, t.TempDir())
	b.authorize()
	resp := b.login("admin", b.issuer.Accounts()[0].Password)
	code := b.code(resp)
	if _, err := b.exchange(code); err != nil {
		t.Fatal(err)
	}
	_, err := b.exchange(code)
	wantOAuthError(t, err, "invalid_grant")
}

func TestACodeIsWorthNothingWithoutItsVerifier(t *testing.T) {
	t.Parallel()
	b := start(t, t.TempDir())
	b.authorize()
	resp := b.login("admin", b.issuer.Accounts()[0].Password)
	code := b.code(resp)
	_, err := b.oauth.Exchange(t.Context(), code, oauth2.VerifierOption(oauth2.GenerateVerifier()))
	wantOAuthError(t, err, "invalid_grant")
	_, err = b.exchange(code)
	wantOAuthError(t, err, "invalid_grant") // the wrong try used it up
}

func wantOAuthError(t *testing.T, err error, code string) {
	t.Helper()
	if e, ok := errors.AsType[*oauth2.RetrieveError](err); !ok || e.ErrorCode != code {
		t.Errorf("got %v, want %s", err, code)
	}
}

func TestPKCEIsRequired(t *testing.T) {
	t.Parallel()
	b := start(t, t.TempDir())
	for name, options := range map[string][]oauth2.AuthCodeOption{
		"none":  nil,
		"plain": {oauth2.SetAuthURLParam("code_challenge", "abc"), oauth2.SetAuthURLParam("code_challenge_method", "plain")},
	} {
		resp := b.get(b.oauth.AuthCodeURL("the state", options...))
		if resp.query().Get("error") != "invalid_request" {
			t.Errorf("%s: %+v", name, resp)
		}
	}
}

func TestNothingIsSentToAnotherAddress(t *testing.T) {
	t.Parallel()
	b := start(t, t.TempDir())
	for _, address := range []string{"http://evil.example/auth/callback", "http://localhost:1/auth/callback", b.oauth.RedirectURL + "/x", b.oauth.RedirectURL + "?x=1"} {
		b.oauth.RedirectURL = address
		resp := b.authorize()
		if resp.StatusCode != http.StatusBadRequest || resp.Header.Get("Location") != "" {
			t.Errorf("%s: %+v", address, resp)
		}
	}
}

func TestAnUnknownClientIsRefused(t *testing.T) {
	t.Parallel()
	b := start(t, t.TempDir())
	b.oauth.ClientID = "somebody"
	if resp := b.authorize(); resp.StatusCode != http.StatusBadRequest {
		t.Errorf("%+v", resp)
	}
}

func TestTokensOutliveARestartAndPasswordsStay(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	before, err := issuer.New(issuer.Config{Origin: "http://localhost:8080", Dir: dir, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	b := start(t, dir)
	if diff := cmp.Diff(before.Accounts(), b.issuer.Accounts()); diff != "" {
		t.Error(diff)
	}
	keys := func(is *issuer.Issuer) string {
		w := httptest.NewRecorder()
		is.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, is.URL()+"/keys", nil))
		return w.Body.String()
	}
	if a, b := keys(before), keys(b.issuer); a != b || !strings.Contains(a, "RS256") {
		t.Errorf("keys %s, then %s", a, b)
	}
}

func TestSecretsAreForTheOwnerOnly(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "new")
	start(t, dir)
	err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestDamagedSecretsAreNamedAndLeftAlone(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "issuer.json")
	if err := os.WriteFile(path, []byte(`{"accounts":[]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := issuer.New(issuer.Config{Origin: "http://localhost:8080", Dir: filepath.Dir(path), Now: time.Now})
	if err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("got %v", err)
	}
	if data, err := os.ReadFile(path); err != nil || string(data) != `{"accounts":[]}` {
		t.Errorf("the file is now %s, %v", data, err)
	}
}

func TestTheLoginPageAllowsItsOwnStyleAndNothingElse(t *testing.T) {
	t.Parallel()
	b := start(t, t.TempDir())
	resp := b.authorize()
	body := resp.Body
	policy := resp.Header.Get("Content-Security-Policy")
	style := regexp.MustCompile(`(?s)<style>(.*)</style>`).FindStringSubmatch(body)
	if style == nil {
		t.Fatal("no style")
	}
	sum := sha256.Sum256([]byte(style[1]))
	for _, want := range []string{"default-src 'none'", "frame-ancestors 'none'", "style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"} {
		if !strings.Contains(policy, want) {
			t.Errorf("the policy %q has no %q", policy, want)
		}
	}
	if strings.Contains(body, "<script") || strings.Contains(body, "style=") {
		t.Error("the page has script or inline style")
	}
	if resp.Header.Get("Cache-Control") != "no-store" {
		t.Error("the page may be cached")
	}
}

func TestTheLoginPageSpeaksTheBrowsersLanguage(t *testing.T) {
	t.Parallel()
	b := start(t, t.TempDir())
	for accept, want := range map[string]string{
		"ru-RU,ru;q=0.9,en;q=0.8": "Войти", "en-GB,ru;q=0.5": "Sign in", "": "Sign in", "de": "Sign in", "\x00;;": "Sign in",
	} {
		w := httptest.NewRecorder()
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, b.issuer.URL()+"/login", nil)
		r.AddCookie(pendingCookie(b))
		r.Header.Set("Accept-Language", accept)
		b.issuer.ServeHTTP(w, r)
		if !strings.Contains(w.Body.String(), ">"+want+"</button>") {
			t.Errorf("%q: %s", accept, w.Body)
		}
	}
}

func pendingCookie(b *browser) *http.Cookie {
	b.t.Helper()
	b.authorize()
	at, err := url.Parse(b.issuer.URL() + "/login")
	if err != nil {
		b.t.Fatal(err)
	}
	cookies := b.agent.Jar.Cookies(at)
	if len(cookies) != 1 {
		b.t.Fatalf("cookies %v", cookies)
	}
	return cookies[0]
}

func TestTheLoginPageEchoesNoMarkup(t *testing.T) {
	t.Parallel()
	b := start(t, t.TempDir())
	b.authorize()
	if resp := b.login(`"><script>alert(1)</script>`, "x"); strings.Contains(resp.Body, "<script") {
		t.Error(resp.Body)
	}
}

func TestWithoutASignInOnItsWayThePageOffersANewOne(t *testing.T) {
	t.Parallel()
	b := start(t, t.TempDir())
	for name, fetch := range map[string]func() answer{
		"page":       func() answer { return b.get(b.issuer.URL() + "/login") },
		"unknown id": func() answer { return b.get(b.issuer.URL() + "/login?id=x") },
		"form":       func() answer { return b.login("admin", b.issuer.Accounts()[0].Password) },
	} {
		if resp := fetch(); resp.StatusCode != http.StatusBadRequest || !strings.Contains(resp.Body, `href="/auth/login"`) {
			t.Errorf("%s: %+v", name, resp)
		}
	}
}

func TestASignInCannotBeFinishedWithoutThePassword(t *testing.T) {
	t.Parallel()
	b := start(t, t.TempDir())
	resp := b.get(b.issuer.URL() + "/authorize/callback?id=" + pendingCookie(b).Value)
	if resp.query().Has("code") || !resp.query().Has("error") {
		t.Errorf("%+v", resp)
	}
}
