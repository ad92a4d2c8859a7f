// Package signintest is an OpenID Connect issuer for tests: it signs what the
// test wants, good tokens and bad ones, and can be down. It is imported by
// tests only.
package signintest
