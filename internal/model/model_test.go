package model_test

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/cryptotest"
	"time"

	"github.com/vertex-ar/backup/internal/errs"
)

// Flags repeat a failure, or go on for longer than a test may take.
var (
	seedFlag  = flag.Uint64("seed", 0, "take only the steps of this seed")
	stepsFlag = flag.Int("steps", 500, "how many steps a seed has")
	soakFlag  = flag.Duration("soak", 0, "take the steps of new seeds until this time is over")
)

// shown is how many of the last lines a failure prints.
const shown = 60

func TestRandomSteps(t *testing.T) {
	seeds := []uint64{1, 2, 3, rand.Uint64() >> 32}
	if *seedFlag != 0 {
		seeds = []uint64{*seedFlag}
	}
	for _, seed := range seeds {
		runSeed(t, seed)
	}
}

// TestSoak goes on until the time that -soak gives is over.
func TestSoak(t *testing.T) {
	if *soakFlag == 0 {
		t.Skip("make soak runs it")
	}
	end, seeds := time.Now().Add(*soakFlag), 0
	for time.Now().Before(end) && !t.Failed() {
		runSeed(t, rand.Uint64()>>32)
		seeds++
	}
	t.Logf("%d seeds of %d steps", seeds, *stepsFlag)
}

// runSeed takes the steps of one seed in a world of its own.
func runSeed(t *testing.T, seed uint64) {
	t.Helper()
	t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
		cryptotest.SetGlobalRandom(t, seed)
		w := newWorld(t, seed)
		t.Cleanup(func() {
			if t.Failed() || *seedFlag != 0 && testing.Verbose() {
				t.Logf("the last steps:\n%s\nAgain: go test ./internal/model -run 'TestRandomSteps' -seed %d -steps %d",
					strings.Join(w.steps[max(0, len(w.steps)-shown):], "\n"), seed, *stepsFlag)
			}
		})
		for n := range *stepsFlag {
			if t.Failed() {
				return
			}
			w.step()
			w.checkSome()
			if n%25 == 24 {
				w.checkAll()
			}
		}
		w.checkAll()
	})
}

// step takes one random step.
func (w *world) step() {
	w.t.Helper()
	w.pass()
	w.settle()
	switch n := w.random.IntN(100); {
	case n < 30:
		w.change()
	case n < 32:
		w.disaster()
	case n < 34:
		w.pin()
	case n < 35:
		w.accept()
	case n < 36:
		w.rekey()
	case n < 70:
		w.do(w.anyAction())
	default:
		w.trouble()
	}
}

func (w *world) anyAction() action {
	w.t.Helper()
	return pick(w, w.create, w.create, w.create, w.schedule, w.remove, w.rotate, w.restore, w.restore, w.verify, w.reencrypt)()
}

// do carries out an action that meets no trouble.
func (w *world) do(a action) {
	w.t.Helper()
	w.note("%s", a.name)
	before, guarded := w.source, w.guards()
	w.calm = true
	err := a.run(w.svc)
	w.calm = false
	w.source = observe(w.t, w.dir)
	if err == nil {
		w.learn(before, a.removes)
	} else {
		w.learn(before, never)
	}
	w.checkLeft(guarded, a)
	switch {
	case a.again && errors.Is(err, errs.ErrNotFound): // the first time has removed it
	case errors.Is(a.refused, errPerhaps) && err != nil:
	case err != nil && (a.refused == nil || !errors.Is(err, a.refused)):
		w.t.Errorf("%s = %v, want %v", a.name, err, a.refused)
		return
	case err == nil && a.refused != nil && !errors.Is(a.refused, errPerhaps):
		w.t.Errorf("%s succeeded, want %v", a.name, a.refused)
	}
	want := before
	if err == nil && a.target != nil {
		want = *a.target
	}
	if d := diff(want, w.source); len(d) > 0 {
		w.t.Errorf("%s left something else in the installation:\n%s", a.name, strings.Join(d, "\n"))
	}
	if err == nil && a.check != nil {
		a.check()
	}
}
