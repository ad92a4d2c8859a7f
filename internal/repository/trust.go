package repository

import (
	"context"
	"fmt"
	"slices"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/repository/manifest"
)

// loadKey reads the key that the manifest will be signed with, before there is
// anything that could not be.
func (w *writer) loadKey(ctx context.Context) error {
	if w.repo.opt.Signer == nil {
		return nil
	}
	key, err := w.repo.opt.Signer(ctx)
	if err != nil {
		return fmt.Errorf("read signing key: %w", err)
	}
	w.manifest.Sign(key)
	w.signedBy = key.Public().String()
	return nil
}

// signatureOf says who signed a manifest, of which the signature is right.
func (r *Repository) signatureOf(t manifest.Trailer) backup.Signature {
	s := backup.Signature{State: backup.Unsigned, Required: len(r.opt.Trusted) > 0}
	if t.Signature == nil {
		return s
	}
	s.State, s.Key = backup.Signed, t.Signature.Key.String()
	switch {
	case slices.Contains(r.opt.Trusted, t.Signature.Key):
		s.State = backup.SignedByTrusted
	case s.Required:
		s.State = backup.SignedByUnknown
	}
	return s
}

// signedBy returns the record of a manifest with its signer.
func signedBy(t manifest.Trailer) backup.Backup {
	b := t.Backup
	if t.Signature != nil {
		b.SignedBy = t.Signature.Key.String()
	}
	return b
}

// Signature implements [backup.Reader].
func (m *reader) Signature() backup.Signature { return m.repo.signatureOf(m.trailer) }

// Believe implements [backup.Reader].
func (m *reader) Believe() { m.contents.Trust() }
