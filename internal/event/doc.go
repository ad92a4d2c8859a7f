// Package event turns what invokes a Lambda function into calls of an
// http.Handler or of a job. It knows Lambda's payloads; it knows nothing of
// what the handlers and jobs do, nor of storage.
//
// A payload is one of:
//
//   - request: an API Gateway HTTP API event, payload format 2.0. [Handler]
//     serves it with an http.Handler.
//   - job: a [backup.Job] as JSON, from EventBridge Scheduler, from a function
//     that invokes itself asynchronously, or by hand. [Handler] runs it.
//   - authorizer request: what the HTTP API asks its Lambda authorizer, payload
//     format 2.0. [Authorizer] answers it.
//
// # Who is asking
//
// The authorizer runs before every function but auth and the public routes of
// list, and hands on who asks as strings in its answer's context (subject,
// email, role, auth_time). Handler reads them back into a [backup.Actor]. An
// actor's address is the source IP that API Gateway saw.
//
// A request that the authorizer refuses reaches no function at all: API
// Gateway answers it with 403 and {"message":"Forbidden"}, which is not the
// problem+json of the rest of the API. That is on purpose. The alternative,
// letting the request in with a mark that it is not authorized, makes every
// function's own check the only one. The functions check roles a second time.
//
// The authorizer asks for no identity source and its answers are not cached:
// the token may come as a cookie or as a header, the HTTP API answers 401 by
// itself when any of the identity sources is missing, and it caches only by
// identity source.
package event
