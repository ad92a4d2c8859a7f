package event

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/aws/aws-lambda-go/events"
	"github.com/awslabs/aws-lambda-go-api-proxy/httpadapter"

	"github.com/vertex-ar/backup/internal/errs"
)

// serve answers one request through the proxy adapter. What the adapter would
// fail on, or change, is set right before and after it.
func (h Handler) serve(ctx context.Context, payload []byte) ([]byte, error) {
	var ev events.APIGatewayV2HTTPRequest
	if err := json.Unmarshal(payload, &ev); err != nil {
		return nil, errs.New(errs.ErrInvalid, "The HTTP request's event cannot be read.").Because(err)
	}
	if actor, ok := actorOf(ev.RequestContext); ok && h.WithActor != nil {
		ctx = h.WithActor(ctx, actor)
	}
	if detail := unreadable(ev); detail != "" {
		return json.Marshal(problem(http.StatusBadRequest, detail))
	}
	adapter := httpadapter.NewV2(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		restore(r, ev)
		serveGuarded(ctx, h.HTTP, w, r, h.log())
	}))
	res, err := adapter.ProxyWithContext(ctx, escaped(ev))
	if err != nil {
		return nil, err
	}
	return json.Marshal(res)
}

// unreadable says what makes the event no request at all, or "".
func unreadable(ev events.APIGatewayV2HTTPRequest) string {
	if ev.IsBase64Encoded {
		if _, err := base64.StdEncoding.DecodeString(ev.Body); err != nil {
			return "The request's body is not valid base64."
		}
	}
	if strings.ContainsFunc(ev.RequestContext.HTTP.Method, notLetter) {
		return "The request's method is not valid."
	}
	return ""
}

func notLetter(r rune) bool { return (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') }

// escaped returns ev as the adapter can parse it. API Gateway sends the path
// decoded, so that a lone % or a control character in it is possible; the
// adapter takes it for encoded.
func escaped(ev events.APIGatewayV2HTTPRequest) events.APIGatewayV2HTTPRequest {
	path := cmp.Or(ev.RawPath, ev.RequestContext.HTTP.Path, "/")
	ev.RawPath = (&url.URL{Path: path}).EscapedPath()
	ev.RawQueryString = escapeQuery(ev.RawQueryString)
	return ev
}

// escapeQuery escapes what may not stand in a URL at all, a % that begins no
// escape included, and leaves the rest of the query as it was sent.
func escapeQuery(query string) string {
	var b strings.Builder
	for i := range len(query) {
		c := query[i]
		if c <= ' ' || c >= 0x7f || c == '#' || c == '%' && !isEscape(query[i:]) {
			b.WriteString(url.QueryEscape(string([]byte{c})))
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

func isEscape(s string) bool {
	_, err := url.PathUnescape(s[:min(len(s), 3)])
	return err == nil
}

// restore undoes what the adapter did to the request: header values split at
// their commas, Host left among the headers, an address without a port.
func restore(r *http.Request, ev events.APIGatewayV2HTTPRequest) {
	r.Header = headers(ev.Headers, ev.Cookies)
	if host := r.Header.Get("Host"); host != "" {
		r.Host = host
		r.Header.Del("Host")
	}
	r.RemoteAddr = net.JoinHostPort(ev.RequestContext.HTTP.SourceIP, "0")
}

// headers returns the headers of an event. Cookies come apart from them.
func headers(single map[string]string, cookies []string) http.Header {
	header := make(http.Header, len(single)+1)
	for name, value := range single {
		header.Add(name, value)
	}
	if len(cookies) > 0 {
		header.Set("Cookie", strings.Join(cookies, "; "))
	}
	return header
}
