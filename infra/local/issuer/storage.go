package issuer

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// errUnsupported answers what no code flow asks for.
var errUnsupported = errors.New("this provider supports the code flow only")

// storage is what the protocol's library asks for: op.Storage.
type storage struct{ *Issuer }

// CreateAuthRequest refuses what would weaken the flow and keeps the rest.
func (s *storage) CreateAuthRequest(_ context.Context, asked *oidc.AuthRequest, _ string) (op.AuthRequest, error) {
	if asked.CodeChallenge == "" || asked.CodeChallengeMethod != oidc.CodeChallengeMethodS256 {
		return nil, oidc.ErrInvalidRequest().WithDescription("PKCE with code_challenge_method=S256 is required.")
	}
	if slices.Contains(asked.Prompt, oidc.PromptNone) {
		return nil, oidc.ErrLoginRequired()
	}
	return s.requests.add(asked)
}

// AuthRequestByID finds a sign-in on its way.
func (s *storage) AuthRequestByID(_ context.Context, id string) (op.AuthRequest, error) {
	return s.requests.get(id)
}

// AuthRequestByCode takes the code away with the first try.
func (s *storage) AuthRequestByCode(_ context.Context, code string) (op.AuthRequest, error) {
	return s.requests.redeem(code)
}

// SaveAuthCode binds the code to the sign-in.
func (s *storage) SaveAuthCode(_ context.Context, id, code string) error {
	return s.requests.bind(code, id)
}

// DeleteAuthRequest ends a sign-in.
func (s *storage) DeleteAuthRequest(_ context.Context, id string) error {
	s.requests.remove(id)
	return nil
}

// CreateAccessToken writes the expiry into the token's ID; the library
// encrypts the ID together with the subject, so nothing has to be kept.
func (s *storage) CreateAccessToken(context.Context, op.TokenRequest) (string, time.Time, error) {
	expires := s.cfg.Now().Add(accessTokenLife)
	return strconv.FormatInt(expires.Unix(), 10) + "-" + rand.Text(), expires, nil
}

// SetUserinfoFromToken answers the userinfo endpoint.
func (s *storage) SetUserinfoFromToken(ctx context.Context, info *oidc.UserInfo, tokenID, subject, _ string) error {
	unix, _, _ := strings.Cut(tokenID, "-")
	expires, err := strconv.ParseInt(unix, 10, 64)
	if err != nil || s.cfg.Now().Unix() > expires {
		return errors.New("the access token has expired")
	}
	return s.SetUserinfoFromScopes(ctx, info, subject, ClientID, nil)
}

// SetUserinfoFromScopes fills ID token and userinfo with all there is to say.
func (s *storage) SetUserinfoFromScopes(_ context.Context, info *oidc.UserInfo, subject, _ string, _ []string) error {
	a, ok := s.account(subject)
	if !ok {
		return errors.New("there is no such account any more")
	}
	info.Subject, info.Name = a.Subject, a.Name
	info.Email, info.EmailVerified = a.Email, true
	info.AppendClaims("groups", a.Groups)
	return nil
}

// GetClientByClientID knows the one client.
func (s *storage) GetClientByClientID(_ context.Context, id string) (op.Client, error) {
	if id != ClientID {
		return nil, errors.New("there is no such client")
	}
	return client{origin: s.cfg.Origin, life: s.cfg.life()}, nil
}

// SigningKey signs tokens.
func (s *storage) SigningKey(context.Context) (op.SigningKey, error) {
	return signingKey{s.secrets}, nil
}

// KeySet is what verifiers fetch.
func (s *storage) KeySet(context.Context) ([]op.Key, error) {
	return []op.Key{publicKey{s.secrets}}, nil
}

// SignatureAlgorithms names the one algorithm.
func (s *storage) SignatureAlgorithms(context.Context) ([]jose.SignatureAlgorithm, error) {
	return []jose.SignatureAlgorithm{jose.RS256}, nil
}

// Health is always good.
func (s *storage) Health(context.Context) error { return nil }

// TerminateSession has nothing to do: there are no sessions.
func (s *storage) TerminateSession(context.Context, string, string) error { return nil }

// GetPrivateClaimsFromScopes adds nothing to access tokens.
func (s *storage) GetPrivateClaimsFromScopes(context.Context, string, string, []string) (map[string]any, error) {
	return map[string]any{}, nil
}

// The methods below belong to other flows.

// CreateAccessAndRefreshTokens is not supported.
func (s *storage) CreateAccessAndRefreshTokens(context.Context, op.TokenRequest, string) (string, string, time.Time, error) {
	return "", "", time.Time{}, errUnsupported
}

// TokenRequestByRefreshToken is not supported.
func (s *storage) TokenRequestByRefreshToken(context.Context, string) (op.RefreshTokenRequest, error) {
	return nil, errUnsupported
}

// GetRefreshTokenInfo is not supported.
func (s *storage) GetRefreshTokenInfo(context.Context, string, string) (string, string, error) {
	return "", "", op.ErrInvalidRefreshToken
}

// RevokeToken is not supported.
func (s *storage) RevokeToken(context.Context, string, string, string) *oidc.Error {
	return oidc.ErrInvalidRequest().WithParent(errUnsupported)
}

// AuthorizeClientIDSecret refuses: the client is public.
func (s *storage) AuthorizeClientIDSecret(context.Context, string, string) error {
	return errUnsupported
}

// SetIntrospectionFromToken is not supported.
func (s *storage) SetIntrospectionFromToken(context.Context, *oidc.IntrospectionResponse, string, string, string) error {
	return errUnsupported
}

// GetKeyByIDAndClientID is not supported.
func (s *storage) GetKeyByIDAndClientID(context.Context, string, string) (*jose.JSONWebKey, error) {
	return nil, errUnsupported
}

// ValidateJWTProfileScopes is not supported.
func (s *storage) ValidateJWTProfileScopes(context.Context, string, []string) ([]string, error) {
	return nil, errUnsupported
}
