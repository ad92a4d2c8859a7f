package crypt_test

import (
	"io"
	"testing"

	"github.com/vertex-ar/backup/internal/repository/crypt"
)

const benchSize = 32 << 20

func BenchmarkEncrypt(b *testing.B) {
	r, err := crypt.ParseRecipients([]string{newPair(b).recipient})
	if err != nil {
		b.Fatal(err)
	}
	plain := noise(1, benchSize)
	b.SetBytes(benchSize)
	b.ReportAllocs()
	for b.Loop() {
		w, err := r.Encrypt(io.Discard)
		if err != nil {
			b.Fatal(err)
		}
		for at := 0; at < len(plain); at += 1 << 20 {
			if _, err := w.Write(plain[at:][:1<<20]); err != nil {
				b.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpenRange(b *testing.B) {
	key := newPair(b)
	content := encrypt(b, noise(1, benchSize), key.recipient)
	for name, length := range map[string]int64{"4KiB": 4 << 10, "1MiB": 1 << 20, "all": benchSize} {
		b.Run(name, func(b *testing.B) {
			o, _ := open(content, have(key.identity))
			buf := make([]byte, length)
			b.SetBytes(length)
			b.ReportAllocs()
			for b.Loop() {
				r, err := o.OpenRange(b.Context(), crypt.Object{Name: "x", Size: int64(len(content))}, 0, length)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := io.ReadFull(r, buf); err != nil {
					b.Fatal(err)
				}
				if err := r.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
