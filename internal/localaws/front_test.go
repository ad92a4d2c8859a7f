package localaws_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/vertex-ar/backup/internal/localaws"
)

// TestTheCatalogIsAnsweredToItsOwnerOnly: not to who guesses, and to no page.
func TestTheCatalogIsAnsweredToItsOwnerOnly(t *testing.T) {
	s, err := localaws.DynamoDB(t.Context(), localaws.DynamoDBOptions{AccessKey: "vertex", SecretKey: "the secret"})
	if err != nil {
		t.Skip(err) // the server is not installed
	}
	t.Cleanup(s.Stop)
	ask := func(access, secret string, with ...func(*http.Request)) error {
		cfg := aws.Config{
			Region: localaws.Region, BaseEndpoint: &s.URL, Credentials: credentials.NewStaticCredentialsProvider(access, secret, ""),
			Retryer: func() aws.Retryer { return aws.NopRetryer{} }, HTTPClient: &http.Client{Transport: changing(with)},
		}
		_, err := dynamodb.NewFromConfig(cfg).ListTables(t.Context(), &dynamodb.ListTablesInput{})
		return err
	}
	if err := ask("vertex", "the secret"); err != nil {
		t.Errorf("the owner: %v", err)
	}
	for name, err := range map[string]error{
		"another secret": ask("vertex", "a guess"),
		"another key":    ask("local", "the secret"),
		"a page":         ask("vertex", "the secret", func(r *http.Request) { r.Header.Set("Origin", "https://evil.example.com") }),
		"another verb":   ask("vertex", "the secret", func(r *http.Request) { r.Header.Set("X-Amz-Target", "DynamoDB_20120810.DescribeEndpoints") }),
		"no signature":   ask("vertex", "the secret", func(r *http.Request) { r.Header.Del("Authorization") }),
	} {
		if err == nil || !strings.Contains(err.Error(), "UnrecognizedClientException") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// changing changes requests after they were signed.
type changing []func(*http.Request)

func (c changing) RoundTrip(r *http.Request) (*http.Response, error) {
	for _, change := range c {
		change(r)
	}
	return http.DefaultTransport.RoundTrip(r)
}
