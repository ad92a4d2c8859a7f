package catalogtest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/catalog"
	"github.com/vertex-ar/backup/internal/errs"
)

const (
	repository = "repository"
	ttl        = 30 * time.Second
)

func testLockExcludes(t *testing.T, c catalog.Catalog) {
	_, err := c.GetLock(t.Context(), repository)
	wantKind(t, "GetLock before any", err, errs.ErrNotFound)

	l := must(c.AcquireLock(t.Context(), repository, idAt(1), noon, ttl))(t)
	wantEqual(t, "the lock", l, backup.Lock{Name: repository, Owner: idAt(1), Token: l.Token, Expires: noon.Add(ttl)})
	if l.Token < 1 {
		t.Errorf("token = %d, want at least 1", l.Token)
	}
	_, err = c.AcquireLock(t.Context(), repository, idAt(2), noon.Add(ttl/2), ttl)
	wantKind(t, "AcquireLock by another", err, errs.ErrConflict)
	if errs.Detail(err) == "" {
		t.Errorf("%v has no sentence for the user", err)
	}
	wantEqual(t, "GetLock", must(c.GetLock(t.Context(), repository))(t), l)
	must(c.AcquireLock(t.Context(), "another", idAt(2), noon, ttl))(t)
}

func testLockExpires(t *testing.T, c catalog.Catalog) {
	first := must(c.AcquireLock(t.Context(), repository, idAt(1), noon, ttl))(t)
	_, err := c.AcquireLock(t.Context(), repository, idAt(2), first.Expires, ttl)
	wantKind(t, "AcquireLock at the moment of expiry", err, errs.ErrConflict)
	wantEqual(t, "GetLock", must(c.GetLock(t.Context(), repository))(t), first)

	second := must(c.AcquireLock(t.Context(), repository, idAt(2), first.Expires.Add(1), ttl))(t)
	if second.Token <= first.Token {
		t.Errorf("token %d after %d", second.Token, first.Token)
	}
	wantEqual(t, "GetLock", must(c.GetLock(t.Context(), repository))(t), second)
}

func testLockRenewed(t *testing.T, c catalog.Catalog) {
	first := must(c.AcquireLock(t.Context(), repository, idAt(1), noon, ttl))(t)
	renewed := must(c.RenewLock(t.Context(), first, noon.Add(ttl), ttl))(t)
	want := first
	want.Expires = noon.Add(2 * ttl)
	wantEqual(t, "the renewed lock", renewed, want)
	wantEqual(t, "GetLock", must(c.GetLock(t.Context(), repository))(t), want)
	_, err := c.AcquireLock(t.Context(), repository, idAt(2), noon.Add(ttl+1), ttl)
	wantKind(t, "AcquireLock after the former expiry", err, errs.ErrConflict)

	late := noon.Add(time.Hour)
	must(c.RenewLock(t.Context(), first, late, ttl))(t) // nobody took it meanwhile
	_, err = c.AcquireLock(t.Context(), repository, idAt(2), late, ttl)
	wantKind(t, "AcquireLock after a late renewal", err, errs.ErrConflict)
}

func testLockLost(t *testing.T, c catalog.Catalog) {
	lost := must(c.AcquireLock(t.Context(), repository, idAt(1), noon, ttl))(t)
	now := noon.Add(2 * ttl)
	held := must(c.AcquireLock(t.Context(), repository, idAt(2), now, ttl))(t)

	forged := lost
	forged.Token = held.Token
	stale := held
	stale.Token = lost.Token
	never := backup.Lock{Name: "never", Owner: idAt(1), Token: 1}
	for _, l := range []backup.Lock{lost, forged, stale, never, {Name: repository}} {
		_, err := c.RenewLock(t.Context(), l, now, time.Hour)
		wantKind(t, fmt.Sprintf("RenewLock of %+v", l), err, errs.ErrConflict)
		if err := c.ReleaseLock(t.Context(), l); err != nil {
			t.Errorf("ReleaseLock of %+v = %v, want nil", l, err)
		}
	}
	wantEqual(t, "GetLock", must(c.GetLock(t.Context(), repository))(t), held)
	_, err := c.GetLock(t.Context(), "never")
	wantKind(t, "GetLock of the one that was never taken", err, errs.ErrNotFound)
}

func testLockReleased(t *testing.T, c catalog.Catalog) {
	first := must(c.AcquireLock(t.Context(), repository, idAt(1), noon, ttl))(t)
	for range 2 {
		if err := c.ReleaseLock(t.Context(), first); err != nil {
			t.Fatal(err)
		}
		_, err := c.GetLock(t.Context(), repository)
		wantKind(t, "GetLock of a free one", err, errs.ErrNotFound)
		_, err = c.RenewLock(t.Context(), first, noon, ttl)
		wantKind(t, "RenewLock of a free one", err, errs.ErrConflict)
	}
	for _, owner := range []backup.ID{idAt(2), idAt(1)} {
		next := must(c.AcquireLock(t.Context(), repository, owner, noon, ttl))(t)
		if next.Token <= first.Token {
			t.Errorf("token %d after %d", next.Token, first.Token)
		}
		first = next
		if err := c.ReleaseLock(t.Context(), next); err != nil {
			t.Fatal(err)
		}
	}
}

func testLockSameOwner(t *testing.T, c catalog.Catalog) {
	first := must(c.AcquireLock(t.Context(), repository, idAt(1), noon, ttl))(t)
	again := must(c.AcquireLock(t.Context(), repository, idAt(1), noon.Add(ttl/2), ttl))(t)
	if again.Token <= first.Token || !again.Expires.Equal(noon.Add(ttl/2+ttl)) {
		t.Errorf("taken again: %+v after %+v", again, first)
	}
	_, err := c.RenewLock(t.Context(), first, noon, ttl)
	wantKind(t, "RenewLock by the owner's former run", err, errs.ErrConflict)
	if err := c.ReleaseLock(t.Context(), first); err != nil {
		t.Error(err)
	}
	wantEqual(t, "GetLock", must(c.GetLock(t.Context(), repository))(t), again)
}

func testLockRace(t *testing.T, c catalog.Catalog) {
	last := int64(0)
	for round := range 3 { // the first over nothing, the others over an expired one
		now := noon.Add(time.Duration(round) * time.Hour)
		locks := make([]backup.Lock, writers)
		failures := race(func(i int) (err error) {
			locks[i], err = c.AcquireLock(t.Context(), repository, idAt(i), now, ttl)
			return err
		})
		wantOneWinner(t, failures)
		if i := slices.Index(failures, nil); i >= 0 {
			wantEqual(t, "GetLock", must(c.GetLock(t.Context(), repository))(t), locks[i])
			if locks[i].Token <= last {
				t.Errorf("token %d after %d", locks[i].Token, last)
			}
			last = locks[i].Token
		}
	}
}

func testLockTokens(t *testing.T, c catalog.Catalog) {
	var (
		mu   sync.Mutex
		seen = map[int64]bool{}
	)
	failures := race(func(i int) error {
		for range 4 {
			l, err := c.AcquireLock(t.Context(), repository, idAt(i), noon, ttl)
			if errors.Is(err, errs.ErrConflict) {
				continue
			}
			if err != nil {
				return err
			}
			mu.Lock()
			if seen[l.Token] {
				t.Errorf("token %d was given out twice", l.Token)
			}
			seen[l.Token] = true
			mu.Unlock()
			if err := c.ReleaseLock(t.Context(), l); err != nil {
				return err
			}
		}
		return nil
	})
	if err := errors.Join(failures...); err != nil {
		t.Error(err)
	}
	if len(seen) == 0 {
		t.Error("nobody got the lock")
	}
}

func testLockInvalid(t *testing.T, c catalog.Catalog) {
	_, err := c.AcquireLock(t.Context(), "", idAt(1), noon, ttl)
	wantKind(t, "AcquireLock without a name", err, errs.ErrInvalid)
	_, err = c.AcquireLock(t.Context(), repository, "", noon, ttl)
	wantKind(t, "AcquireLock without an owner", err, errs.ErrInvalid)
	for _, name := range []string{"", strings.Repeat("x", catalog.MaxKey+1)} {
		_, err = c.GetLock(t.Context(), name)
		wantKind(t, "GetLock of a bad name", err, errs.ErrNotFound)
	}
}
