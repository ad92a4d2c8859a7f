package awstest

import (
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/vertex-ar/backup/internal/blob/s3blob"
	"github.com/vertex-ar/backup/internal/localaws"
)

// S3 returns a client of the test S3 server, as s3blob needs it and with opts
// applied last.
func S3(tb testing.TB, opts ...func(*s3.Options)) *s3.Client {
	tb.Helper()
	opts = append([]func(*s3.Options){s3blob.ClientOptions}, opts...)
	return s3.NewFromConfig(config(need(tb, s3Server)), opts...)
}

// DynamoDB returns a client of the test DynamoDB server, with opts applied last.
func DynamoDB(tb testing.TB, opts ...func(*dynamodb.Options)) *dynamodb.Client {
	tb.Helper()
	return dynamodb.NewFromConfig(config(need(tb, dynamoServer)), opts...)
}

// Bucket makes a bucket of the test's own.
func Bucket(tb testing.TB, client *s3.Client) string {
	tb.Helper()
	name := unique()
	if err := localaws.EnsureBucket(tb.Context(), client, name); err != nil {
		tb.Fatal(err)
	}
	return name
}

// Table makes a table of the test's own, as template.yaml describes it.
func Table(tb testing.TB, client *dynamodb.Client) string {
	tb.Helper()
	in, err := tableInput(unique())
	if err != nil {
		tb.Fatal(err)
	}
	if err := localaws.EnsureTable(tb.Context(), client, in); err != nil {
		tb.Fatal(err)
	}
	return *in.TableName
}

// Env returns variables under which the default AWS configuration of a child
// process reaches the test servers and nothing else.
func Env(tb testing.TB) []string {
	tb.Helper()
	return []string{
		"AWS_REGION=" + localaws.Region,
		"AWS_ACCESS_KEY_ID=" + accessKey,
		"AWS_SECRET_ACCESS_KEY=" + secretKey(),
		"AWS_SESSION_TOKEN=",
		"AWS_PROFILE=",
		"AWS_CONFIG_FILE=" + os.DevNull,
		"AWS_SHARED_CREDENTIALS_FILE=" + os.DevNull,
		"AWS_CA_BUNDLE=",
		"AWS_EC2_METADATA_DISABLED=true",
		"AWS_ENDPOINT_URL_S3=" + need(tb, s3Server),
		"AWS_ENDPOINT_URL_DYNAMODB=" + need(tb, dynamoServer),
	}
}

const accessKey = "test-access"

// secretKey differs from one test binary to the next, so that none ever talks
// to the server of another.
var secretKey = sync.OnceValue(rand.Text)

func config(url string) aws.Config {
	return aws.Config{
		Region: localaws.Region, BaseEndpoint: &url,
		Credentials: credentials.NewStaticCredentialsProvider(accessKey, secretKey(), ""),
	}
}

// unique returns a name that is valid for buckets and tables.
func unique() string { return "test-" + strings.ToLower(rand.Text()) }

// tableInput takes the table from the repository's template.yaml.
func tableInput(name string) (*dynamodb.CreateTableInput, error) {
	root, err := localaws.Root()
	if err != nil {
		return nil, err
	}
	return localaws.TableInput(filepath.Join(root, "template.yaml"), name)
}

// need returns the server's URL. It skips the test when the server cannot be
// had, except where everything must be tested.
func need(tb testing.TB, server func() (string, error)) string {
	tb.Helper()
	url, err := server()
	if err != nil && os.Getenv("CI") == "" {
		tb.Skipf("needs a local server: %v", err)
	}
	if err != nil {
		tb.Fatal(fmt.Errorf("CI is set, so nothing may be skipped: %w", err))
	}
	return url
}
