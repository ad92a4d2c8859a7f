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
			ID: fmt.Sprintf("%s-%d", kind, i), Kind: kind, CreatedAt: now().AddDate(0, 0, -i), Restorable: true, Complete: true,
		})
	}
	return bs
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
		"the newest complete one stays behind partial ones": {
			func() []retention.Backup {
				bs := daily("storage", 5)
				for i := range 3 {
					bs[i].Complete = false
				}
				return bs
			}(),
			`keep storage-0: 1 of the 3 newest storage backups
keep storage-1: 2 of the 3 newest storage backups
keep storage-2: 3 of the 3 newest storage backups
keep storage-3: newest complete storage backup
remove storage-4
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
			b.Complete = b.Restorable && r.IntN(3) > 0
			bs = append(bs, b)
		}
		keep, remove := retention.Apply(policy(), now(), bs)
		if len(keep)+len(remove) != len(bs) {
			t.Fatalf("seed %d: %d kept + %d removed, want %d", seed, len(keep), len(remove), len(bs))
		}
		kept := map[string]bool{}
		for _, k := range keep {
			kept[k.Backup.Kind] = kept[k.Backup.Kind] || k.Backup.Complete
			if len(k.Reasons) == 0 {
				t.Errorf("seed %d: %s is kept without a reason", seed, k.Backup.ID)
			}
		}
		for _, b := range remove {
			if b.Pinned {
				t.Errorf("seed %d: pinned backup %s is removed", seed, b.ID)
			}
			if b.Complete && !kept[b.Kind] {
				t.Errorf("seed %d: the last complete %s backup is removed", seed, b.Kind)
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
