package signin

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/web"
)

// logout answers POST /auth/logout: the browser forgets the token.
func (h *handler) logout(w http.ResponseWriter, r *http.Request) error {
	err := web.CheckOrigin(r, []string{h.PublicURL})
	if actor, _ := h.Verifier.Authenticate(r); actor.Subject != "" { // with or without a role
		h.audit(r, "sign-out", actor, err)
	}
	if err != nil {
		return err
	}
	h.setCookie(w, h.Verifier.cookie(), "", time.Time{})
	return answer(w, map[string]any{"success": true, "message": "You are signed out of the backup service."})
}

// me answers GET /auth/me: who is signed in.
func (h *handler) me(w http.ResponseWriter, r *http.Request) error {
	token, err := h.Verifier.fromRequest(r)
	if err != nil {
		return err
	}
	return answer(w, meAnswer{
		Email: token.Actor.Email, Subject: token.Actor.Subject, Name: token.Actor.Name(), Role: token.Actor.Role,
		AuthTime: token.Actor.AuthTime, Fresh: token.Actor.Fresh(h.Now()), ExpiresAt: token.Expiry.UTC(),
	})
}

// meAnswer says who is signed in.
type meAnswer struct {
	Email     string      `json:"email"`
	Subject   string      `json:"subject"`
	Name      string      `json:"name"` // as the audit log has it
	Role      backup.Role `json:"role"`
	AuthTime  time.Time   `json:"auth_time,omitzero"`
	Fresh     bool        `json:"fresh"` // soon enough for a restore
	ExpiresAt time.Time   `json:"expires_at"`
}

// answer writes v as JSON.
func answer(w http.ResponseWriter, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(append(body, '\n')) // the caller has gone away: nobody to tell
	return nil
}
