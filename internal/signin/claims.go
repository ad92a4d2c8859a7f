package signin

import (
	"bytes"
	"encoding/json"
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
