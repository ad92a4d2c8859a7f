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
)

// maxSecret is the longest file with secret keys, in bytes.
const maxSecret = 1 << 20

// readSecret reads the text of a secret key. What is wrong with it is said without it.
type readSecret func(ctx context.Context) (Secret, error)

// secret returns how a key is read that is in a file or in Secrets Manager, and
// what the place is called; nil if there is none. The variables are those that name
// the one or the other.
func (p *parts) secret(file, fileVariable, name, nameVariable string) (read readSecret, where string) {
	switch {
	case file != "":
		return func(context.Context) (Secret, error) { return readPrivate(file, fileVariable) }, "The file that " + fileVariable + " names"
	case name != "":
		client := secretsmanager.NewFromConfig(p.aws)
		return func(ctx context.Context) (Secret, error) { return readStored(ctx, client, name, nameVariable) }, "The secret that " + nameVariable + " names"
	}
	return nil, ""
}

// readPrivate reads a small file if it is its owner's alone.
func readPrivate(path, variable string) (_ Secret, err error) {
	unreadable := func(err error) error {
		return errs.New(errs.ErrInvalid, "The file that %s names cannot be read.", variable).Because(err)
	}
	f, err := os.Open(path) //nolint:gosec // the path is the operator's
	if err != nil {
		return "", unreadable(err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return "", fmt.Errorf("look at the file of a secret: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return "", errs.New(errs.ErrInvalid, "The file that %s names can be read by other users. Make it yours alone: chmod 600.", variable)
	}
	text, err := io.ReadAll(io.LimitReader(f, maxSecret))
	if err != nil {
		return "", unreadable(err)
	}
	return Secret(text), nil
}

// readStored reads a secret from Secrets Manager.
func readStored(ctx context.Context, client *secretsmanager.Client, name, variable string) (Secret, error) {
	out, err := client.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: &name})
	if err != nil {
		return "", noSecret(err, variable)
	}
	if out.SecretString == nil {
		return "", nil
	}
	return Secret(*out.SecretString), nil
}

// noSecret says why a secret cannot be had.
func noSecret(err error, variable string) error {
	code := ""
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		code = api.ErrorCode()
	}
	switch code {
	case "ResourceNotFoundException":
		return errs.New(errs.ErrInvalid, "There is no secret of the name that %s gives.", variable).Because(err)
	case "AccessDeniedException", "DecryptionFailure", "InvalidRequestException", "InvalidParameterException", "ValidationException":
		return errs.New(errs.ErrInvalid, "The secret that %s names may not be read (%s).", variable, code).Because(err)
	}
	return fmt.Errorf("read the secret that %s names: %w: %w", variable, errs.ErrUnavailable, err)
}
