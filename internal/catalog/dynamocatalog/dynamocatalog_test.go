package dynamocatalog_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/vertex-ar/backup/internal/awstest"
	"github.com/vertex-ar/backup/internal/catalog"
	"github.com/vertex-ar/backup/internal/catalog/catalogtest"
	"github.com/vertex-ar/backup/internal/catalog/dynamocatalog"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	client := awstest.DynamoDB(t)
	calls := &recorder{}
	recorded := over(client, calls)
	catalogtest.Run(t, func(t *testing.T) catalog.Catalog {
		t.Helper()
		return dynamocatalog.New(recorded, awstest.Table(t, client))
	})
	calls.wantSingleItemCalls(t)
}

// over returns a client like the given one whose requests go through network, and
// which tries again at once.
func over(client *dynamodb.Client, network dynamodb.HTTPClient) *dynamodb.Client {
	return dynamodb.New(client.Options(), impatient, func(o *dynamodb.Options) { o.HTTPClient = network })
}
