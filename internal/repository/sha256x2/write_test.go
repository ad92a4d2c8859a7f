package sha256x2_test

import (
	"bytes"
	"crypto/sha256"
	"crypto/sha512"
	"hash"
	"math/rand/v2"
	"testing"

	"github.com/vertex-ar/backup/internal/repository/sha256x2"
)

func noise(seed byte, n int) []byte {
	b := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{seed}).Read(b)
	return b
}

// check hashes a and b in pieces that end at the given places, and compares.
func check(t *testing.T, a, b []byte, cutA, cutB int) {
	t.Helper()
	x, y := sha256.New(), sha256.New()
	sha256x2.Write(x, a[:cutA], y, b[:cutB])
	sha256x2.Write(x, a[cutA:], y, b[cutB:])
	sumA, sumB := sha256.Sum256(a), sha256.Sum256(b)
	if !bytes.Equal(x.Sum(nil), sumA[:]) || !bytes.Equal(y.Sum(nil), sumB[:]) {
		t.Errorf("%d bytes cut at %d, %d bytes cut at %d: hashed as %x and %x, want %x and %x",
			len(a), cutA, len(b), cutB, x.Sum(nil), y.Sum(nil), sumA, sumB)
	}
}

func TestPairIsHashedAsEachAlone(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	a, b := noise(1, 64<<10), noise(2, 64<<10)
	for range 2000 {
		a, b := a[:r.IntN(len(a)+1)], b[:r.IntN(len(b)+1)]
		check(t, a, b, r.IntN(len(a)+1), r.IntN(len(b)+1))
	}
	for n := range 130 { // each length of a last block and of a first one
		check(t, a[:8<<10+n], b[:16<<10], n, 0)
		check(t, a[:8<<10], b[:8<<10+n], 4<<10, n)
	}
}

func TestFarInsideOfMuch(t *testing.T) {
	t.Parallel()
	// More than 2 to the 32 bits: the length's upper half counts too.
	a, b := noise(1, 64<<20), noise(2, 64<<20)
	x, y, wantX, wantY := sha256.New(), sha256.New(), sha256.New(), sha256.New()
	for range 9 {
		sha256x2.Write(x, a, y, b)
		_, _ = wantX.Write(a)
		_, _ = wantY.Write(b)
	}
	if !bytes.Equal(x.Sum(nil), wantX.Sum(nil)) || !bytes.Equal(y.Sum(nil), wantY.Sum(nil)) {
		t.Error("hashed otherwise than by crypto/sha256")
	}
}

func TestNilIsLeftOut(t *testing.T) {
	t.Parallel()
	a, want := noise(1, 64<<10), sha256.Sum256(noise(1, 64<<10))
	x := sha256.New()
	sha256x2.Write(x, a, nil, a)
	if !bytes.Equal(x.Sum(nil), want[:]) {
		t.Error("alone: hashed otherwise")
	}
	y := sha256.New()
	sha256x2.Write(nil, a, y, a)
	if !bytes.Equal(y.Sum(nil), want[:]) {
		t.Error("alone: hashed otherwise")
	}
	sha256x2.Write(nil, a, nil, a)
}

// other hides what a hash can do beside hashing.
type other struct{ hash.Hash }

func TestHashesOfOtherKindsAreGivenAll(t *testing.T) {
	t.Parallel()
	a, b := noise(1, 64<<10), noise(2, 64<<10)
	for name, newHash := range map[string]func() hash.Hash{
		"wrapped": func() hash.Hash { return other{sha256.New()} }, "SHA-224": sha256.New224, "SHA-512": sha512.New,
	} {
		x, y, wantX, wantY := newHash(), sha256.New(), newHash(), sha256.New()
		for range 2 {
			sha256x2.Write(x, a, y, b)
			sha256x2.Write(y, a, x, b)
			for h, content := range map[hash.Hash][2][]byte{wantX: {a, b}, wantY: {b, a}} {
				_, _ = h.Write(content[0])
				_, _ = h.Write(content[1])
			}
		}
		if !bytes.Equal(x.Sum(nil), wantX.Sum(nil)) || !bytes.Equal(y.Sum(nil), wantY.Sum(nil)) {
			t.Errorf("%s: hashed otherwise", name)
		}
	}
}

func FuzzWrite(f *testing.F) {
	f.Add(noise(1, 5000), noise(2, 6000), uint16(1), uint16(70))
	f.Add([]byte{}, []byte("abc"), uint16(0), uint16(3))
	f.Fuzz(func(t *testing.T, a, b []byte, cutA, cutB uint16) {
		a, b = bytes.Repeat(a, 5), bytes.Repeat(b, 5)
		check(t, a, b, int(cutA)%(len(a)+1), int(cutB)%(len(b)+1))
	})
}

func BenchmarkWrite(b *testing.B) {
	x, y := sha256.New(), sha256.New()
	a, c := noise(1, 512<<10), noise(2, 512<<10)
	for name, write := range map[string]func(){
		"pair":       func() { sha256x2.Write(x, a, y, c) },
		"one by one": func() { _, _ = x.Write(a); _, _ = y.Write(c) },
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(a) + len(c)))
			b.ReportAllocs()
			for b.Loop() {
				write()
			}
		})
	}
}
