package app

import (
	"context"

	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository/crypt"
)

// withIdentity lets the repository open what is encrypted. The key itself is
// read when the first encrypted archive is to be opened, not before.
func (p *parts) withIdentity() error {
	read, where := p.secret(p.cfg.IdentityFile, "AGE_IDENTITY_FILE", p.cfg.IdentitySecret, "AGE_IDENTITY_SECRET")
	if read == nil {
		return nil
	}
	p.identities = func(ctx context.Context) (crypt.Identities, error) {
		text, err := read(ctx)
		if err != nil {
			return crypt.Identities{}, err
		}
		return parseIdentities(text, where)
	}
	return nil
}

func parseIdentities(text Secret, where string) (crypt.Identities, error) {
	ids, err := crypt.ParseIdentities(string(text))
	if err != nil {
		return ids, errs.New(errs.ErrInvalid, "%s holds no identity: it is %v.", where, err)
	}
	return ids, nil
}
