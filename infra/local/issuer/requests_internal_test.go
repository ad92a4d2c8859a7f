package issuer

import (
	"testing"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
)

// TestManySignInsKeepNobodyOut: who sends requests without end displaces others that
// nobody has given a password for, and no more is kept.
func TestManySignInsKeepNobodyOut(t *testing.T) {
	now := time.Now()
	s := newRequests(func() time.Time { now = now.Add(time.Microsecond); return now }, 0)
	mine, err := s.add(&oidc.AuthRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.sign(mine.id, "admin"); err != nil {
		t.Fatal(err)
	}
	var last request
	for range maxRequests + 10 {
		if last, err = s.add(&oidc.AuthRequest{}); err != nil {
			t.Fatal(err)
		}
	}
	if len(s.byID) > maxRequests {
		t.Errorf("%d are kept", len(s.byID))
	}
	for name, id := range map[string]string{"the newest": last.id, "one with a password": mine.id} {
		if _, err := s.get(id); err != nil {
			t.Errorf("%s is gone: %v", name, err)
		}
	}
}
