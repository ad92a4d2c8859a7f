package s3blob_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/vertex-ar/backup/internal/awstest"
	"github.com/vertex-ar/backup/internal/blob/s3blob"
	"github.com/vertex-ar/backup/internal/errs"
)

// refusing answers with an error what it does not like, as some providers do.
func refusing(code, message string, dislikes func(*http.Request) bool) *wire {
	return &wire{do: func(r *http.Request, send func(*http.Request) (*http.Response, error)) (*http.Response, error) {
		if !dislikes(r) {
			return send(r)
		}
		text := "<Error><Code>" + code + "</Code><Message>" + message + "</Message></Error>"
		return &http.Response{StatusCode: http.StatusBadRequest, Body: io.NopCloser(strings.NewReader(text)), Request: r, Header: http.Header{}}, nil
	}}
}

// sums reports whether a request has one of the headers of AWS's checksums.
func sums(r *http.Request) bool {
	for name := range r.Header {
		if strings.HasPrefix(name, "X-Amz-Checksum-") || name == "X-Amz-Sdk-Checksum-Algorithm" || name == "X-Amz-Trailer" {
			return true
		}
	}
	return false
}

func TestServerThatWantsContentMD5Deletes(t *testing.T) {
	s := openOn(t, refusing("InvalidRequest", "Missing required header for this request: Content-MD5.", func(r *http.Request) bool {
		return operation(r) == "DeleteObjects" && r.Header.Get("Content-Md5") == ""
	}))
	if err := s.Put(t.Context(), "k", strings.NewReader("x"), nil); err != nil {
		t.Fatal(err)
	}
	if err := s.Delete(t.Context(), "k"); err != nil {
		t.Errorf("Delete = %v", err)
	}
}

func TestServerWithoutChecksumsWorksWithTheSDKsSetting(t *testing.T) {
	w := refusing("InvalidArgument", "Unsupported header 'x-amz-sdk-checksum-algorithm' received for this API call.", sums)
	client := awstest.S3(t, func(o *s3.Options) {
		o.HTTPClient = w
		o.RequestChecksumCalculation, o.ResponseChecksumValidation = aws.RequestChecksumCalculationWhenRequired, aws.ResponseChecksumValidationWhenRequired
	})
	s := s3blob.New(client, awstest.Bucket(t, awstest.S3(t)), "p", s3blob.WithPartSize(5<<20))
	for key, size := range map[string]int{"small": 100, "large": 12 << 20} {
		want := content(size)
		if err := s.Put(t.Context(), key, bytes.NewReader(want), nil); err != nil {
			t.Fatalf("Put of %s = %v", key, err)
		}
		body, err := s.Get(t.Context(), key)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(body)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what was put: %v", key, err)
		}
	}
	if err := s.Delete(t.Context(), "small", "large"); err != nil {
		t.Errorf("Delete = %v", err)
	}
}

func TestWhatTheServerRefusesIsASentence(t *testing.T) {
	s := openOn(t, refusing("ExpiredToken", "The provided token has expired.", func(*http.Request) bool { return true }))
	for name, call := range map[string]func() error{
		"Put":    func() error { return s.Put(t.Context(), "k", strings.NewReader("x"), nil) },
		"upload": func() error { return s.Put(t.Context(), "k", bytes.NewReader(content(12<<20)), nil) },
		"Get":    func() error { _, err := s.Get(t.Context(), "k"); return err },
		"Range":  func() error { _, err := s.GetRange(t.Context(), "k", 0, 1); return err },
		"Delete": func() error { return s.Delete(t.Context(), "k") },
		"List": func() error {
			for _, err := range s.List(t.Context(), "") {
				return err
			}
			return nil
		},
	} {
		err := call()
		if !errors.Is(err, errs.ErrRefused) || name != "upload" && !strings.Contains(errs.Detail(err), "have expired") {
			t.Errorf("%s = %v, want that the credentials have expired", name, err)
		}
	}
}
