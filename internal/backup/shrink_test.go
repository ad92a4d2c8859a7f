package backup_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/internal/backup"
)

// media returns a tree of n files; the first of its order is its root.
func media(n int) *fakeSource {
	s := source()
	s.order = []string{"storage"}
	for i := range n {
		path := fmt.Sprintf("storage/%05d.jpg", i)
		s.files[path], s.order = path, append(s.order, path)
	}
	return s
}

// become replaces what a source holds.
func (s *fakeSource) become(other *fakeSource) { s.files, s.order = other.files, other.order }

func TestWhatLostMostOfItIsPartialUntilSomebodyAccepts(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		was, now int // files
		rows     [2]int64
		want     []backup.Component
	}{
		"nothing lost":                  {40, 40, [2]int64{30, 30}, nil},
		"half of it":                    {40, 20, [2]int64{30, 15}, nil},
		"more than half":                {40, 19, [2]int64{30, 14}, []backup.Component{backup.ComponentDatabase, backup.ComponentStorage}},
		"all media":                     {40, 0, [2]int64{30, 30}, []backup.Component{backup.ComponentStorage}},
		"all of a handful":              {3, 0, [2]int64{30, 30}, []backup.Component{backup.ComponentStorage}},
		"most of a handful":             {9, 1, [2]int64{9, 1}, nil},
		"most rows":                     {40, 40, [2]int64{300, 12}, []backup.Component{backup.ComponentDatabase}},
		"rows that cannot be counted":   {40, 40, [2]int64{300, 0}, nil},
		"more than there was of either": {40, 80, [2]int64{30, 90}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t)
				r.storage.become(media(tt.was))
				r.database.rows = tt.rows[0]
				r.create(t, backup.KindFull, backup.StatusCompleted)
				r.storage.become(media(tt.now))
				r.database.rows = tt.rows[1]
				want := backup.StatusCompleted
				if tt.want != nil {
					want = backup.StatusPartial
				}
				for range 3 { // it does not become the measure of what follows
					time.Sleep(time.Minute)
					b := r.create(t, backup.KindFull, want)
					if diff := cmp.Diff(tt.want, b.Shrunk); diff != "" || len(b.Errors) != len(tt.want) {
						t.Fatalf("shrunk (-want +got):\n%s\nsaid: %q", diff, b.Errors)
					}
					for _, c := range backup.KindFull.Components() {
						if b.Protects(c) == slices.Contains(tt.want, c) {
							t.Errorf("a backup of which %v shrank protects the %s: %t", tt.want, c, b.Protects(c))
						}
					}
				}
			})
		})
	}
}

func TestAShrunkBackupSaysTheNumbers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.storage.become(media(40))
		good := r.create(t, backup.KindStorage, backup.StatusCompleted)
		r.storage.become(media(2))
		time.Sleep(time.Minute)
		b := r.create(t, backup.KindStorage, backup.StatusPartial)
		want := fmt.Sprintf("The storage shrank: it has 2 files, the last good backup %s has 40. Look whether its disk is mounted. "+
			"If it is meant to be so, accept this backup: until somebody does, the earlier ones are kept.", good.ID)
		if len(b.Errors) != 1 || b.Errors[0] != want {
			t.Errorf("said %q, want %q", b.Errors, want)
		}
	})
}

func TestFilesThatLostTheirContentHaveShrunk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.storage.become(media(40))
		r.storage.files[r.storage.order[1]] = strings.Repeat("x", 3<<20)
		r.create(t, backup.KindStorage, backup.StatusCompleted)
		r.storage.files[r.storage.order[1]] = ""
		time.Sleep(time.Minute)
		if b := r.create(t, backup.KindStorage, backup.StatusPartial); !strings.Contains(b.Errors[0], " bytes") {
			t.Errorf("said %q", b.Errors)
		}
	})
}

func TestWhatWasAcceptedIsTheMeasureOfWhatFollows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.storage.become(media(40))
		r.create(t, backup.KindStorage, backup.StatusCompleted)
		r.storage.become(media(2))
		time.Sleep(time.Minute)
		b := r.create(t, backup.KindStorage, backup.StatusPartial)
		b, err := r.svc.Edit(t.Context(), admin(), b.ID, backup.EditRequest{Accepted: new(true)})
		if err != nil || b.Status != backup.StatusCompleted || len(b.Errors) > 0 || len(b.Warnings) != 1 || !b.Sound() {
			t.Fatalf("accepted: %+v, %v", b, err)
		}
		time.Sleep(time.Minute)
		r.create(t, backup.KindStorage, backup.StatusCompleted)
		// Taken back, it is what it was.
		b, err = r.svc.Edit(t.Context(), admin(), b.ID, backup.EditRequest{Accepted: new(false)})
		if err != nil || b.Status != backup.StatusPartial || len(b.Errors) != 1 || len(b.Warnings) > 0 || b.Sound() {
			t.Errorf("not accepted: %+v, %v", b, err)
		}
	})
}

// TestRowsAreComparedWithTheLastThatWereCounted: a night on which they could not be
// is no new measure.
func TestRowsAreComparedWithTheLastThatWereCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		for _, rows := range []int64{300, 0} {
			r.database.rows = rows
			r.create(t, backup.KindDatabase, backup.StatusCompleted)
			time.Sleep(time.Minute)
		}
		r.database.rows = 3
		r.create(t, backup.KindDatabase, backup.StatusPartial)
	})
}

// TestRotationKeepsWhatCameBeforeAShrunkOne however many of those there are.
func TestRotationKeepsWhatCameBeforeAShrunkOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.svc.Policy.MaxBackups = 2
		r.storage.become(media(40))
		var good []backup.ID
		for range 2 {
			good = append(good, r.create(t, backup.KindStorage, backup.StatusCompleted).ID)
			time.Sleep(24 * time.Hour)
		}
		r.storage.become(media(0))
		var last backup.Backup
		for range 5 {
			last = r.create(t, backup.KindStorage, backup.StatusPartial)
			time.Sleep(24 * time.Hour)
		}
		rotate := func() {
			if _, err := r.svc.Rotate(t.Context(), admin(), backup.RotateRequest{}); err != nil {
				t.Fatal(err)
			}
		}
		left := func() (n int) {
			for _, id := range good {
				if _, err := r.svc.Get(t.Context(), id); err == nil {
					n++
				}
			}
			return n
		}
		if rotate(); left() == 0 {
			t.Fatal("no good backup is left")
		}
		if _, err := r.svc.Edit(t.Context(), admin(), last.ID, backup.EditRequest{Accepted: new(true)}); err != nil {
			t.Fatal(err)
		}
		r.create(t, backup.KindStorage, backup.StatusCompleted)
		time.Sleep(14 * 24 * time.Hour)
		if rotate(); left() != 0 {
			t.Errorf("%d of 2 earlier backups are left after the empty one was accepted", left())
		}
	})
}

func TestAnEmptyInstallationIsWarnedOf(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.storage.become(media(0))
		b := r.create(t, backup.KindStorage, backup.StatusCompleted)
		if len(b.Warnings) != 1 || !strings.HasPrefix(b.Warnings[0], "The storage holds no files.") {
			t.Errorf("said %q", b.Warnings)
		}
	})
}

func TestMediaThatTheDatabaseNamesAndThatAreMissing(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		names, there int
		lackedBefore int // that somebody accepted
		warnings     int
		partial      bool
	}{
		"none":                        {names: 500, there: 500},
		"a few":                       {names: 9, there: 1, warnings: 8},
		"all of a few":                {names: 2, there: 0, partial: true},
		"a small share":               {names: 500, there: 475, warnings: 21},
		"too many":                    {names: 500, there: 474, partial: true},
		"all":                         {names: 500, there: 1, partial: true},
		"as many as were accepted":    {names: 500, there: 400, lackedBefore: 100, warnings: 21},
		"more than what was accepted": {names: 500, there: 380, lackedBefore: 100, partial: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t)
				r.database.references = media(tt.names).order[1:]
				if tt.lackedBefore > 0 {
					r.storage.become(media(tt.names - tt.lackedBefore))
					b := r.create(t, backup.KindFull, backup.StatusPartial)
					if _, err := r.svc.Edit(t.Context(), admin(), b.ID, backup.EditRequest{Accepted: new(true)}); err != nil {
						t.Fatal(err)
					}
					time.Sleep(time.Minute)
				}
				r.storage.become(media(tt.there))
				want := backup.StatusCompleted
				if tt.partial {
					want = backup.StatusPartial
				}
				b := r.create(t, backup.KindFull, want)
				if len(b.Warnings) != tt.warnings {
					t.Errorf("%d warnings, want %d: %q", len(b.Warnings), tt.warnings, b.Warnings)
				}
				said := fmt.Sprintf("The storage lacks %d of the %d files that the database names", tt.names-tt.there, tt.names)
				if tt.partial && (len(b.Errors) != 1 || !strings.HasPrefix(b.Errors[0], said)) {
					t.Errorf("said %q", b.Errors)
				}
			})
		})
	}
}

func TestNamesThatLeadElsewhereAreCountedAloud(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.database.references = []string{"storage/a.jpg"}
		for i := range 20 {
			r.database.references = append(r.database.references, fmt.Sprintf("/mnt/old/%02d.jpg", i))
		}
		slices.Sort(r.database.references)
		b := r.create(t, backup.KindFull, backup.StatusCompleted)
		if len(b.Warnings) != 1 || !strings.HasPrefix(b.Warnings[0], "Only 1 of the 21 files that the database names") {
			t.Errorf("said %q", b.Warnings)
		}
	})
}

// TestAShrunkBackupIsNotBuiltUpon, nor is a safety backup of a ruined state.
func TestAShrunkBackupIsNotBuiltUpon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.storage.become(media(40))
		r.database.rows = 100
		good := r.create(t, backup.KindFull, backup.StatusCompleted)
		time.Sleep(time.Minute)
		r.storage.become(media(0))
		r.database.rows = 1
		empty := r.create(t, backup.KindFull, backup.StatusPartial)
		time.Sleep(time.Minute)
		r.storage.become(media(40))
		r.create(t, backup.KindFull, backup.StatusPartial)
		opt := r.repo.last
		if opt.Base.ID != good.ID || opt.Databases.ID != good.ID {
			t.Errorf("built on %s and %s, want %s", opt.Base.ID, opt.Databases.ID, good.ID)
		}
		if want := (backup.Base{ID: empty.ID, Checksum: empty.Checksum}); !slices.Contains(opt.Others, want) || len(opt.Others) != 1 {
			t.Errorf("looks into %+v too, want %+v", opt.Others, want)
		}
	})
}
