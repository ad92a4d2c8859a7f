package app_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/vertex-ar/backup/internal/backup"
)

// policy is what a function may do, by IAM's actions.
type policy map[string]permission

// permission is what an action is confined to: patterns of the partition keys of
// a table, of the keys of a bucket and of the names of schedules; none is all.
type permission struct{ partitions, objects, schedules []string }

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
				Action, Resource any
				Condition        map[string]map[string][]string
			}
			if err := json.Unmarshal(raw, &s); err != nil {
				t.Fatal(err)
			}
			is := permission{partitions: s.Condition["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]}
			for _, resource := range oneOrMore(s.Resource) {
				resource = strings.NewReplacer("${BackupPrefix}", keyPrefix, "${AWS::StackName}", stackName).Replace(resource)
				if key, ok := strings.CutPrefix(resource, "${BackupBucket.Arn}/"); ok {
					is.objects = append(is.objects, key)
				}
				if _, name, ok := strings.Cut(resource, ":schedule/default/"); ok {
					is.schedules = append(is.schedules, name)
				}
			}
			for _, action := range oneOrMore(s.Action) {
				allowed[action] = is
			}
		}
	}
	return allowed
}

// oneOrMore returns the strings of a JSON value that is a string or an array of them.
func oneOrMore(value any) (all []string) {
	several, ok := value.([]any)
	if !ok {
		several = []any{value}
	}
	for _, one := range several {
		all = append(all, fmt.Sprint(one))
	}
	return all
}

// TestFunctionsReachOnlyTheirObjects: what the guards of the bootstraps' tests
// check is in the template, too.
func TestFunctionsReachOnlyTheirObjects(t *testing.T) {
	for name, f := range functions(t, readTemplate(t)) {
		for action, is := range policyOf(t, f) {
			service, verb, _ := strings.Cut(action, ":")
			want := permission{partitions: is.partitions}
			switch {
			case service == "s3" && verb != "ListBucket" && name == "download" && verb != "GetObject":
				want.objects = []string{keyPrefix + "/exports/*"}
			case name == "edit" && verb == "GetObject":
				want.objects = []string{keyPrefix + "/marks/*", keyPrefix + "/format.json"}
			case name == "edit" && verb == "PutObject":
				want.objects = []string{keyPrefix + "/marks/*"}
			case service == "s3" && verb != "ListBucket":
				want.objects = []string{keyPrefix + "/*"}
			case service == "scheduler":
				for _, job := range backup.ScheduleNames() {
					want.schedules = append(want.schedules, stackName+"-"+string(job))
				}
			}
			if diff := cmp.Diff(want, is, cmp.AllowUnexported(permission{}), cmpopts.SortSlices(strings.Compare)); diff != "" {
				t.Errorf("%s, %s (-want +template):\n%s", name, action, diff)
			}
		}
	}
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
		"rotate": append(rewrites, itself), "delete": deletes, "list": reads, "download": append(adds, "s3:DeleteObject", itself, identity), "auth": {"dynamodb:PutItem"},
		"schedule": {"dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem", "iam:PassRole", "scheduler:GetSchedule", "scheduler:UpdateSchedule"}, "authorizer": nil, "admin": nil,
		"edit": {"dynamodb:GetItem", "dynamodb:PutItem", "s3:ListBucket", "s3:GetObject", "s3:PutObject"}, "cancel": {"dynamodb:GetItem", "dynamodb:PutItem"},
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
	is, ok := p[action]
	if !ok {
		return false
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return false
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	service, _, _ := strings.Cut(action, ":")
	switch service {
	case "dynamodb":
		type key struct{ PK struct{ S string } }
		var in struct{ Item, Key key } // of a PutItem, of a GetItem
		return len(is.partitions) == 0 || json.Unmarshal(body, &in) == nil && matches(is.partitions, in.Item.PK.S+in.Key.PK.S)
	case "s3":
		return action == "s3:ListBucket" || !slices.ContainsFunc(objects(r, body), func(key string) bool { return !matches(is.objects, key) })
	case "scheduler":
		return matches(is.schedules, path.Base(r.URL.Path))
	}
	return true
}

// matches reports whether a name is one of the patterns, which may end in a star.
func matches(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		prefix, open := strings.CutSuffix(pattern, "*")
		rest, ok := strings.CutPrefix(name, prefix)
		return ok && (open || rest == "")
	})
}

// objects returns the keys of a request to S3, with the bucket in the path.
func objects(r *http.Request, body []byte) (keys []string) {
	if _, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/"); key != "" {
		return []string{key}
	}
	var in struct{ Object []struct{ Key string } } // of a DeleteObjects
	_ = xml.Unmarshal(body, &in)
	for _, o := range in.Object {
		keys = append(keys, o.Key)
	}
	return keys
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
