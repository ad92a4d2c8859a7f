package signin

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"

	"github.com/vertex-ar/backup/internal/errs"
)

const (
	// keysLive is how long keys are used before they are asked for again.
	keysLive = time.Hour
	// keysRest is the least time between two questions, so that forged tokens
	// with invented key ids cannot make us press the issuer.
	keysRest = 30 * time.Second
	// longestKeys bounds the issuer's answer, in bytes.
	longestKeys = 1 << 20
)

// issuer knows the endpoints and the keys of who signs people in. It asks when
// it is first needed, and remembers.
type issuer struct {
	url    string
	client *http.Client
	now    func() time.Time

	mu       sync.Mutex
	provider *oidc.Provider
	keys     []jose.JSONWebKey
	asked    time.Time // when keys was fetched
}

// discover returns the issuer's endpoints. It is errs.ErrUnavailable when the
// issuer does not give them.
func (i *issuer) discover(ctx context.Context) (*oidc.Provider, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.discovered(ctx)
}

func (i *issuer) discovered(ctx context.Context) (*oidc.Provider, error) {
	if i.provider != nil {
		return i.provider, nil
	}
	provider, err := oidc.NewProvider(oidc.ClientContext(ctx, i.client), i.url)
	if err != nil {
		return nil, away(fmt.Errorf("discover %s: %w", i.url, err))
	}
	i.provider = provider
	return provider, nil
}

// key returns the keys of that id, all of them when the id is "". There may be
// none. It is errs.ErrUnavailable when the issuer does not give its keys.
func (i *issuer) key(ctx context.Context, id string) ([]jose.JSONWebKey, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	found := named(i.keys, id)
	age := i.now().Sub(i.asked)
	if i.keys != nil && (age < keysRest || len(found) > 0 && age < keysLive) {
		return found, nil
	}
	keys, err := i.fetch(ctx)
	switch {
	case err == nil:
		i.keys, i.asked = keys, i.now()
		return named(keys, id), nil
	case len(found) > 0:
		return found, nil // the issuer is away: what it said last still holds
	}
	return nil, err
}

// fetch asks the issuer for its keys.
func (i *issuer) fetch(ctx context.Context) ([]jose.JSONWebKey, error) {
	provider, err := i.discovered(ctx)
	if err != nil {
		return nil, err
	}
	var metadata struct {
		JWKS string `json:"jwks_uri"`
	}
	if err := provider.Claims(&metadata); err != nil {
		return nil, away(fmt.Errorf("discover %s: %w", i.url, err))
	}
	body, err := i.get(ctx, metadata.JWKS)
	if err != nil {
		return nil, away(fmt.Errorf("get the keys of %s: %w", i.url, err))
	}
	keys, err := parseKeys(body)
	if err != nil {
		return nil, away(fmt.Errorf("read the keys of %s: %w", i.url, err))
	}
	return keys, nil
}

// get returns the body at url.
func (i *issuer) get(ctx context.Context, url string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return nil, err
	}
	answer, err := i.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = answer.Body.Close() }() // it was only read
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("status %s", answer.Status)
	}
	return io.ReadAll(io.LimitReader(answer.Body, longestKeys))
}

// parseKeys returns the public signing keys of a JSON Web Key Set. It passes
// over keys that it does not understand.
func parseKeys(body []byte) ([]jose.JSONWebKey, error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(body, &set); err != nil {
		return nil, err
	}
	keys := []jose.JSONWebKey{}
	for _, raw := range set.Keys {
		var key jose.JSONWebKey
		if err := key.UnmarshalJSON(raw); err == nil && key.IsPublic() && (key.Use == "" || key.Use == "sig") {
			keys = append(keys, key)
		}
	}
	return keys, nil
}

// named returns the keys of that id, all of them when the id is "".
func named(keys []jose.JSONWebKey, id string) []jose.JSONWebKey {
	var found []jose.JSONWebKey
	for _, k := range keys {
		if id == "" || k.KeyID == id {
			found = append(found, k)
		}
	}
	return found
}

// away is the error of an issuer that does not answer as it should.
func away(cause error) error {
	return errs.New(errs.ErrUnavailable, "The sign-in service does not answer now. Try again in a few seconds.").Because(cause)
}
