package dynamocatalog_test

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// impatient makes a client try three times without waiting in between.
func impatient(o *dynamodb.Options) {
	o.Retryer = retry.NewStandard(func(s *retry.StandardOptions) {
		s.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
	})
}

// clientFunc is an HTTP client.
type clientFunc func(r *http.Request) (*http.Response, error)

func (f clientFunc) Do(r *http.Request) (*http.Response, error) { return f(r) }

// operation returns what a request asks DynamoDB for, as in PutItem.
func operation(r *http.Request) string {
	_, name, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	return name
}

// answer returns a client that gives every request the same answer.
func answer(status int, body string) clientFunc {
	return func(r *http.Request) (*http.Response, error) {
		return &http.Response{
			StatusCode: status, Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}},
			Body: io.NopCloser(strings.NewReader(body)), Request: r,
		}, nil
	}
}

// lossy carries out one request of an operation, does then, and loses the
// answer. All else goes through.
type lossy struct {
	operation string
	then      func()
	once      sync.Once
	lost      bool
}

func (l *lossy) Do(r *http.Request) (*http.Response, error) {
	res, err := http.DefaultClient.Do(r)
	if err != nil || operation(r) != l.operation {
		return res, err
	}
	l.once.Do(func() {
		l.lost = true
		_, _ = io.Copy(io.Discard, res.Body)
		_ = res.Body.Close()
		if l.then != nil {
			l.then()
		}
		res, err = nil, syscall.ECONNRESET
	})
	return res, err
}

// recorder notes what is asked of DynamoDB.
type recorder struct {
	mu            sync.Mutex
	operations    map[string]int
	inconsistent  []string // reads that may be stale
	unconditional []string // writes that overwrite whatever is there
}

func (c *recorder) Do(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err = errors.Join(err, r.Body.Close()); err != nil {
		return nil, err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	c.note(operation(r), string(body))
	return http.DefaultClient.Do(r)
}

func (c *recorder) note(name, body string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.operations == nil {
		c.operations = map[string]int{}
	}
	c.operations[name]++
	reads := name == "GetItem" || name == "Query"
	switch {
	case reads && !strings.Contains(body, `"ConsistentRead":true`):
		c.inconsistent = append(c.inconsistent, body)
	case !reads && !strings.Contains(body, `"ConditionExpression":`):
		c.unconditional = append(c.unconditional, body)
	}
}

// wantSingleItemCalls checks that there were only conditional writes of one
// item, consistent reads, and no scans.
func (c *recorder) wantSingleItemCalls(t *testing.T) {
	t.Helper()
	want := []string{"DeleteItem", "GetItem", "PutItem", "Query"}
	if got := slices.Sorted(maps.Keys(c.operations)); !slices.Equal(got, want) {
		t.Errorf("asked for %v, want only and all of %v", got, want)
	}
	for _, body := range c.inconsistent {
		t.Errorf("a read that may be stale: %.200s", body)
	}
	for _, body := range c.unconditional {
		t.Errorf("a write without a condition: %.200s", body)
	}
}

// preceded returns a client that calls do before the first request of an
// operation, as somebody who is faster.
func preceded(name string, do func()) clientFunc {
	var once sync.Once
	return func(r *http.Request) (*http.Response, error) {
		if operation(r) == name {
			once.Do(do)
		}
		return http.DefaultClient.Do(r)
	}
}
