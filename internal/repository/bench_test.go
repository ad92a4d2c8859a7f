package repository_test

import (
	"fmt"
	"io"
	"testing"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/repository"
)

// benchmarks are the shapes of trees that the speed of a backup depends on.
func benchmarks() map[string][]backup.Item {
	media, small := noise(1, 4<<20), noise(2, 2000)
	trees := map[string][]backup.Item{"large": {file("large", noise(3, 256<<20))}}
	for i := range 64 {
		trees["media"] = append(trees["media"], file(fmt.Sprintf("media/%06d", i), media))
	}
	for i := range 5000 {
		trees["small"] = append(trees["small"], file(fmt.Sprintf("small/%06d", i), small))
	}
	return trees
}

func treeSize(items []backup.Item) (sum int64) {
	for _, it := range items {
		sum += it.Size
	}
	return sum
}

func BenchmarkStore(b *testing.B) {
	for name, items := range benchmarks() {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(treeSize(items))
			b.ReportAllocs()
			for b.Loop() {
				store(b, newRepositoryOf(b, forgetful{newMem()}, repository.Options{}), testID, items...)
			}
		})
	}
}

func BenchmarkFetch(b *testing.B) {
	for name, items := range benchmarks() {
		b.Run(name, func(b *testing.B) {
			r := newRepositoryOf(b, newMem(), repository.Options{})
			store(b, r, testID, items...)
			m := open(b, r, testID)
			b.SetBytes(treeSize(items))
			b.ReportAllocs()
			for b.Loop() {
				for e, err := range m.Entries() {
					if err != nil {
						b.Fatal(err)
					}
					if err := m.Fetch(b.Context(), e, io.Discard); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
