package dynamocatalog_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/internal/awstest"
	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/catalog/dynamocatalog"
	"github.com/vertex-ar/backup/internal/errs"
)

var now = time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)

// pair is a table through two clients: one loses an answer, the other none.
type pair struct {
	lossy, sound *dynamocatalog.Catalog
	network      *lossy
}

func newPair(t *testing.T, operation string) pair {
	t.Helper()
	client := awstest.DynamoDB(t)
	table := awstest.Table(t, client)
	network := &lossy{operation: operation}
	return pair{
		lossy: dynamocatalog.New(over(client, network), table), network: network,
		sound: dynamocatalog.New(client, table),
	}
}

// wantLost checks that the test tested something.
func (p pair) wantLost(t *testing.T) {
	t.Helper()
	if !p.network.lost {
		t.Errorf("no answer to a %s was lost", p.network.operation)
	}
}

func TestLostAnswerToNewRecord(t *testing.T) {
	t.Parallel()
	p := newPair(t, "PutItem")
	put, err := p.lossy.PutBackup(t.Context(), backup.Backup{ID: "b", Note: "mine"})
	if err != nil {
		t.Fatal(err)
	}
	p.wantLost(t)
	got, err := p.sound.GetBackup(t.Context(), "b")
	if diff := cmp.Diff(put, got); err != nil || diff != "" || got.Version != 1 {
		t.Errorf("stored %+v, %v, returned %+v", got, err, put)
	}
}

func TestLostAnswerToUpdate(t *testing.T) {
	t.Parallel()
	p := newPair(t, "PutItem")
	first, err := p.sound.PutOperation(t.Context(), backup.Operation{ID: "o"})
	if err != nil {
		t.Fatal(err)
	}
	second, err := p.lossy.PutOperation(t.Context(), first)
	if err != nil || second.Version != 2 {
		t.Fatalf("PutOperation = version %d, %v, want 2", second.Version, err)
	}
	p.wantLost(t)
}

func TestLostAnswerToWriteThatIsOverwritten(t *testing.T) {
	t.Parallel()
	p := newPair(t, "PutItem")
	p.network.then = func() {
		if _, err := p.sound.PutBackup(t.Context(), backup.Backup{ID: "b", Version: 1, Note: "theirs"}); err != nil {
			t.Error(err)
		}
	}
	_, err := p.lossy.PutBackup(t.Context(), backup.Backup{ID: "b", Note: "mine"})
	if !errors.Is(err, errs.ErrConflict) {
		t.Errorf("PutBackup = %v, want ErrConflict", err)
	}
	p.wantLost(t)
	if got, err := p.sound.GetBackup(t.Context(), "b"); err != nil || got.Note != "theirs" {
		t.Errorf("stored %+v, %v, want the other's", got, err)
	}
}

func TestLostAnswerToDelete(t *testing.T) {
	t.Parallel()
	p := newPair(t, "DeleteItem")
	b, err := p.sound.PutBackup(t.Context(), backup.Backup{ID: "b"})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.lossy.DeleteBackup(t.Context(), b); err != nil {
		t.Errorf("DeleteBackup = %v", err)
	}
	p.wantLost(t)
}

func TestLostAnswerToAcquire(t *testing.T) {
	t.Parallel()
	p := newPair(t, "PutItem")
	l, err := p.lossy.AcquireLock(t.Context(), "lock", "b", now, time.Minute)
	if err != nil || l.Token != 1 {
		t.Fatalf("AcquireLock = %+v, %v, want token 1", l, err)
	}
	p.wantLost(t)
	if _, err := p.sound.RenewLock(t.Context(), l, now, time.Minute); err != nil {
		t.Errorf("the lock does not stand: %v", err)
	}
}

func TestLostAnswerToRenewAndRelease(t *testing.T) {
	t.Parallel()
	for name, do := range map[string]func(p pair, l backup.Lock) error{
		"renew": func(p pair, l backup.Lock) error {
			_, err := p.lossy.RenewLock(t.Context(), l, now, time.Hour)
			return err
		},
		"release": func(p pair, l backup.Lock) error { return p.lossy.ReleaseLock(t.Context(), l) },
	} {
		p := newPair(t, "PutItem")
		l, err := p.sound.AcquireLock(t.Context(), "lock", "b", now, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		if err := do(p, l); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		p.wantLost(t)
	}
}

func TestLostAnswerToAuditLine(t *testing.T) {
	t.Parallel()
	p := newPair(t, "PutItem")
	if err := p.lossy.AppendAudit(t.Context(), backup.AuditEntry{Time: now}); err != nil {
		t.Fatal(err)
	}
	p.wantLost(t)
	if page, _, err := p.sound.ListAudit(t.Context(), now, "", 10); err != nil || len(page) != 1 {
		t.Errorf("%d lines, %v, want 1", len(page), err)
	}
}

func TestLostAnswerToRemember(t *testing.T) {
	t.Parallel()
	for name, replace := range map[string]backup.ID{"bind": "", "replace": "former"} {
		p := newPair(t, "PutItem")
		if replace != "" {
			if _, err := p.sound.Remember(t.Context(), "key", replace, "", now); err != nil {
				t.Fatal(err)
			}
		}
		if id, err := p.lossy.Remember(t.Context(), "key", "mine", replace, now); err != nil || id != "mine" {
			t.Errorf("%s: Remember = %q, %v, want mine", name, id, err)
		}
		p.wantLost(t)
	}
}
