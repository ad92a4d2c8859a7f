package s3blob_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/iotest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/internal/awstest"
	"github.com/vertex-ar/backup/internal/blob"
	"github.com/vertex-ar/backup/internal/blob/blobtest"
	"github.com/vertex-ar/backup/internal/blob/s3blob"
	"github.com/vertex-ar/backup/internal/errs"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	blobtest.Run(t, openWith("some/prefix"))
}

func TestConformanceInSmallPartsWithoutPrefix(t *testing.T) {
	t.Parallel()
	blobtest.Run(t, openWith("", s3blob.WithPartSize(5<<20), s3blob.WithConcurrency(2)))
}

func openWith(prefix string, opts ...s3blob.Option) func(*testing.T) blob.Store {
	return func(t *testing.T) blob.Store {
		t.Helper()
		client := awstest.S3(t)
		return s3blob.New(client, bucket(t, client), prefix, opts...)
	}
}

// bucket returns a bucket in which the test must leave no unfinished upload.
func bucket(t *testing.T, client *s3.Client) string {
	t.Helper()
	name := awstest.Bucket(t, client)
	t.Cleanup(func() {
		out, err := client.ListMultipartUploads(context.WithoutCancel(t.Context()), &s3.ListMultipartUploadsInput{Bucket: &name})
		if err != nil || len(out.Uploads) > 0 {
			t.Errorf("unfinished uploads = %v, %v, want none", out, err)
		}
	})
	return name
}

func TestPrefixesAreApart(t *testing.T) {
	client := awstest.S3(t)
	name := bucket(t, client)
	a, b := s3blob.New(client, name, "a/"), s3blob.New(client, name, "ab")
	if err := a.Put(t.Context(), "x", strings.NewReader("1"), nil); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Head(t.Context(), "x"); !errors.Is(err, errs.ErrNotFound) {
		t.Errorf("other prefix: Head = %v, want ErrNotFound", err)
	}
	var keys []string
	for info, err := range s3blob.New(client, name, "").List(t.Context(), "") {
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, info.Key)
	}
	if diff := cmp.Diff([]string{"a/x"}, keys); diff != "" {
		t.Errorf("keys in the bucket (-want +got):\n%s", diff)
	}
}

// wire is the network between client and server; do may do harm.
type wire struct {
	do func(r *http.Request, send func(*http.Request) (*http.Response, error)) (*http.Response, error)

	mu   sync.Mutex
	seen []string // operations, in order
}

func (w *wire) Do(r *http.Request) (*http.Response, error) {
	w.mu.Lock()
	w.seen = append(w.seen, operation(r))
	w.mu.Unlock()
	if w.do == nil {
		return http.DefaultClient.Do(r)
	}
	return w.do(r, http.DefaultClient.Do)
}

func (w *wire) count(op string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(slices.DeleteFunc(slices.Clone(w.seen), func(s string) bool { return s != op }))
}

func operation(r *http.Request) string {
	q := r.URL.Query()
	switch {
	case r.Method == http.MethodPost && q.Has("uploads"):
		return "CreateMultipartUpload"
	case r.Method == http.MethodPost && q.Has("uploadId"):
		return "CompleteMultipartUpload"
	case r.Method == http.MethodPost && q.Has("delete"):
		return "DeleteObjects"
	case r.Method == http.MethodPut && q.Has("uploadId"):
		return "UploadPart"
	case r.Method == http.MethodPut && strings.Count(strings.Trim(r.URL.Path, "/"), "/") > 0:
		return "PutObject"
	default:
		return r.Method
	}
}

// openOn returns a store whose requests go over w.
func openOn(t *testing.T, w *wire, opts ...s3blob.Option) *s3blob.Store {
	t.Helper()
	name := bucket(t, awstest.S3(t))
	client := awstest.S3(t, func(o *s3.Options) { o.HTTPClient = w })
	if len(opts) == 0 {
		opts = append(opts, s3blob.WithPartSize(5<<20))
	}
	return s3blob.New(client, name, "p", opts...)
}

func content(n int) []byte {
	b := bytes.Repeat([]byte("0123456789abcdef-"), n/17+1)
	return b[:n]
}

var errReset = errors.New("connection reset by peer")

func TestLostAnswerToAWriteIsNotAConflict(t *testing.T) {
	for op, size := range map[string]int{"PutObject": 100, "CompleteMultipartUpload": 12 << 20} {
		t.Run(op, func(t *testing.T) {
			var lost atomic.Bool
			w := &wire{do: func(r *http.Request, send func(*http.Request) (*http.Response, error)) (*http.Response, error) {
				resp, err := send(r)
				if err == nil && operation(r) == op && lost.CompareAndSwap(false, true) {
					_ = resp.Body.Close()
					return nil, &temporary{errReset}
				}
				return resp, err
			}}
			s := openOn(t, w)
			if err := s.Put(t.Context(), "k", bytes.NewReader(content(size)), nil); err != nil {
				t.Errorf("Put = %v, want nil: its object is there", err)
			}
			if w.count(op) < 2 {
				t.Errorf("%s was sent %d times, want a repetition", op, w.count(op))
			}
			if err := s.Put(t.Context(), "k", bytes.NewReader(content(size)), nil); !errors.Is(err, errs.ErrConflict) {
				t.Errorf("another Put of the same bytes = %v, want ErrConflict", err)
			}
		})
	}
}

// temporary is a network error that the SDK repeats.
type temporary struct{ error }

func (*temporary) Timeout() bool   { return true }
func (*temporary) Temporary() bool { return true }

func TestBrokenDownloadIsTakenUpAgain(t *testing.T) {
	want := content(1 << 20)
	w := &wire{do: func(r *http.Request, send func(*http.Request) (*http.Response, error)) (*http.Response, error) {
		resp, err := send(r)
		if err == nil && r.Method == http.MethodGet && resp.ContentLength > 200_000 {
			cut := io.MultiReader(io.LimitReader(resp.Body, 200_000), iotest.ErrReader(errReset))
			resp.Body = struct {
				io.Reader
				io.Closer
			}{cut, resp.Body}
		}
		return resp, err
	}}
	s := openOn(t, w)
	if err := s.Put(t.Context(), "k", bytes.NewReader(want), nil); err != nil {
		t.Fatal(err)
	}
	for what, get := range map[string]func() (io.ReadCloser, error){
		"Get":      func() (io.ReadCloser, error) { return s.Get(t.Context(), "k") },
		"GetRange": func() (io.ReadCloser, error) { return s.GetRange(t.Context(), "k", 0, int64(len(want))) },
	} {
		rc, err := get()
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(rc)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s over a line that breaks = %d bytes, %v, want all %d", what, len(got), err, len(want))
		}
		_ = rc.Close()
	}
}

func TestDownloadThatKeepsBreakingFails(t *testing.T) {
	for name, end := range map[string]io.Reader{"reset": iotest.ErrReader(errReset), "silent end": strings.NewReader("")} {
		t.Run(name, func(t *testing.T) {
			w := &wire{do: func(r *http.Request, send func(*http.Request) (*http.Response, error)) (*http.Response, error) {
				resp, err := send(r)
				if err == nil && r.Method == http.MethodGet {
					_ = resp.Body.Close()
					resp.Body = io.NopCloser(end)
				}
				return resp, err
			}}
			s := openOn(t, w)
			if err := s.Put(t.Context(), "k", bytes.NewReader(content(1000)), nil); err != nil {
				t.Fatal(err)
			}
			rc, err := s.Get(t.Context(), "k")
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = rc.Close() }()
			for range 2 { // and stays failed
				if got, err := io.ReadAll(rc); !errors.Is(err, errs.ErrUnavailable) {
					t.Errorf("read %d bytes, %v, want ErrUnavailable", len(got), err)
				}
			}
		})
	}
}

func TestDamagedObjectIsCorrupt(t *testing.T) {
	for _, size := range []int{1000, 12 << 20} { // one request, several parts
		w := &wire{do: func(r *http.Request, send func(*http.Request) (*http.Response, error)) (*http.Response, error) {
			resp, err := send(r)
			if err == nil && r.Method == http.MethodGet {
				body, _ := io.ReadAll(resp.Body)
				body[len(body)/2] ^= 1
				resp.Body = io.NopCloser(bytes.NewReader(body))
			}
			return resp, err
		}}
		s := openOn(t, w)
		if err := s.Put(t.Context(), "k", bytes.NewReader(content(size)), nil); err != nil {
			t.Fatal(err)
		}
		rc, err := s.Get(t.Context(), "k")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadAll(rc); !errors.Is(err, errs.ErrCorrupt) {
			t.Errorf("reading %d bytes with a flipped bit = %v, want ErrCorrupt", size, err)
		}
		_ = rc.Close()
	}
}

func TestAbsentServerIsUnavailable(t *testing.T) {
	w := &wire{do: func(*http.Request, func(*http.Request) (*http.Response, error)) (*http.Response, error) {
		return nil, &temporary{errReset}
	}}
	client := awstest.S3(t, func(o *s3.Options) { o.HTTPClient, o.Retryer = w, aws.NopRetryer{} })
	s := s3blob.New(client, "bucket", "")
	ctx := t.Context()
	_, getErr := s.Get(ctx, "k")
	_, headErr := s.Head(ctx, "k")
	var listErr error
	for _, listErr = range s.List(ctx, "") {
		if listErr == nil {
			t.Error("List yields an object")
		}
	}
	for what, err := range map[string]error{
		"Get": getErr, "Head": headErr, "List": listErr, "Delete": s.Delete(ctx, "k"),
		"Put":       s.Put(ctx, "k", strings.NewReader("x"), nil),
		"large Put": s.Put(ctx, "k", bytes.NewReader(content(20<<20)), nil),
	} {
		if !errors.Is(err, errs.ErrUnavailable) {
			t.Errorf("%s = %v, want ErrUnavailable", what, err)
		}
	}
}

func TestServerGoneInMidUploadIsUnavailableAndNamesTheUpload(t *testing.T) {
	w := &wire{do: func(r *http.Request, send func(*http.Request) (*http.Response, error)) (*http.Response, error) {
		if r.URL.Query().Has("uploadId") {
			return nil, &temporary{errReset}
		}
		return send(r)
	}}
	plain := awstest.S3(t)
	name := awstest.Bucket(t, plain) // an upload stays behind: the abort cannot reach the server
	client := awstest.S3(t, func(o *s3.Options) { o.HTTPClient, o.Retryer = w, aws.NopRetryer{} })
	err := s3blob.New(client, name, "").Put(t.Context(), "k", bytes.NewReader(content(40<<20)), nil)
	if !errors.Is(err, errs.ErrUnavailable) || !strings.Contains(err.Error(), "abort upload ") {
		t.Errorf("Put = %v, want ErrUnavailable and the upload that could not be aborted", err)
	}
}

// Whoever gives up a request does not keep the server from carrying it out.
func TestPutThatIsCancelledInARequestLeavesNoUpload(t *testing.T) {
	for _, op := range []string{"CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload"} {
		t.Run(op, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			w := &wire{do: func(r *http.Request, send func(*http.Request) (*http.Response, error)) (*http.Response, error) {
				if operation(r) != op {
					return send(r)
				}
				cancel()
				resp, err := send(r.WithContext(context.WithoutCancel(r.Context())))
				if err == nil && r.Context().Err() != nil {
					err = errors.Join(r.Context().Err(), resp.Body.Close())
				}
				return resp, err
			}}
			s := openOn(t, w)
			if err := s.Put(ctx, "k", bytes.NewReader(content(12<<20)), nil); !errors.Is(err, context.Canceled) {
				t.Errorf("Put = %v, want context.Canceled", err)
			}
			if w.count(op) == 0 {
				t.Errorf("no %s was sent", op)
			}
		})
	}
}

func TestShortOutageIsSurvived(t *testing.T) {
	t.Parallel() // it waits between tries
	var calls atomic.Int32
	w := &wire{do: func(r *http.Request, send func(*http.Request) (*http.Response, error)) (*http.Response, error) {
		if calls.Add(1) <= 3 { // more than the SDK's default survives
			return &http.Response{
				StatusCode: http.StatusServiceUnavailable, Body: io.NopCloser(strings.NewReader("")), Request: r, Header: http.Header{},
			}, nil
		}
		return send(r)
	}}
	s := openOn(t, w)
	if err := s.Put(t.Context(), "k", strings.NewReader("x"), nil); err != nil {
		t.Errorf("Put = %v, want success at the fourth try", err)
	}
}

func TestDeleteNamesEveryRefusedKey(t *testing.T) {
	w := &wire{do: func(r *http.Request, send func(*http.Request) (*http.Response, error)) (*http.Response, error) {
		if operation(r) != "DeleteObjects" {
			return send(r)
		}
		const answer = `<DeleteResult><Error><Key>p/a</Key><Code>SlowDown</Code><Message>slow</Message></Error>` +
			`<Error><Key>p/b</Key><Code>AccessDenied</Code><Message>locked</Message></Error>` +
			`<Error><Key>p/c</Key><Code>NoSuchKey</Code></Error></DeleteResult>`
		return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(answer)), Request: r, Header: http.Header{}}, nil
	}}
	err := openOn(t, w).Delete(t.Context(), "a", "b", "c", "d")
	if !errors.Is(err, errs.ErrUnavailable) || !strings.Contains(err.Error(), "delete a: ") ||
		!strings.Contains(err.Error(), "delete b: ") || strings.Contains(err.Error(), "delete c: ") {
		t.Errorf("Delete = %v, want ErrUnavailable that names a and b only", err)
	}
}

func TestSmallObjectIsOneRequest(t *testing.T) {
	w := &wire{}
	if err := openOn(t, w).Put(t.Context(), "k", bytes.NewReader(content(5<<20-1)), nil); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"PutObject"}, w.seen); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

func TestLargePutOntoAnObjectSendsNothing(t *testing.T) {
	w := &wire{}
	s := openOn(t, w)
	if err := s.Put(t.Context(), "k", strings.NewReader("x"), nil); err != nil {
		t.Fatal(err)
	}
	if err := s.Put(t.Context(), "k", bytes.NewReader(content(12<<20)), nil); !errors.Is(err, errs.ErrConflict) {
		t.Errorf("Put = %v, want ErrConflict", err)
	}
	if n := w.count("CreateMultipartUpload") + w.count("UploadPart"); n > 0 {
		t.Errorf("%d requests of an upload were sent, want none", n)
	}
}

func TestUploadsAreGuardedByCRC32NotBySignature(t *testing.T) {
	var mu sync.Mutex
	got := map[string]int{}
	w := &wire{do: func(r *http.Request, send func(*http.Request) (*http.Response, error)) (*http.Response, error) {
		if op := operation(r); op == "PutObject" || op == "UploadPart" {
			mu.Lock()
			got[fmt.Sprint(op, " ", r.Header.Get("X-Amz-Content-Sha256"), " crc32:", r.Header.Get("X-Amz-Checksum-Crc32") != "")]++
			mu.Unlock()
		}
		return send(r)
	}}
	s := openOn(t, w)
	for key, size := range map[string]int{"small": 100, "large": 12 << 20} {
		if err := s.Put(t.Context(), key, bytes.NewReader(content(size)), nil); err != nil {
			t.Fatal(err)
		}
	}
	want := map[string]int{"PutObject UNSIGNED-PAYLOAD crc32:true": 1, "UploadPart UNSIGNED-PAYLOAD crc32:true": 3}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("uploads (-want +got):\n%s", diff)
	}
}

func TestKMSKeyIsSent(t *testing.T) {
	got := make(chan string, 2)
	w := &wire{do: func(r *http.Request, _ func(*http.Request) (*http.Response, error)) (*http.Response, error) {
		if r.Method == http.MethodHead {
			return &http.Response{StatusCode: http.StatusNotFound, Body: http.NoBody, Request: r, Header: http.Header{}}, nil
		}
		got <- r.Header.Get("X-Amz-Server-Side-Encryption") + " " + r.Header.Get("X-Amz-Server-Side-Encryption-Aws-Kms-Key-Id")
		return nil, errReset
	}}
	client := awstest.S3(t, func(o *s3.Options) { o.HTTPClient, o.Retryer = w, aws.NopRetryer{} })
	s := s3blob.New(client, "bucket", "", s3blob.WithKMSKey("key-1"), s3blob.WithPartSize(5<<20))
	for _, size := range []int{1, 6 << 20} {
		if err := s.Put(t.Context(), "k", bytes.NewReader(content(size)), nil); !errors.Is(err, errReset) {
			t.Errorf("Put = %v, want the wire's error", err)
		}
		if h := <-got; h != "aws:kms key-1" {
			t.Errorf("encryption of %d bytes = %q, want aws:kms key-1", size, h)
		}
	}
}
