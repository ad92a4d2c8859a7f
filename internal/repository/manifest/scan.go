package manifest

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"math"
	"time"
	"unicode/utf8"
)

// scanner takes a line apart from left to right, in the one form that the
// format allows. Once something else has come, it is bad and stays so.
type scanner struct {
	version int64 // of the manifest; entries may have more fields in later ones

	rest []byte
	bad  bool
	buf  []byte // the last text, if it had escapes
	sum  [64]byte
}

// start begins a line.
func (s *scanner) start(line []byte) { s.rest, s.bad = line, false }

// optional takes text if it comes next.
func (s *scanner) optional(text string) bool {
	if s.bad || len(s.rest) < len(text) || string(s.rest[:len(text)]) != text {
		return false
	}
	s.rest = s.rest[len(text):]
	return true
}

// literal takes text, which must come next.
func (s *scanner) literal(text string) {
	if !s.optional(text) {
		s.bad = true
	}
}

// end reports whether all was good and nothing is left.
func (s *scanner) end() bool { return !s.bad && len(s.rest) == 0 }

// number takes digits without a needless zero.
func (s *scanner) number() int64 {
	var v int64
	i := 0
	for ; i < len(s.rest) && s.rest[i] >= '0' && s.rest[i] <= '9'; i++ {
		d := int64(s.rest[i] - '0')
		if v > (math.MaxInt64-d)/10 || i == 1 && s.rest[0] == '0' {
			s.bad = true
			return 0
		}
		v = 10*v + d
	}
	s.bad = s.bad || i == 0
	s.rest = s.rest[i:]
	return v
}

// text takes a string of at least one character; it is valid until the next
// call or the line's end.
func (s *scanner) text() []byte {
	s.literal(`"`)
	if s.bad {
		return nil
	}
	n := plain(s.rest)
	b := s.rest[:n]
	if s.rest = s.rest[n:]; len(s.rest) == 0 || s.rest[0] != '"' {
		b = s.escapes(b)
	}
	s.literal(`"`)
	s.bad = s.bad || len(b) == 0 || !utf8.Valid(b)
	return b
}

// escapes takes the rest of a string that begins with b and has escapes.
func (s *scanner) escapes(b []byte) []byte {
	s.buf = append(s.buf[:0], b...)
	for len(s.rest) > 0 && s.rest[0] != '"' {
		var n int
		if s.buf, n = appendUnescaped(s.buf, s.rest); n == 0 {
			s.bad = true
			break
		}
		s.rest = s.rest[n:]
		n = plain(s.rest)
		s.buf = append(s.buf, s.rest[:n]...)
		s.rest = s.rest[n:]
	}
	return s.buf
}

// name takes the value of a path or link, after the first half of its key: as
// text, or in base64 if it is not UTF-8.
func (s *scanner) name() string {
	if s.optional(`":`) {
		return string(s.text())
	}
	s.literal(`_base64":`)
	encoded := s.text()
	b, err := base64.StdEncoding.AppendDecode(nil, encoded)
	if err != nil || utf8.Valid(b) || base64.StdEncoding.EncodeToString(b) != string(encoded) {
		s.bad = true
	}
	return string(b)
}

// bytes takes a quoted text of exactly n bytes, of which the caller says whether they are good.
func (s *scanner) bytes(n int) []byte {
	if s.bad || len(s.rest) < n+2 || s.rest[0] != '"' || s.rest[n+1] != '"' {
		s.bad = true
		return nil
	}
	b := s.rest[1 : n+1]
	s.rest = s.rest[n+2:]
	return b
}

// hash takes a SHA-256.
func (s *scanner) hash() (sum [32]byte) {
	b := s.bytes(2 * len(sum))
	if _, err := hex.Decode(sum[:], b); err != nil || s.bad {
		s.bad = true
		return sum
	}
	hex.Encode(s.sum[:], sum[:])
	s.bad = !bytes.Equal(s.sum[:], b)
	return sum
}

// mode takes four octal digits.
func (s *scanner) mode() (mode uint32) {
	for _, c := range s.bytes(4) {
		s.bad = s.bad || c < '0' || c > '7'
		mode = mode<<3 | uint32(c-'0')
	}
	return mode
}

// time takes a time of nanoseconds.
func (s *scanner) time() time.Time {
	b := s.bytes(len(timeLayout))
	if s.bad {
		return time.Time{}
	}
	for i, c := range b {
		if p := timeLayout[i]; p >= '0' && p <= '9' {
			s.bad = s.bad || c < '0' || c > '9'
		} else {
			s.bad = s.bad || c != p
		}
	}
	year, month, day := digits(b[:4]), time.Month(digits(b[5:7])), digits(b[8:10])
	hour, minute, second := digits(b[11:13]), digits(b[14:16]), digits(b[17:19])
	t := time.Date(year, month, day, hour, minute, second, digits(b[20:29]), time.UTC)
	// A date that there is not would have become another.
	s.bad = s.bad || t.Year() != year || t.Month() != month || t.Day() != day || hour > 23 || minute > 59 || second > 59
	return t
}

func digits(b []byte) (v int) {
	for _, c := range b {
		v = 10*v + int(c-'0')
	}
	return v
}
