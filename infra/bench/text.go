package main

import (
	"math/rand/v2"
	"strings"
)

// alphabet is what generated texts consist of.
const alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

// newVocabulary makes n words of 3 to 10 letters.
func newVocabulary(r *rand.Rand, n int) []string {
	words := make([]string, n)
	for k := range words {
		word := make([]byte, 3+r.IntN(8))
		for i := range word {
			word[i] = alphabet[r.IntN(26)]
		}
		words[k] = string(word)
	}
	return words
}

// prose is text of nothing but words: it compresses to about two fifths.
type prose struct {
	r     *rand.Rand
	words []string
}

// text returns a text of n bytes.
func (p *prose) text(n int) string {
	var b strings.Builder
	for b.Len() < n {
		b.WriteString(p.words[p.r.IntN(len(p.words))])
		b.WriteByte(' ')
	}
	return b.String()[:n]
}

// fillText fills content with words among runs of any letters, as markers are
// names among numbers: it compresses to about three fifths.
func fillText(r *rand.Rand, vocabulary []string, content []byte) {
	const letters, wordsOf16 = 10, 8
	for len(content) > 0 {
		x := r.Uint64()
		if x&15 < wordsOf16 {
			n := copy(content, vocabulary[(x>>8)%uint64(len(vocabulary))])
			content = content[n:]
			continue
		}
		n := min(letters, len(content))
		for i := range n {
			x >>= 5
			content[i] = alphabet[(x&255)*uint64(len(alphabet))>>8]
		}
		content = content[n:]
	}
}
