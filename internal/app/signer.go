package app

import (
	"context"

	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository/signing"
)

// withSigner lets the repository sign the backups that it makes. The key is read
// when one begins.
func (p *parts) withSigner() error {
	read, where := p.secret(p.cfg.SigningKeyFile, "SIGNING_KEY_FILE", p.cfg.SigningKeySecret, "SIGNING_KEY_SECRET")
	if read == nil {
		return nil
	}
	p.signer = func(ctx context.Context) (signing.Key, error) {
		text, err := read(ctx)
		if err != nil {
			return signing.Key{}, err
		}
		key, err := signing.ParseKey(string(text))
		if err != nil {
			return key, errs.New(errs.ErrInvalid, "%s holds no signing key: %v.", where, err)
		}
		return key, nil
	}
	return nil
}
