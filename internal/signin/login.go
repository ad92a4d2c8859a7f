package signin

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/vertex-ar/backup/internal/errs"
)

const (
	// homePath is where a sign-in leads that was asked for without a place.
	homePath = "/auth/me"
	// longestReturn bounds return_to, in bytes.
	longestReturn = 1000
	// longestAge bounds max_age, in seconds.
	longestAge = 24 * 60 * 60
)

// login answers GET /auth/login: it sends the browser to the issuer.
func (h *handler) login(w http.ResponseWriter, r *http.Request) error {
	p, err := h.newPending(r.URL.Query())
	if err != nil {
		return err
	}
	provider, err := h.Verifier.issuer.discover(r.Context())
	if err != nil {
		return err
	}
	sealed, err := h.seal(p)
	if err != nil {
		return err
	}
	options := []oauth2.AuthCodeOption{oidc.Nonce(p.Nonce), oauth2.S256ChallengeOption(p.Verifier)}
	if p.MaxAge != nil {
		options = append(options, oauth2.SetAuthURLParam("max_age", strconv.Itoa(*p.MaxAge)))
		if *p.MaxAge == 0 { // some issuers know only one of the two
			options = append(options, oauth2.SetAuthURLParam("prompt", "login"))
		}
	}
	h.setCookie(w, h.pendingCookie(), sealed, p.Started.Add(pendingLive))
	http.Redirect(w, r, h.oauth(provider.Endpoint()).AuthCodeURL(p.State, options...), http.StatusSeeOther)
	return nil
}

// newPending starts a sign-in by the parameters of the request.
func (h *handler) newPending(query url.Values) (pending, error) {
	p := pending{
		State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(),
		ReturnTo: homePath, Started: h.Now().UTC().Truncate(time.Second),
	}
	if to := query.Get("return_to"); to != "" {
		if !ownPath(to) {
			return pending{}, errs.New(errs.ErrInvalid, "return_to must be a path of this service, such as /admin/backups.")
		}
		p.ReturnTo = to
	}
	if s := query.Get("max_age"); s != "" {
		age, err := strconv.Atoi(s)
		if err != nil || age < 0 || age > longestAge {
			return pending{}, errs.New(errs.ErrInvalid, "max_age must be a number of seconds, at most a day.")
		}
		p.MaxAge = &age
	}
	return p, nil
}

// ownPath reports whether a browser that is sent to s stays on our origin, and
// does not come straight back here.
func ownPath(s string) bool {
	if len(s) > longestReturn || !strings.HasPrefix(s, "/") {
		return false
	}
	if strings.Contains(s, `\`) || strings.ContainsFunc(s, func(c rune) bool { return unicode.IsControl(c) || unicode.IsSpace(c) }) {
		return false
	}
	u, err := url.Parse(s)
	return err == nil && u.Scheme == "" && u.Host == "" && u.User == nil &&
		!strings.HasPrefix(u.Path, "//") && !strings.HasPrefix(u.Path, "/auth/")
}
