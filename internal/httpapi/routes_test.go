package httpapi_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/httpapi"
)

func TestEachFunctionServesItsRoutesOnly(t *testing.T) {
	functions := []string{"create", "cancel", "delete", "download", "edit", "list", "restore", "rotate", "schedule", "verify"}
	for _, f := range functions {
		b := newBench(t, admin, f)
		for _, route := range httpapi.Routes() {
			if !slices.Contains(functions, route.Function) {
				t.Errorf("%s: no function %q", route.OperationID, route.Function)
			}
			b.service.backup, b.service.operation = sample(), operation(backup.VerbVerify, backup.StatusCompleted)
			w := b.do(target(route))
			// /backups/{id} of the list function takes any GET of that shape.
			if served := w.Code == http.StatusOK; served != (route.Function == f) {
				t.Errorf("function %s answers %d to %s", f, w.Code, route.Pattern())
			}
		}
	}
}

func TestHeadIsAnsweredAsGet(t *testing.T) {
	if w := newBench(t, admin).do(request("HEAD", "/backups/stats", "")); w.Code != http.StatusOK {
		t.Errorf("status %d", w.Code)
	}
}

func TestTheEarlierLiteralWins(t *testing.T) {
	b := newBench(t, admin)
	// Also the shape of /backups/{id}/files, of a backup called "operations".
	wantProblem(t, b.do(request("GET", "/backups/operations/files", "")), http.StatusUnprocessableEntity)
	b.service.operation = operation(backup.VerbVerify, backup.StatusCompleted)
	if w := b.do(request("GET", "/backups/operations/"+restoreID, "")); w.Code != http.StatusOK {
		t.Errorf("status %d: %s", w.Code, w.Body)
	}
}

// document is what the tests read of the OpenAPI document.
type document struct {
	OpenAPI    string
	Paths      map[string]map[string]operationDoc
	Components struct {
		SecuritySchemes map[string]map[string]string
		Schemas         map[string]schemaDoc
	}
}

type operationDoc struct {
	OperationID string
	Summary     string
	Tags        []string
	Security    *[]map[string][]string
	Responses   map[string]struct {
		Content map[string]struct{ Schema map[string]any }
	}
}

type schemaDoc struct {
	Properties map[string]map[string]any
	Required   []string
}

// openAPI gets the document of a handler.
func openAPI(t *testing.T, b *bench) (document, string) {
	t.Helper()
	r := request("GET", "/openapi.json", "")
	r.Header.Del("Authorization") // it is public
	w := b.do(r)
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/openapi+json" {
		t.Fatalf("status %d, %q", w.Code, w.Header().Get("Content-Type"))
	}
	var d document
	if err := json.Unmarshal(w.Body.Bytes(), &d); err != nil {
		t.Fatal(err)
	}
	return d, w.Body.String()
}

func TestOpenAPIDescribesEveryRoute(t *testing.T) {
	d, _ := openAPI(t, newBench(t, admin, "list"))
	if !strings.HasPrefix(d.OpenAPI, "3.1.") {
		t.Errorf("version %q", d.OpenAPI)
	}
	described := 0
	for _, operations := range d.Paths {
		described += len(operations)
	}
	for _, route := range httpapi.Routes() {
		if route.OperationID == "openapi" {
			continue
		}
		described--
		op, ok := d.Paths[route.Path][strings.ToLower(route.Method)]
		if !ok || op.OperationID != route.OperationID || op.Summary == "" || len(op.Tags) != 1 {
			t.Errorf("%s is described as %+v", route.Pattern(), op)
			continue
		}
		if op.Security == nil || len(*op.Security) != 2 {
			t.Errorf("%s: security %v", route.Pattern(), op.Security)
		}
		for _, status := range []string{"200", "401", "403", "500", "503"} {
			if _, ok := op.Responses[status]; !ok {
				t.Errorf("%s does not tell of %s", route.Pattern(), status)
			}
		}
		for status, response := range op.Responses {
			media := "application/json"
			if op.OperationID == "preview" {
				media = "image/webp"
			}
			if status >= "400" {
				media = "application/problem+json"
			}
			if _, ok := response.Content[media]; !ok {
				t.Errorf("%s %s: content %v", route.Pattern(), status, response.Content)
			}
		}
	}
	if described != 0 {
		t.Errorf("%d operations are described that are no routes", described)
	}
	for _, id := range []string{"/backups/create", "/backups/restore", "/backups/verify", "/backups/rotate"} {
		if _, ok := d.Paths[id]["post"].Responses["202"]; !ok {
			t.Errorf("%s does not tell of 202", id)
		}
	}
	if d.Components.SecuritySchemes["session"]["in"] != "cookie" || d.Components.SecuritySchemes["bearer"]["scheme"] != "bearer" {
		t.Errorf("security schemes %v", d.Components.SecuritySchemes)
	}
}

// TestOpenAPIReferencesResolve: every $ref names a schema that is there.
func TestOpenAPIReferencesResolve(t *testing.T) {
	d, text := openAPI(t, newBench(t, admin))
	rest := text
	for found := 0; ; found++ {
		_, after, ok := strings.Cut(rest, `"$ref":"`)
		if !ok {
			if found == 0 {
				t.Error("no references")
			}
			return
		}
		ref, tail, _ := strings.Cut(after, `"`)
		if _, ok := d.Components.Schemas[strings.TrimPrefix(ref, "#/components/schemas/")]; !ok {
			t.Errorf("%s is not there", ref)
		}
		rest = tail
	}
}

// TestAnswersAreAsDescribed holds golden answers to the document's schemas:
// no field is missing from either.
func TestAnswersAreAsDescribed(t *testing.T) {
	d, _ := openAPI(t, newBench(t, admin))
	for schema, fields := range map[string][]string{
		"Problem":      {"type", "title", "status", "detail", "instance", "errors"},
		"Fault":        {"message", "location"},
		"VerifyAnswer": {"success", "message", "valid", "deep", "file_size", "checksum", "error", "archives", "bytes_read", "entries", "details", "signature", "decoded", "hashed_only", "damaged_archives", "damaged_files", "damaged_archive_count", "damaged_file_count", "backup_path", "operation"},
		"RotateAnswer": {"success", "message", "dry_run", "removed", "total_removed", "removed_backups", "kept", "freed_bytes", "swept_objects", "swept_bytes", "repacked_archives", "repacked_bytes", "operation"},
		"ListAnswer":   {"success", "backups", "count", "cursor"},
		"Progress":     {"phase", "done_bytes", "total_bytes", "done_files", "total_files", "percent"},
		"Backup": {
			"id", "backup_path", "timestamp", "type", "status", "created_at", "finished_at", "file_size", "logical_size", "file_count", "checksum",
			"db_success", "storage_success", "errors", "warnings", "reason", "created_by", "host", "note", "pinned", "shrunk", "accepted", "verified_at", "expires_at", "encrypted", "signed_by", "progress", "components", "checks",
			"damaged", "cancel_requested", "duration_ms",
		},
	} {
		got := d.Components.Schemas[schema]
		for _, f := range fields {
			if _, ok := got.Properties[f]; !ok {
				t.Errorf("%s.%s is not described", schema, f)
			}
		}
		if len(got.Properties) != len(fields) {
			t.Errorf("%s has %d fields, want %d", schema, len(got.Properties), len(fields))
		}
	}
}
