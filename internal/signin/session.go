package signin

import (
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/web"
)

// logout answers POST /auth/logout: the session ends here, and the browser forgets
// the token.
func (h *handler) logout(w http.ResponseWriter, r *http.Request) error {
	err := web.CheckOrigin(r, []string{h.PublicURL})
	token, unknown := h.Verifier.fromRequest(r)
	if errors.Is(unknown, errs.ErrUnavailable) { // so nothing could be ended
		return unknown
	}
	if token.Actor.Subject != "" { // with or without a role
		if err == nil {
			err = h.end(func(store backup.Sessions) error {
				return backup.EndSession(r.Context(), store, h.Now(), token.Session)
			})
		}
		h.audit(r, "sign-out", token.Actor, err)
	}
	if err != nil {
		return err
	}
	h.setCookie(w, h.Verifier.cookie(), "", time.Time{})
	return answer(w, map[string]any{"success": true, "message": "You are signed out of the backup service."})
}

// signEverybodyOut answers POST /auth/sign-everybody-out, for when a session may
// have been stolen: all end, that of the caller too.
func (h *handler) signEverybodyOut(w http.ResponseWriter, r *http.Request) error {
	token, err := h.Verifier.fromRequest(r)
	if err == nil {
		err = web.CheckOrigin(r, []string{h.PublicURL})
	}
	switch {
	case err != nil:
	case !token.Actor.CanWrite():
		err = errs.New(errs.ErrForbidden, "Only members of backup-admins may do this.")
	case !token.Actor.Fresh(h.Now()):
		err = web.ErrReauthenticate()
	default:
		err = h.end(func(store backup.Sessions) error { return backup.EndAllSessions(r.Context(), store, h.Now()) })
	}
	h.audit(r, "sign-everybody-out", token.Actor, err)
	if err != nil {
		return err
	}
	h.setCookie(w, h.Verifier.cookie(), "", time.Time{})
	return answer(w, map[string]any{"success": true, "message": "Everybody is signed out of the backup service, you too."})
}

// end changes which sessions have ended, if that is kept.
func (h *handler) end(change func(backup.Sessions) error) error {
	if h.Verifier.cfg.Sessions == nil {
		return nil
	}
	return change(h.Verifier.cfg.Sessions)
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
