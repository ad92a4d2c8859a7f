package httpapi

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/web"
)

// newHuma returns an empty huma API that registers on rt.
func newHuma(rt *router) huma.API {
	useProblems()
	cfg := huma.DefaultConfig("Vertex AR Backup", "1")
	cfg.Info.Description = "Takes, lists, checks, restores and deletes backups of a Vertex AR installation. " +
		"Errors are problem documents by RFC 9457. Requests that change something and are not signed with a " +
		"bearer token need an Origin header of the service itself."
	cfg.Servers = []*huma.Server{{URL: "/"}}
	cfg.Tags = []*huma.Tag{
		{Name: "backups", Description: "What was backed up."},
		{Name: "restore", Description: "Getting it back."},
		{Name: "operations", Description: "Work that takes a while."},
	}
	cfg.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	cfg.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"session": {Type: "apiKey", In: "cookie", Name: "__Host-session", Description: "The ID token, set by /auth/login; the name is session where a laptop serves itself without TLS."},
		"bearer":  {Type: "http", Scheme: "bearer", BearerFormat: "JWT", Description: "The same ID token, for scripts."},
	}
	cfg.OpenAPIPath, cfg.DocsPath, cfg.SchemasPath = "", "", ""
	cfg.CreateHooks = nil // no $schema in answers
	cfg.Transformers = []huma.Transformer{placeProblem}
	return humago.New(rt, cfg)
}

// schemaName names a schema for its Go type, without what tells the type from
// the domain's.
func schemaName(t reflect.Type, hint string) string {
	return strings.TrimSuffix(huma.DefaultSchemaNamer(t, hint), "View")
}

// useProblems makes huma answer with our problem documents. huma has only a
// global for that; it is set once, before the first operation is registered.
//
//nolint:gochecknoglobals // see above
var useProblems = sync.OnceFunc(func() { huma.NewError = problemOfHuma })

// problemOfHuma makes a problem of the faults that huma found in a request. It
// drops their values: what came in may be secret.
func problemOfHuma(status int, _ string, faults ...error) huma.StatusError {
	p := web.NewProblem(status, "")
	switch status {
	case http.StatusBadRequest:
		p = web.NewProblem(http.StatusUnprocessableEntity, "The request needs a body that is a JSON object.")
	case http.StatusUnprocessableEntity:
		p.Detail = "The request is not valid."
	case http.StatusRequestEntityTooLarge:
		p.Detail = tooLarge
	case http.StatusUnsupportedMediaType:
		p.Detail = "Send the body as application/json."
	case http.StatusInternalServerError: // the only cause of it in huma
		p = web.NewProblem(http.StatusBadRequest, "The request's body could not be read to its end. Send it again.")
	}
	if p.Status != http.StatusUnprocessableEntity {
		return p
	}
	for _, err := range faults {
		if d, ok := err.(huma.ErrorDetailer); ok {
			p.Errors = append(p.Errors, faultOf(status, d.ErrorDetail()))
		}
	}
	if len(p.Errors) > 0 {
		p.Detail = fmt.Sprintf("The request is not valid: %s: %s.", p.Errors[0].Location, p.Errors[0].Message)
	}
	return p
}

// longestLocation bounds field names that the caller made up, in bytes.
const longestLocation = 100

// inWords says in words what huma says in signs.
//
//nolint:gochecknoglobals // a constant table
var inWords = strings.NewReplacer("<= ", "of at most ", ">= ", "of at least ")

// faultOf is d without the value and without what a decoder quotes of it.
func faultOf(status int, d *huma.ErrorDetail) web.Fault {
	f := web.Fault{Message: inWords.Replace(d.Message), Location: d.Location}
	if status == http.StatusBadRequest {
		f.Message = "not valid JSON"
	}
	if len(f.Location) > longestLocation {
		f.Location = strings.ToValidUTF8(f.Location[:longestLocation], "") + "…"
	}
	return f
}

// placeProblem is a huma transformer: it gives problems their request and
// tells the exchange about them.
func placeProblem(ctx huma.Context, _ string, v any) (any, error) {
	if p, ok := v.(*web.Problem); ok {
		r, _ := humago.Unwrap(ctx)
		p.At(r)
		exchangeOf(r.Context()).problem = p
	}
	return v, nil
}

// Document returns the OpenAPI description of the whole API as JSON, whichever
// part of it runs here.
func Document() ([]byte, error) {
	h := newHuma(&router{})
	for _, op := range operations(&api{}) {
		op.register(h, describe(op))
	}
	describePatterns(h.OpenAPI())
	return json.Marshal(h.OpenAPI())
}

// patterns are the forms of values by the names of parameters and fields. The
// domain checks them, with sentences that say more than a pattern does.
func patterns() map[string]string {
	const id, cursor, zone = backup.IDPattern, "^[A-Za-z0-9_-]*$", "^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*$"
	return map[string]string{
		"id": id, "backup_id": id, "operation_id": id, "undo_of": id, "safety_backup": id, "last_verified_backup": id,
		"cursor": cursor, "timezone": zone, "backup_path": id,
	}
}

// describePatterns adds the patterns to the document.
func describePatterns(doc *huma.OpenAPI) {
	describe := func(name string, s *huma.Schema, more string) {
		if p, ok := patterns()[name]; ok && s.Type == huma.TypeString {
			s.Pattern = strings.TrimSuffix(p, "$") + more + "$"
		}
	}
	for _, path := range doc.Paths {
		for _, op := range []*huma.Operation{path.Get, path.Post, path.Put, path.Patch, path.Delete} {
			if op == nil {
				continue
			}
			for _, p := range op.Parameters {
				more := ""
				if op.OperationID == "delete" { // several
					more = "( *, *" + strings.Trim(backup.IDPattern, "^$") + ")*"
				}
				describe(p.Name, p.Schema, more)
			}
		}
	}
	for _, schema := range doc.Components.Schemas.Map() {
		for name, s := range schema.Properties {
			describe(name, s, "")
		}
	}
}

// openAPI returns a handler for the document. It is made when first asked for,
// as it costs more than starting does.
func openAPI() http.HandlerFunc {
	document := sync.OnceValues(Document)
	return func(w http.ResponseWriter, r *http.Request) {
		doc, err := document()
		if err != nil {
			p := web.ProblemOf(fmt.Errorf("make the OpenAPI document: %w", err))
			exchangeOf(r.Context()).problem = p
			web.WriteProblem(w, r, p)
			return
		}
		w.Header().Set("Content-Type", "application/openapi+json")
		_, _ = w.Write(doc) // the caller has gone away: nobody to tell
	}
}
