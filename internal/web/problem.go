package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"math"
	"net/http"
	"slices"
	"strconv"

	"github.com/vertex-ar/backup/internal/errs"
)

// The types of problems that a program may want to tell from others of the
// same status. They are URI references below the service's own address.
const (
	TypeBlank   = "about:blank"
	TypeDamaged = "/problems/damaged"
	TypeReauth  = "/problems/reauthentication-required"
	TypeFailed  = "/problems/failed"        // the work was done and did not succeed
	TypeRunning = "/problems/still-running" // the work goes on after the answer
)

// ProblemType is the media type of problem documents.
const ProblemType = "application/problem+json"

// longestInstance keeps a hostile path from being echoed at length.
const longestInstance = 256

// Problem is an error as the caller sees it, by RFC 9457. It never repeats
// what the caller has sent but the request's path.
//
//nolint:errname // the RFC's word
type Problem struct {
	Type     string  `json:"type" format:"uri-reference" example:"about:blank" doc:"Which problem it is: about:blank says no more than the status does, /problems/damaged that stored bytes are damaged, /problems/reauthentication-required that the sign-in is too long ago, /problems/failed that the work was begun and did not succeed, /problems/still-running that it goes on. With the last two the fields of a good answer stand beside."`
	Title    string  `json:"title" example:"Conflict" doc:"The status in words."`
	Status   int     `json:"status" example:"409" doc:"The HTTP status."`
	Detail   string  `json:"detail" example:"Another operation is running. Wait until it has ended and try again." doc:"What is wrong and what to do, in a sentence or two."`
	Instance string  `json:"instance,omitempty" format:"uri-reference" example:"/backups/create" doc:"The path of the request."`
	Errors   []Fault `json:"errors,omitempty" doc:"The fields that are wrong."`

	header http.Header
	cause  error
	beside any // a struct whose fields stand beside those above
}

// Fault is one field of a request that is wrong.
type Fault struct {
	Message  string `json:"message" example:"expected value to be one of \"full, database, storage\"" doc:"What is wrong with it."`
	Location string `json:"location,omitempty" example:"body.type" doc:"Which field."`
}

// kinds maps the kinds of errors to what the caller sees of them.
//
//nolint:gochecknoglobals // a constant table
var kinds = []struct {
	kind   error
	status int
	typ    string
	detail string // when the error has none
}{
	{errs.ErrInvalid, http.StatusUnprocessableEntity, TypeBlank, "The request is not valid."},
	{errs.ErrUnauthenticated, http.StatusUnauthorized, TypeBlank, "Sign in first."},
	{errs.ErrForbidden, http.StatusForbidden, TypeBlank, "You may not do this."},
	{errs.ErrNotFound, http.StatusNotFound, TypeBlank, "There is no such backup or operation."},
	{errs.ErrConflict, http.StatusConflict, TypeBlank, "The present state does not allow this. Look at it again and retry."},
	{errs.ErrCorrupt, http.StatusUnprocessableEntity, TypeDamaged, "What is stored is damaged. Verify the backup to see what is affected."},
	{errs.ErrNoSpace, http.StatusInsufficientStorage, TypeBlank, "There is not enough disk space. Free some and try again."},
	{errs.ErrRefused, http.StatusBadGateway, TypeBlank, "A service that is needed refuses the request. Ask whoever runs this service to look at its log."},
	{errs.ErrUnavailable, http.StatusServiceUnavailable, TypeBlank, "A service that is needed does not answer now. Try again in a few seconds."},
	{context.DeadlineExceeded, http.StatusServiceUnavailable, TypeBlank, "This took too long. Try again in a few seconds."},
	{context.Canceled, http.StatusServiceUnavailable, TypeBlank, "The request was given up before it ended. Try again."},
}

// NewProblem returns a problem of a status with a sentence for the caller.
func NewProblem(status int, detail string) *Problem {
	p := &Problem{Type: TypeBlank, Title: http.StatusText(status), Status: status, Detail: detail}
	switch status {
	case http.StatusUnauthorized:
		p.header = http.Header{"Www-Authenticate": {`Bearer realm="backup"`}}
	case http.StatusServiceUnavailable:
		p.header = http.Header{"Retry-After": {"5"}}
	}
	return p
}

// ProblemOf says what the caller sees of err. The outermost *errs.Error
// decides; an error of no kind is a 500 that tells nothing of the inside.
func ProblemOf(err error) *Problem {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p
	}
	decisive := err
	if e, ok := errors.AsType[*errs.Error](err); ok {
		decisive = e.Kind
	}
	p := NewProblem(http.StatusInternalServerError, "Something went wrong inside the service. It was logged; try again, and ask the administrator if it stays.")
	for _, k := range kinds {
		if errors.Is(decisive, k.kind) {
			p = NewProblem(k.status, k.detail)
			p.Type = k.typ
			break
		}
	}
	if detail := errs.Detail(err); detail != "" {
		p.Detail = detail
	}
	if e, ok := errors.AsType[*errs.Error](err); ok && e.After > 0 {
		p.header = http.Header{"Retry-After": {strconv.Itoa(int(math.Ceil(e.After.Seconds())))}}
	}
	p.cause = err
	return p
}

// ErrReauthenticate returns the problem of a sign-in that is not fresh.
func ErrReauthenticate() *Problem {
	p := NewProblem(http.StatusForbidden, "This needs a sign-in of the last five minutes. Sign in again and repeat it.")
	p.Type = TypeReauth
	return p
}

// Beside returns a problem of work that was begun, with the fields of the answer
// that it would have had.
func Beside(typ string, status int, detail string, answer any) *Problem {
	p := NewProblem(status, detail)
	p.Type, p.beside = typ, answer
	return p
}

// With returns the problem with a header.
func (p *Problem) With(name, value string) *Problem {
	if p.header == nil {
		p.header = http.Header{}
	}
	p.header.Set(name, value)
	return p
}

// MarshalJSON adds what stands beside the problem's own fields.
func (p *Problem) MarshalJSON() ([]byte, error) {
	type plain Problem
	own, err := unescaped((*plain)(p))
	if err != nil || p.beside == nil {
		return own, err
	}
	beside, err := unescaped(p.beside)
	if err != nil || len(beside) <= len("{}") {
		return own, err
	}
	return slices.Concat(own[:len(own)-1], []byte(","), beside[1:]), nil
}

// unescaped encodes v and leaves <, > and & as they are.
func unescaped(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// Error returns the detail and the cause, for the log.
func (p *Problem) Error() string {
	if p.cause != nil {
		return p.cause.Error()
	}
	return p.Detail
}

// Unwrap returns the error that became the problem.
func (p *Problem) Unwrap() error { return p.cause }

// GetStatus returns the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// GetHeaders returns the headers that belong to the status.
func (p *Problem) GetHeaders() http.Header { return p.header }

// ContentType returns the media type of problem documents, whatever was negotiated.
func (p *Problem) ContentType(string) string { return ProblemType }

// At names the request that the problem belongs to.
func (p *Problem) At(r *http.Request) {
	if path := r.URL.EscapedPath(); len(path) <= longestInstance {
		p.Instance = path
	}
}

// WriteProblem answers the request with p.
func WriteProblem(w http.ResponseWriter, r *http.Request, p *Problem) {
	maps.Copy(w.Header(), p.header)
	p.At(r)
	w.Header().Set("Content-Type", ProblemType)
	w.WriteHeader(p.Status)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(p) // the caller has gone away: nobody to tell
}
