package httpapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// mostFaults bounds how many faults of a request are named.
const mostFaults = 10

// strict is a huma middleware. It refuses what huma and encoding/json pass over
// in silence, since each may have been meant to make a request harmless: an
// unknown or repeated parameter, an empty one where something is done, a body that nobody reads, a key that
// stands twice in an object, and null for a value.
func strict(to huma.API) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		r, _ := humago.Unwrap(ctx)
		faults := strictQuery(r.URL.RawQuery, ctx.Operation())
		faults = append(faults, strictBody(r, ctx.Operation().RequestBody != nil)...)
		if len(faults) == 0 {
			next(ctx)
			return
		}
		_ = huma.WriteErr(to, ctx, http.StatusUnprocessableEntity, "", faults[:min(len(faults), mostFaults)]...) // the caller has gone away: nobody to tell
	}
}

// fault is an error that names its place, as huma wants it.
func fault(location, message string) error {
	return &huma.ErrorDetail{Location: location, Message: message}
}

// strictQuery returns what is wrong with the names of parameters, and those that
// are empty where something is done.
func strictQuery(raw string, op *huma.Operation) (faults []error) {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return []error{fault("query", "it cannot be read; escape what is not a letter or a digit")}
	}
	acts := op.Method != http.MethodGet || op.OperationID == downloadID
	for _, name := range sorted(values) {
		at := "query." + name
		i := slices.IndexFunc(op.Parameters, func(p *huma.Param) bool { return p.In == "query" && p.Name == name })
		switch {
		case i < 0:
			faults = append(faults, fault(at, "there is no such parameter"))
		case len(values[name]) > 1:
			faults = append(faults, fault(at, "it is given more than once"))
		case values.Get(name) == "" && acts:
			faults = append(faults, fault(at, "it has no value; leave it out or give one"))
		}
	}
	return faults
}

func sorted(values url.Values) []string {
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// strictBody returns what is wrong with a body beside its syntax, which huma
// checks; the request can be read again.
func strictBody(r *http.Request, taken bool) []error {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	r.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body), failing{err}))
	switch {
	case err != nil || len(body) > maxBody: // huma says so
		return nil
	case !taken && len(body) > 0 && string(bytes.TrimSpace(body)) != "{}": // which asks for nothing
		return []error{fault("body", "this request takes no body; parameters stand in its address")}
	case !taken:
		return nil
	}
	w := walk{decoder: json.NewDecoder(bytes.NewReader(body))}
	w.decoder.UseNumber()
	_ = w.value("body") // what is no JSON is huma's to say
	return w.faults
}

// failing is the end of a body: the error that broke it off, if one did.
type failing struct{ err error }

// Read implements io.Reader.
func (f failing) Read([]byte) (int, error) {
	if f.err == nil {
		return 0, io.EOF
	}
	return 0, f.err
}

// walk looks through JSON for what decoders let pass.
type walk struct {
	decoder *json.Decoder
	faults  []error
	depth   int
}

// deepest is how deep our own bodies are nested, and more.
const deepest = 32

var errTooDeep = errors.New("nested too deep")

// value reads the next value, which stands at a place.
func (w *walk) value(at string) error {
	token, err := w.decoder.Token()
	if err != nil {
		return err
	}
	if w.depth++; w.depth > deepest {
		w.faults = append(w.faults, fault("body", "it is nested too deep"))
		return errTooDeep
	}
	defer func() { w.depth-- }()
	switch token {
	case json.Delim('{'):
		return w.object(at)
	case json.Delim('['):
		return w.array(at)
	case nil:
		w.faults = append(w.faults, fault(at, "null is no value here; leave it out or give one"))
	}
	return nil
}

// object reads the rest of an object.
func (w *walk) object(at string) error {
	seen := map[string]bool{}
	for w.decoder.More() {
		token, err := w.decoder.Token()
		if err != nil {
			return err
		}
		name, _ := token.(string) // the decoder allows nothing else
		place := at + "." + name
		if seen[name] {
			w.faults = append(w.faults, fault(place, "it is given more than once"))
		}
		seen[name] = true
		if err := w.value(place); err != nil {
			return err
		}
	}
	_, err := w.decoder.Token()
	return err
}

// array reads the rest of an array.
func (w *walk) array(at string) error {
	for i := 0; w.decoder.More(); i++ {
		if err := w.value(fmt.Sprintf("%s[%d]", at, i)); err != nil {
			return err
		}
	}
	_, err := w.decoder.Token()
	return err
}

// prefers reports whether the request's Prefer headers (RFC 7240) name a preference.
func prefers(r *http.Request, preference string) bool {
	for _, header := range r.Header.Values("Prefer") {
		for one := range strings.SplitSeq(header, ",") {
			name, _, _ := strings.Cut(one, ";")
			if strings.EqualFold(strings.TrimSpace(name), preference) {
				return true
			}
		}
	}
	return false
}
