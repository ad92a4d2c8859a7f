package issuer

import (
	"crypto/rand"
	"slices"
	"sync"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"

	"github.com/vertex-ar/backup/internal/errs"
)

const (
	requestLife = 10 * time.Minute // to find and type the password
	codeLife    = time.Minute      // from the redirect to the token request
	maxRequests = 10_000           // at once
)

// requests keeps the sign-ins on their way, in memory.
type requests struct {
	now  func() time.Time
	age  time.Duration // see SignIns
	mu   sync.Mutex
	byID map[string]request
	code map[string]string // code to id
}

func newRequests(now func() time.Time, age time.Duration) *requests {
	return &requests{now: now, age: age, byID: map[string]request{}, code: map[string]string{}}
}

// add keeps a new request.
func (s *requests) add(asked *oidc.AuthRequest) (request, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sweep()
	s.makeRoom()
	r := request{id: rand.Text(), asked: *asked, expires: s.now().Add(requestLife)}
	s.byID[r.id] = r
	return r, nil
}

// makeRoom forgets the oldest sign-in of those that nobody has given a password for,
// when there are very many: who sends requests without end cannot keep others out.
func (s *requests) makeRoom() {
	if len(s.byID) < maxRequests {
		return
	}
	var oldest request
	for _, r := range s.byID {
		if r.signed.IsZero() && (oldest.id == "" || r.expires.Before(oldest.expires)) {
			oldest = r
		}
	}
	delete(s.byID, oldest.id)
}

// sweep forgets what has expired.
func (s *requests) sweep() {
	for id, r := range s.byID {
		if s.now().After(r.expires) {
			delete(s.byID, id)
		}
	}
	for code, id := range s.code {
		if _, ok := s.byID[id]; !ok {
			delete(s.code, code)
		}
	}
}

// get returns a request that has not expired, or errs.ErrNotFound.
func (s *requests) get(id string) (request, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.find(id)
}

func (s *requests) find(id string) (request, error) {
	r, ok := s.byID[id]
	if !ok || s.now().After(r.expires) {
		return request{}, errs.New(errs.ErrNotFound, "This sign-in has ended or expired.")
	}
	return r, nil
}

// sign notes that subject proved who they are, now.
func (s *requests) sign(id, subject string) error {
	return s.update(id, func(r *request) {
		r.subject, r.signed = subject, s.now()
		if !slices.Contains(r.asked.Prompt, oidc.PromptLogin) && r.asked.MaxAge == nil {
			r.signed = r.signed.Add(-s.age)
		}
	})
}

// bind lets code stand for the request, for a short time.
func (s *requests) bind(code, id string) error {
	return s.update(id, func(r *request) {
		s.code[code] = id
		r.expires = s.now().Add(codeLife)
	})
}

func (s *requests) update(id string, change func(*request)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.find(id)
	if err == nil {
		change(&r)
		s.byID[id] = r
	}
	return err
}

// redeem returns the request that code stands for. A code is worth nothing
// after the first try, whether that one succeeds or not.
func (s *requests) redeem(code string) (request, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := s.code[code]
	r, err := s.find(id)
	delete(s.code, code)
	delete(s.byID, id)
	return r, err
}

func (s *requests) remove(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.byID, id)
}
