package event_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/event"
)

type (
	request  = events.APIGatewayV2HTTPRequest
	response = events.APIGatewayV2HTTPResponse
)

// seen is what a handler saw of a request.
type seen struct {
	Method, Path, Query, Host, Address, Body string
	Header                                   http.Header
}

// record is a handler that answers 204 and keeps what it saw.
func record(into *seen) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		*into = seen{r.Method, r.URL.Path, r.URL.RawQuery, r.Host, r.RemoteAddr, string(body), r.Header}
		w.WriteHeader(http.StatusNoContent)
	})
}

func TestRequestArrivesWhole(t *testing.T) {
	payload := edited(t, "create-full.json", func(ev *request) {
		ev.RawQueryString = "a=1&a=2&b=%D1%8F"
		ev.Cookies = []string{"theme=dark", "session=abc"}
	})
	var got seen
	if res := invoke[response](t, event.Handler{HTTP: record(&got)}, payload); res.StatusCode != http.StatusNoContent {
		t.Fatalf("status %d", res.StatusCode)
	}
	want := seen{
		Method: http.MethodPost, Path: "/backups/create", Query: "a=1&a=2&b=%D1%8F",
		Host: "abc123.execute-api.us-east-1.amazonaws.com", Address: "203.0.113.7:0",
		Body: `{"type": "full", "test": false, "note": "Before the upgrade"}`,
		Header: http.Header{
			"Accept":            {"application/json, text/plain, */*"},
			"Content-Type":      {"application/json"},
			"Cookie":            {"theme=dark; session=abc"},
			"Origin":            {"https://abc123.execute-api.us-east-1.amazonaws.com"},
			"User-Agent":        {"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"},
			"X-Forwarded-For":   {"203.0.113.7"},
			"X-Forwarded-Port":  {"443"},
			"X-Forwarded-Proto": {"https"},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestPathAndQueryThatNoURLMayHoldReachTheHandler(t *testing.T) {
	tests := map[string]struct {
		file        string
		path, query string
	}{
		"lone percent in path":  {"list-one-bad-percent.json", "/backups/100%", ""},
		"control characters":    {"list-one-control-character.json", "/backups/a\x00b\n", ""},
		"parent directory":      {"list-one-parent-directory.json", "/backups/../../etc/passwd", ""},
		"lone percent in query": {"list-bad-percent-in-query.json", "/backups/list", "q=100%25&limit=10"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			var got seen
			invoke[response](t, event.Handler{HTTP: record(&got)}, fixture(t, tc.file))
			if got.Path != tc.path || got.Query != tc.query {
				t.Errorf("path %q, query %q; want %q, %q", got.Path, got.Query, tc.path, tc.query)
			}
		})
	}
}

func TestQueryIsEscapedOnlyWhereItMustBe(t *testing.T) {
	payload := edited(t, "list-all.json", func(ev *request) { ev.RawQueryString = "q=a b#c\n\x7fя&x=%20+&y=%zz&z=%2" })
	var got seen
	invoke[response](t, event.Handler{HTTP: record(&got)}, payload)
	if want := "q=a+b%23c%0A%7F%D1%8F&x=%20+&y=%25zz&z=%252"; got.Query != want {
		t.Errorf("query %q, want %q", got.Query, want)
	}
}

func TestPathMayComeFromTheRequestContext(t *testing.T) {
	payload := edited(t, "list-all.json", func(ev *request) { ev.RawPath = ""; ev.RequestContext.HTTP.Path = "/backups/50%" })
	var got seen
	invoke[response](t, event.Handler{HTTP: record(&got)}, payload)
	if got.Path != "/backups/50%" {
		t.Errorf("path %q", got.Path)
	}
}

func TestBinaryBodyIsDecoded(t *testing.T) {
	payload := edited(t, "create-full.json", func(ev *request) {
		ev.Body, ev.IsBase64Encoded = base64.StdEncoding.EncodeToString([]byte("\x00\xff")), true
	})
	var got seen
	invoke[response](t, event.Handler{HTTP: record(&got)}, payload)
	if got.Body != "\x00\xff" {
		t.Errorf("body %q", got.Body)
	}
}

func TestUnreadableRequestIsAProblem(t *testing.T) {
	tests := map[string]func(*request){
		"The request's body is not valid base64.": func(ev *request) { ev.Body, ev.IsBase64Encoded = "%%%", true },
		"The request's method is not valid.":      func(ev *request) { ev.RequestContext.HTTP.Method = "GE T" },
	}
	for detail, change := range tests {
		t.Run(detail, func(t *testing.T) {
			h := event.Handler{HTTP: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("handler ran") })}
			res := invoke[response](t, h, edited(t, "create-full.json", change))
			var body struct {
				Status int
				Detail string
			}
			if err := json.Unmarshal([]byte(res.Body), &body); err != nil {
				t.Fatal(err)
			}
			if res.StatusCode != http.StatusBadRequest || body.Status != http.StatusBadRequest || body.Detail != detail || res.Headers["Content-Type"] != "application/problem+json" {
				t.Errorf("answer %+v", res)
			}
		})
	}
}

func TestActorComesFromTheAuthorizer(t *testing.T) {
	tests := map[string]struct {
		file string
		want *backup.Actor
	}{
		"admin": {"create-full.json", &backup.Actor{
			Subject: "8d1f3c52-0c7e-4a56-9c1b-2f6f5f0f8a11", Email: "anna@example.com", Role: backup.RoleAdmin,
			AuthTime: time.Unix(1795312800, 0).UTC(), Address: "203.0.113.7",
		}},
		"no authorizer":                     {"create-without-authorizer.json", nil},
		"authorizer that said nothing":      {"list-as-nobody.json", nil},
		"route that needs nobody signed in": {"list-openapi.json", nil},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			var got *backup.Actor
			invoke[response](t, event.Handler{
				HTTP: http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}),
				WithActor: func(ctx context.Context, actor backup.Actor) context.Context {
					got = &actor
					return ctx
				},
			}, fixture(t, tc.file))
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestContextOfActorReachesTheHandler(t *testing.T) {
	type key struct{}
	h := event.Handler{
		WithActor: func(ctx context.Context, actor backup.Actor) context.Context {
			return context.WithValue(ctx, key{}, actor.Email)
		},
		HTTP: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, r.Context().Value(key{}).(string))
		}),
	}
	if res := invoke[response](t, h, fixture(t, "create-full.json")); res.Body != "anna@example.com" {
		t.Errorf("body %q", res.Body)
	}
}

func TestAnythingInTheAuthorizersContextIsSafe(t *testing.T) {
	payload := strings.NewReplacer(
		`"role": "backup-admins"`, `"role": ["backup-admins"]`, `"auth_time": "1795312800"`, `"auth_time": 1795312800`,
	).Replace(string(fixture(t, "create-full.json")))
	got := actorSeen(t, []byte(payload))
	if got.Role != "" || !got.AuthTime.IsZero() || got.CanRead() {
		t.Errorf("actor %+v from values that are no strings", got)
	}
}

// actorSeen returns the actor that a handler of payload is given.
func actorSeen(t *testing.T, payload []byte) backup.Actor {
	t.Helper()
	var got backup.Actor
	invoke[response](t, event.Handler{
		HTTP:      http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}),
		WithActor: func(ctx context.Context, actor backup.Actor) context.Context { got = actor; return ctx },
	}, payload)
	return got
}
