package s3blob

import (
	"context"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go/logging"
	"github.com/aws/smithy-go/middleware"
)

// Ten tries with at most 5 s between two of them outlast a server's restart.
const (
	maxAttempts = 10
	maxBackoff  = 5 * time.Second
)

// ClientOptions sets what a Store needs of its client. Pass it to
// s3.NewFromConfig.
func ClientOptions(o *s3.Options) {
	o.Retryer = retry.NewStandard(func(r *retry.StandardOptions) {
		r.MaxAttempts, r.MaxBackoff = maxAttempts, maxBackoff
		// Tries are bounded already; a quota shared by all requests would make
		// many parallel parts give up in the middle of a short outage.
		r.RateLimiter = ratelimit.None
	})
	if o.RequestChecksumCalculation == aws.RequestChecksumCalculationUnset {
		o.RequestChecksumCalculation = aws.RequestChecksumCalculationWhenSupported
	}
	if o.ResponseChecksumValidation == aws.ResponseChecksumValidationUnset {
		o.ResponseChecksumValidation = aws.ResponseChecksumValidationWhenSupported
	}
	// That a range has no checksum is no news: the manifest has its own.
	o.DisableLogOutputChecksumValidationSkipped = true
	o.Logger = logging.Nop{} // what it would say has an error or a sentence of ours
	if o.BaseEndpoint == nil {
		return
	}
	o.UsePathStyle = true
	if strings.HasPrefix(aws.ToString(o.BaseEndpoint), "http://") {
		o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
			return stack.Initialize.Add(unsignedPayload{}, middleware.Before)
		})
	}
}

// unsignedPayload keeps the SDK from hashing what it uploads for the
// signature, as it does over plain HTTP only. The CRC32 that goes along guards
// the bytes; a laptop's own loopback needs no guard against forgery.
type unsignedPayload struct{}

// ID implements middleware.InitializeMiddleware.
func (unsignedPayload) ID() string { return "UnsignedPayload" }

// HandleInitialize implements middleware.InitializeMiddleware.
func (unsignedPayload) HandleInitialize(
	ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
) (middleware.InitializeOutput, middleware.Metadata, error) {
	switch in.Parameters.(type) {
	case *s3.PutObjectInput, *s3.UploadPartInput:
		ctx = v4.SetPayloadHash(ctx, "UNSIGNED-PAYLOAD")
	}
	return next.HandleInitialize(ctx, in)
}
