package s3blob

import (
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"

	"github.com/vertex-ar/backup/internal/awserr"
	"github.com/vertex-ar/backup/internal/errs"
)

// classify adds to an error of the SDK, of a call about key, the kind that callers
// act on, and the sentence that says what S3 refuses. Kinds that the error has already
// stay as they are.
func (s *Store) classify(key string, err error) error {
	if err == nil {
		return nil
	}
	switch kind := kindOf(err); {
	case kind == nil:
	case errors.Is(err, kind):
		return err
	default:
		return fmt.Errorf("%w: %w", kind, err)
	}
	if said := awserr.Explain(err, awserr.Call{Service: awserr.Storage, Name: s.bucket, Key: key}); said != nil {
		return said
	}
	if !errors.Is(err, errs.ErrUnavailable) && retried(err) {
		return fmt.Errorf("%w: %w", errs.ErrUnavailable, err)
	}
	return err
}

// kindOf returns what an answer means for the caller, or nil.
func kindOf(err error) error {
	switch awserr.Code(err) {
	case "NoSuchKey", "NotFound":
		return errs.ErrNotFound
	case "PreconditionFailed", "ConditionalRequestConflict":
		return errs.ErrConflict
	case "InvalidRange":
		return errs.ErrCorrupt
	}
	return nil
}

// retried reports whether the SDK would repeat a call after err; by now it has
// repeated it often enough.
func retried(err error) bool {
	return retry.IsErrorRetryables(retry.DefaultRetryables).IsErrorRetryable(err) == aws.TrueTernary
}
