package issuer

import (
	"math"
	"net/http"
	"net/url"
	"strconv"
)

const (
	loginPath = Path + "/login"
	// loginCookie holds the id of the sign-in on its way, so that the form
	// needs a user name and a password only.
	loginCookie = "issuer_login"
)

// showLogin shows the page for the sign-in that the browser was sent here for.
func (i *Issuer) showLogin(w http.ResponseWriter, r *http.Request) {
	id := r.URL.Query().Get("id")
	if id == "" {
		id = cookieValue(r)
	}
	if _, err := i.requests.get(id); err != nil {
		i.page.show(w, r, http.StatusBadRequest, view{Ended: true})
		return
	}
	setCookie(w, id, int(requestLife.Seconds()))
	i.page.show(w, r, http.StatusOK, view{})
}

// takeLogin checks the password and sends the browser back to the protocol.
func (i *Issuer) takeLogin(w http.ResponseWriter, r *http.Request) {
	username, password := r.PostFormValue("username"), r.PostFormValue("password")
	id := cookieValue(r)
	if _, err := i.requests.get(id); err != nil {
		i.page.show(w, r, http.StatusBadRequest, view{Ended: true})
		return
	}
	if wait := i.throttle.wait(); wait > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
		i.page.show(w, r, http.StatusTooManyRequests, view{Username: username, TooMany: true})
		return
	}
	account, ok := signIn(i.secrets.accounts, username, password)
	if !ok {
		i.throttle.failed(r.Context())
		i.page.show(w, r, http.StatusForbidden, view{Username: username, Wrong: true})
		return
	}
	if err := i.requests.sign(id, account.Subject); err != nil {
		i.page.show(w, r, http.StatusBadRequest, view{Ended: true})
		return
	}
	setCookie(w, "", -1)
	http.Redirect(w, r, Path+"/authorize/callback?id="+url.QueryEscape(id), http.StatusSeeOther)
}

func cookieValue(r *http.Request) string {
	c, err := r.Cookie(loginCookie)
	if err != nil {
		return ""
	}
	return c.Value
}

// setCookie is for plain HTTP on loopback, so the cookie is not Secure.
func setCookie(w http.ResponseWriter, value string, maxAge int) {
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // not Secure, see above
		Name: loginCookie, Value: value, Path: loginPath, MaxAge: maxAge, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}
