package signin

import "net/http"

// Route is one page of the sign-in.
type Route struct {
	Method      string
	Path        string
	OperationID string
	Function    string // directory under functions/
}

// Routes lists the pages of the sign-in. Everybody may call them.
func Routes() []Route {
	return []Route{
		{http.MethodGet, "/auth/login", "login", "auth"},
		{http.MethodGet, callbackPath, "callback", "auth"},
		{http.MethodPost, "/auth/logout", "logout", "auth"},
		{http.MethodPost, "/auth/sign-everybody-out", "sign-everybody-out", "auth"},
		{http.MethodGet, "/auth/me", "me", "auth"},
	}
}

const callbackPath = "/auth/callback"
