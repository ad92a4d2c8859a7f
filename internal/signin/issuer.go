package signin

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"runtime/debug"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"

	"github.com/vertex-ar/backup/internal/errs"
)

const (
	// keysLive is how long keys are used before they are asked for again.
	keysLive = time.Hour
	// keysRest is the least time between two questions, so that forged tokens
	// with invented key ids cannot make us press the issuer.
	keysRest = 30 * time.Second
	// failureRest is how long an issuer that did not answer is not asked again, so
	// that not every request waits for it.
	failureRest = 5 * time.Second
	// askLimit bounds a question to the issuer. The authorizer has 10 seconds in all.
	askLimit = 5 * time.Second
	// renewLimit is how long a request that has its key waits for newer ones.
	renewLimit = 2 * time.Second
	// longestKeys bounds the issuer's answer, in bytes.
	longestKeys = 1 << 20
)

// issuer knows the endpoints and the keys of who signs people in. It asks when
// it is first needed, and remembers; nobody whose key is known waits long for an
// issuer that hangs.
type issuer struct {
	url    string
	client *http.Client
	now    func() time.Time

	mu       sync.Mutex
	known    known
	question *question // under way; nil is none
}

// known is what the issuer has said.
type known struct {
	provider *oidc.Provider
	keys     []jose.JSONWebKey // nil before the first answer
	asked    time.Time         // when keys came
	failure  error             // of the last question; nil after an answer
	failed   time.Time
}

// question is a question to the issuer that one or more requests wait for.
type question struct{ done chan struct{} }

// discover returns the issuer's endpoints. It is errs.ErrUnavailable when the
// issuer does not give them.
func (i *issuer) discover(ctx context.Context) (*oidc.Provider, error) {
	k := i.recall()
	if k.provider == nil && !k.resting(i.now()) {
		k = i.ask(ctx, askLimit)
	}
	if k.provider == nil {
		return nil, k.failure
	}
	return k.provider, nil
}

// key returns the keys of that id, all of them when the id is "". There may be
// none. It is errs.ErrUnavailable when the issuer does not give its keys.
func (i *issuer) key(ctx context.Context, id string) ([]jose.JSONWebKey, error) {
	k := i.recall()
	found, age := named(k.keys, id), i.now().Sub(k.asked)
	if k.keys != nil && (age < keysRest || len(found) > 0 && age < keysLive) {
		return found, nil
	}
	limit := askLimit
	if len(found) > 0 {
		limit = renewLimit
	}
	if !k.resting(i.now()) {
		k = i.ask(ctx, limit)
	}
	switch newer := named(k.keys, id); {
	case k.failure == nil:
		return newer, nil
	case len(found) > 0:
		return found, nil // the issuer is away: what it said last still holds
	}
	return nil, k.failure
}

// recall returns what is known.
func (i *issuer) recall() known {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.known
}

// resting reports whether the issuer has just failed to answer.
func (k known) resting(now time.Time) bool {
	return k.failure != nil && now.Sub(k.failed) < failureRest
}

// ask asks the issuer, or waits with those who have asked already, and returns what
// is known then; as long as there is no answer, that it is away.
func (i *issuer) ask(ctx context.Context, limit time.Duration) known {
	q := i.begin(ctx)
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	select {
	case <-q.done:
		return i.recall()
	case <-ctx.Done():
	}
	k := i.recall()
	k.failure = away(fmt.Errorf("%s has not answered yet: %w", i.url, ctx.Err()))
	return k
}

// begin sends the question, unless one is under way. It outlives its request, since
// others may wait for the answer.
func (i *issuer) begin(ctx context.Context) *question {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.question != nil {
		return i.question
	}
	q := &question{done: make(chan struct{})}
	i.question = q
	provider := i.known.provider
	go func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), askLimit)
		defer cancel()
		provider, keys, err := i.fetch(ctx, provider)
		i.mu.Lock()
		defer i.mu.Unlock()
		i.learn(provider, keys, err)
		i.question = nil
		close(q.done)
	}()
	return q
}

// learn remembers an answer. i is locked.
func (i *issuer) learn(provider *oidc.Provider, keys []jose.JSONWebKey, err error) {
	k := &i.known
	if k.provider = provider; err != nil {
		k.failure, k.failed = err, i.now()
		return
	}
	k.keys, k.asked, k.failure = keys, i.now(), nil
}

// fetch asks the issuer for its endpoints, unless they are known, and its keys.
func (i *issuer) fetch(ctx context.Context, provider *oidc.Provider) (_ *oidc.Provider, keys []jose.JSONWebKey, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	if provider == nil {
		if provider, err = oidc.NewProvider(oidc.ClientContext(ctx, i.client), i.url); err != nil {
			return nil, nil, away(fmt.Errorf("discover %s: %w", i.url, err))
		}
	}
	var metadata struct {
		JWKS string `json:"jwks_uri"`
	}
	if err := provider.Claims(&metadata); err != nil {
		return nil, nil, away(fmt.Errorf("discover %s: %w", i.url, err))
	}
	body, err := i.get(ctx, metadata.JWKS)
	if err != nil {
		return provider, nil, away(fmt.Errorf("get the keys of %s: %w", i.url, err))
	}
	if keys, err = parseKeys(body); err != nil {
		return provider, nil, away(fmt.Errorf("read the keys of %s: %w", i.url, err))
	}
	return provider, keys, nil
}

// get returns the body at url.
func (i *issuer) get(ctx context.Context, url string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return nil, err
	}
	answer, err := i.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = answer.Body.Close() }() // it was only read
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("status %s", answer.Status)
	}
	return io.ReadAll(io.LimitReader(answer.Body, longestKeys))
}

// parseKeys returns the public signing keys of a JSON Web Key Set. It passes
// over keys that it does not understand.
func parseKeys(body []byte) ([]jose.JSONWebKey, error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(body, &set); err != nil {
		return nil, err
	}
	keys := []jose.JSONWebKey{}
	for _, raw := range set.Keys {
		var key jose.JSONWebKey
		if err := key.UnmarshalJSON(raw); err == nil && key.IsPublic() && (key.Use == "" || key.Use == "sig") {
			keys = append(keys, key)
		}
	}
	return keys, nil
}

// named returns the keys of that id, all of them when the id is "".
func named(keys []jose.JSONWebKey, id string) []jose.JSONWebKey {
	var found []jose.JSONWebKey
	for _, k := range keys {
		if id == "" || k.KeyID == id {
			found = append(found, k)
		}
	}
	return found
}

// away is the error of an issuer that does not answer as it should.
func away(cause error) error {
	return errs.New(errs.ErrUnavailable, "The sign-in service does not answer now. Try again in a few seconds.").Because(cause)
}
