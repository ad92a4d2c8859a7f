package s3blob

import (
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"

	"github.com/vertex-ar/backup/internal/errs"
)

// classify adds to an error of the SDK the kind that callers act on. Kinds
// that the error has already, and what nobody can act on, stay as they are.
func classify(err error) error {
	if err == nil {
		return nil
	}
	if kind := kindOf(err); kind != nil && !errors.Is(err, kind) {
		return fmt.Errorf("%w: %w", kind, err)
	}
	return err
}

func kindOf(err error) error {
	switch code(err) {
	case "NoSuchKey", "NotFound":
		return errs.ErrNotFound
	case "PreconditionFailed", "ConditionalRequestConflict":
		return errs.ErrConflict
	case "InvalidRange":
		return errs.ErrCorrupt
	case "InternalError":
		return errs.ErrUnavailable
	}
	// What the SDK would repeat has been repeated often enough by now.
	if retry.IsErrorRetryables(retry.DefaultRetryables).IsErrorRetryable(err) == aws.TrueTernary {
		return errs.ErrUnavailable
	}
	return nil
}

// code returns the code of S3's answer, or "".
func code(err error) string {
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		return api.ErrorCode()
	}
	return ""
}
