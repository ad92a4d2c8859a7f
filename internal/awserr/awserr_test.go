package awserr_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/vertex-ar/backup/internal/awserr"
	"github.com/vertex-ar/backup/internal/errs"
)

// failed is an answer as the SDK returns it.
func failed(service, operation string, status int, code, message string, header http.Header) error {
	res := &smithyhttp.Response{Response: &http.Response{StatusCode: status, Header: header}}
	return &smithy.OperationError{ServiceID: service, OperationName: operation, Err: &smithyhttp.ResponseError{
		Response: res, Err: &smithy.GenericAPIError{Code: code, Message: message},
	}}
}

func TestWhatAServiceRefusesIsSaid(t *testing.T) {
	const user = "User: arn:aws:iam::1:user/u is not authorized to perform: "
	for _, tt := range []struct {
		service, operation string
		status             int
		code, message      string
		kind               error
		want               string // part of the sentence
	}{
		{"S3", "PutObject", 400, "ExpiredToken", "", errs.ErrRefused, "have expired (ExpiredToken)"},
		{"S3", "PutObject", 403, "InvalidAccessKeyId", "", errs.ErrRefused, "does not accept the AWS credentials (InvalidAccessKeyId)"},
		{"S3", "UploadPart", 403, "AccessDenied", "Access Denied", errs.ErrRefused, "the right s3:PutObject (box, archives/)"},
		{"S3", "CompleteMultipartUpload", 403, "AccessDenied", user + "s3:PutObjectTagging on resource: x", errs.ErrRefused, "the right s3:PutObjectTagging (box, archives/)"},
		{"S3", "HeadObject", 403, "Forbidden", "", errs.ErrRefused, "the right s3:GetObject (box, archives/)"},
		{"S3", "PutObject", 403, "AccessDenied", user + "kms:GenerateDataKey on resource: arn", errs.ErrRefused, "the right kms:GenerateDataKey is missing"},
		{"S3", "PutObject", 400, "KMS.DisabledException", "", errs.ErrRefused, "KMS key (KMS.DisabledException)"},
		{"S3", "PutObject", 403, "QuotaExceeded", "", errs.ErrNoSpace, "is full"},
		{"S3", "PutObject", 507, "XMinioStorageFull", "", errs.ErrNoSpace, "is full"},
		{"S3", "PutObject", 403, "RequestTimeTooSkewed", "", errs.ErrRefused, "Set the clock"},
		{"S3", "GetObject", 403, "InvalidObjectState", "", errs.ErrRefused, "cold storage class"},
		{"S3", "PutObject", 501, "NotImplemented", "A header you provided implies functionality that is not implemented.", errs.ErrRefused, "AWS_REQUEST_CHECKSUM_CALCULATION=when_required"},
		{"S3", "PutObject", 400, "InvalidArgument", "Unsupported header 'x-amz-sdk-checksum-algorithm'", errs.ErrRefused, "AWS_REQUEST_CHECKSUM_CALCULATION=when_required"},
		{"S3", "DeleteObjects", 400, "InvalidRequest", "Missing required header for this request: Content-MD5.", errs.ErrRefused, "Content-MD5"},
		{"S3", "PutObject", 404, "NoSuchBucket", "", errs.ErrRefused, `no bucket "box"`},
		{"S3", "PutObject", 301, "PermanentRedirect", "", errs.ErrRefused, "lies in the region eu-north-1"},
		{"S3", "ListObjectsV2", 400, "AuthorizationHeaderMalformed", "the region 'us-east-1' is wrong; expecting 'eu-west-3'", errs.ErrRefused, "lies in the region eu-"},
		{"S3", "PutObject", 503, "SlowDown", "", errs.ErrUnavailable, "takes no more requests"},
		{"S3", "PutObject", 500, "InternalError", "", errs.ErrUnavailable, "Try again"},
		{"S3", "PutObject", 418, "Teapot", "", errs.ErrRefused, "(Teapot, PutObject)"},
		{"DynamoDB", "PutItem", 400, "ExpiredTokenException", "", errs.ErrRefused, "have expired"},
		{"DynamoDB", "PutItem", 400, "AccessDeniedException", "", errs.ErrRefused, "the right dynamodb:PutItem"},
		{"DynamoDB", "Query", 400, "ResourceNotFoundException", "", errs.ErrRefused, `no table "box"`},
		{"DynamoDB", "PutItem", 400, "InvalidSignatureException", "Signature expired: 20260101T000000Z is now earlier than", errs.ErrRefused, "Set the clock"},
		{"DynamoDB", "PutItem", 400, "UnrecognizedClientException", "", errs.ErrRefused, "does not accept the AWS credentials"},
	} {
		header := http.Header{}
		if tt.status == http.StatusMovedPermanently {
			header.Set("X-Amz-Bucket-Region", "eu-north-1")
		}
		cause := failed(tt.service, tt.operation, tt.status, tt.code, tt.message, header)
		got := awserr.Explain(fmt.Errorf("put: %w", cause), awserr.Call{Service: awserr.Storage, Name: "box", Key: "archives/a"})
		if got == nil || !errors.Is(got, tt.kind) || !strings.Contains(got.Detail, tt.want) || !errors.Is(got, cause) {
			t.Errorf("%s of %s = %v, want %v that says %q", tt.code, tt.operation, got, tt.kind, tt.want)
		}
		if got != nil && strings.Contains(got.Detail, "arn:") {
			t.Errorf("%s: the sentence repeats the answer: %s", tt.code, got.Detail)
		}
	}
}

func TestHeadOfWhatIsForbiddenHasTheCodeOfItsStatus(t *testing.T) {
	got := awserr.Explain(failed("S3", "HeadObject", 403, "UnknownError", "", nil), awserr.Call{Service: awserr.Storage, Name: "box"})
	if got == nil || !strings.Contains(got.Detail, "s3:GetObject") {
		t.Errorf("Explain = %v, want the missing right", got)
	}
}

func TestWhatIsNoAnswerHasNoSentence(t *testing.T) {
	if got := awserr.Explain(errors.New("connection refused"), awserr.Call{}); got != nil {
		t.Errorf("Explain = %v, want nil", got)
	}
	if got := awserr.Explain(errors.New("sign: get identity: get credentials: no role"), awserr.Call{}); got == nil || !strings.Contains(got.Detail, "no AWS credentials") {
		t.Errorf("Explain = %v, want that there are no credentials", got)
	}
}
