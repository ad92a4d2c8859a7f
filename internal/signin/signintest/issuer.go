package signintest

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/go-jose/go-jose/v4"
	"golang.org/x/oauth2"
)

// ClientID is what the issuer calls the service.
const ClientID = "vertex-backup"

// Issuer is an OpenID Connect issuer on a local address. Its exported fields
// may be changed while no request is under way.
type Issuer struct {
	*httptest.Server

	Published   []string         // ids of the keys that it publishes
	Down        bool             // answers 500
	Discoveries int              // how often its configuration was asked for
	KeyAsks     int              // how often its keys were asked for
	Grants      map[string]Grant // by code
	TokenAsks   []http.Header    // of the requests for a token
	FailWith    string           // an OAuth error code, of requests for a token

	mu sync.Mutex
}

// Grant is what a code stands for.
type Grant struct {
	Token     string
	Challenge string // of PKCE
}

// New starts an issuer that publishes the key "one".
func New(tb testing.TB) *Issuer {
	tb.Helper()
	i := &Issuer{Published: []string{"one"}, Grants: map[string]Grant{}}
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", i.discovery)
	mux.HandleFunc("/keys", i.jwks)
	mux.HandleFunc("/token", i.token)
	i.Server = httptest.NewServer(mux)
	tb.Cleanup(i.Close)
	return i
}

// locked runs f while no other request is answered.
func (i *Issuer) locked(f func()) {
	i.mu.Lock()
	defer i.mu.Unlock()
	f()
}

func (i *Issuer) answer(w http.ResponseWriter, v any) {
	if i.Down {
		http.Error(w, "down", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

func (i *Issuer) discovery(w http.ResponseWriter, _ *http.Request) {
	i.locked(func() {
		i.Discoveries++
		i.answer(w, map[string]any{
			"issuer": i.URL, "authorization_endpoint": i.URL + "/authorize", "token_endpoint": i.URL + "/token", "jwks_uri": i.URL + "/keys",
			"response_types_supported": []string{"code"}, "subject_types_supported": []string{"public"},
			// An issuer that admits weak algorithms does not make us accept them.
			"id_token_signing_alg_values_supported": []string{"RS256", "HS256", "none"},
		})
	})
}

func (i *Issuer) jwks(w http.ResponseWriter, _ *http.Request) {
	i.locked(func() {
		i.KeyAsks++
		set := []any{map[string]string{"kty": "from the future"}}
		for _, id := range i.Published {
			set = append(set, jose.JSONWebKey{Key: Key(id).Public(), KeyID: id, Use: "sig"})
		}
		i.answer(w, map[string]any{"keys": set})
	})
}

func (i *Issuer) token(w http.ResponseWriter, r *http.Request) {
	i.locked(func() {
		i.TokenAsks = append(i.TokenAsks, r.Header)
		g, ok := i.Grants[r.FormValue("code")]
		fault := i.FailWith
		if fault == "" && (!ok || oauth2.S256ChallengeFromVerifier(r.FormValue("code_verifier")) != g.Challenge) {
			fault = "invalid_grant"
		}
		if fault != "" {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusBadRequest)
			_ = json.NewEncoder(w).Encode(map[string]string{"error": fault})
			return
		}
		i.answer(w, map[string]any{"access_token": "a", "token_type": "Bearer", "id_token": g.Token})
	})
}
