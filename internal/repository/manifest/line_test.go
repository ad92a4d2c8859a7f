package manifest_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/repository/manifest"
)

// jsonEntry is an entry's line as encoding/json sees it, which writes the form
// that the format asks for. What is written and read by hand must agree with it.
type jsonEntry struct {
	Path        string       `json:"path,omitempty"`
	PathBase64  string       `json:"path_base64,omitempty"`
	Type        string       `json:"type"`
	Size        uint64       `json:"size"`
	ModTime     string       `json:"mtime"`
	Mode        string       `json:"mode"`
	UID         uint64       `json:"uid"`
	GID         uint64       `json:"gid"`
	Link        string       `json:"link,omitempty"`
	LinkBase64  string       `json:"link_base64,omitempty"`
	SHA256      string       `json:"sha256,omitempty"`
	Inode       uint64       `json:"inode,omitempty"`
	ChangeTime  string       `json:"ctime,omitempty"`
	Pages       string       `json:"pages,omitempty"`
	MoreExtents uint64       `json:"more_extents,omitempty"`
	Extents     []jsonExtent `json:"extents"`
}

type jsonExtent struct {
	Archive string `json:"archive"`
	Offset  uint64 `json:"offset"`
	Length  uint64 `json:"length"`
	Start   uint64 `json:"start"`
	Size    uint64 `json:"size"`
}

func (l jsonEntry) encode() ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(l)
	return b.Bytes(), err
}

// parseJSON reads a line by way of encoding/json.
func parseJSON(line []byte) (e backup.Entry, more int, err error) {
	var l jsonEntry
	if err := json.Unmarshal(line, &l); err != nil {
		return e, 0, err
	}
	if again, err := l.encode(); err != nil || !bytes.Equal(again, line) {
		return e, 0, errors.New("written in another way")
	}
	e = backup.Entry{Type: backup.EntryType(l.Type), Size: int64(l.Size), UID: int(l.UID), GID: int(l.GID), Pages: l.Pages}
	mode, modeErr := strconv.ParseUint(l.Mode, 8, 12)
	sum, sumErr := hex.DecodeString(l.SHA256)
	copy(e.SHA256[:], sum)
	e.Mode = uint32(mode)
	var times, changed, path, link error
	e.ModTime, times = time.Parse("2006-01-02T15:04:05.000000000Z", l.ModTime)
	if e.Inode = int64(l.Inode); l.Inode > 0 {
		e.ChangeTime = e.ModTime
	}
	if l.ChangeTime != "" {
		e.ChangeTime, changed = time.Parse("2006-01-02T15:04:05.000000000Z", l.ChangeTime)
		if l.Inode == 0 || e.ChangeTime.Equal(e.ModTime) {
			changed = errors.New("change time")
		}
	}
	e.Path, path = jsonName(l.Path, l.PathBase64)
	e.Link, link = jsonName(l.Link, l.LinkBase64)
	for _, x := range l.Extents {
		e.Extents = append(e.Extents, backup.Extent{
			Archive: x.Archive, Offset: int64(x.Offset), Length: int64(x.Length), Start: int64(x.Start), Size: int64(x.Size),
		})
	}
	if len(l.Mode) != 4 || l.SHA256 != hex.EncodeToString(sum) || len(sum) != 32 && l.Type == "file" || len(sum) > 0 && l.Type != "file" {
		err = errors.New("mode or hash")
	}
	return e, int(l.MoreExtents), errors.Join(modeErr, sumErr, times, changed, path, link, err)
}

func jsonName(text, encoded string) (string, error) {
	if encoded == "" {
		return text, nil
	}
	b, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || text != "" || utf8.Valid(b) || base64.StdEncoding.EncodeToString(b) != encoded {
		return "", fmt.Errorf("base64 %q", encoded)
	}
	return string(b), nil
}

// FuzzEntryLine compares the reading of a line with what encoding/json makes of it.
func FuzzEntryLine(f *testing.F) {
	for _, e := range odd() {
		f.Add(string(manifest.AppendEntry(nil, e)))
	}
	for _, change := range [][2]string{
		{"2026-11-22", "2026-02-29"},
		{"T12:", "T24:"},
		{"0644", "0a44"},
		{`"size":1,`, `"size":01,`},
		{`"size":1,`, `"size":9223372036854775808,`},
		{"\\n", "\n"},
		{"\\n", "\\u000a"},
		{"\\u0001", "\\u0021"},
		{"\\u2028", "\u2028"},
		{"<", "\\u003c"},
		{"000001", "\\ud800"},
	} {
		f.Add(strings.Replace(string(manifest.AppendEntry(nil, odd()[2])), change[0], change[1], 1))
	}
	for _, change := range [][2]string{
		{`"inode":77`, `"inode":0`},
		{`"inode":77,`, ``},
		{`"ctime":"2026`, `"ctime":"2027`},
		{`"inode":77`, `"inode":18446744073709551615`},
	} {
		f.Add(strings.Replace(string(manifest.AppendEntry(nil, odd()[3])), change[0], change[1], 1))
	}
	f.Fuzz(func(t *testing.T, line string) {
		got, more, err := manifest.ParseEntry([]byte(line))
		want, wantMore, wantErr := parseJSON([]byte(line))
		if err == nil {
			if wantErr != nil || more != wantMore || !cmp.Equal(want, got) {
				t.Errorf("%q is %+v and %d more; encoding/json finds %+v and %d more, %v", line, got, more, want, wantMore, wantErr)
			}
			return
		}
		// What no rule could accept may be refused at once.
		if wantErr == nil && want.Path != "" && len(want.Extents) > 0 && manifest.CheckEntry(want) == nil &&
			!strings.Contains(line, `"archive":""`) && positive(want) {
			t.Errorf("%q is refused: %v; encoding/json finds %+v", line, err, want)
		}
	})
}

// positive reports whether no number of e is too large for an int64.
func positive(e backup.Entry) bool {
	for _, x := range e.Extents {
		if x.Offset < 0 || x.Length < 0 || x.Start < 0 || x.Size < 0 {
			return false
		}
	}
	return e.Size >= 0 && e.UID >= 0 && e.GID >= 0 && e.Inode >= 0
}

// FuzzAppendEntry compares the writing of names with encoding/json.
func FuzzAppendEntry(f *testing.F) {
	f.Add("a\x00\x1f\"\\/\x7f<>&", "\u2028\u2029\u202a\u2027\xe2", int64(1))
	f.Add("\xe2\x80", "\xe2\x80\xa8", int64(-1<<62))
	f.Fuzz(func(t *testing.T, path, link string, nanoseconds int64) {
		e := newLink(path, link)
		e.ModTime = time.Unix(0, nanoseconds).UTC()
		l := jsonEntry{
			Type: "symlink", ModTime: e.ModTime.Format("2006-01-02T15:04:05.000000000Z"), Mode: "0777",
			Extents: []jsonExtent{{Archive: two, Offset: 100, Length: 200}},
		}
		for _, name := range []struct {
			from          string
			text, encoded *string
		}{{path, &l.Path, &l.PathBase64}, {link, &l.Link, &l.LinkBase64}} {
			if utf8.ValidString(name.from) {
				*name.text = name.from
			} else {
				*name.encoded = base64.StdEncoding.EncodeToString([]byte(name.from))
			}
		}
		want, err := l.encode()
		if err != nil || path == "" {
			t.Skip()
		}
		if got := manifest.AppendEntry(nil, e); !bytes.Equal(got, want) {
			t.Fatalf("%s\nwant\n%s", got, want)
		}
		if again, _, err := manifest.ParseEntry(want); err != nil || !cmp.Equal(again, e) {
			t.Errorf("%s is read as %+v, %v", want, again, err)
		}
	})
}
