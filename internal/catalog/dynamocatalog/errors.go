package dynamocatalog

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"

	"github.com/vertex-ar/backup/internal/awserr"
	"github.com/vertex-ar/backup/internal/errs"
)

// classify says what kind of error an answer of DynamoDB is, after the SDK's
// retries. What is a fault of the deployment (no such table, no permission) is
// errs.ErrRefused, with a sentence.
func (c *Catalog) classify(ctx context.Context, doing string, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("%s: %w: %w", doing, ctx.Err(), err)
	case away(err):
		return fmt.Errorf("%s: %w", doing, errs.New(errs.ErrUnavailable, "The catalog does not answer at the moment. Try again in a minute.").Because(err))
	case malformed(err):
		return fmt.Errorf("%s: %w: %w", doing, errs.ErrInvalid, err)
	}
	if said := awserr.Explain(err, awserr.Call{Service: awserr.Catalog, Name: c.table}); said != nil {
		return fmt.Errorf("%s: %w", doing, said)
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// away reports whether trying again later may help: what the SDK itself tries
// again, and answers that broke off.
func away(err error) bool {
	if retry.IsErrorRetryables(retry.DefaultRetryables).IsErrorRetryable(err) == aws.TrueTernary {
		return true
	}
	_, garbled := errors.AsType[*smithy.DeserializationError](err)
	return garbled
}

// malformed reports whether DynamoDB will never take the request, such as an
// item that is too large.
func malformed(err error) bool {
	api, ok := errors.AsType[smithy.APIError](err)
	return ok && api.ErrorCode() == "ValidationException"
}
