package faultblob_test

import (
	"context"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/internal/blob"
	"github.com/vertex-ar/backup/internal/blob/blobtest"
	"github.com/vertex-ar/backup/internal/blob/faultblob"
	"github.com/vertex-ar/backup/internal/blob/memblob"
	"github.com/vertex-ar/backup/internal/errs"
)

func TestConformance(t *testing.T) {
	blobtest.Run(t, func(*testing.T) blob.Store { return faultblob.New(memblob.New(time.Now)) })
}

func open(t *testing.T) (*faultblob.Store, *memblob.Store) {
	t.Helper()
	mem := memblob.New(time.Now)
	for _, key := range []string{"a", "b"} {
		if err := mem.Put(t.Context(), key, strings.NewReader("0123456789"), nil); err != nil {
			t.Fatal(err)
		}
	}
	return faultblob.New(mem), mem
}

func read(rc io.ReadCloser, err error) (string, error) {
	if err != nil {
		return "", err
	}
	defer func() { _ = rc.Close() }()
	b, err := io.ReadAll(rc)
	return string(b), err
}

// calls is one call of each method; each returns what came through.
var calls = []struct {
	name string
	op   faultblob.Op
	do   func(context.Context, blob.Store) (string, error)
}{
	{"Put", faultblob.Put, func(ctx context.Context, s blob.Store) (string, error) {
		return "", s.Put(ctx, "c", strings.NewReader("new"), nil)
	}},
	{"Get", faultblob.Get, func(ctx context.Context, s blob.Store) (string, error) { return read(s.Get(ctx, "a")) }},
	{"GetRange", faultblob.GetRange, func(ctx context.Context, s blob.Store) (string, error) {
		return read(s.GetRange(ctx, "a", 2, 4))
	}},
	{"Head", faultblob.Head, func(ctx context.Context, s blob.Store) (string, error) {
		info, err := s.Head(ctx, "a")
		return info.Key, err
	}},
	{"List", faultblob.List, func(ctx context.Context, s blob.Store) (string, error) {
		var keys string
		for info, err := range s.List(ctx, "") {
			if err != nil {
				return keys, err
			}
			keys += info.Key
		}
		return keys, nil
	}},
	{"Delete", faultblob.Delete, func(ctx context.Context, s blob.Store) (string, error) {
		return "", s.Delete(ctx, "a", "b")
	}},
}

func TestFaults(t *testing.T) {
	type outcome struct{ Got, Keys string }
	want := map[faultblob.When]map[string]outcome{
		faultblob.Before: {
			"Put": {"", "ab"}, "Get": {"", "ab"}, "GetRange": {"", "ab"},
			"Head": {"", "ab"}, "List": {"", "ab"}, "Delete": {"", "ab"},
		},
		faultblob.After: {
			"Put": {"", "abc"}, "Get": {"0123456789", "ab"}, "GetRange": {"2345", "ab"},
			"Head": {"", "ab"}, "List": {"ab", "ab"}, "Delete": {"", ""},
		},
		faultblob.Middle: {
			"Put": {"", "ab"}, "Get": {"0", "ab"}, "GetRange": {"2", "ab"},
			"Head": {"", "ab"}, "List": {"a", "ab"}, "Delete": {"", "b"},
		},
	}
	for when, outcomes := range want {
		for _, call := range calls {
			s, mem := open(t)
			s.Inject(faultblob.Fault{Call: 1, When: when, Pass: 1})
			got, err := call.do(t.Context(), s)
			if !errors.Is(err, errs.ErrUnavailable) || !s.Fired() {
				t.Errorf("%s, when %d: %v, want ErrUnavailable", call.name, when, err)
			}
			have := outcome{got, strings.Join(slices.Sorted(maps.Keys(mem.Contents())), "")}
			if diff := cmp.Diff(outcomes[call.name], have); diff != "" {
				t.Errorf("%s, when %d (-want +got):\n%s", call.name, when, diff)
			}
			if _, err := s.Head(t.Context(), "none"); !errors.Is(err, errs.ErrNotFound) {
				t.Errorf("%s, when %d: the next call is %v, want the store's own ErrNotFound", call.name, when, err)
			}
		}
	}
}

func TestOnlyTheChosenCallFails(t *testing.T) {
	for _, call := range calls {
		s, _ := open(t)
		s.Inject(faultblob.Fault{Call: 2, Ops: call.op, Err: io.ErrUnexpectedEOF})
		var failed []int
		for i := range 3 {
			for _, other := range calls {
				if _, err := other.do(t.Context(), s); errors.Is(err, io.ErrUnexpectedEOF) {
					failed = append(failed, i)
				}
			}
			if s.Calls() != i+1 {
				t.Errorf("%s: Calls() = %d after %d", call.name, s.Calls(), i+1)
			}
		}
		if diff := cmp.Diff([]int{1}, failed); diff != "" {
			t.Errorf("%s: rounds that failed (-want +got):\n%s", call.name, diff)
		}
	}
}

func TestStoreStaysAway(t *testing.T) {
	s, _ := open(t)
	s.Inject(faultblob.Fault{Call: 2, When: faultblob.After, Stays: true})
	var failures int
	for range 5 {
		if _, err := s.Head(t.Context(), "a"); err != nil {
			failures++
		}
	}
	if failures != 4 {
		t.Errorf("%d of 5 calls failed, want 4", failures)
	}
}
