package signin

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/vertex-ar/backup/internal/errs"
)

const (
	// pendingLive is how long one may take to sign in.
	pendingLive = 10 * time.Minute
	// pendingUse keeps the sealed text from being taken for anything else.
	pendingUse = "pending sign-in, version 1"
)

// pending is a sign-in that was started and has not come back. The browser
// keeps it, sealed, in a cookie.
type pending struct {
	State    string    `json:"state"`
	Nonce    string    `json:"nonce"`
	Verifier string    `json:"verifier"` // of PKCE
	ReturnTo string    `json:"return_to"`
	MaxAge   *int      `json:"max_age,omitempty"` // seconds; nil is any
	Started  time.Time `json:"started"`
}

// pendingCookie is the name of the cookie that keeps it; see cookieName.
func (h *handler) pendingCookie() string {
	if h.secure {
		return "__Host-signin"
	}
	return "signin"
}

// seal encrypts and authenticates p.
func (h *handler) seal(p pending) (string, error) {
	text, err := json.Marshal(p)
	if err != nil {
		return "", fmt.Errorf("seal a pending sign-in: %w", err)
	}
	box, err := h.box()
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(box.Seal(nil, nil, text, []byte(pendingUse))), nil //nolint:gosec // this cipher makes its nonces itself
}

// open returns the pending sign-in of r's browser.
func (h *handler) open(r *http.Request) (pending, error) {
	gone := errs.New(errs.ErrInvalid, "This sign-in has expired or was started elsewhere. Start again at /auth/login; cookies must be allowed.")
	cookie, err := r.Cookie(h.pendingCookie())
	if err != nil {
		return pending{}, gone.Because(err)
	}
	sealed, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	if err != nil {
		return pending{}, gone.Because(err)
	}
	box, err := h.box()
	if err != nil {
		return pending{}, err
	}
	text, err := box.Open(nil, nil, sealed, []byte(pendingUse))
	if err != nil {
		return pending{}, gone.Because(err)
	}
	var p pending
	if err := json.Unmarshal(text, &p); err != nil {
		return pending{}, gone.Because(err)
	}
	if h.Now().Sub(p.Started) > pendingLive {
		return pending{}, gone
	}
	return p, nil
}

// box returns the cipher that seals.
func (h *handler) box() (cipher.AEAD, error) {
	block, err := aes.NewCipher(h.sealKey[:])
	if err != nil {
		return nil, fmt.Errorf("make the cipher of pending sign-ins: %w", err)
	}
	return cipher.NewGCMWithRandomNonce(block)
}
