package signin_test

import (
	"context"
	"io"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/signin"
	"github.com/vertex-ar/backup/internal/signin/signintest"
)

// clock is a clock that the test moves.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

// newVerifier returns a verifier of i's tokens.
func newVerifier(i *signintest.Issuer, c *clock) *signin.Verifier {
	return signin.NewVerifier(signin.VerifierConfig{
		Issuer: i.URL, ClientID: signintest.ClientID, Now: c.now, Client: i.Client(), Sessions: &ended{},
		AdminEmails: []string{"Boss@example.com"}, ViewerEmails: []string{"guest@example.com", "boss@example.com"},
	})
}

// ended keeps which sessions have ended, in memory, unless err is set.
type ended struct {
	is  backup.Revoked
	err error
}

func (e *ended) GetRevoked(context.Context) (backup.Revoked, error) { return e.is, e.err }

func (e *ended) PutRevoked(_ context.Context, r backup.Revoked) (backup.Revoked, error) {
	r.Version++
	e.is = r
	return r, e.err
}

// body reads an answer's body.
func body(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	b, err := io.ReadAll(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

var ctx = context.Background()
