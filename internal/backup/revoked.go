package backup

import (
	"context"
	"errors"
	"maps"
	"time"

	"github.com/vertex-ar/backup/internal/errs"
)

// Session is a sign-in, as its token names it.
type Session struct {
	ID      string // of the token, the same for whoever shows it
	Subject string
	Issued  time.Time
	Expires time.Time
}

// Revoked says which sessions have ended before their time. It is one small record,
// since every request asks for it: of sessions that have expired by themselves
// nothing is kept.
type Revoked struct {
	// Before ends the sessions of everybody that were issued until then.
	Before time.Time `json:"before,omitzero"`
	// Sessions are those that were signed out, with the time at which they expire.
	Sessions map[string]time.Time `json:"sessions,omitempty"`
	// Subjects are people of whom all sessions that were issued until then have ended.
	Subjects map[string]time.Time `json:"subjects,omitempty"`
	Version  int64                `json:"version"`
}

// Sessions keeps which sessions have ended.
type Sessions interface {
	// GetRevoked returns the record; the zero value when there is none.
	GetRevoked(ctx context.Context) (Revoked, error)
	// PutRevoked writes it under the rule of [Catalog].
	PutRevoked(ctx context.Context, r Revoked) (Revoked, error)
}

// mostRevoked is how many single sessions the record names. With more, all sessions
// of who signs out end.
const mostRevoked = 2000

// Ended reports whether a session has ended.
func (r Revoked) Ended(s Session) bool {
	_, out := r.Sessions[s.ID]
	until, known := r.Subjects[s.Subject]
	return out || !r.Before.IsZero() && !s.Issued.After(r.Before) || known && !s.Issued.After(until)
}

// without returns the record without what has expired.
func (r Revoked) without(now time.Time) Revoked {
	r.Sessions, r.Subjects = maps.Clone(r.Sessions), maps.Clone(r.Subjects)
	if r.Sessions == nil {
		r.Sessions = map[string]time.Time{}
	}
	if r.Subjects == nil {
		r.Subjects = map[string]time.Time{}
	}
	maps.DeleteFunc(r.Sessions, func(_ string, expires time.Time) bool { return expires.Before(now) })
	maps.DeleteFunc(r.Subjects, func(_ string, until time.Time) bool { return until.Add(7 * 24 * time.Hour).Before(now) })
	return r
}

// EndSession signs one session out.
func EndSession(ctx context.Context, store Sessions, now time.Time, s Session) error {
	return revoke(ctx, store, now, func(r *Revoked) {
		if len(r.Sessions) >= mostRevoked {
			r.Subjects[s.Subject] = now.UTC()
			return
		}
		r.Sessions[s.ID] = s.Expires.UTC()
	})
}

// EndAllSessions signs everybody out.
func EndAllSessions(ctx context.Context, store Sessions, now time.Time) error {
	return revoke(ctx, store, now, func(r *Revoked) {
		r.Before, r.Sessions, r.Subjects = now.UTC(), nil, nil
	})
}

func revoke(ctx context.Context, store Sessions, now time.Time, change func(*Revoked)) error {
	for range 10 {
		r, err := store.GetRevoked(ctx)
		if err != nil {
			return err
		}
		r = r.without(now)
		change(&r)
		if _, err = store.PutRevoked(ctx, r); !errors.Is(err, errs.ErrConflict) {
			return err
		}
	}
	return errs.New(errs.ErrConflict, "Many sign out at this moment. Try again.")
}
