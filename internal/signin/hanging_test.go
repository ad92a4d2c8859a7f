package signin_test

import (
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/signin"
	"github.com/vertex-ar/backup/internal/signin/signintest"
)

// hanging passes requests on until it is stopped; then they hang as long as somebody
// waits for them.
type hanging struct {
	http.RoundTripper

	stopped atomic.Bool
	asks    atomic.Int64
}

func (h *hanging) RoundTrip(r *http.Request) (*http.Response, error) {
	if !h.stopped.Load() {
		return h.RoundTripper.RoundTrip(r)
	}
	h.asks.Add(1)
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// TestAnIssuerThatHangsHoldsNobodyUp: those whose key is known come in, and who has an
// invented one is told in less time than the authorizer has.
func TestAnIssuerThatHangsHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	i, c := signintest.New(t), &clock{start}
	line := &hanging{RoundTripper: i.Client().Transport}
	v := signin.NewVerifier(signin.VerifierConfig{
		Issuer: i.URL, ClientID: signintest.ClientID, Now: c.now, Client: &http.Client{Transport: line},
	})
	good := func() string { return i.Token(t, c.at, nil) }
	invented := signintest.Sign(t, jose.RS256, signintest.Key("two"), "two", i.Claims(c.at, nil))
	if _, err := v.Verify(ctx, good()); err != nil {
		t.Fatal(err)
	}
	line.stopped.Store(true)
	c.at = c.at.Add(time.Minute)

	var wait sync.WaitGroup
	began := time.Now()
	for range 20 {
		wait.Go(func() {
			if _, err := v.Verify(ctx, invented); !errors.Is(err, errs.ErrUnavailable) {
				t.Errorf("an unknown key: %v", err)
			}
		})
	}
	time.Sleep(50 * time.Millisecond) // the question is under way
	token := good()
	asked := time.Now()
	if _, err := v.Verify(ctx, token); err != nil || time.Since(asked) > time.Second {
		t.Errorf("a known key meanwhile: %v after %v", err, time.Since(asked))
	}
	wait.Wait()
	if took := time.Since(began); took > 8*time.Second {
		t.Errorf("it took %v, and the authorizer has 10 seconds", took)
	}
	if n := line.asks.Load(); n != 1 {
		t.Errorf("%d questions at once", n)
	}

	asked = time.Now() // the failure is remembered for a while
	if _, err := v.Verify(ctx, invented); !errors.Is(err, errs.ErrUnavailable) || time.Since(asked) > time.Second {
		t.Errorf("just after it: %v after %v", err, time.Since(asked))
	}
	c.at = c.at.Add(2 * time.Hour) // now the known key is old, too
	token, asked = good(), time.Now()
	if _, err := v.Verify(ctx, token); err != nil || time.Since(asked) > 4*time.Second {
		t.Errorf("an old known key: %v after %v", err, time.Since(asked))
	}
}

func TestASignInEndsAfterItsConfiguredLife(t *testing.T) {
	i, c := signintest.New(t), &clock{start}
	v := signin.NewVerifier(signin.VerifierConfig{
		Issuer: i.URL, ClientID: signintest.ClientID, Now: c.now, Client: i.Client(), Life: 30 * time.Minute,
	})
	for name, exp := range map[string]int64{"an hour": start.Add(time.Hour).Unix(), "ten years": start.AddDate(10, 0, 0).Unix()} {
		c.at = start
		raw := i.Token(t, start, map[string]any{"exp": exp})
		token, err := v.Verify(ctx, raw)
		if err != nil || !token.Expiry.Equal(start.Add(30*time.Minute)) {
			t.Errorf("%s: %v, ends at %v", name, err, token.Expiry)
		}
		c.at = start.Add(30 * time.Minute)
		if _, err := v.Verify(ctx, raw); !errors.Is(err, errs.ErrUnauthenticated) {
			t.Errorf("%s, after its life: %v", name, err)
		}
	}
}
