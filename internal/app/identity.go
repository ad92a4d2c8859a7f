package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/smithy-go"

	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository/crypt"
)

// maxIdentity is the longest file with identities, in bytes.
const maxIdentity = 1 << 20

// withIdentity lets the repository open what is encrypted. The key itself is
// read when the first encrypted archive is to be opened, not before.
func (p *parts) withIdentity() error {
	switch {
	case p.cfg.IdentityFile != "":
		p.identities = identityFile(p.cfg.IdentityFile)
	case p.cfg.IdentitySecret != "":
		p.identities = identitySecret(secretsmanager.NewFromConfig(p.aws), p.cfg.IdentitySecret)
	}
	return nil
}

// identityFile reads identities from a file that nobody else can read.
func identityFile(path string) crypt.Source {
	return func(context.Context) (crypt.Identities, error) {
		text, err := readPrivate(path)
		if err != nil {
			return crypt.Identities{}, err
		}
		return parseIdentities(text, "The file that AGE_IDENTITY_FILE names")
	}
}

// readPrivate reads a small file if it is its owner's alone.
func readPrivate(path string) (_ Secret, err error) {
	f, err := os.Open(path) //nolint:gosec // the path is the operator's
	if err != nil {
		return "", errs.New(errs.ErrInvalid, "The file that AGE_IDENTITY_FILE names cannot be read.").Because(err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return "", fmt.Errorf("look at identity file: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return "", errs.New(errs.ErrInvalid, "The file that AGE_IDENTITY_FILE names can be read by other users. Make it yours alone: chmod 600.")
	}
	text, err := io.ReadAll(io.LimitReader(f, maxIdentity))
	if err != nil {
		return "", errs.New(errs.ErrInvalid, "The file that AGE_IDENTITY_FILE names cannot be read.").Because(err)
	}
	return Secret(text), nil
}

// identitySecret reads identities from Secrets Manager.
func identitySecret(client *secretsmanager.Client, name string) crypt.Source {
	return func(ctx context.Context) (crypt.Identities, error) {
		out, err := client.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: &name})
		if err != nil {
			return crypt.Identities{}, noSecret(err)
		}
		var text Secret
		if out.SecretString != nil {
			text = Secret(*out.SecretString)
		}
		return parseIdentities(text, "The secret that AGE_IDENTITY_SECRET names")
	}
}

// noSecret says why a secret cannot be had.
func noSecret(err error) error {
	code := ""
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		code = api.ErrorCode()
	}
	switch code {
	case "ResourceNotFoundException":
		return errs.New(errs.ErrInvalid, "There is no secret of the name that AGE_IDENTITY_SECRET gives.").Because(err)
	case "AccessDeniedException", "DecryptionFailure", "InvalidRequestException", "InvalidParameterException", "ValidationException":
		return errs.New(errs.ErrInvalid, "The secret that AGE_IDENTITY_SECRET names may not be read (%s).", code).Because(err)
	}
	return fmt.Errorf("read the identity from Secrets Manager: %w: %w", errs.ErrUnavailable, err)
}

func parseIdentities(text Secret, where string) (crypt.Identities, error) {
	ids, err := crypt.ParseIdentities(string(text))
	if err != nil {
		return ids, errs.New(errs.ErrInvalid, "%s holds no identity: it is %v.", where, err)
	}
	return ids, nil
}
