package dynamocatalog_test

import (
	"testing"

	"github.com/vertex-ar/backup/internal/awstest"
	"github.com/vertex-ar/backup/internal/catalog"
	"github.com/vertex-ar/backup/internal/catalog/catalogtest"
	"github.com/vertex-ar/backup/internal/catalog/dynamocatalog"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	client := awstest.DynamoDB(t)
	catalogtest.Run(t, func(t *testing.T) catalog.Catalog {
		t.Helper()
		return dynamocatalog.New(client, awstest.Table(t, client))
	})
}
