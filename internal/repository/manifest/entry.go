package manifest

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/vertex-ar/backup/internal/backup"
)

// errForm says that a line is not written as the format asks for.
var errForm = errors.New("the line is not in the form that the format asks for")

// appendEntry appends the line of an entry, with its first extents.
func appendEntry(dst []byte, e backup.Entry) []byte { return appendPlaces(appendStable(dst, e), e) }

// appendIdentity appends what tells the file where it was backed up from others.
func appendIdentity(dst []byte, e backup.Entry) []byte {
	if e.Inode == 0 {
		return dst
	}
	dst = strconv.AppendInt(append(dst, `,"inode":`...), e.Inode, 10)
	if e.ChangeTime.Equal(e.ModTime) {
		return dst
	}
	return append(e.ChangeTime.UTC().AppendFormat(append(dst, `,"ctime":"`...), timeLayout), '"')
}

// appendStable appends the beginning of an entry's line: all that does not depend
// on where its content lies, and can be signed.
func appendStable(dst []byte, e backup.Entry) []byte {
	dst = appendName(append(dst, '{'), `"path`, e.Path)
	dst = appendText(append(dst, `,"type":`...), string(e.Type))
	dst = strconv.AppendInt(append(dst, `,"size":`...), e.Size, 10)
	dst = e.ModTime.UTC().AppendFormat(append(dst, `,"mtime":"`...), timeLayout)
	dst = appendMode(append(dst, `","mode":"`...), e.Mode)
	dst = strconv.AppendInt(append(dst, `","uid":`...), int64(e.UID), 10)
	dst = strconv.AppendInt(append(dst, `,"gid":`...), int64(e.GID), 10)
	if e.Link != "" {
		dst = appendName(dst, `,"link`, e.Link)
	}
	if e.Type == backup.TypeFile {
		dst = hex.AppendEncode(append(dst, `,"sha256":"`...), e.SHA256[:])
		dst = append(dst, '"')
	}
	return dst
}

// appendPlaces appends the rest of an entry's line.
func appendPlaces(dst []byte, e backup.Entry) []byte {
	dst = appendIdentity(dst, e)
	if e.Pages != "" {
		dst = appendText(append(dst, `,"pages":`...), e.Pages)
	}
	first := e.Extents[:min(len(e.Extents), extentsPerLine)]
	if more := len(e.Extents) - len(first); more > 0 {
		dst = strconv.AppendInt(append(dst, `,"more_extents":`...), int64(more), 10)
	}
	return appendExtents(append(dst, ','), first)
}

// appendMore appends a line of further extents.
func appendMore(dst []byte, extents []backup.Extent) []byte {
	return appendExtents(append(dst, '{'), extents)
}

// appendExtents appends the last field of a line, and the line's end.
func appendExtents(dst []byte, extents []backup.Extent) []byte {
	dst = append(dst, `"extents":[`...)
	for i, x := range extents {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendText(append(dst, `{"archive":`...), x.Archive)
		dst = strconv.AppendInt(append(dst, `,"offset":`...), x.Offset, 10)
		dst = strconv.AppendInt(append(dst, `,"length":`...), x.Length, 10)
		dst = strconv.AppendInt(append(dst, `,"start":`...), x.Start, 10)
		dst = strconv.AppendInt(append(dst, `,"size":`...), x.Size, 10)
		dst = append(dst, '}')
	}
	return append(dst, "]}\n"...)
}

// appendName appends a path or link as a field of which key is the first half.
func appendName(dst []byte, key, name string) []byte {
	dst = append(dst, key...)
	if utf8.ValidString(name) {
		return appendText(append(dst, `":`...), name)
	}
	dst = append(dst, `_base64":"`...)
	dst = base64.StdEncoding.AppendEncode(dst, []byte(name))
	return append(dst, '"')
}

func appendMode(dst []byte, mode uint32) []byte {
	const digits = "01234567"
	return append(dst, digits[mode>>9&7], digits[mode>>6&7], digits[mode>>3&7], digits[mode&7])
}

// entryLine is what an entry's line says.
type entryLine struct {
	backup.Entry // with its first extents

	more   int // extents on further lines
	stable int // length of what is signed
}

// entry reads the line of an entry. A field that later versions have is asked
// for only if s.version is one of them. names gives the names of archives.
func (s *scanner) entry(line []byte, names names) (l entryLine, err error) {
	s.start(line)
	s.literal(`{"path`)
	l.Path = s.name()
	s.literal(`,"type":`)
	l.Type = entryType(s.text())
	s.literal(`,"size":`)
	l.Size = s.number()
	s.literal(`,"mtime":`)
	l.ModTime = s.time()
	s.literal(`,"mode":`)
	l.Mode = s.mode()
	s.literal(`,"uid":`)
	l.UID = int(s.number())
	s.literal(`,"gid":`)
	l.GID = int(s.number())
	if s.optional(`,"link`) {
		l.Link = s.name()
	}
	if l.Type == backup.TypeFile {
		s.literal(`,"sha256":`)
		l.SHA256 = s.hash()
	}
	l.stable = len(line) - len(s.rest)
	if s.version >= 2 {
		s.identity(&l.Entry)
	}
	if s.optional(`,"pages":`) {
		l.Pages = names.of(s.text())
	}
	if s.optional(`,"more_extents":`) {
		l.more = int(min(s.number(), MaxExtents+1))
		s.bad = s.bad || l.more == 0
	}
	s.literal(`,`)
	l.Extents = s.extents(nil, names)
	if !s.end() {
		err = errForm
	}
	return l, err
}

// identity takes what appendIdentity wrote.
func (s *scanner) identity(e *backup.Entry) {
	if !s.optional(`,"inode":`) {
		return
	}
	e.Inode, e.ChangeTime = s.number(), e.ModTime
	s.bad = s.bad || e.Inode == 0
	if s.optional(`,"ctime":`) {
		e.ChangeTime = s.time()
		s.bad = s.bad || e.ChangeTime.Equal(e.ModTime)
	}
}

// moreExtents reads a line of further extents and appends them.
func (s *scanner) moreExtents(line []byte, to []backup.Extent, names names) ([]backup.Extent, error) {
	s.start(line)
	s.literal(`{`)
	to = s.extents(to, names)
	if !s.end() {
		return to, errForm
	}
	return to, nil
}

func (s *scanner) extents(to []backup.Extent, names names) []backup.Extent {
	s.literal(`"extents":[`)
	for !s.bad {
		var x backup.Extent
		s.literal(`{"archive":`)
		x.Archive = names.of(s.text())
		s.literal(`,"offset":`)
		x.Offset = s.number()
		s.literal(`,"length":`)
		x.Length = s.number()
		s.literal(`,"start":`)
		x.Start = s.number()
		s.literal(`,"size":`)
		x.Size = s.number()
		s.literal(`}`)
		to = append(to, x)
		if !s.optional(`,`) {
			break
		}
	}
	s.literal("]}\n")
	return to
}

// names keeps one string for each archive.
type names map[string]string

func (n names) of(b []byte) string {
	if name, known := n[string(b)]; known {
		return name
	}
	name := string(b)
	n[name] = name
	return name
}

// entryType returns the type of that name without making a string of it.
func entryType(name []byte) backup.EntryType {
	for _, t := range []backup.EntryType{backup.TypeFile, backup.TypeDir, backup.TypeSymlink} {
		if string(t) == string(name) {
			return t
		}
	}
	return backup.EntryType(name)
}

func formatTime(t time.Time) string { return t.UTC().Format(timeLayout) }
