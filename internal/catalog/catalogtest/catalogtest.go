package catalogtest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/catalog"
	"github.com/vertex-ar/backup/internal/errs"
)

// writers is how many goroutines take part in a race.
const writers = 16

// noon is a time with nanoseconds that have no short decimal form.
var noon = time.Date(2026, 1, 15, 12, 30, 45, 123456789, time.UTC)

// Run tests the catalog that open returns, which must be empty. open is called
// once a subtest.
func Run(t *testing.T, open func(t *testing.T) catalog.Catalog) {
	t.Helper()
	suite := []struct {
		name string
		test func(t *testing.T, c catalog.Catalog)
	}{
		{"BackupsAndOperationsDoNotMix", testKindsApart},
		{"DeleteNeedsTheVersion", testDelete},
		{"DeleteAndUpdateRace", testDeleteRace},
		{"CancelledContext", testCancelled},

		{"LockExcludesOthers", testLockExcludes},
		{"LockExpires", testLockExpires},
		{"LockIsRenewed", testLockRenewed},
		{"LostLockIsNotRenewed", testLockLost},
		{"LockIsReleased", testLockReleased},
		{"LockTakenAgainByItsOwner", testLockSameOwner},
		{"LockRace", testLockRace},
		{"LockTokensAreNeverReused", testLockTokens},
		{"LockNeedsNameAndOwner", testLockInvalid},

		{"AuditRoundTrip", testAuditRoundTrip},
		{"AuditNewestFirst", testAuditOrder},
		{"AuditLinesOfOneTimeAllStay", testAuditSameTime},
		{"AuditAcrossMonths", testAuditMonths},
		{"AuditLooksBackThirteenMonths", testAuditWindow},
		{"AuditPagesStandStill", testAuditPagesStandStill},
		{"AuditPastOneMegabyte", testAuditLarge},
		{"AuditRefusesBadPages", testAuditInvalid},

		{"RevokedSessions", testRevoked},

		{"LogRoundTrip", testLogRoundTrip},
		{"LogInOrder", testLogOrder},
		{"LogLinesAppendedAgain", testLogRepeated},
		{"LogPastOneMegabyte", testLogLarge},
		{"LogRefusesBadLines", testLogInvalid},

		{"KeyIsBoundOnce", testRemember},
		{"KeyIsReplaced", testRememberReplace},
		{"KeyRace", testRememberRace},
		{"KeyReplaceRace", testReplaceRace},
		{"KeyOfBadLength", testRememberInvalid},
	}
	for _, s := range suite {
		t.Run(s.name, func(t *testing.T) { s.test(t, open(t)) })
	}
	t.Run("Backups", func(t *testing.T) { runRecords(t, open, backups) })
	t.Run("Operations", func(t *testing.T) { runRecords(t, open, operations) })
}

// race calls f from many goroutines at once and returns their errors.
func race(f func(i int) error) []error {
	var (
		failures = make([]error, writers)
		start    = make(chan struct{})
		wg       sync.WaitGroup
	)
	for i := range writers {
		wg.Go(func() {
			<-start
			failures[i] = f(i)
		})
	}
	close(start)
	wg.Wait()
	return failures
}

// wantOneWinner checks that one call succeeded and all others were conflicts.
func wantOneWinner(t *testing.T, failures []error) {
	t.Helper()
	won := 0
	for _, err := range failures {
		switch {
		case err == nil:
			won++
		case !errors.Is(err, errs.ErrConflict):
			t.Errorf("a loser got %v, want ErrConflict", err)
		}
	}
	if won != 1 {
		t.Errorf("%d of %d won, want 1", won, len(failures))
	}
}

func wantKind(t *testing.T, what string, err, kind error) {
	t.Helper()
	if !errors.Is(err, kind) {
		t.Errorf("%s = %v, want %v", what, err, kind)
	}
}

func wantEqual(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", what, diff)
	}
}

// must returns v, or ends the test.
func must[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// idAt returns an ID that sorts by n.
func idAt(n int) backup.ID {
	return backup.ID(fmt.Sprintf("20260115-12%02d%02d-full-aaaaaa", n/60, n%60))
}

func testCancelled(t *testing.T, c catalog.Catalog) {
	b := must(c.PutBackup(t.Context(), backup.Backup{ID: idAt(1)}))(t)
	l := must(c.AcquireLock(t.Context(), "repository", idAt(1), noon, time.Minute))(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	calls := map[string]func() error{
		"PutBackup":      func() error { _, err := c.PutBackup(ctx, b); return err },
		"GetBackup":      func() error { _, err := c.GetBackup(ctx, b.ID); return err },
		"ListBackups":    func() error { _, err := c.ListBackups(ctx, "", 1); return err },
		"DeleteBackup":   func() error { return c.DeleteBackup(ctx, b) },
		"PutOperation":   func() error { _, err := c.PutOperation(ctx, backup.Operation{ID: idAt(1)}); return err },
		"GetOperation":   func() error { _, err := c.GetOperation(ctx, idAt(1)); return err },
		"ListOperations": func() error { _, err := c.ListOperations(ctx, "", 1); return err },
		"AcquireLock":    func() error { _, err := c.AcquireLock(ctx, "other", idAt(1), noon, time.Minute); return err },
		"RenewLock":      func() error { _, err := c.RenewLock(ctx, l, noon, time.Hour); return err },
		"ReleaseLock":    func() error { return c.ReleaseLock(ctx, l) },
		"GetLock":        func() error { _, err := c.GetLock(ctx, "repository"); return err },
		"AppendAudit":    func() error { return c.AppendAudit(ctx, backup.AuditEntry{Time: noon}) },
		"ListAudit":      func() error { _, _, err := c.ListAudit(ctx, noon, "", 1); return err },
		"AppendLog":      func() error { return appendLog(ctx, c) },
		"ListLog":        func() error { _, err := c.ListLog(ctx, idAt(1), 0, 1); return err },
		"Remember":       func() error { _, err := c.Remember(ctx, "key", idAt(1), "", noon); return err },
	}
	for name, call := range calls {
		err := call()
		wantKind(t, name, err, context.Canceled)
		if errors.Is(err, errs.ErrUnavailable) {
			t.Errorf("%s = %v: the caller left, the catalog is not away", name, err)
		}
	}
	wantEqual(t, "the backup", must(c.GetBackup(t.Context(), b.ID))(t), b)
	wantEqual(t, "the lock", must(c.GetLock(t.Context(), l.Name))(t), l)
}
