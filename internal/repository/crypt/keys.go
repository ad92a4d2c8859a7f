package crypt

import (
	"errors"
	"io"
	"log/slog"
	"strings"

	"filippo.io/age"

	"github.com/vertex-ar/backup/internal/errs"
)

// Recipients are the public keys for which archives are encrypted: any one of
// their identities opens them. The zero value has none.
type Recipients struct{ list []age.Recipient }

// ParseRecipients reads public keys as age-keygen prints them (age1…). It is
// errs.ErrInvalid, without the text of the keys, if one is none, if they
// cannot be used together, or if there are more than a header holds.
func ParseRecipients(keys []string) (Recipients, error) {
	if len(keys) == 0 {
		return Recipients{}, nil
	}
	list, err := age.ParseRecipients(strings.NewReader(strings.Join(keys, "\n")))
	if err != nil {
		return Recipients{}, errs.New(errs.ErrInvalid, "A recipient is not a public key of age, such as age1…; secret keys do not belong there.")
	}
	r := Recipients{list: list}
	var header count
	if _, err := r.Encrypt(&header); err != nil {
		return Recipients{}, errs.New(errs.ErrInvalid, "Recipients of different kinds cannot be used together: all of them or none must be post-quantum (age1pq…).")
	}
	if header > MaxHeader {
		return Recipients{}, errs.New(errs.ErrInvalid, "There are too many recipients.")
	}
	return r, nil
}

// Empty reports whether there are no recipients, so that nothing is encrypted.
func (r Recipients) Empty() bool { return len(r.list) == 0 }

// Encrypt writes the header of an object to w and returns what encrypts the
// rest. Closing that ends the object; it does not close w.
func (r Recipients) Encrypt(w io.Writer) (io.WriteCloser, error) { return age.Encrypt(w, r.list...) }

// Identities are the secret keys at hand. They do not show themselves in logs
// and errors. The zero value has none.
type Identities struct{ list []age.Identity }

// ErrNoIdentities is of text that holds no secret key. It says nothing about the
// text, which may be a key with a slip in it.
var ErrNoIdentities = errors.New("not a file as age-keygen writes it, with a line AGE-SECRET-KEY-…, without a passphrase")

// ParseIdentities reads secret keys as age-keygen writes them, one a line;
// lines that start with # are comments. The only error is ErrNoIdentities.
func ParseIdentities(text string) (Identities, error) {
	list, err := age.ParseIdentities(strings.NewReader(strings.TrimSpace(text)))
	if err != nil {
		return Identities{}, ErrNoIdentities
	}
	return Identities{list: list}, nil
}

const redacted = "[identities]"

// String hides the keys.
func (Identities) String() string { return redacted }

// GoString hides the keys.
func (Identities) GoString() string { return redacted }

// LogValue hides the keys.
func (Identities) LogValue() slog.Value { return slog.StringValue(redacted) }

// count is an io.Writer that counts.
type count int64

// Write counts.
func (c *count) Write(b []byte) (int, error) {
	*c += count(len(b))
	return len(b), nil
}
