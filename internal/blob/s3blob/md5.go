package s3blob

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// withMD5 sends the Content-MD5 of a list of keys to delete. AWS takes a checksum
// of its own instead, other servers want this one; of these, some refuse the other,
// for which the SDK has the setting that turns checksums off. It sends one all the
// same where AWS requires one, as here.
func withMD5(o *s3.Options) {
	plain := o.RequestChecksumCalculation == aws.RequestChecksumCalculationWhenRequired
	o.APIOptions = append(o.APIOptions, smithyhttp.AddContentChecksumMiddleware, func(stack *middleware.Stack) error {
		if !plain {
			return nil
		}
		_, err := stack.Finalize.Remove("AWSChecksum:ComputeInputPayloadChecksum")
		return err
	})
}
