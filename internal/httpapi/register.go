package httpapi

import (
	"context"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/vertex-ar/backup/internal/web"
)

// maxBody is the longest request body, in bytes.
const maxBody = 1 << 20

// api has the handlers, one method an operation.
type api struct{ cfg Config }

// register adds an operation to a huma API.
type register func(huma.API, huma.Operation)

// handle makes an operation of a handler whose errors are of the kinds of
// package errs.
func handle[I, O any](h func(context.Context, *I) (*O, error)) register {
	return func(to huma.API, op huma.Operation) {
		documentWork(to, &op, reflect.TypeFor[O]())
		op.Middlewares = append(op.Middlewares, strict(to))
		huma.Register(to, op, func(ctx context.Context, in *I) (*O, error) {
			out, err := h(ctx, in)
			if err != nil {
				return nil, web.ProblemOf(err)
			}
			return out, nil
		})
	}
}

// describe returns the huma operation of op.
func describe(op operation) huma.Operation {
	h := huma.Operation{
		Method: op.Method, Path: op.Path, OperationID: op.OperationID,
		Tags: []string{op.tag}, Summary: op.summary, Description: op.detail,
		Errors:       append([]int{http.StatusBadGateway, http.StatusServiceUnavailable}, op.errors...),
		MaxBodyBytes: maxBody,
		// A deadline for reading the body would stay on the connection and end
		// handlers that wait longer than it.
		BodyReadTimeout: -1,
		Security:        []map[string][]string{},
	}
	if op.Role != "" {
		h.Errors = append(h.Errors, http.StatusUnauthorized, http.StatusForbidden)
		h.Security = []map[string][]string{{"session": {}}, {"bearer": {}}}
	}
	if op.Method == http.MethodPost || op.Method == http.MethodPatch {
		h.Errors = append(h.Errors, http.StatusRequestEntityTooLarge)
	}
	return h
}

// documentWork describes how operations are answered that may go on after the
// request, which are those with a Location.
func documentWork(to huma.API, op *huma.Operation, output reflect.Type) {
	_, goesOn := output.FieldByName("Location")
	body, ok := output.FieldByName("Body")
	if !goesOn || !ok {
		return
	}
	hint := strings.ToUpper(op.OperationID[:1]) + op.OperationID[1:] + "Answer"
	op.Responses = map[string]*huma.Response{strconv.Itoa(http.StatusAccepted): {
		Description: "Accepted: it goes on, poll the Location",
		Headers: map[string]*huma.Param{"Location": {
			Description: "Where to ask how far it is.",
			Schema:      &huma.Schema{Type: huma.TypeString, Format: "uri-reference"},
		}},
		Content: map[string]*huma.MediaType{"application/json": {
			Schema: to.OpenAPI().Components.Schemas.Schema(body.Type, true, hint),
		}},
	}}
	if op.OperationID == "cancel" { // which says itself whether it goes on
		return
	}
	op.Parameters = append(op.Parameters, &huma.Param{
		Name: "Prefer", In: "header", Description: "With respond-async, work that goes on is answered with 202 instead of 504.",
		Schema: &huma.Schema{Type: huma.TypeString}, Example: respondAsync,
	})
	op.Errors = append(op.Errors, http.StatusGatewayTimeout, http.StatusConflict)
}

// reply returns the status of a record, and where to ask again unless it has
// ended.
func reply(finished bool, location string) (status int, next string) {
	if finished {
		return http.StatusOK, ""
	}
	return http.StatusAccepted, location
}
