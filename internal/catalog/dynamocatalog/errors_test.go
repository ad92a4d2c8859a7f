package dynamocatalog_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/vertex-ar/backup/internal/awstest"
	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/catalog/dynamocatalog"
	"github.com/vertex-ar/backup/internal/errs"
)

// answered returns a catalog whose database is network.
func answered(network clientFunc, opts ...func(*dynamodb.Options)) *dynamocatalog.Catalog {
	client := dynamodb.New(dynamodb.Options{
		Region: "us-east-1", HTTPClient: network,
		Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""),
	}, append([]func(*dynamodb.Options){impatient}, opts...)...)
	return dynamocatalog.New(client, "secret-table")
}

// calls is one call of every kind of request.
var calls = map[string]func(ctx context.Context, c *dynamocatalog.Catalog) error{
	"GetItem": func(ctx context.Context, c *dynamocatalog.Catalog) error {
		_, err := c.GetBackup(ctx, "b")
		return err
	},
	"PutItem": func(ctx context.Context, c *dynamocatalog.Catalog) error {
		_, err := c.PutOperation(ctx, backup.Operation{ID: "o"})
		return err
	},
	"DeleteItem": func(ctx context.Context, c *dynamocatalog.Catalog) error {
		return c.DeleteBackup(ctx, backup.Backup{ID: "b", Version: 1})
	},
	"Query": func(ctx context.Context, c *dynamocatalog.Catalog) error {
		_, err := c.ListBackups(ctx, "", 10)
		return err
	},
}

// kind returns the only kind that err has, nil for none.
func kind(t *testing.T, err error) error {
	t.Helper()
	var found error
	for _, k := range []error{errs.ErrUnavailable, errs.ErrInvalid, errs.ErrNotFound, errs.ErrConflict, errs.ErrCorrupt, errs.ErrRefused} {
		if errors.Is(err, k) {
			if found != nil {
				t.Errorf("%v is both %v and %v", err, found, k)
			}
			found = k
		}
	}
	return found
}

func failure(status int, code string) clientFunc {
	return answer(status, `{"__type":"com.amazonaws.dynamodb.v20120810#`+code+`","message":"arn:aws:dynamodb:secret-table"}`)
}

func TestErrorsHaveTheirKind(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		network clientFunc
		want    error
	}{
		"server error":      {failure(500, "InternalServerError"), errs.ErrUnavailable},
		"server away":       {failure(503, "ServiceUnavailable"), errs.ErrUnavailable},
		"proxy's page":      {answer(502, "<html>Bad Gateway</html>"), errs.ErrUnavailable},
		"table throttles":   {failure(400, "ProvisionedThroughputExceededException"), errs.ErrUnavailable},
		"account throttles": {failure(400, "ThrottlingException"), errs.ErrUnavailable},
		"request limit":     {failure(400, "RequestLimitExceeded"), errs.ErrUnavailable},
		"refused":           {func(*http.Request) (*http.Response, error) { return nil, syscall.ECONNREFUSED }, errs.ErrUnavailable},
		"broken answer":     {answer(200, `{"Item":{"PK":{"S":`), errs.ErrUnavailable},
		"bad request":       {failure(400, "ValidationException"), errs.ErrInvalid},
		"no table":          {failure(400, "ResourceNotFoundException"), errs.ErrRefused},
		"no permission":     {failure(400, "AccessDeniedException"), errs.ErrRefused},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for operation, call := range calls {
				err := call(t.Context(), answered(tt.network))
				if err == nil || !errors.Is(kind(t, err), tt.want) {
					t.Errorf("%s = %v, want %v", operation, err, tt.want)
				}
				if d := errs.Detail(err); strings.Contains(d, "arn:") || (d == "") != (tt.want == errs.ErrInvalid) { //nolint:errorlint // the sentinel itself
					t.Errorf("%s: the user is told %q", operation, d)
				}
			}
		})
	}
}

func TestDamagedRecordIsCorrupt(t *testing.T) {
	t.Parallel()
	_, err := answered(answer(200, `{"Item":{"record":{"S":"{\"id\":1}"}}}`)).GetBackup(t.Context(), "b")
	if !errors.Is(err, errs.ErrCorrupt) {
		t.Errorf("GetBackup = %v, want ErrCorrupt", err)
	}
}

func TestMissingTableIsNotAMissingRecord(t *testing.T) {
	t.Parallel()
	_, err := dynamocatalog.New(awstest.DynamoDB(t), "there-is-no-such-table").GetBackup(t.Context(), "b")
	if !errors.Is(kind(t, err), errs.ErrRefused) {
		t.Errorf("GetBackup = %v, want ErrRefused", err)
	}
}

func TestDeadlineIsTheCallers(t *testing.T) {
	t.Parallel()
	hangs := clientFunc(func(r *http.Request) (*http.Response, error) {
		<-r.Context().Done()
		return nil, r.Context().Err()
	})
	for operation, call := range calls {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			err := call(ctx, answered(hangs))
			if !errors.Is(err, context.DeadlineExceeded) || kind(t, err) != nil {
				t.Errorf("%s = %v, want only DeadlineExceeded", operation, err)
			}
		})
	}
}

func TestPatientClientOutlastsTenSeconds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start, tries := time.Now(), 0
		away := clientFunc(func(r *http.Request) (*http.Response, error) {
			tries++
			if time.Since(start) < 10*time.Second {
				return nil, syscall.ECONNREFUSED
			}
			return answer(200, `{"Item":{"record":{"S":"{}"}}}`)(r)
		})
		if err := calls["GetItem"](t.Context(), answered(away, dynamocatalog.Patient)); err != nil {
			t.Errorf("GetBackup = %v after %d tries and %v", err, tries, time.Since(start))
		}
	})
}

func TestPatientClientGivesUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		away := clientFunc(func(*http.Request) (*http.Response, error) { return nil, syscall.ECONNREFUSED })
		err := calls["GetItem"](t.Context(), answered(away, dynamocatalog.Patient))
		if took := time.Since(start); !errors.Is(err, errs.ErrUnavailable) || took > 21*time.Second {
			t.Errorf("GetBackup = %v after %v, want ErrUnavailable in at most 21s", err, took)
		}
	})
}
