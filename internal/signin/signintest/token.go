package signintest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

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

// Key returns one of the keys that an issuer can publish: the RSA keys "one",
// "two" and "stranger" and the elliptic "curve".
func Key(id string) crypto.Signer { return keys()[id] }

// Claims are those of an admin's good token at a time, with changes; a nil
// value takes a claim away.
func (i *Issuer) Claims(at time.Time, changes map[string]any) map[string]any {
	c := map[string]any{
		"iss": i.URL, "aud": ClientID, "sub": "u1", "email": "admin@example.com", "email_verified": true,
		"groups": []string{"backup-admins"}, "iat": at.Unix(), "exp": at.Add(time.Hour).Unix(), "auth_time": at.Unix(),
	}
	maps.Copy(c, changes)
	maps.DeleteFunc(c, func(_ string, v any) bool { return v == nil })
	return c
}

// Token signs the claims of an admin's good token at a time, with changes, as
// the issuer does.
func (i *Issuer) Token(tb testing.TB, at time.Time, changes map[string]any) string {
	tb.Helper()
	return Good(tb, i.Claims(at, changes))
}

// Good signs claims with the key "one".
func Good(tb testing.TB, claims map[string]any) string {
	tb.Helper()
	return Sign(tb, jose.RS256, Key("one"), "one", claims)
}

// Sign signs claims with a key under the name of a key id, "" for none.
func Sign(tb testing.TB, alg jose.SignatureAlgorithm, key any, keyID string, claims map[string]any) string {
	tb.Helper()
	options := (&jose.SignerOptions{}).WithType("JWT")
	if keyID != "" {
		options = options.WithHeader("kid", keyID)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, options)
	if err != nil {
		tb.Fatal(err)
	}
	signed, err := signer.Sign(payload(tb, claims))
	if err != nil {
		tb.Fatal(err)
	}
	raw, err := signed.CompactSerialize()
	if err != nil {
		tb.Fatal(err)
	}
	return raw
}

// Unsigned makes a token of a header and claims with a signature of the test's choice.
func Unsigned(tb testing.TB, header, signature string, claims map[string]any) string {
	tb.Helper()
	enc := base64.RawURLEncoding.EncodeToString
	return enc([]byte(header)) + "." + enc(payload(tb, claims)) + "." + signature
}

func payload(tb testing.TB, claims map[string]any) []byte {
	tb.Helper()
	b, err := json.Marshal(claims)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// BadTokens returns, by what is wrong with them, tokens that nobody may accept
// at that time: forged, expired, of others and for others. The issuer may
// publish any of its keys but "stranger".
func (i *Issuer) BadTokens(tb testing.TB, at time.Time) map[string]string {
	tb.Helper()
	claims := func(changes map[string]any) map[string]any { return i.Claims(at, changes) }
	der, err := x509.MarshalPKIXPublicKey(Key("one").Public())
	if err != nil {
		tb.Fatal(err)
	}
	public := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	header, rest, _ := strings.Cut(Good(tb, claims(nil)), ".")
	body, signature, _ := strings.Cut(rest, ".")
	other := strings.Split(Good(tb, claims(map[string]any{"sub": "somebody else"})), ".")[1]
	return map[string]string{
		"empty":                       "",
		"no token":                    "hello",
		"10 kB":                       strings.Repeat("a", 10<<10),
		"20 kB of a token":            header + "." + strings.Repeat("a", 20<<10) + "." + signature,
		"forged by a stranger":        Sign(tb, jose.RS256, Key("stranger"), "stranger", claims(nil)),
		"forged under a known key id": Sign(tb, jose.RS256, Key("stranger"), "one", claims(nil)),
		"forged without a key id":     Sign(tb, jose.RS256, Key("stranger"), "", claims(nil)),
		"changed after signing":       header + "." + other + "." + signature,
		"signature cut off":           header + "." + body + ".",
		"alg none":                    Unsigned(tb, `{"alg":"none","typ":"JWT"}`, "", claims(nil)),
		"alg None":                    Unsigned(tb, `{"alg":"None","kid":"one"}`, "", claims(nil)),
		"alg none with a signature":   Unsigned(tb, `{"alg":"none","kid":"one"}`, signature, claims(nil)),
		"HS256 with the public key":   Sign(tb, jose.HS256, public, "one", claims(nil)),
		"HS256 with its DER":          Sign(tb, jose.HS256, der, "one", claims(nil)),
		"key of another kind":         Sign(tb, jose.ES256, Key("curve"), "one", claims(nil)),
		"expired":                     Good(tb, claims(map[string]any{"exp": at.Add(-time.Second).Unix()})),
		"without expiry":              Good(tb, claims(map[string]any{"exp": nil})),
		"not yet valid":               Good(tb, claims(map[string]any{"nbf": at.Add(time.Hour).Unix()})),
		"other issuer":                Good(tb, claims(map[string]any{"iss": "https://evil.example.com"})),
		"issuer with a slash more":    Good(tb, claims(map[string]any{"iss": i.URL + "/"})),
		"other audience":              Good(tb, claims(map[string]any{"aud": "another-app"})),
		"no audience":                 Good(tb, claims(map[string]any{"aud": nil})),
		"for another party of two":    Good(tb, claims(map[string]any{"aud": []string{"another-app", ClientID}, "azp": "another-app"})),
		"for nobody of two":           Good(tb, claims(map[string]any{"aud": []string{"another-app", ClientID}})),
		"no subject":                  Good(tb, claims(map[string]any{"sub": nil})),
		"signed in in the future":     Good(tb, claims(map[string]any{"auth_time": at.Add(time.Minute).Unix()})),
		"signed in before 1970":       Good(tb, claims(map[string]any{"auth_time": -1})),
		"issued in the future":        Good(tb, claims(map[string]any{"iat": at.Add(time.Minute).Unix()})),
		"issued nobody knows when":    Good(tb, claims(map[string]any{"iat": nil})),
		"issued two days ago":         Good(tb, claims(map[string]any{"iat": at.Add(-48 * time.Hour).Unix(), "exp": at.AddDate(10, 0, 0).Unix()})),
		"groups in capitals, too":     Good(tb, claims(map[string]any{"groups": nil, "GROUPS": []string{"backup-admins"}})),
		"a second e-mail":             Good(tb, claims(map[string]any{"Email": "boss@example.com"})),
		"claims of wrong type":        Good(tb, claims(map[string]any{"auth_time": "yesterday"})),
	}
}
