package signin

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// claims are what we read of an ID token beyond what go-oidc does.
type claims struct {
	Email           string `json:"email"`
	EmailVerified   *truth `json:"email_verified"`
	Groups          names  `json:"groups"`
	CognitoGroups   names  `json:"cognito:groups"`
	AuthTime        int64  `json:"auth_time"`
	AuthorizedParty string `json:"azp"`
}

// verified reports whether the issuer vouches for the e-mail address.
func (c claims) verified() bool { return c.EmailVerified != nil && bool(*c.EmailVerified) }

// knownClaims are the names of claims that decide something. encoding/json takes a name
// in any case for them.
func knownClaims() []string {
	return []string{
		"iss", "sub", "aud", "exp", "nbf", "iat", "nonce", "at_hash", "azp", "auth_time",
		"email", "email_verified", "groups", "cognito:groups", "_claim_names", "_claim_sources",
	}
}

// exact refuses a token in which a claim that decides something stands twice, or
// under a name that differs in case only: decoders do not agree which one counts.
func exact(payload []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(payload))
	if token, err := decoder.Token(); err != nil || token != json.Delim('{') {
		return errors.New("the claims are no object")
	}
	seen := map[string]bool{}
	for decoder.More() {
		token, err := decoder.Token()
		if err != nil {
			return err
		}
		name, _ := token.(string)
		for _, known := range knownClaims() {
			if strings.EqualFold(name, known) && (name != known || seen[name]) {
				return fmt.Errorf("the claim %q stands twice or is misspelt", known)
			}
		}
		seen[name] = true
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return err
		}
	}
	return nil
}

// truth is a boolean; some issuers write it as a string.
type truth bool

// UnmarshalJSON accepts true and "true"; everything else is false.
func (t *truth) UnmarshalJSON(b []byte) error {
	*t = truth(bytes.Equal(b, []byte("true")) || bytes.Equal(b, []byte(`"true"`)))
	return nil
}

// names is a list of strings; some issuers write a list of one as a string.
type names []string

// UnmarshalJSON accepts a list and a string; anything else is empty, as other
// issuers may mean other things by the same name.
func (s *names) UnmarshalJSON(b []byte) error {
	var list []string
	if json.Unmarshal(b, &list) == nil {
		*s = list
		return nil
	}
	var one string
	if json.Unmarshal(b, &one) == nil {
		*s = names{one}
	}
	return nil
}
