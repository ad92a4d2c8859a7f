package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"time"
)

// pollPause is the time between two questions how far a job is.
const pollPause = 250 * time.Millisecond

// Client talks to the service as a signed-in browser does.
type Client struct {
	origin string
	http   *http.Client
}

// NewClient returns a client that is not signed in. origin is as in
// http://localhost:8080.
func NewClient(origin string) (*Client, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	return &Client{origin: origin, http: &http.Client{Jar: jar, Timeout: 2 * time.Minute}}, nil
}

// StatusError is an answer that says no.
type StatusError struct {
	Method, Path string
	Status       int
	Detail       string // of the problem document, or the start of the body
}

// Error says who answered what.
func (e *StatusError) Error() string {
	return fmt.Sprintf("%s %s: status %d: %s", e.Method, e.Path, e.Status, e.Detail)
}

// SignIn opens the login page and sends the form, like a browser. Afterwards
// the sign-in is fresh.
func (c *Client) SignIn(ctx context.Context, username, password string) error {
	if _, _, err := c.send(ctx, http.MethodGet, "/auth/login?max_age=0&return_to=/openapi.json", "", nil); err != nil {
		return fmt.Errorf("open the login page: %w", err)
	}
	form := url.Values{"username": {username}, "password": {password}}
	_, _, err := c.send(ctx, http.MethodPost, "/issuer/login", "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
	if err != nil {
		return fmt.Errorf("sign in as %s: %w", username, err)
	}
	return nil
}

// Call sends in as JSON, unless it is nil, and decodes the answer into out.
// A 202 answer's Location is returned. Other answers than 2xx are a
// *[StatusError].
func (c *Client) Call(ctx context.Context, method, path string, in, out any) (location string, err error) {
	var body io.Reader
	if in != nil {
		data, err := json.Marshal(in)
		if err != nil {
			return "", err
		}
		body = bytes.NewReader(data)
	}
	resp, data, err := c.send(ctx, method, path, "application/json", body)
	if err != nil {
		return "", err
	}
	if err := json.Unmarshal(data, out); err != nil {
		return "", fmt.Errorf("%s %s: %w", method, path, err)
	}
	if resp.status == http.StatusAccepted {
		location = resp.location
	}
	return location, nil
}

// Await asks at location until done says that out, decoded anew each time, has
// come to its end.
func (c *Client) Await(ctx context.Context, location string, out any, done func() bool) error {
	for location != "" && !done() {
		select {
		case <-time.After(pollPause):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		if _, err := c.Call(ctx, http.MethodGet, location, nil, out); err != nil {
			return err
		}
	}
	return nil
}

// head is what matters of an answer besides its body.
type head struct {
	status   int
	location string
}

func (c *Client) send(ctx context.Context, method, path, contentType string, body io.Reader) (head, []byte, error) {
	r, err := http.NewRequestWithContext(ctx, method, c.origin+path, body)
	if err != nil {
		return head{}, nil, err
	}
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	r.Header.Set("Origin", c.origin)
	r.Header.Set("Prefer", "respond-async") // what takes long is awaited
	resp, err := c.http.Do(r)
	if err != nil {
		return head{}, nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return head{}, nil, fmt.Errorf("%s %s: %w", method, path, err)
	}
	if resp.StatusCode >= 300 {
		return head{}, nil, &StatusError{Method: method, Path: path, Status: resp.StatusCode, Detail: detailOf(data)}
	}
	return head{status: resp.StatusCode, location: resp.Header.Get("Location")}, data, nil
}

// detailOf returns what a problem document says, or the start of another body.
func detailOf(body []byte) string {
	var problem struct {
		Title  string `json:"title"`
		Detail string `json:"detail"`
	}
	if json.Unmarshal(body, &problem) == nil && problem.Title+problem.Detail != "" {
		return strings.TrimSpace(problem.Title + ". " + problem.Detail)
	}
	return string(body[:min(len(body), 300)])
}
