// Package issuer is a small OpenID Connect provider for a laptop: it stands
// where a Cognito user pool stands in AWS, so that the whole of signing in
// (code flow, PKCE, signed tokens, roles) runs as it does there.
//
// It knows one public client and two accounts, one a role, whose passwords it
// made itself. It keeps no session: every sign-in asks for the password, which
// is what max_age=0 and prompt=login want, and auth_time is the moment the
// password was given. Tokens stay valid across restarts, unfinished sign-ins
// do not. It is no identity provider for a server that others can reach.
package issuer
