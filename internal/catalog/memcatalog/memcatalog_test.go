package memcatalog_test

import (
	"testing"

	"github.com/vertex-ar/backup/internal/catalog"
	"github.com/vertex-ar/backup/internal/catalog/catalogtest"
	"github.com/vertex-ar/backup/internal/catalog/memcatalog"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	catalogtest.Run(t, func(*testing.T) catalog.Catalog { return memcatalog.New() })
}
