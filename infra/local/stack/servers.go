package stack

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"golang.org/x/sync/errgroup"

	"github.com/vertex-ar/backup/infra/local/demodata"
	"github.com/vertex-ar/backup/internal/blob/s3blob"
	"github.com/vertex-ar/backup/internal/localaws"
)

// servers are the child processes.
type servers struct{ s3, dynamoDB *localaws.Server }

// startServers starts both, and makes the demo data meanwhile if there is
// none. On an error nothing runs.
func startServers(ctx context.Context, opt Options, env environment, log io.Writer) (servers, error) {
	var s servers
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		s.s3, err = localaws.S3(ctx, localaws.S3Options{
			Dir: opt.path(s3Name), Addr: address(opt.Ports.S3), AccessKey: accessKey, SecretKey: env["AWS_SECRET_ACCESS_KEY"], Log: log,
		})
		return taken(err, "the S3 server", "S3_PORT", opt.Ports.S3)
	})
	group.Go(func() (err error) {
		s.dynamoDB, err = localaws.DynamoDB(ctx, localaws.DynamoDBOptions{
			Dir: opt.path(dynamoDBName), Addr: address(opt.Ports.DynamoDB), Log: log,
			AccessKey: accessKey, SecretKey: env["AWS_SECRET_ACCESS_KEY"],
		})
		return taken(err, "the DynamoDB server", "DYNAMODB_PORT", opt.Ports.DynamoDB)
	})
	group.Go(func() error { return ensureInstallation(ctx, opt, env) })
	if err := group.Wait(); err != nil {
		s.stop()
		return servers{}, err
	}
	env["AWS_ENDPOINT_URL_S3"], env["AWS_ENDPOINT_URL_DYNAMODB"] = s.s3.URL, s.dynamoDB.URL
	return s, nil
}

// address is a loopback address for localaws.
func address(port int) string {
	if port == 0 {
		return ""
	}
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
}

// ensureInstallation makes the demo data, once, unless the user has an
// installation of their own.
func ensureInstallation(ctx context.Context, opt Options, env environment) error {
	dir := opt.path(installationName)
	if _, err := os.Lstat(dir); err == nil || env["DATABASE_PATH"] == opt.Getenv("DATABASE_PATH") {
		return nil
	}
	_, err := demodata.Generate(ctx, dir, demodata.Options{Scale: opt.Scale})
	return err
}

// prepare makes bucket and table where they are missing. The environment is
// exported already.
func prepare(ctx context.Context, opt Options) error {
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return err
	}
	table, err := localaws.TableInput(opt.Template, tableName)
	if err != nil {
		return err
	}
	return errors.Join(
		localaws.EnsureBucket(ctx, s3.NewFromConfig(cfg, s3blob.ClientOptions), bucketName),
		localaws.EnsureTable(ctx, dynamodb.NewFromConfig(cfg), table),
	)
}

func (s servers) stop() {
	for _, server := range []*localaws.Server{s.s3, s.dynamoDB} {
		if server != nil {
			server.Stop()
		}
	}
}
