package localaws

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// DynamoDBOptions says how to run the DynamoDB server.
type DynamoDBOptions struct {
	// Dir keeps the tables; "" keeps them in memory. It is created when
	// missing.
	Dir string
	// Addr is where to listen, as host:port on loopback; "" is any free port.
	Addr string
	// AccessKey and SecretKey are the only credentials that are taken, and no page of
	// a browser is answered; without them anybody may ask, as tests do.
	AccessKey, SecretKey string
	// Binary is dynalite; "" looks in .local/npm of the repository, then on
	// the PATH.
	Binary string
	// Log gets what the server prints; nil drops it.
	Log io.Writer
}

// outliveClients makes node load a module before dynalite, which throws, and so
// ends, when a client dies in the middle of a request (version 4.0.0). Killed
// clients are what tests are about.
const outliveClients = `NODE_OPTIONS=--import=data:text/javascript,process.on('uncaughtException',e=>{` +
	`if(e.code!=='ECONNRESET'&&e.message!=='aborted'){console.error(e);process.exit(1)}})`

// DynamoDB starts a DynamoDB server and returns when it answers; ctx bounds
// the start only. Its errors are those of
// [S3].
func DynamoDB(ctx context.Context, opt DynamoDBOptions) (*Server, error) {
	binary, err := find(opt.Binary, ".local/npm/node_modules/.bin/dynalite")
	if err != nil {
		return nil, err
	}
	if opt.Dir != "" {
		if err := os.MkdirAll(opt.Dir, 0o700); err != nil {
			return nil, err
		}
	}
	p := &program{
		name: "dynalite", binary: binary, addr: opt.Addr, log: opt.Log,
		env: []string{outliveClients},
		args: func(host, port string) []string {
			args := []string{"--port", port, "--createTableMs", "0", "--deleteTableMs", "0"}
			if host != "" { // else port is a socket
				args = append(args, "--host", host)
			}
			if opt.Dir != "" {
				args = append(args, "--path", opt.Dir)
			}
			return args
		},
		ready: func(ctx context.Context, url, output string) error {
			// It checks no credentials, so only its own word tells it from
			// another server that took the port meanwhile.
			if !strings.Contains(output, "listening at") {
				return errors.New("it does not listen yet")
			}
			cfg := config(url, "", "")
			if socket, ok := strings.CutPrefix(url, "unix://"); ok {
				cfg.BaseEndpoint, cfg.HTTPClient = new("http://dynamodb"), &http.Client{Transport: over(socket)}
			}
			_, err := dynamodb.NewFromConfig(cfg).ListTables(ctx, &dynamodb.ListTablesInput{})
			return err
		},
	}
	if opt.SecretKey == "" {
		return p.start(ctx)
	}
	return p.startBehind(ctx, opt.AccessKey, opt.SecretKey)
}
