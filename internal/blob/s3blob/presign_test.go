package s3blob_test

import (
	"io"
	"mime"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/vertex-ar/backup/internal/awstest"
	"github.com/vertex-ar/backup/internal/blob"
	"github.com/vertex-ar/backup/internal/blob/s3blob"
)

// fetched is what somebody without a key gets at an address.
func fetched(t *testing.T, url string) (status int, header http.Header, body string) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, string(text)
}

func TestPresignedAddressNeedsNoKey(t *testing.T) {
	t.Parallel()
	client := awstest.S3(t)
	s := s3blob.New(client, bucket(t, client), "some/prefix")
	if err := s.Put(t.Context(), "exports/x/photo.jpg", strings.NewReader("content"), nil); err != nil {
		t.Fatal(err)
	}
	disposition := mime.FormatMediaType("attachment", map[string]string{"filename": "Фото \"1\" 😀\u202e.jpg"})
	url, err := s.Presign(t.Context(), "exports/x/photo.jpg", blob.Link{
		Life: time.Minute, Disposition: disposition, Type: "application/octet-stream",
	})
	if err != nil {
		t.Fatal(err)
	}
	status, header, body := fetched(t, url)
	if status != http.StatusOK || body != "content" {
		t.Fatalf("%d %s", status, body)
	}
	if got := header.Get("Content-Disposition"); got != disposition {
		t.Errorf("Content-Disposition %q, want %q", got, disposition)
	}
	if got := header.Get("Content-Type"); got != "application/octet-stream" {
		t.Errorf("Content-Type %q", got)
	}
	for what, other := range map[string]string{
		"without a signature":    strings.Split(url, "?")[0],
		"of another key":         strings.Replace(url, "photo.jpg?", "other.jpg?", 1),
		"with another life":      strings.Replace(url, "X-Amz-Expires=60", "X-Amz-Expires=600", 1),
		"with another file type": strings.Replace(url, "application%2Foctet-stream", "text%2Fhtml", 1),
	} {
		if other == url {
			t.Fatalf("%s: the address is as it was: %s", what, url)
		}
		if status, _, _ := fetched(t, other); status != http.StatusForbidden {
			t.Errorf("an address %s: %d, want 403", what, status)
		}
	}
}

func TestPresignedAddressOfNothingIsNotFound(t *testing.T) {
	t.Parallel()
	client := awstest.S3(t)
	s := s3blob.New(client, bucket(t, client), "some/prefix")
	url, err := s.Presign(t.Context(), "exports/x/gone", blob.Link{Life: time.Minute, Disposition: "attachment", Type: "application/zip"})
	if err != nil {
		t.Fatal(err)
	}
	if status, _, _ := fetched(t, url); status != http.StatusNotFound {
		t.Errorf("status %d, want 404", status)
	}
}

func TestPresignedAddressExpires(t *testing.T) {
	t.Parallel()
	client := awstest.S3(t)
	s := s3blob.New(client, bucket(t, client), "some/prefix")
	if err := s.Put(t.Context(), "x", strings.NewReader("content"), nil); err != nil {
		t.Fatal(err)
	}
	url, err := s.Presign(t.Context(), "x", blob.Link{Life: time.Second, Disposition: "attachment", Type: "application/zip"})
	if err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(200 * time.Millisecond) {
		status, _, _ := fetched(t, url)
		if status == http.StatusForbidden {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("status %d ten seconds later", status)
		}
	}
}
