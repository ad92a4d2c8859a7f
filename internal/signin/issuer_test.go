package signin_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"golang.org/x/oauth2"

	"github.com/vertex-ar/backup/internal/signin"
)

const clientID = "vertex-backup"

// keys are made once: RSA keys are slow to make.
var keys = sync.OnceValue(func() map[string]crypto.Signer {
	made := map[string]crypto.Signer{}
	for _, id := range []string{"one", "two", "stranger"} {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			panic(err)
		}
		made[id] = key
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	made["curve"] = key
	return made
})

// clock is a clock that the test moves.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

// issuer is an OpenID Connect issuer that signs what the test wants.
type issuer struct {
	*httptest.Server
	mu        sync.Mutex
	published []string // ids of the keys that it publishes
	down      bool     // answers 500
	discovers int
	keyAsks   int
	grants    map[string]grant // by code
	tokenAsks []http.Header
	failWith  string // an OAuth error code
}

// grant is what a code stands for.
type grant struct {
	token     string
	challenge string
}

// newIssuer starts an issuer that publishes the key "one".
func newIssuer(t *testing.T) *issuer {
	t.Helper()
	i := &issuer{published: []string{"one"}, grants: map[string]grant{}}
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", i.discovery)
	mux.HandleFunc("/keys", i.jwks)
	mux.HandleFunc("/token", i.token)
	i.Server = httptest.NewServer(mux)
	t.Cleanup(i.Close)
	return i
}

// locked runs f while no request is answered.
func (i *issuer) locked(f func()) {
	i.mu.Lock()
	defer i.mu.Unlock()
	f()
}

func (i *issuer) answer(w http.ResponseWriter, v any) {
	if i.down {
		http.Error(w, "down", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

func (i *issuer) discovery(w http.ResponseWriter, _ *http.Request) {
	i.locked(func() {
		i.discovers++
		i.answer(w, map[string]any{
			"issuer": i.URL, "authorization_endpoint": i.URL + "/authorize", "token_endpoint": i.URL + "/token", "jwks_uri": i.URL + "/keys",
			// An issuer that admits weak algorithms does not make us accept them.
			"id_token_signing_alg_values_supported": []string{"RS256", "HS256", "none"},
		})
	})
}

func (i *issuer) jwks(w http.ResponseWriter, _ *http.Request) {
	i.locked(func() {
		i.keyAsks++
		set := []any{map[string]string{"kty": "from the future"}}
		for _, id := range i.published {
			set = append(set, jose.JSONWebKey{Key: keys()[id].Public(), KeyID: id, Use: "sig"})
		}
		i.answer(w, map[string]any{"keys": set})
	})
}

func (i *issuer) token(w http.ResponseWriter, r *http.Request) {
	i.locked(func() {
		i.tokenAsks = append(i.tokenAsks, r.Header)
		g, ok := i.grants[r.FormValue("code")]
		fault := i.failWith
		if fault == "" && (!ok || oauth2.S256ChallengeFromVerifier(r.FormValue("code_verifier")) != g.challenge) {
			fault = "invalid_grant"
		}
		if fault != "" {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusBadRequest)
			_ = json.NewEncoder(w).Encode(map[string]string{"error": fault})
			return
		}
		i.answer(w, map[string]any{"access_token": "a", "token_type": "Bearer", "id_token": g.token})
	})
}

// claims are those of an admin's good token at a time, with changes; a nil
// value takes a claim away.
func (i *issuer) claims(at time.Time, changes map[string]any) map[string]any {
	c := map[string]any{
		"iss": i.URL, "aud": clientID, "sub": "u1", "email": "admin@example.com", "email_verified": true,
		"groups": []string{"backup-admins"}, "iat": at.Unix(), "exp": at.Add(time.Hour).Unix(), "auth_time": at.Unix(),
	}
	maps.Copy(c, changes)
	maps.DeleteFunc(c, func(_ string, v any) bool { return v == nil })
	return c
}

// sign signs claims with a key under the name of a key id.
func sign(t *testing.T, alg jose.SignatureAlgorithm, key any, keyID string, claims map[string]any) string {
	t.Helper()
	options := (&jose.SignerOptions{}).WithType("JWT")
	if keyID != "" {
		options = options.WithHeader("kid", keyID)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, options)
	if err != nil {
		t.Fatal(err)
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := signed.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// good signs claims with the key "one".
func good(t *testing.T, claims map[string]any) string {
	t.Helper()
	return sign(t, jose.RS256, keys()["one"], "one", claims)
}

// verifier returns a verifier of i's tokens.
func (i *issuer) verifier(c *clock) *signin.Verifier {
	return signin.NewVerifier(signin.VerifierConfig{
		Issuer: i.URL, ClientID: clientID, Now: c.now, Client: i.Client(),
		AdminEmails: []string{"Boss@example.com"}, ViewerEmails: []string{"guest@example.com", "boss@example.com"},
	})
}

// body reads an answer's body.
func body(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	b, err := io.ReadAll(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

var ctx = context.Background()
