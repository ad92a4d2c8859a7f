package dynamocatalog

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/vertex-ar/backup/internal/catalog"
)

// Catalog implements [catalog.Catalog] on a DynamoDB table. Its methods may be
// called by many goroutines.
type Catalog struct {
	client *dynamodb.Client
	table  string
}

var _ catalog.Catalog = (*Catalog)(nil)

// New returns the catalog in the table, which must exist.
func New(client *dynamodb.Client, table string) *Catalog {
	return &Catalog{client: client, table: table}
}

// Patient makes a client outlast a database that is away for ten seconds: six
// tries over 15 to 21 seconds, or until the context ends. The SDK's own three
// tries take a few seconds at most.
func Patient(o *dynamodb.Options) {
	o.Retryer = retry.NewStandard(func(s *retry.StandardOptions) {
		s.MaxAttempts = 6
		s.MaxBackoff = 5 * time.Second // also what every wait after the second takes
	})
}
