package awserr

import (
	"errors"
	"net/http"
	"strings"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/vertex-ar/backup/internal/errs"
)

// row is what some codes mean: of %s the first is the service, the second the code.
type row struct {
	codes []string
	kind  error
	text  string
}

// table has the codes that need nothing but themselves to be explained.
func table() []row { return append(tableOfAccess(), tableOfServices()...) }

// tableOfAccess has the codes of credentials and of room.
func tableOfAccess() []row {
	return []row{
		{
			[]string{
				"ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "ExpiredCredentials",
			},
			errs.ErrRefused,
			"%s does not accept the AWS credentials: they have expired (%s). Renew them, then try again.",
		},
		{
			[]string{
				"InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "InvalidClientTokenId", "InvalidSecurity",
				"UnrecognizedClientException", "InvalidSignatureException", "IncompleteSignatureException",
				"MissingAuthenticationToken", "MissingAuthenticationTokenException", "MissingSecurityHeader", "NotSignedUp",
				"AuthFailure", "XAdminUserNotFound", "XMinioAdminNoSuchUser", "Unauthorized",
			},
			errs.ErrRefused,
			"%s does not accept the AWS credentials (%s). Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, or the profile or the role that is used.",
		},
		{
			[]string{
				"QuotaExceeded", "XMinioAdminBucketQuotaExceeded", "InsufficientStorage", "XMinioStorageFull", "InsufficientCapacity",
				"StorageFull", "EntityTooLargeForQuota", "QuotaExceededException", "TooMuchData", "InsufficientStorageSpace",
				"UserQuotaExceeded",
			},
			errs.ErrNoSpace,
			"%s is full, or a quota on it is used up (%s). Delete backups that are not needed, or raise the quota.",
		},
	}
}

// tableOfServices has the codes of what else can be wrong with a service.
func tableOfServices() []row {
	return []row{
		{
			[]string{
				"InvalidObjectState", "ObjectNotInActiveTierError",
			},
			errs.ErrRefused,
			"%s has moved what is needed into a cold storage class, such as Glacier (%s). Restore the objects in the storage's own console, then try again, and take them out of that lifecycle rule: every backup needs older archives.",
		},
		{
			[]string{
				"KMS.DisabledException", "KMS.NotFoundException", "KMS.KMSInvalidStateException", "KMS.InvalidStateException",
				"KMS.AccessDeniedException", "KMS.InvalidKeyUsageException", "InaccessibleEncryptionDateTimeException",
				"KMSAccessDeniedException",
			},
			errs.ErrRefused,
			"%s cannot use its KMS key (%s). Enable the key, cancel its deletion or grant its use, then try again.",
		},
		{
			[]string{
				"KMS.ThrottlingException", "SlowDown", "Throttling", "ThrottlingException", "ThrottledException",
				"RequestLimitExceeded", "RequestThrottled", "TooManyRequests", "ProvisionedThroughputExceededException",
				"BandwidthLimitExceeded", "LimitExceededException", "SlowDownRead", "SlowDownWrite",
			},
			errs.ErrUnavailable,
			"%s takes no more requests at the moment (%s). Try again in a few minutes.",
		},
		{
			[]string{
				"InternalError", "InternalFailure", "InternalServerError", "ServiceUnavailable", "ServiceFailure", "BadGateway",
				"GatewayTimeout", "RequestTimeout", "OperationAborted",
			},
			errs.ErrUnavailable,
			"%s does not answer as it should at the moment (%s). Try again in a few minutes.",
		},
		{
			[]string{
				"ObjectLocked", "AccessDeniedByObjectLock", "InvalidRetentionPeriod", "MethodNotAllowed",
			},
			errs.ErrRefused,
			"%s does not allow this: a lock or a retention rule holds the objects (%s). Wait until it has ended or change the rule.",
		},
		{
			[]string{
				"AccountProblem", "AllAccessDisabled", "UserSuspended", "AccountSuspended",
			},
			errs.ErrRefused,
			"%s is closed for this account (%s). Ask its provider.",
		},
		{
			[]string{
				"EntityTooLarge", "RequestEntityTooLarge", "XMinioObjectExistsAsDirectory", "KeyTooLongError",
			},
			errs.ErrRefused,
			"%s does not take an object of this size or name (%s). Ask whoever runs it what it takes.",
		},
	}
}

// denied are the codes of a right that is missing.
func denied() []string {
	return []string{"AccessDenied", "AccessDeniedException", "Forbidden", "UnauthorizedAccess", "UnauthorizedOperation"}
}

// skewed are the codes of a clock that is too far from the service's.
func skewed() []string {
	return []string{"RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"}
}

// elsewhere are the codes of a bucket in another region.
func elsewhere() []string {
	return []string{"PermanentRedirect", "TemporaryRedirect", "Redirect", "MovedPermanently", "IllegalLocationConstraintException", "AuthorizationHeaderMalformed"}
}

// redirected reports whether the answer sent the request to elsewhere.
func redirected(err error) bool {
	res, ok := errors.AsType[*smithyhttp.ResponseError](err)
	return ok && (res.HTTPStatusCode() == http.StatusMovedPermanently || res.HTTPStatusCode() == http.StatusTemporaryRedirect)
}

// signedWithAnotherClock reports whether DynamoDB refuses a signature for its time.
func signedWithAnotherClock(err error) bool {
	text := message(err)
	return strings.Contains(text, "Signature expired") || strings.Contains(text, "Signature not yet current")
}

// wantsMD5 reports whether a server misses a header Content-MD5.
func wantsMD5(err error) bool { return strings.Contains(message(err), "Content-MD5") }

// unsupportedHeader reports whether a server does not know a header.
func unsupportedHeader(err error, code string) bool {
	if code == "NotImplemented" || code == "XAmzContentSHA256Mismatch" || code == "XAmzContentChecksumMismatch" {
		return true
	}
	text := strings.ToLower(message(err))
	return (code == "InvalidArgument" || code == "InvalidRequest" || code == "BadRequest") &&
		(strings.Contains(text, "x-amz-") || strings.Contains(text, "checksum") || strings.Contains(text, "header"))
}

// message returns what the service itself said.
func message(err error) string {
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		return api.ErrorMessage()
	}
	return ""
}
