package blobtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"testing"
	"time"

	"github.com/vertex-ar/backup/internal/blob"
	"github.com/vertex-ar/backup/internal/errs"
)

func secondPutConflicts(t *testing.T, s blob.Store) {
	put(t, s, "a/b", []byte("one"))
	if err := s.Put(t.Context(), "a/b", stream([]byte("two")), nil); !errors.Is(err, errs.ErrConflict) {
		t.Errorf("second Put = %v, want ErrConflict", err)
	}
	wantContent(t, s, "a/b", []byte("one"))
}

func secondLargePutConflicts(t *testing.T, s blob.Store) {
	put(t, s, "a", []byte("one"))
	if err := s.Put(t.Context(), "a", stream(pattern(large, 4)), nil); !errors.Is(err, errs.ErrConflict) {
		t.Errorf("second Put = %v, want ErrConflict", err)
	}
	wantContent(t, s, "a", []byte("one"))
}

func oneOfManyPutsWins(t *testing.T, s blob.Store) {
	for round := range 20 {
		race(t, s, fmt.Sprintf("race/%d", round), 16, func(i int) []byte { return []byte(fmt.Sprint("writer ", i)) })
	}
}

func oneOfManyLargePutsWins(t *testing.T, s blob.Store) {
	race(t, s, "race", 3, func(i int) []byte { return pattern(20<<20+i, byte(i)) })
}

// race lets writers put different contents under one key at the same moment.
func race(t *testing.T, s blob.Store, key string, writers int, content func(i int) []byte) {
	t.Helper()
	results := make([]error, writers)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range writers {
		body := stream(content(i))
		wg.Go(func() {
			<-start
			results[i] = s.Put(t.Context(), key, body, nil)
		})
	}
	close(start)
	wg.Wait()
	winner := -1
	for i, err := range results {
		switch {
		case err == nil && winner >= 0:
			t.Errorf("%s: writers %d and %d both won", key, winner, i)
		case err == nil:
			winner = i
		case !errors.Is(err, errs.ErrConflict):
			t.Errorf("%s: writer %d: %v, want ErrConflict", key, i, err)
		}
	}
	if winner < 0 {
		t.Errorf("%s: nobody won", key)
		return
	}
	wantContent(t, s, key, content(winner))
}

func failingReaderLeavesNothing(t *testing.T, s blob.Store) {
	cause := errors.New("disk is broken")
	for _, n := range []int{0, 1000, large} {
		r := io.MultiReader(bytes.NewReader(pattern(n, 5)), failing{cause})
		if err := s.Put(t.Context(), "half", r, nil); !errors.Is(err, cause) {
			t.Errorf("Put of %d bytes and an error = %v, want that error", n, err)
		}
		wantMissing(t, s, "half")
	}
	put(t, s, "half", []byte("whole")) // nothing is in the way
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func cancelledPutLeavesNothing(t *testing.T, s blob.Store) {
	cause := errors.New("enough")
	for _, after := range []int{0, 1000, large} {
		ctx, cancel := context.WithCancelCause(t.Context())
		// The stream never ends, so only cancelling ends the Put.
		r := io.MultiReader(bytes.NewReader(pattern(after, 6)), calling{func() { cancel(cause) }}, endless{})
		err := s.Put(ctx, "half", r, nil)
		if !errors.Is(err, context.Canceled) || !errors.Is(err, cause) {
			t.Errorf("Put cancelled after %d bytes = %v, want Canceled and its cause", after, err)
		}
		wantMissing(t, s, "half")
	}
}

// calling calls f when it is read, and is empty.
type calling struct{ f func() }

func (c calling) Read([]byte) (int, error) { c.f(); return 0, io.EOF }

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// patience is far more than any of this takes; reaching it is a hang.
const patience = time.Minute

func cancelReleasesPipe(t *testing.T, s blob.Store) {
	ctx, cancel := context.WithCancel(t.Context())
	pr, pw := io.Pipe()
	result := make(chan error, 1)
	go func() { result <- s.Put(ctx, "piped", pr, nil) }()
	if _, err := pw.Write(pattern(large, 7)); err != nil { // more than is buffered; then silence
		t.Fatal(err)
	}
	cancel()
	select {
	case err := <-result:
		if !errors.Is(err, context.Canceled) {
			t.Errorf("Put = %v, want Canceled", err)
		}
	case <-time.After(patience):
		t.Fatal("Put waits for a silent pipe after its context ended")
	}
	if _, err := pw.Write([]byte("more")); err == nil {
		t.Error("the pipe takes more after Put returned")
	}
	wantMissing(t, s, "piped")
}

func failureReleasesPipe(t *testing.T, s blob.Store) {
	put(t, s, "taken", []byte("one"))
	pr, pw := io.Pipe()
	written := make(chan struct{})
	go func() {
		defer close(written)
		_, _ = pw.Write(pattern(large, 8)) // with or without an error: it may be read to its end
		_ = pw.Close()
	}()
	if err := s.Put(t.Context(), "taken", pr, nil); !errors.Is(err, errs.ErrConflict) {
		t.Errorf("Put = %v, want ErrConflict", err)
	}
	select {
	case <-written:
	case <-time.After(patience):
		t.Fatal("the writer waits for a Put that has returned")
	}
}

func cancelledReadFails(t *testing.T, s blob.Store) {
	put(t, s, "a", pattern(8<<20, 9))
	ctx, cancel := context.WithCancel(t.Context())
	rc, err := s.Get(ctx, "a")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rc.Close() }()
	cancel()
	if _, err := io.Copy(io.Discard, rc); !errors.Is(err, context.Canceled) {
		t.Errorf("reading after the context ended = %v, want Canceled", err)
	}
	if _, err := s.Head(ctx, "a"); !errors.Is(err, context.Canceled) {
		t.Errorf("Head = %v, want Canceled", err)
	}
	if err := s.Delete(ctx, "a"); !errors.Is(err, context.Canceled) {
		t.Errorf("Delete = %v, want Canceled", err)
	}
	wantContent(t, s, "a", pattern(8<<20, 9))
}
