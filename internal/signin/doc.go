// Package signin signs people in with OpenID Connect and tells who sends a
// request.
//
// [Verifier] checks ID tokens against the issuer's keys and gives the
// [backup.Actor] that they name. [Handler] serves the pages of the sign-in:
// the authorization code flow with PKCE, after which the browser holds the ID
// token in an HttpOnly cookie. The token is the session; it ends when it expires,
// or before when somebody signs out: [backup.Sessions] keeps which have ended.
//
// The package knows net/http, OpenID Connect and who may do what; it does not
// know the API.
//
// Its words: the issuer is who signs people in; a claim is what its token says
// of somebody; a pending sign-in is one that was started and has not come back.
package signin
