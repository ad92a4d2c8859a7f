package stack

import (
	"log/slog"
	"path/filepath"

	"github.com/vertex-ar/backup/internal/app"
)

// Options say how to run a stack.
type Options struct {
	// Dir keeps everything. It is made when missing.
	Dir string
	// Template is the path of template.yaml, which describes the table.
	Template string
	Ports    Ports
	// Scale is the size of the demo data; see demodata.Options.
	Scale float64
	// Getenv reads the settings that are the user's: schedules, retention, and
	// an installation of their own instead of demo data.
	Getenv app.Getenv
	// Log gets what the service logs.
	Log *slog.Logger
}

// Ports are where the servers listen; 0 is any free port.
type Ports struct{ HTTP, S3, DynamoDB int }

// path returns a path below Dir.
func (o Options) path(name string) string { return filepath.Join(o.Dir, name) }

// Names below Options.Dir.
const (
	installationName = "vertex-ar"
	environmentName  = "environment"
	s3Name           = "s3"
	dynamoDBName     = "dynamodb"
	scratchName      = "scratch"
	signInName       = "sign-in"
	schedulesName    = "schedules.json"
)

// What things are called in the local servers.
const (
	bucketName = "vertex-backups"
	tableName  = "vertex-catalog"
	accessKey  = "vertex"
)
