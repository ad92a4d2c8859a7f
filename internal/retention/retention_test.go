package retention_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/internal/retention"
)

func now() time.Time { return time.Date(2026, 11, 22, 4, 0, 0, 0, time.UTC) }

func policy() retention.Policy {
	return retention.Policy{MaxBackups: 3, KeepFailed: 7 * 24 * time.Hour}
}

// daily makes n restorable backups of a kind, newest first, a day apart.
func daily(kind string, n int) []retention.Backup {
	var bs []retention.Backup
	for i := range n {
		bs = append(bs, retention.Backup{
			ID: fmt.Sprintf("%s-%d", kind, i), Kind: kind, CreatedAt: now().AddDate(0, 0, -i), Restorable: true, Sound: true, Protects: components(kind),
		})
	}
	return bs
}

func components(kind string) []string {
	if kind == "full" {
		return []string{"database", "storage"}
	}
	return []string{kind}
}

// explain renders the policy's answer, a line a backup.
func explain(keep []retention.Kept, remove []retention.Backup) string {
	var b strings.Builder
	for _, k := range keep {
		fmt.Fprintf(&b, "keep %s: %s\n", k.Backup.ID, strings.Join(k.Reasons, ", "))
	}
	for _, r := range remove {
		fmt.Fprintf(&b, "remove %s\n", r.ID)
	}
	return b.String()
}

func TestApply(t *testing.T) {
	tests := map[string]struct {
		backups []retention.Backup
		want    string
	}{
		"nothing there": {nil, ""},
		"the newest of each kind stay": {
			append(daily("database", 5), daily("full", 2)...),
			`keep database-0: 1 of the 3 newest database backups, newest complete database backup
keep full-0: 1 of the 3 newest full backups, newest complete full backup
keep database-1: 2 of the 3 newest database backups
keep full-1: 2 of the 3 newest full backups
keep database-2: 3 of the 3 newest database backups
remove database-3
remove database-4
`,
		},
		"those that are not whole do not count, and do not pile up": {
			unsound(daily("storage", 10), 0, 1, 2, 3, 5, 9),
			`keep storage-0: not whole, but fewer than 3 newer storage backups are
keep storage-1: not whole, but fewer than 3 newer storage backups are
keep storage-2: not whole, but fewer than 3 newer storage backups are
keep storage-4: 1 of the 3 newest storage backups, newest complete storage backup
keep storage-6: 2 of the 3 newest storage backups
keep storage-7: 3 of the 3 newest storage backups
remove storage-3
remove storage-5
remove storage-8
remove storage-9
`,
		},
		"the last that holds a component stays": {
			func() []retention.Backup {
				bs := unsound(daily("full", 6), 0, 1, 2, 3, 4, 5)
				bs[4].Protects = []string{"database"}
				return bs
			}(),
			`keep full-0: not whole, but fewer than 3 newer full backups are
keep full-1: not whole, but fewer than 3 newer full backups are
keep full-2: not whole, but fewer than 3 newer full backups are
keep full-4: newest backup that holds the database whole
remove full-3
remove full-5
`,
		},
		"pinned ones stay and count": {
			func() []retention.Backup {
				bs := daily("full", 5)
				bs[4].Pinned = true
				return bs
			}(),
			`keep full-0: 1 of the 3 newest full backups, newest complete full backup
keep full-1: 2 of the 3 newest full backups
keep full-2: 3 of the 3 newest full backups
keep full-4: pinned
remove full-3
`,
		},
		"failed attempts do not count and go after a week": {
			append(daily("full", 1),
				retention.Backup{ID: "fresh", Kind: "full", CreatedAt: now().Add(-time.Hour)},
				retention.Backup{ID: "stale", Kind: "full", CreatedAt: now().AddDate(0, 0, -7)}),
			`keep full-0: 1 of the 3 newest full backups, newest complete full backup
keep fresh: failed recently
remove stale
`,
		},
		"safety backups do not count and live until they expire": {
			append(daily("full", 3),
				retention.Backup{ID: "safe", Kind: "full", CreatedAt: now().Add(-2 * time.Hour), Restorable: true, ExpiresAt: now().Add(time.Hour)},
				retention.Backup{ID: "expired", Kind: "full", CreatedAt: now().AddDate(0, 0, -8), Restorable: true, ExpiresAt: now().Add(-time.Second)}),
			`keep full-0: 1 of the 3 newest full backups, newest complete full backup
keep safe: safety backup until 2026-11-22 05:00:00 UTC
keep full-1: 2 of the 3 newest full backups
keep full-2: 3 of the 3 newest full backups
remove expired
`,
		},
		"a removal that has begun is ended, also of a pinned backup": {
			[]retention.Backup{{ID: "half", Kind: "full", CreatedAt: now(), Deleting: true, Pinned: true}},
			"remove half\n",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := explain(retention.Apply(policy(), now(), tt.backups))
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Apply (-want +got):\n%s", diff)
			}
		})
	}
}

// unsound makes the n-th of some backups hold nothing whole.
func unsound(bs []retention.Backup, numbers ...int) []retention.Backup {
	for _, n := range numbers {
		bs[n].Sound, bs[n].Protects = false, nil
	}
	return bs
}

// TestQuickBackupsDoNotPushOlderOnesOut: many within the minimum age stay, all of
// them, and those of one day count once.
func TestQuickBackupsDoNotPushOlderOnesOut(t *testing.T) {
	p := policy()
	p.MinAge = 3 * 24 * time.Hour
	bs := daily("full", 6)
	for i := range 10 {
		quick := bs[0]
		quick.ID, quick.CreatedAt = fmt.Sprint("quick-", i), now().Add(-time.Duration(i+1)*time.Minute)
		bs = append(bs, quick)
	}
	keep, remove := retention.Apply(p, now(), bs)
	var gone []string
	for _, b := range remove {
		gone = append(gone, b.ID)
	}
	if diff := cmp.Diff([]string{"full-3", "full-4", "full-5"}, gone); diff != "" {
		t.Errorf("removed (-want +got):\n%s", diff)
	}
	if last := keep[10].Reasons; !cmp.Equal(last, []string{"younger than the 3-day minimum"}) {
		t.Errorf("the last quick one is kept because %q", last)
	}
	p.MaxBackups = 1
	if _, remove := retention.Apply(p, now(), bs); len(remove) != 3 {
		t.Errorf("with a maximum of one, %v are removed", remove)
	}
	// Nobody noticed for three days.
	if _, remove := retention.Apply(p, now().Add(p.MinAge), bs); len(remove) != 15 {
		t.Errorf("three days later %d are removed, want all but one", len(remove))
	}
}

// TestApplyKeepsWhatMattersWhateverThereIs checks the promises on random lists.
func TestApplyKeepsWhatMattersWhateverThereIs(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		var bs []retention.Backup
		for i := range r.IntN(30) {
			b := retention.Backup{
				ID: fmt.Sprint(i), Kind: []string{"database", "storage", "full"}[r.IntN(3)],
				CreatedAt: now().Add(-time.Duration(r.IntN(1000)) * time.Hour), Restorable: r.IntN(4) > 0, Pinned: r.IntN(8) == 0,
			}
			b.Sound = b.Restorable && r.IntN(3) > 0
			switch all := components(b.Kind); {
			case b.Sound:
				b.Protects = all
			case b.Restorable:
				b.Protects = all[:r.IntN(len(all))]
			}
			bs = append(bs, b)
		}
		p := policy()
		p.MinAge = time.Duration(r.IntN(5)) * 24 * time.Hour
		keep, remove := retention.Apply(p, now(), bs)
		if len(keep)+len(remove) != len(bs) {
			t.Fatalf("seed %d: %d kept + %d removed, want %d", seed, len(keep), len(remove), len(bs))
		}
		kept := map[string]bool{}
		for _, k := range keep {
			kept[k.Backup.Kind] = kept[k.Backup.Kind] || k.Backup.Sound
			for _, c := range k.Backup.Protects {
				kept["holds "+c] = true
			}
			if len(k.Reasons) == 0 {
				t.Errorf("seed %d: %s is kept without a reason", seed, k.Backup.ID)
			}
		}
		for _, b := range remove {
			if b.Pinned {
				t.Errorf("seed %d: pinned backup %s is removed", seed, b.ID)
			}
			if b.Sound && !kept[b.Kind] {
				t.Errorf("seed %d: the last sound %s backup is removed", seed, b.Kind)
			}
			for _, c := range b.Protects {
				if !kept["holds "+c] {
					t.Errorf("seed %d: the last backup that holds the %s is removed", seed, c)
				}
			}
			if now().Sub(b.CreatedAt) < p.MinAge && b.Restorable {
				t.Errorf("seed %d: %s is removed %v after it was made", seed, b.ID, now().Sub(b.CreatedAt))
			}
		}
	}
}

func BenchmarkApply(b *testing.B) {
	bs := append(daily("database", 3650), daily("full", 520)...)
	for b.Loop() {
		retention.Apply(policy(), now(), bs)
	}
}
