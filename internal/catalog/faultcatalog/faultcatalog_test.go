package faultcatalog_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/catalog"
	"github.com/vertex-ar/backup/internal/catalog/catalogtest"
	"github.com/vertex-ar/backup/internal/catalog/faultcatalog"
	"github.com/vertex-ar/backup/internal/catalog/memcatalog"
	"github.com/vertex-ar/backup/internal/errs"
)

var now = time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)

func TestWithoutFaultItIsTheCatalog(t *testing.T) {
	t.Parallel()
	catalogtest.Run(t, func(*testing.T) catalog.Catalog {
		return faultcatalog.New(memcatalog.New(), faultcatalog.Fault{})
	})
}

// writes are all calls that change a catalog, each with a look at its effect.
var writes = []struct {
	name string
	do   func(ctx context.Context, c catalog.Catalog) error
	done func(ctx context.Context, c catalog.Catalog) bool
}{
	{"PutBackup", func(ctx context.Context, c catalog.Catalog) error {
		_, err := c.PutBackup(ctx, backup.Backup{ID: "b"})
		return err
	}, func(ctx context.Context, c catalog.Catalog) bool {
		_, err := c.GetBackup(ctx, "b")
		return err == nil
	}},
	{"PutOperation", func(ctx context.Context, c catalog.Catalog) error {
		_, err := c.PutOperation(ctx, backup.Operation{ID: "o"})
		return err
	}, func(ctx context.Context, c catalog.Catalog) bool {
		_, err := c.GetOperation(ctx, "o")
		return err == nil
	}},
	{"DeleteBackup", func(ctx context.Context, c catalog.Catalog) error {
		return c.DeleteBackup(ctx, backup.Backup{ID: "present", Version: 1})
	}, func(ctx context.Context, c catalog.Catalog) bool {
		_, err := c.GetBackup(ctx, "present")
		return err != nil
	}},
	{"AcquireLock", func(ctx context.Context, c catalog.Catalog) error {
		_, err := c.AcquireLock(ctx, "free", "b", now, time.Minute)
		return err
	}, func(ctx context.Context, c catalog.Catalog) bool {
		_, err := c.GetLock(ctx, "free")
		return err == nil
	}},
	{"RenewLock", func(ctx context.Context, c catalog.Catalog) error {
		_, err := c.RenewLock(ctx, backup.Lock{Name: "held", Owner: "b", Token: 1}, now, time.Hour)
		return err
	}, func(ctx context.Context, c catalog.Catalog) bool {
		l, err := c.GetLock(ctx, "held")
		return err == nil && l.Expires.Equal(now.Add(time.Hour))
	}},
	{"ReleaseLock", func(ctx context.Context, c catalog.Catalog) error {
		return c.ReleaseLock(ctx, backup.Lock{Name: "held", Owner: "b", Token: 1})
	}, func(ctx context.Context, c catalog.Catalog) bool {
		_, err := c.GetLock(ctx, "held")
		return err != nil
	}},
	{"AppendAudit", func(ctx context.Context, c catalog.Catalog) error {
		return c.AppendAudit(ctx, backup.AuditEntry{Time: now})
	}, func(ctx context.Context, c catalog.Catalog) bool {
		page, _, err := c.ListAudit(ctx, now, "", 1)
		return err == nil && len(page) == 1
	}},
	{"AppendLog", func(ctx context.Context, c catalog.Catalog) error {
		return c.AppendLog(ctx, "b", []backup.LogLine{{Seq: 1}}, now)
	}, func(ctx context.Context, c catalog.Catalog) bool {
		lines, err := c.ListLog(ctx, "b", 0, 1)
		return err == nil && len(lines) == 1
	}},
	{"Remember", func(ctx context.Context, c catalog.Catalog) error {
		_, err := c.Remember(ctx, "key", "b", "", now)
		return err
	}, func(ctx context.Context, c catalog.Catalog) bool {
		id, err := c.Remember(ctx, "key", "another", "", now)
		return err == nil && id == "b"
	}},
}

// prepared returns a catalog with something to change in it.
func prepared(t *testing.T) catalog.Catalog {
	t.Helper()
	c := memcatalog.New()
	_, put := c.PutBackup(t.Context(), backup.Backup{ID: "present"})
	_, acquired := c.AcquireLock(t.Context(), "held", "b", now, time.Minute)
	if err := errors.Join(put, acquired); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestFaultBeforeAndAfterTheEffect(t *testing.T) {
	t.Parallel()
	for _, w := range writes {
		for _, after := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/after=%t", w.name, after), func(t *testing.T) {
				t.Parallel()
				inner := prepared(t)
				c := faultcatalog.New(inner, faultcatalog.Fault{Call: 1, After: after})
				if err := w.do(t.Context(), c); !errors.Is(err, errs.ErrUnavailable) {
					t.Errorf("the call returned %v, want the fault", err)
				}
				if done := w.done(t.Context(), inner); done != after {
					t.Errorf("took effect: %t, want %t", done, after)
				}
				if diff := cmp.Diff([]string{w.name}, c.Calls()); diff != "" {
					t.Errorf("calls (-want +got):\n%s", diff)
				}
			})
		}
	}
}

func TestFaultHitsTheNthCall(t *testing.T) {
	t.Parallel()
	own := errors.New("own")
	for _, tt := range []struct {
		fault faultcatalog.Fault
		want  []error
	}{
		{faultcatalog.Fault{}, []error{nil, nil, nil, nil}},
		{faultcatalog.Fault{Call: 2}, []error{nil, faultcatalog.ErrFault, nil, nil}},
		{faultcatalog.Fault{Call: 3, Onward: true, Err: own}, []error{nil, nil, own, own}},
		{faultcatalog.Fault{Call: 5}, []error{nil, nil, nil, nil}},
	} {
		c := faultcatalog.New(memcatalog.New(), tt.fault)
		for i, want := range tt.want {
			page, next, err := c.ListAudit(t.Context(), now, "", 1)
			if !errors.Is(err, want) || page != nil || next != "" {
				t.Errorf("%+v: call %d returned %v, %q, %v, want %v", tt.fault, i+1, page, next, err, want)
			}
		}
	}
}
