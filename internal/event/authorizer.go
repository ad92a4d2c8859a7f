package event

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/url"

	"github.com/aws/aws-lambda-go/events"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

// Authorizer is the lambda.Handler of the HTTP API's authorizer: payload
// format 2.0, simple responses.
type Authorizer struct {
	// Authenticate tells who sent a request that has the original's method,
	// path, headers and cookies, and no body. Nobody is
	// errs.ErrUnauthenticated, somebody without a role errs.ErrForbidden.
	Authenticate func(r *http.Request) (backup.Actor, error)
	// Log gets the refusals and their causes; nil is slog.Default.
	Log *slog.Logger
}

// Invoke implements lambda.Handler. It lets in who has a role, refuses who
// has none, and returns an error when it cannot know: API Gateway then answers
// 500 and the function behind does not run either.
func (a Authorizer) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	var ev events.APIGatewayV2CustomAuthorizerV2Request
	if err := json.Unmarshal(payload, &ev); err != nil || ev.RequestContext.HTTP.Method == "" {
		return nil, errs.New(errs.ErrInvalid, "The event is not a request to a Lambda authorizer with payload format 2.0.").Because(err)
	}
	actor, err := a.Authenticate(authorizerRequest(ctx, ev))
	if err == nil && !actor.CanRead() {
		err = errs.New(errs.ErrForbidden, "The one who is signed in has no role here.")
	}
	switch {
	case err == nil:
		return json.Marshal(events.APIGatewayV2CustomAuthorizerSimpleResponse{IsAuthorized: true, Context: actorContext(actor)})
	case errors.Is(err, errs.ErrUnauthenticated), errors.Is(err, errs.ErrForbidden):
		a.logRefusal(ctx, ev, err)
		return json.Marshal(events.APIGatewayV2CustomAuthorizerSimpleResponse{})
	}
	return nil, err
}

func (a Authorizer) logRefusal(ctx context.Context, ev events.APIGatewayV2CustomAuthorizerV2Request, err error) {
	log := a.Log
	if log == nil {
		log = slog.Default()
	}
	log.WarnContext(ctx, "request refused", slog.String("route", ev.RouteKey),
		slog.String("address", ev.RequestContext.HTTP.SourceIP), slog.String("error", err.Error()))
}

func authorizerRequest(ctx context.Context, ev events.APIGatewayV2CustomAuthorizerV2Request) *http.Request {
	header := headers(ev.Headers, ev.Cookies)
	r := &http.Request{
		Method: ev.RequestContext.HTTP.Method,
		URL:    &url.URL{Path: ev.RawPath, RawQuery: ev.RawQueryString},
		Proto:  "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:     header,
		Host:       header.Get("Host"),
		RemoteAddr: net.JoinHostPort(ev.RequestContext.HTTP.SourceIP, "0"),
		Body:       http.NoBody,
	}
	return r.WithContext(ctx)
}
