package manifest

import (
	"strings"
)

// The characters that are escaped by one letter, and those letters.
const (
	escaped = "\"\\\b\f\n\r\t"
	letters = `"\bfnrt`
	hexes   = "0123456789abcdef"
)

// appendText appends s, which is UTF-8, as a string of JSON in the one form
// that the format allows.
func appendText(dst []byte, s string) []byte {
	dst = append(dst, '"')
	for {
		n := plain(s)
		dst = append(dst, s[:n]...)
		if s = s[n:]; s == "" {
			return append(dst, '"')
		}
		dst, n = appendEscape(dst, s)
		s = s[n:]
	}
}

// plain returns how many bytes s starts with that stand for themselves.
func plain[T string | []byte](s T) int {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c == 0xe2 && separator(s[i:]) {
			return i
		}
	}
	return len(s)
}

// separator reports whether s starts with U+2028 or U+2029.
func separator[T string | []byte](s T) bool {
	return len(s) >= 3 && s[0] == 0xe2 && s[1] == 0x80 && s[2]&^1 == 0xa8
}

// appendEscape appends the escape of the character that s starts with, and
// returns how many bytes of s that is.
func appendEscape(dst []byte, s string) (escape []byte, n int) {
	if separator(s) {
		return append(dst, '\\', 'u', '2', '0', '2', '8'+s[2]&1), 3
	}
	if i := strings.IndexByte(escaped, s[0]); i >= 0 {
		return append(dst, '\\', letters[i]), 1
	}
	return append(dst, '\\', 'u', '0', '0', hexes[s[0]>>4], hexes[s[0]&15]), 1
}

// appendUnescaped appends the character whose escape s starts with, and returns
// how long that is: 0 if it is no escape, or not the one of that character.
func appendUnescaped(dst, s []byte) (character []byte, n int) {
	if len(s) < 2 || s[0] != '\\' {
		return dst, 0
	}
	if i := strings.IndexByte(letters, s[1]); i >= 0 {
		return append(dst, escaped[i]), 2
	}
	if len(s) < 6 || s[1] != 'u' {
		return dst, 0
	}
	switch code := string(s[2:6]); code {
	case "2028", "2029":
		return append(dst, 0xe2, 0x80, 0xa8|code[3]&1), 6
	default:
		c, ok := control(code)
		if !ok {
			return dst, 0
		}
		return append(dst, c), 6
	}
}

// control returns the control character of a code, if that is how it is escaped.
func control(code string) (c byte, ok bool) {
	high, low := strings.IndexByte("01", code[2]), strings.IndexByte(hexes, code[3])
	if code[:2] != "00" || high < 0 || low < 0 {
		return 0, false
	}
	c = byte(high<<4 | low) //nolint:gosec // below 32
	return c, strings.IndexByte(escaped, c) < 0
}
