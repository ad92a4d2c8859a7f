package awstest

import (
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"

	"github.com/vertex-ar/backup/internal/localaws"
)

var (
	s3Server = sync.OnceValues(func() (string, error) {
		tmp, err := makeScratch()
		if err != nil {
			return "", err
		}
		return url(localaws.S3(context.Background(), localaws.S3Options{
			Dir: filepath.Join(tmp.dir, "s3"), AccessKey: accessKey, SecretKey: secretKey(),
			Binary: os.Getenv("VERTEX_VERSITYGW"),
		}))
	})
	dynamoServer = sync.OnceValues(func() (string, error) {
		return url(localaws.DynamoDB(context.Background(), localaws.DynamoDBOptions{
			Binary: os.Getenv("VERTEX_DYNALITE"),
		}))
	})
)

func url(s *localaws.Server, err error) (string, error) {
	if err != nil {
		return "", err
	}
	return s.URL, nil
}

// scratch is a directory for this process's lifetime.
type scratch struct {
	dir string
	// lifeline is our side of the pipe below. It must not be collected.
	lifeline io.Closer
}

// makeScratch makes a directory that is removed when this process ends, however
// it ends and without the help of a TestMain: a shell waits for the end of a
// pipe that nobody writes to, which comes when the kernel closes our side.
var makeScratch = sync.OnceValues(func() (*scratch, error) {
	dir, err := os.MkdirTemp("", "awstest-")
	if err != nil {
		return nil, err
	}
	// The second removal gets what a server wrote while it was dying.
	const script = `cat >/dev/null; rm -rf -- "$1" 2>/dev/null; sleep 1; rm -rf -- "$1"`
	reaper := exec.Command("/bin/sh", "-c", script, "awstest", dir)
	reaper.SysProcAttr = ownGroup()
	lifeline, err := reaper.StdinPipe()
	if err != nil {
		return nil, err
	}
	return &scratch{dir: dir, lifeline: lifeline}, reaper.Start()
})
