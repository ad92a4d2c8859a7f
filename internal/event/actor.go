package event

import (
	"strconv"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/vertex-ar/backup/internal/backup"
)

// The names under which the authorizer hands an actor on. HTTP APIs carry
// strings only.
const (
	keySubject  = "subject"
	keyEmail    = "email"
	keyRole     = "role"
	keyAuthTime = "auth_time" // seconds since 1970
)

// actorContext is what the authorizer says of actor.
func actorContext(actor backup.Actor) map[string]any {
	context := map[string]any{
		keySubject: actor.Subject,
		keyEmail:   actor.Email,
		keyRole:    string(actor.Role),
	}
	if !actor.AuthTime.IsZero() {
		context[keyAuthTime] = strconv.FormatInt(actor.AuthTime.Unix(), 10)
	}
	return context
}

// actorOf reads back what the authorizer said. It reports false when no
// authorizer was asked.
func actorOf(rc events.APIGatewayV2HTTPRequestContext) (backup.Actor, bool) {
	if rc.Authorizer == nil || rc.Authorizer.Lambda == nil {
		return backup.Actor{}, false
	}
	text := func(key string) string {
		s, _ := rc.Authorizer.Lambda[key].(string) // anything else is nothing
		return s
	}
	actor := backup.Actor{
		Subject: text(keySubject), Email: text(keyEmail), Role: backup.Role(text(keyRole)), Address: rc.HTTP.SourceIP,
	}
	if seconds, err := strconv.ParseInt(text(keyAuthTime), 10, 64); err == nil {
		actor.AuthTime = time.Unix(seconds, 0).UTC()
	}
	return actor, true
}
