package app_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"maps"
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

func TestFunctionsMayDoOnlyTheirVerb(t *testing.T) {
	reads := []string{"dynamodb:GetItem", "dynamodb:Query", "s3:GetObject", "s3:ListBucket"}
	records := slices.Concat(reads, []string{"dynamodb:PutItem"})
	adds := slices.Concat(records, []string{"s3:AbortMultipartUpload", "s3:PutObject"})
	deletes := slices.Concat(records, []string{"dynamodb:DeleteItem", "s3:DeleteObject"})
	rewrites := slices.Concat(deletes, []string{"s3:AbortMultipartUpload", "s3:PutObject"})
	const itself, identity = "lambda:InvokeFunction", "secretsmanager:GetSecretValue"
	want := map[string][]string{
		"create": append(adds, itself, identity), "restore": append(adds, itself, identity), "verify": append(records, itself, identity, "s3:PutObject"),
		"rotate": append(rewrites, itself), "delete": deletes, "list": reads, "download": append(adds, "s3:DeleteObject", itself, identity), "auth": {"dynamodb:GetItem", "dynamodb:PutItem"},
		"schedule": {"dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem", "iam:PassRole", "scheduler:GetSchedule", "scheduler:UpdateSchedule"}, "authorizer": {"dynamodb:GetItem"}, "admin": nil,
		"edit": append(records, "s3:PutObject"), "cancel": {"dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem"},
	}
	got := map[string][]string{}
	tpl := readTemplate(t)
	for name, f := range functions(t, tpl) {
		actions := map[string]bool{}
		for _, s := range policyOf(t, tpl, f) {
			for _, action := range s.Action {
				if s.Effect == "Allow" {
					actions[action] = true
				}
			}
		}
		got[name] = slices.Sorted(maps.Keys(actions))
	}
	if diff := cmp.Diff(want, got, cmpopts.SortSlices(strings.Compare), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("(-want +template):\n%s", diff)
	}
}

// policies returns what decides about the calls of each function.
func policies(t *testing.T) map[string]policy {
	t.Helper()
	tpl, all := readTemplate(t), map[string]policy{}
	for name, f := range functions(t, tpl) {
		all[name] = policyOf(t, tpl, f)
	}
	return all
}

// may lists the functions that are allowed a call.
func may(t *testing.T, made func(function string) call) (names []string) {
	t.Helper()
	for name, p := range policies(t) {
		if p.allows(made(name)) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// TestWhoMayDoWhat names for each kind of call the functions that may make it. No
// other function may, whoever has stolen its role.
func TestWhoMayDoWhat(t *testing.T) {
	const id, none = "20261122-020000-full-k3x9qa", ""
	for _, tt := range []struct{ action, on, want string }{
		{"dynamodb:GetItem", "AUDIT#2026-11", "list"},
		{"dynamodb:Query", "AUDIT#2026-11", "list"},
		{"dynamodb:PutItem", "AUDIT#2026-11", "auth cancel create delete download edit restore rotate schedule verify"},
		{"dynamodb:DeleteItem", "AUDIT#2026-11", none},
		{"dynamodb:UpdateItem", "AUDIT#2026-11", none},
		{"dynamodb:PutItem", "BACKUP", "cancel create delete edit restore rotate verify"},
		{"dynamodb:DeleteItem", "BACKUP", "delete rotate"},
		{"dynamodb:DeleteItem", "OPERATION", none},
		{"dynamodb:DeleteItem", "LOCK", none},
		{"dynamodb:PutItem", "OPERATION", "cancel create delete download restore rotate verify"},
		{"dynamodb:PutItem", "LOCK", "cancel create delete restore rotate schedule"},
		{"dynamodb:PutItem", "IDEMPOTENCY", "create download rotate verify"},
		{"dynamodb:PutItem", "LOG#" + id, "create restore"},
		{"dynamodb:PutItem", "LOG#20261122-020000-restore-k3x9qa", "restore"},
		{"dynamodb:PutItem", "LOG#20261122-020000-rotate-k3x9qa", "rotate"},
		{"dynamodb:PutItem", "LOG#20261122-020000-verify-k3x9qa", "verify"},
		{"dynamodb:GetItem", "SESSION", "auth authorizer"},
		{"dynamodb:PutItem", "SESSION", "auth"},
		{"dynamodb:PutItem", "SOMETHING", none},
		{"dynamodb:Scan", "BACKUP", none},
		{"s3:GetObject", "archives/" + id + "/000001.tar.zst", "create download restore rotate verify"},
		{"s3:GetObject", "manifests/" + id + ".jsonl.zst", "create delete download list restore rotate verify"},
		{"s3:GetObject", "exports/" + id + "/photo.jpg", "download"},
		{"s3:PutObject", "archives/" + id + "/000001.tar.zst", "create restore rotate"},
		{"s3:PutObject", "manifests/" + id + ".jsonl.zst", "create restore rotate"},
		{"s3:PutObject", "marks/" + id + ".1.json", "edit restore rotate verify"},
		{"s3:PutObject", "exports/" + id + "/photo.jpg", "download"},
		{"s3:PutObject", "elsewhere", none},
		{"s3:DeleteObject", "archives/" + id + "/000001.tar.zst", "delete rotate"},
		{"s3:DeleteObject", "manifests/" + id + ".jsonl.zst", "delete rotate"},
		{"s3:DeleteObject", "marks/" + id + ".1.json", "delete rotate"},
		{"s3:DeleteObject", "format.json", none},
		{"s3:DeleteObject", "exports/" + id + "/photo.jpg", "download rotate"},
		{"s3:DeleteObjectVersion", "archives/" + id + "/000001.tar.zst", none},
	} {
		got := may(t, func(function string) call {
			if strings.HasPrefix(tt.action, "s3:") {
				return onObject(function, tt.action, tt.on)
			}
			return onTable(function, tt.action, tt.on)
		})
		if diff := cmp.Diff(strings.Fields(tt.want), got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s on %s (-want +template):\n%s", tt.action, tt.on, diff)
		}
	}
}

// Lines of the audit log have random keys: who may add them and could read them
// could write over them.
func TestWhoAddsToTheAuditLogCannotReadIt(t *testing.T) {
	reads := may(t, func(f string) call { return onTable(f, "dynamodb:Query", "AUDIT#2026-11") })
	adds := may(t, func(f string) call { return onTable(f, "dynamodb:PutItem", "AUDIT#2026-11") })
	for _, name := range reads {
		if slices.Contains(adds, name) {
			t.Errorf("%s reads the audit log and writes to it", name)
		}
	}
}

// A role that takes backups must not be able to have them deleted: what a record
// says of its deletion counts with this attribute only.
func TestOnlyDeleteAndRotateMarkRecordsAsBeingDeleted(t *testing.T) {
	got := may(t, func(f string) call {
		return onTable(f, "dynamodb:PutItem", "BACKUP", "PK", "SK", "record", "version", "write", "deleting")
	})
	if diff := cmp.Diff([]string{"delete", "rotate"}, got); diff != "" {
		t.Errorf("(-want +template):\n%s", diff)
	}
}

// An object that is there is written over by nobody. What begins an upload in
// parts, or sends one, takes no condition.
func TestObjectsAreCreatedOnConditionOnly(t *testing.T) {
	for _, tt := range []struct {
		name, creates string
		condition     []string
		want          bool
	}{
		{"PutObject, CompleteMultipartUpload", "true", []string{"*"}, true},
		{"without If-None-Match", "true", nil, false},
		{"CreateMultipartUpload, UploadPart", "false", nil, true},
	} {
		got := may(t, func(f string) call {
			c := onObject(f, "s3:PutObject", "manifests/m.jsonl.zst")
			c.context["s3:if-none-match"], c.context["s3:ObjectCreationOperation"] = tt.condition, []string{tt.creates}
			return c
		})
		if (len(got) > 0) != tt.want {
			t.Errorf("%s is allowed to %v", tt.name, got)
		}
	}
}

// The bucket holds by itself: also when a function's own policy says more.
func TestBucketRefusesWhatAFunctionMustNot(t *testing.T) {
	everything := statement{Effect: "Allow", Action: texts{"*"}, Resource: texts{"*"}}
	bucket := append(bucketPolicy(t, readTemplate(t)), everything)
	for function := range policies(t) {
		removes := function == "delete" || function == "rotate"
		for action, want := range map[string]bool{
			"s3:DeleteObject": removes, "s3:DeleteObjectVersion": false, "s3:PutLifecycleConfiguration": false,
			"s3:PutBucketVersioning": false, "s3:PutBucketPolicy": false, "s3:DeleteBucketPolicy": false,
		} {
			if got := bucket.allows(onObject(function, action, "archives/a/000001.tar.zst")); got != want {
				t.Errorf("%s is allowed %s: %v, want %v", function, action, got, want)
			}
		}
		plain := onObject(function, "s3:GetObject", "format.json")
		plain.context["aws:SecureTransport"] = []string{"false"}
		if bucket.allows(plain) {
			t.Errorf("%s may speak to the bucket without TLS", function)
		}
	}
}

func TestScheduleReachesOnlyTheStacksSchedules(t *testing.T) {
	p := policies(t)["schedule"]
	for _, job := range append(backup.ScheduleNames(), "another") {
		c := call{action: "scheduler:UpdateSchedule", resources: []string{inTemplate + stackName + "-" + string(job)}, context: secure("schedule")}
		if got := p.allows(c); got != (job != "another") {
			t.Errorf("schedule %s: %v", job, got)
		}
	}
}

// underPolicy puts a guard in front of each server that env names. It refuses
// what the function's policy does not allow, as IAM would, and the test fails.
func underPolicy(t *testing.T, function string, allowed policy, env []string) []string {
	t.Helper()
	guarded := slices.Clone(env)
	for i, variable := range env {
		name, value, _ := strings.Cut(variable, "=")
		read, ok := map[string]func(string, *http.Request, []byte) call{
			"AWS_ENDPOINT_URL_S3": s3Call, "AWS_ENDPOINT_URL_DYNAMODB": dynamoCall,
			"AWS_ENDPOINT_URL_SECRETS_MANAGER": secretCall, "AWS_ENDPOINT_URL_SCHEDULER": schedulerCall,
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
			body, err := io.ReadAll(r.Body)
			r.Body = io.NopCloser(bytes.NewReader(body))
			if c := read(function, r, body); err != nil || !allowed.allows(c) {
				t.Errorf("%s: template.yaml does not allow %s on %v (%s %s, %v)", function, c.action, c.resources, r.Method, r.URL, c.context)
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

// operation is the one in the header of a request that has it there.
func operation(r *http.Request) string {
	_, name, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	return name
}

// dynamoCall reads a request to DynamoDB.
func dynamoCall(function string, r *http.Request, body []byte) call {
	type value struct{ S string }
	var in struct {
		Item, Key                 map[string]value
		ExpressionAttributeNames  map[string]string
		ExpressionAttributeValues map[string]value
	}
	_ = json.Unmarshal(body, &in) // what is not one has no keys
	attributes := slices.Sorted(maps.Keys(in.Item))
	attributes = slices.AppendSeq(attributes, maps.Values(in.ExpressionAttributeNames))
	c := onTable(function, "dynamodb:"+operation(r), in.Item["PK"].S+in.Key["PK"].S+in.ExpressionAttributeValues[":pk"].S)
	c.context["dynamodb:Attributes"] = attributes
	return c
}

func secretCall(function string, r *http.Request, _ []byte) call {
	return call{action: "secretsmanager:" + operation(r), resources: []string{"AgeIdentitySecretArn"}, context: secure(function)}
}

// schedulerCall reads a request to EventBridge Scheduler.
func schedulerCall(function string, r *http.Request, _ []byte) call {
	action := map[string]string{http.MethodGet: "scheduler:GetSchedule", http.MethodPut: "scheduler:UpdateSchedule"}[r.Method]
	return call{action: action, resources: []string{inTemplate + path.Base(r.URL.Path)}, context: secure(function)}
}

// s3Call reads a request to S3, with the bucket in the path.
func s3Call(function string, r *http.Request, body []byte) call {
	c := call{action: s3Action(r), context: secure(function)}
	if c.action == "s3:ListBucket" {
		c.resources = []string{bucket}
	} else {
		for _, key := range objects(r, body) {
			c.resources = append(c.resources, inBucket+key)
		}
	}
	if c.action == "s3:PutObject" {
		query := r.URL.Query()
		creates := r.Method == http.MethodPut && !query.Has("partNumber") || r.Method == http.MethodPost && query.Has("uploadId")
		c.context["s3:ObjectCreationOperation"] = []string{map[bool]string{true: "true", false: "false"}[creates]}
		c.context["s3:if-none-match"] = r.Header.Values("If-None-Match")
	}
	return c
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
