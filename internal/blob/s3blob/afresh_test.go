package s3blob_test

import (
	"io"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/vertex-ar/backup/internal/awstest"
	"github.com/vertex-ar/backup/internal/blob"
	"github.com/vertex-ar/backup/internal/blob/s3blob"
)

func TestAfreshReadsOverANewConnection(t *testing.T) {
	client := awstest.S3(t)
	s := s3blob.New(client, awstest.Bucket(t, client), "p")
	if err := s.Put(t.Context(), "k", strings.NewReader("content"), nil); err != nil {
		t.Fatal(err)
	}
	var reused atomic.Int32
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) {
		if info.Reused {
			reused.Add(1)
		}
	}})
	for range 3 {
		body, err := s.Get(blob.Afresh(ctx), "k")
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(body); err != nil || string(got) != "content" {
			t.Errorf("Get = %q, %v", got, err)
		}
		_ = body.Close()
		if _, err := s.Head(blob.Afresh(ctx), "k"); err != nil {
			t.Error(err)
		}
	}
	if n := reused.Load(); n > 0 {
		t.Errorf("%d of 6 requests came over a connection that was there, want none", n)
	}
}
