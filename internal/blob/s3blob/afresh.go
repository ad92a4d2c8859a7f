package s3blob

import (
	"context"
	"net/http"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/vertex-ar/backup/internal/blob"
)

// reader returns the client to read with: for what is read afresh one that opens a
// connection for each request.
func (s *Store) reader(ctx context.Context) *s3.Client {
	if !blob.IsAfresh(ctx) {
		return s.client
	}
	return s.fresh()
}

// unpooled returns a client like the given one that keeps no connections. One with
// a transport that is not the SDK's own stays as it is.
func unpooled(client *s3.Client) *s3.Client {
	own, ok := client.Options().HTTPClient.(*awshttp.BuildableClient)
	if !ok {
		return client
	}
	return s3.New(client.Options(), func(o *s3.Options) {
		o.HTTPClient = own.WithTransportOptions(func(t *http.Transport) { t.DisableKeepAlives = true })
	})
}
