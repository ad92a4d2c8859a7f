package awserr

import (
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/vertex-ar/backup/internal/errs"
)

// The services that sentences speak of, as users call them.
const (
	Storage = "The backup storage"
	Catalog = "The catalog"
)

// Call is what was asked of a service.
type Call struct {
	Service string // Storage or Catalog
	Name    string // of the bucket or the table
	// Key is what was asked for, below the prefix; "" is the whole bucket or table.
	Key string
	// Action is the right that the call needs, as in s3:PutObject; "" is what the
	// error itself tells.
	Action string
}

// Explain returns err as a sentence: what the service refuses, and what to do.
// Its kind is errs.ErrUnavailable if trying again later helps, errs.ErrNoSpace if
// there is no room, else errs.ErrRefused. It is nil when the service has not
// answered, and credentials are not what is wrong.
func Explain(err error, call Call) *errs.Error {
	code := Code(err)
	switch {
	case err == nil:
		return nil
	case code == "" && strings.Contains(err.Error(), "get identity: get credentials:"):
		return NoCredentials().Because(err)
	case code == "":
		return nil
	}
	if call.Action == "" {
		call.Action = action(err)
	}
	return explain(err, code, call).Because(err)
}

// NoCredentials says that there are none.
func NoCredentials() *errs.Error {
	return errs.New(errs.ErrRefused, "There are no AWS credentials. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or run this where a role is given.")
}

// explain finds the sentence of a code.
func explain(err error, code string, call Call) *errs.Error {
	switch {
	case slices.Contains(elsewhere(), code) || redirected(err):
		return otherRegion(err, call)
	case code == "NoSuchBucket":
		return errs.New(errs.ErrRefused, "There is no bucket %q. Check its name, AWS_ENDPOINT_URL_S3 and AWS_REGION.", call.Name)
	case code == "ResourceNotFoundException":
		return errs.New(errs.ErrRefused, "There is no table %q. Check CATALOG_TABLE, AWS_ENDPOINT_URL_DYNAMODB and AWS_REGION.", call.Name)
	case slices.Contains(skewed(), code) || signedWithAnotherClock(err):
		return errs.New(errs.ErrRefused, "%s does not accept requests from a machine with this clock, which is wrong by many minutes (%s). Set the clock, with NTP for example, then try again.", call.Service, code)
	case slices.Contains(denied(), code) && strings.HasPrefix(granted(err), "kms:"):
		return errs.New(errs.ErrRefused, "The KMS key may not be used: the right %s is missing or denied. Grant it to the AWS credentials of the service, in the key's policy too.", granted(err))
	case slices.Contains(denied(), code):
		return refused(err, call)
	case wantsMD5(err):
		return errs.New(errs.ErrRefused, "%s wants a header Content-MD5 where this program sends none (%s). Use a server that takes the checksums of AWS.", call.Service, code)
	case unsupportedHeader(err, code):
		return errs.New(errs.ErrRefused, "%s does not know the checksums or another header that was sent (%s). Set AWS_REQUEST_CHECKSUM_CALCULATION=when_required and AWS_RESPONSE_CHECKSUM_VALIDATION=when_required, then try again.", call.Service, code)
	}
	for _, row := range table() {
		if slices.Contains(row.codes, code) {
			return errs.New(row.kind, row.text, call.Service, code)
		}
	}
	if retry.IsErrorRetryables(retry.DefaultRetryables).IsErrorRetryable(err) == aws.TrueTernary {
		return errs.New(errs.ErrUnavailable, "%s does not answer as it should at the moment (%s). Try again in a few minutes.", call.Service, code)
	}
	return errs.New(errs.ErrRefused, "%s refuses the request for a reason that this program does not know (%s). Look at the log, which has its answer, and ask whoever runs it.", call.Service, code+", "+Operation(err))
}

// refused says which right is missing, and where.
func refused(err error, call Call) *errs.Error {
	right := call.Action
	if g := granted(err); g != "" {
		right = g
	}
	where := call.Name
	if top, _, below := strings.Cut(call.Key, "/"); below {
		where += ", " + top + "/"
	} else if call.Key != "" {
		where += ", " + call.Key
	}
	return errs.New(errs.ErrRefused, "The AWS credentials lack the right %s (%s). Grant it in their policy, and look for a policy that denies it.", right, where)
}

// otherRegion says where the bucket lies, if the answer tells.
func otherRegion(err error, call Call) *errs.Error {
	if region := regionOf(err); region != "" {
		return errs.New(errs.ErrRefused, "The bucket %q lies in the region %s. Set AWS_REGION to it.", call.Name, region)
	}
	return errs.New(errs.ErrRefused, "The bucket %q lies in another region. Set AWS_REGION to it.", call.Name)
}

// regionOf returns the region that an answer names, or "".
func regionOf(err error) string {
	if res, ok := errors.AsType[*smithyhttp.ResponseError](err); ok && res.Response != nil {
		if region := res.Response.Header.Get("X-Amz-Bucket-Region"); region != "" {
			return region
		}
	}
	if m := regexp.MustCompile(`expecting '([a-z0-9-]+)'`).FindStringSubmatch(err.Error()); m != nil {
		return m[1]
	}
	return ""
}

// Code returns the code of a service's answer. An answer to HEAD has no body and
// so no code of its own: it is then that of its status. "" is no answer.
func Code(err error) string {
	api, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		return ""
	}
	if code := api.ErrorCode(); code != "" && code != "UnknownError" {
		return code
	}
	if res, ok := errors.AsType[*smithyhttp.ResponseError](err); ok {
		return strings.ReplaceAll(http.StatusText(res.HTTPStatusCode()), " ", "")
	}
	return "UnknownError"
}

// Operation returns the name of the call that failed, as in PutObject; "" if that
// is not known.
func Operation(err error) string {
	if op, ok := errors.AsType[*smithy.OperationError](err); ok {
		return op.OperationName
	}
	return ""
}

// action returns the right that the failed call needs.
func action(err error) string {
	op, ok := errors.AsType[*smithy.OperationError](err)
	if !ok {
		return ""
	}
	name := op.OperationName
	switch name {
	case "UploadPart", "CreateMultipartUpload", "CompleteMultipartUpload":
		name = "PutObject"
	case "HeadObject":
		name = "GetObject"
	case "ListObjectsV2", "HeadBucket":
		name = "ListBucket"
	case "DeleteObjects":
		name = "DeleteObject"
	}
	return strings.ToLower(op.ServiceID) + ":" + name
}

// granted returns the right that an answer of AWS says to be missing, or "".
func granted(err error) string {
	if m := regexp.MustCompile(`not authorized to perform: ([a-z0-9-]+:[A-Za-z]+)`).FindStringSubmatch(err.Error()); m != nil {
		return m[1]
	}
	return ""
}
