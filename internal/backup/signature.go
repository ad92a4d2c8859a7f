package backup

import (
	"context"

	"github.com/vertex-ar/backup/internal/errs"
)

// SignatureState is what is known of who made a backup.
type SignatureState string

// The states of signatures. A signature that is not right is damage.
const (
	// Unsigned: whoever may write to the backup storage can have made it.
	Unsigned SignatureState = "unsigned"
	// Signed: by the key that is named; nobody has said whom to trust.
	Signed SignatureState = "signed"
	// SignedByUnknown: by a key that is not among those to be trusted.
	SignedByUnknown SignatureState = "unknown"
	// SignedByTrusted: by one that is.
	SignedByTrusted SignatureState = "trusted"
)

// Signature says who made a backup, as its manifest proves it.
type Signature struct {
	State SignatureState `json:"state"`
	Key   string         `json:"key,omitempty"` // the public key of who signed
	// Required says that only those are believed who are named as trusted.
	Required bool `json:"required"`
}

// Refused returns why a backup is not believed; "" if it is.
func (s Signature) Refused() string {
	if !s.Required || s.State == SignedByTrusted {
		return ""
	}
	if s.State == Unsigned {
		return "Its list of files is not signed, so whoever may write to the backup storage can have made it."
	}
	return "Its list of files is signed by a key that TRUSTED_SIGNERS does not name (" + s.Key + ")."
}

// believe makes sure that a backup was made by somebody who is trusted, or that the
// caller wants it all the same.
func believe(id ID, r Reader, all bool) error {
	if all {
		r.Believe()
		return nil
	}
	if why := r.Signature().Refused(); why != "" {
		return errs.New(errs.ErrForbidden, "Backup %s is not trusted. %s If you know who made it, ask for it with --allow-unsigned (in the API: allow_unsigned).", id, why)
	}
	return nil
}

// admit makes sure that a backup is to be believed and can be opened, before there
// is work that would be in vain.
func admit(ctx context.Context, id ID, r Reader, all bool) error {
	if err := believe(id, r, all); err != nil {
		return err
	}
	return r.Unlock(ctx)
}
