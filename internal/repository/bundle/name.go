package bundle

import (
	"crypto/sha256"
	"fmt"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

// longestElement is what file systems take, in bytes.
const longestElement = 255

// safeName returns a name as text of which each element names a file on every
// system: one that does not is changed, and gets some of its hash so that no two
// become the same.
func safeName(name string) string {
	elements := strings.Split(name, "/")
	for i, e := range elements {
		if !safe(e) {
			elements[i] = rename(e)
		}
	}
	return strings.Join(elements, "/")
}

// safe reports whether an element of a name means the same everywhere: Windows
// takes backslashes for slashes, colons for drives and streams, and drops points and
// blanks at the end, so that ".. " would be "..".
func safe(e string) bool {
	return utf8.ValidString(e) && len(e) <= longestElement && !strings.ContainsFunc(e, odd) &&
		strings.TrimRight(e, ". ") == e && !device(e)
}

func odd(r rune) bool { return unicode.IsControl(r) || strings.ContainsRune(`\:*?"<>|`, r) }

// device reports whether Windows takes an element for a device.
func device(e string) bool {
	base, _, _ := strings.Cut(strings.ToUpper(e), ".")
	switch base {
	case "CON", "PRN", "AUX", "NUL":
		return true
	}
	number, ok := strings.CutPrefix(base, "COM")
	if !ok {
		number, ok = strings.CutPrefix(base, "LPT")
	}
	return ok && len(number) == 1 && number[0] >= '1' && number[0] <= '9'
}

// rename makes a safe element of another: a<b.jpg becomes a_b~1f3870be.jpg.
func rename(e string) string {
	text := strings.Map(func(r rune) rune {
		if r == utf8.RuneError || odd(r) {
			return '_'
		}
		return r
	}, strings.ToValidUTF8(e, "_"))
	ext := path.Ext(text)
	if len(ext) > 16 || strings.TrimRight(ext, ". ") != ext {
		ext = ""
	}
	stem := strings.TrimSuffix(text, ext)
	for len(stem) > longestElement-len(ext)-9 {
		_, n := utf8.DecodeLastRuneInString(stem)
		stem = stem[:len(stem)-n]
	}
	sum := sha256.Sum256([]byte(e))
	return fmt.Sprintf("%s~%x%s", stem, sum[:4], ext)
}
