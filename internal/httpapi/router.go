package httpapi

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// router finds the handler of a path. [http.ServeMux] refuses
// /backups/{id}/files beside /backups/operations/{id}, since both match
// /backups/operations/files; here the earlier literal wins. It redirects
// nobody.
type router struct{ entries []entry }

// entry is one pattern of a router.
type entry struct {
	pattern  string
	method   string
	segments []string // of the path; {name} matches any one
	handler  http.HandlerFunc
}

// HandleFunc adds a handler for a pattern as in [http.ServeMux], without a host
// and without wildcards of several segments.
func (rt *router) HandleFunc(pattern string, handler func(http.ResponseWriter, *http.Request)) {
	method, path, _ := strings.Cut(pattern, " ")
	rt.entries = append(rt.entries, entry{pattern, method, strings.Split(path, "/"), handler})
}

// ServeHTTP runs the handler of the request, which must have one.
func (rt *router) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	found, _ := rt.find(r)
	segments := split(r.URL)
	for i, s := range found.segments {
		if name, ok := wildcard(s); ok {
			r.SetPathValue(name, segments[i])
		}
	}
	found.handler(w, r)
}

// find returns the entry of a request, or nil and the methods that the path
// knows. Which path it is the segments alone decide: /backups/list is never the
// backup "list", whatever the method.
func (rt *router) find(r *http.Request) (found *entry, allowed []string) {
	segments := split(r.URL)
	var narrowest *entry
	for i := range rt.entries {
		if e := &rt.entries[i]; e.matches(segments) && (narrowest == nil || e.narrower(narrowest)) {
			narrowest = e
		}
	}
	if narrowest == nil {
		return nil, nil
	}
	for i := range rt.entries {
		e := &rt.entries[i]
		if !slices.Equal(e.segments, narrowest.segments) {
			continue
		}
		if e.method == r.Method || e.method == http.MethodGet && r.Method == http.MethodHead {
			return e, nil
		}
		if allowed = append(allowed, e.method); e.method == http.MethodGet {
			allowed = append(allowed, http.MethodHead)
		}
	}
	slices.Sort(allowed)
	return nil, allowed
}

// split returns the decoded segments of a path. What cannot be decoded stays:
// it matches no literal and is no id.
func split(u *url.URL) []string {
	segments := strings.Split(u.EscapedPath(), "/")
	for i, s := range segments {
		if decoded, err := url.PathUnescape(s); err == nil {
			segments[i] = decoded
		}
	}
	return segments
}

// wildcard returns the name of a segment that matches anything.
func wildcard(segment string) (name string, ok bool) {
	if !strings.HasPrefix(segment, "{") {
		return "", false
	}
	return strings.Trim(segment, "{}"), true
}

// matches reports whether the path has the entry's shape.
func (e *entry) matches(segments []string) bool {
	if len(segments) != len(e.segments) {
		return false
	}
	for i, s := range e.segments {
		_, wild := wildcard(s)
		if wild && segments[i] == "" || !wild && s != segments[i] {
			return false
		}
	}
	return true
}

// narrower reports whether e has a literal where o, which matches the same
// path, first has a wildcard.
func (e *entry) narrower(o *entry) bool {
	for i, s := range e.segments {
		_, wild := wildcard(s)
		_, otherWild := wildcard(o.segments[i])
		if wild != otherWild {
			return otherWild
		}
	}
	return false
}
