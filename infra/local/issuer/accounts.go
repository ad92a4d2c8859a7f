package issuer

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"strings"
)

// Account is somebody who may sign in.
type Account struct {
	Subject  string   `json:"subject"`
	Email    string   `json:"email"`
	Name     string   `json:"name"`
	Groups   []string `json:"groups"`
	Password string   `json:"password"`
}

// newAccounts makes the accounts with fresh passwords.
func newAccounts() []Account {
	return []Account{
		{Subject: "admin", Email: "admin@vertex-ar.local", Name: "Administrator", Groups: []string{"backup-admins"}, Password: newPassword()},
		{Subject: "viewer", Email: "viewer@vertex-ar.local", Name: "Viewer", Groups: []string{"backup-viewers"}, Password: newPassword()},
	}
}

// newPassword returns 80 random bits in four groups that are easy to copy by eye.
func newPassword() string {
	t := strings.ToLower(rand.Text())
	return t[:4] + "-" + t[4:8] + "-" + t[8:12] + "-" + t[12:16]
}

// signIn returns the account with this e-mail, or name before the @, and
// password. How long it takes tells nothing about either.
func signIn(accounts []Account, username, password string) (Account, bool) {
	given := sha256.Sum256([]byte(password))
	var found Account
	ok := 0
	for _, a := range accounts {
		want := sha256.Sum256([]byte(a.Password))
		named := 0
		if strings.EqualFold(username, a.Email) || strings.EqualFold(username, a.Subject) {
			named = 1
		}
		if subtle.ConstantTimeCompare(given[:], want[:])&named == 1 {
			found, ok = a, 1
		}
	}
	return found, ok == 1
}
