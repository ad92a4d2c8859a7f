package event_test

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/event"
)

// decision is a simple response of a Lambda authorizer.
type decision struct {
	IsAuthorized bool              `json:"isAuthorized"`
	Context      map[string]string `json:"context"`
}

func anna() backup.Actor {
	return backup.Actor{Subject: "42", Email: "anna@example.com", Role: backup.RoleAdmin, AuthTime: time.Unix(1795312800, 0).UTC()}
}

func TestAuthorizerHandsTheActorOn(t *testing.T) {
	var got *http.Request
	a := event.Authorizer{Authenticate: func(r *http.Request) (backup.Actor, error) { got = r; return anna(), nil }}
	d := invoke[decision](t, a, fixture(t, "authorizer-cookie.json"))
	want := decision{true, map[string]string{"subject": "42", "email": "anna@example.com", "role": "backup-admins", "auth_time": "1795312800"}}
	if diff := cmp.Diff(want, d); diff != "" {
		t.Error(diff)
	}
	cookie, err := got.Cookie("__Host-session")
	if err != nil || cookie.Value != "TOKEN_OF_A_VIEWER" {
		t.Errorf("session cookie %v, %v", cookie, err)
	}
	if got.Method != http.MethodGet || got.URL.Path != "/backups/list" || got.RemoteAddr != "203.0.113.7:0" || got.Host == "" {
		t.Errorf("request %s %s from %s to %q", got.Method, got.URL, got.RemoteAddr, got.Host)
	}
}

func TestAuthorizerSeesTheBearerToken(t *testing.T) {
	a := event.Authorizer{Authenticate: func(r *http.Request) (backup.Actor, error) {
		if got := r.Header.Get("Authorization"); got != "Bearer TOKEN_OF_AN_ADMIN" {
			t.Errorf("Authorization %q", got)
		}
		return anna(), nil
	}}
	if d := invoke[decision](t, a, fixture(t, "authorizer-bearer.json")); !d.IsAuthorized {
		t.Error("refused")
	}
}

func TestAuthorizerRefusesWhoMayNotComeIn(t *testing.T) {
	noRole := anna()
	noRole.Role = ""
	tests := map[string]struct {
		actor backup.Actor
		err   error
	}{
		"nobody":          {err: errs.New(errs.ErrUnauthenticated, "Sign in first.")},
		"no role":         {err: errs.New(errs.ErrForbidden, "You have no role.")},
		"actor and error": {actor: anna(), err: errs.ErrUnauthenticated},
		"empty role":      {actor: noRole},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			a := event.Authorizer{Log: logTo(t.Output()), Authenticate: func(*http.Request) (backup.Actor, error) { return tc.actor, tc.err }}
			if diff := cmp.Diff(decision{}, invoke[decision](t, a, fixture(t, "authorizer-bearer.json"))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAuthorizerThatCannotKnowFails(t *testing.T) {
	a := event.Authorizer{Authenticate: func(*http.Request) (backup.Actor, error) { return anna(), errs.ErrUnavailable }}
	if out, err := a.Invoke(t.Context(), fixture(t, "authorizer-bearer.json")); !errors.Is(err, errs.ErrUnavailable) {
		t.Errorf("Invoke = %s, %v", out, err)
	}
}

func TestAuthorizerRefusesOtherEvents(t *testing.T) {
	a := event.Authorizer{Authenticate: func(*http.Request) (backup.Actor, error) { t.Error("asked"); return anna(), nil }}
	for _, payload := range [][]byte{fixture(t, "create-schedule-full.json"), fixture(t, "authorizer-http-request.json"), []byte(`{`), nil} {
		if out, err := a.Invoke(t.Context(), payload); !errors.Is(err, errs.ErrInvalid) {
			t.Errorf("Invoke(%.40s) = %s, %v; want errs.ErrInvalid", payload, out, err)
		}
	}
}

// What the authorizer says is what a function reads back.
func TestActorSurvivesTheWay(t *testing.T) {
	a := event.Authorizer{Authenticate: func(*http.Request) (backup.Actor, error) { return anna(), nil }}
	d := invoke[decision](t, a, fixture(t, "authorizer-bearer.json"))
	payload := edited(t, "create-full.json", func(ev *request) {
		clear(ev.RequestContext.Authorizer.Lambda)
		for name, value := range d.Context {
			ev.RequestContext.Authorizer.Lambda[name] = value
		}
	})
	want := anna()
	want.Address = "203.0.113.7"
	if diff := cmp.Diff(want, actorSeen(t, payload)); diff != "" {
		t.Error(diff)
	}
}
