package app_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// policy is what a function may do: IAM's actions, and for each the patterns
// of the partition keys that it is confined to (none is all).
type policy map[string][]string

func policyOf(t *testing.T, f functionProperties) policy {
	t.Helper()
	allowed := policy{}
	for _, p := range f.Policies {
		for _, raw := range p.Statement {
			if raw[0] == '[' { // under a condition (!If)
				var parts []json.RawMessage
				if err := json.Unmarshal(raw, &parts); err != nil {
					t.Fatal(err)
				}
				if string(parts[0]) != `"HasIdentity"` {
					continue
				}
				raw = parts[1]
			}
			var s struct {
				Action    any
				Condition map[string]map[string][]string
			}
			if err := json.Unmarshal(raw, &s); err != nil {
				t.Fatal(err)
			}
			actions, several := s.Action.([]any)
			if !several {
				actions = []any{s.Action}
			}
			for _, a := range actions {
				allowed[a.(string)] = s.Condition["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
			}
		}
	}
	return allowed
}

func TestFunctionsMayDoOnlyTheirVerb(t *testing.T) {
	reads := []string{"dynamodb:GetItem", "dynamodb:Query", "s3:GetObject", "s3:ListBucket"}
	records := slices.Concat(reads, []string{"dynamodb:PutItem"})
	adds := slices.Concat(records, []string{"s3:AbortMultipartUpload", "s3:PutObject"})
	deletes := slices.Concat(records, []string{"dynamodb:DeleteItem", "s3:DeleteObject"})
	rewrites := slices.Concat(deletes, []string{"s3:AbortMultipartUpload", "s3:PutObject"})
	const itself, identity = "lambda:InvokeFunction", "secretsmanager:GetSecretValue"
	want := map[string][]string{
		"create": append(adds, itself), "restore": append(adds, itself, identity), "verify": append(records, itself, identity),
		"rotate": append(rewrites, itself), "delete": deletes, "list": reads, "auth": {"dynamodb:PutItem"},
		"schedule": {"dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem", "iam:PassRole", "scheduler:GetSchedule", "scheduler:UpdateSchedule"}, "authorizer": nil, "admin": nil,
	}
	got := map[string][]string{}
	for name, f := range functions(t, readTemplate(t)) {
		got[name] = nil
		for action := range policyOf(t, f) {
			got[name] = append(got[name], action)
		}
	}
	if diff := cmp.Diff(want, got, cmpopts.SortSlices(strings.Compare)); diff != "" {
		t.Errorf("(-want +template):\n%s", diff)
	}
}

// underPolicy puts a guard in front of each server that env names. It refuses
// what the function's policy does not allow, as IAM would, and the test fails.
func underPolicy(t *testing.T, function string, allowed policy, env []string) []string {
	t.Helper()
	guarded := slices.Clone(env)
	for i, variable := range env {
		name, value, _ := strings.Cut(variable, "=")
		action, ok := map[string]func(*http.Request) string{
			"AWS_ENDPOINT_URL_S3": s3Action, "AWS_ENDPOINT_URL_DYNAMODB": targetAction("dynamodb"),
			"AWS_ENDPOINT_URL_SECRETS_MANAGER": targetAction("secretsmanager"), "AWS_ENDPOINT_URL_SCHEDULER": schedulerAction,
		}[name]
		if !ok {
			continue
		}
		upstream, err := url.Parse(value)
		if err != nil {
			t.Fatal(err)
		}
		proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(upstream)
			r.Out.Host = r.In.Host // is part of the signature
		}}
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if a := action(r); !allowed.allows(a, r) {
				t.Errorf("%s: template.yaml does not allow %s (%s %s)", function, a, r.Method, r.URL)
				http.Error(w, `{"__type":"AccessDeniedException"}`, http.StatusForbidden)
				return
			}
			proxy.ServeHTTP(w, r)
		}))
		t.Cleanup(server.Close)
		guarded[i] = name + "=" + server.URL
	}
	return guarded
}

func (p policy) allows(action string, r *http.Request) bool {
	patterns, ok := p[action]
	if !ok || len(patterns) == 0 {
		return ok
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return false
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	var put struct {
		Item struct{ PK struct{ S string } }
	}
	return json.Unmarshal(body, &put) == nil && slices.ContainsFunc(patterns, func(pattern string) bool {
		return strings.HasPrefix(put.Item.PK.S, strings.TrimSuffix(pattern, "*"))
	})
}

// targetAction gives IAM's names of requests to a service that has the operation
// in a header.
func targetAction(service string) func(r *http.Request) string {
	return func(r *http.Request) string {
		_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		return service + ":" + operation
	}
}

// schedulerAction is IAM's name of a request to EventBridge Scheduler.
func schedulerAction(r *http.Request) string {
	return map[string]string{http.MethodGet: "scheduler:GetSchedule", http.MethodPut: "scheduler:UpdateSchedule"}[r.Method]
}

// s3Action is IAM's name of a request to S3, with the bucket in the path.
func s3Action(r *http.Request) string {
	_, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	query := r.URL.Query()
	switch {
	case r.Method == http.MethodPost && query.Has("delete"):
		return "s3:DeleteObject"
	case key == "" && (r.Method == http.MethodGet || r.Method == http.MethodHead):
		return "s3:ListBucket"
	case key == "":
		return "s3:?"
	case r.Method == http.MethodDelete && query.Has("uploadId"):
		return "s3:AbortMultipartUpload"
	case r.Method == http.MethodDelete:
		return "s3:DeleteObject"
	case r.Method == http.MethodPut, r.Method == http.MethodPost:
		return "s3:PutObject"
	}
	return "s3:GetObject"
}
