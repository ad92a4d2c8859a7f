package localaws

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

const (
	// largestRequest is what DynamoDB takes in one request, in bytes.
	largestRequest = 16 << 20
	// bodyTimeout is how long the body of a request may take.
	bodyTimeout = 15 * time.Second
	// signedWithin is how old a signature may be.
	signedWithin = 15 * time.Minute
)

// front stands before a server that takes any credentials and answers any page: it
// lets through what is signed with the secret, and nothing that a browser's page sent.
type front struct {
	credentials aws.Credentials
	now         func() time.Time
	behind      http.Handler
}

// serveFront answers at a listener for the server at a unix socket.
func serveFront(l net.Listener, socket, accessKey, secretKey string) *http.Server {
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Scheme, r.Out.URL.Host, r.Out.Host = "http", "dynamodb", r.In.Host
		},
		Transport: over(socket),
		ErrorLog:  slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
	}
	server := &http.Server{
		Handler:           &front{aws.Credentials{AccessKeyID: accessKey, SecretAccessKey: secretKey}, time.Now, proxy},
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: bodyTimeout, IdleTimeout: 2 * time.Minute,
	}
	go func() { _ = server.Serve(l) }() // ends with Close
	return server
}

// over returns a transport to a unix socket.
func over(socket string) *http.Transport {
	return &http.Transport{MaxIdleConnsPerHost: 64, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "unix", socket)
	}}
}

// startBehind starts the program on a socket of the user's own, and a front for it at
// its address.
func (p *program) startBehind(ctx context.Context, accessKey, secretKey string) (*Server, error) {
	at, err := pick(ctx, p.addr)
	if err != nil {
		return nil, err
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", at.String())
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "vertex-backup-") // its mode is 0700; paths of sockets are short
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	socket := filepath.Join(dir, "catalog")
	s, err := p.startAt(ctx, address{port: socket})
	if err != nil {
		return nil, errors.Join(err, l.Close(), os.RemoveAll(dir))
	}
	server := serveFront(l, socket, accessKey, secretKey)
	s.URL = "http://" + at.String()
	s.ended = func() { _, _ = server.Close(), os.RemoveAll(dir) } // nothing is lost
	return s, nil
}

// ServeHTTP passes on what is signed.
func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, largestRequest))
	if err == nil {
		err = f.check(r, body)
	}
	if err != nil {
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = fmt.Fprintf(w, `{"__type":"com.amazonaws.dynamodb.v20120810#UnrecognizedClientException","message":%q}`, err.Error())
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	f.behind.ServeHTTP(w, r)
}

// check compares the request's signature (version 4) with the one that it should have.
func (f *front) check(r *http.Request, body []byte) error {
	if r.Header.Get("Origin") != "" || r.Method != http.MethodPost {
		return errors.New("requests of pages are not answered")
	}
	given := r.Header.Get("Authorization")
	at, err := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
	if err != nil || f.now().Sub(at).Abs() > signedWithin {
		return errors.New("the request is not signed now")
	}
	_, list, _ := strings.Cut(given, "SignedHeaders=")
	list, _, _ = strings.Cut(list, ",")
	again := r.Clone(r.Context())
	again.Header, again.ContentLength = http.Header{}, 0
	for name := range strings.SplitSeq(list, ";") {
		switch name {
		case "host":
		case "content-length":
			again.ContentLength = int64(len(body))
		default:
			again.Header[http.CanonicalHeaderKey(name)] = r.Header.Values(name)
		}
	}
	again.URL.Scheme, again.URL.Host = "http", r.Host
	sum := sha256.Sum256(body)
	if err := v4.NewSigner().SignHTTP(r.Context(), f.credentials, again, hex.EncodeToString(sum[:]), "dynamodb", Region, at); err != nil {
		return err
	}
	if subtle.ConstantTimeCompare([]byte(again.Header.Get("Authorization")), []byte(given)) != 1 {
		return errors.New("the request is not signed with the secret of this server")
	}
	return nil
}
