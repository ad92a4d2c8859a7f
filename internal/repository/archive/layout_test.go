package archive_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository/archive"
	"github.com/vertex-ar/backup/internal/repository/frame"
)

// layoutMembers are of all types and sizes, with headers of all lengths.
func layoutMembers() []member {
	long := strings.Repeat("d/", 2000)
	return []member{
		{backup.Entry{Path: "dir", Type: backup.TypeDir, ModTime: noon, Mode: 0o755}, nil},
		{fileEntry("dir/empty", 0), nil},
		{fileEntry("dir/small", 100), bytes.NewReader(noise(100))},
		{backup.Entry{Path: "link", Type: backup.TypeSymlink, ModTime: noon, Mode: 0o777, Link: long}, nil},
		{fileEntry(long+"file", 1000), bytes.NewReader(noise(1000))},
		{fileEntry("of several frames", 3*archive.FrameSize), bytes.NewReader(noise(3 * archive.FrameSize))},
		{fileEntry("of whole blocks", 512), bytes.NewReader(noise(512))},
	}
}

func TestLayoutTellsMembersApart(t *testing.T) {
	t.Parallel()
	members := layoutMembers()
	whole, placed, failed := write(t, members...)
	if len(failed) > 0 {
		t.Fatal(failed)
	}
	all, err := archive.Layout(bytes.NewReader(whole))
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != len(members)+1 {
		t.Fatalf("%d stretches for %d members and the end", len(all), len(members))
	}
	at := int64(0)
	for i, s := range all {
		if s.Offset != at || s.Frames[0] != at {
			t.Errorf("stretch %d starts at %d with a frame at %d, the one before ends at %d", i, s.Offset, s.Frames[0], at)
		}
		at += s.Length
		if i == len(members) {
			break
		}
		own := map[int64]bool{}
		for _, offset := range s.Frames {
			own[offset] = true
		}
		for _, x := range placed[members[i].Path].Extents {
			if !own[x.Offset] {
				t.Errorf("%.20q has a frame at %d that is not in its stretch %v", members[i].Path, x.Offset, s)
			}
		}
	}
	if at != int64(len(whole)) {
		t.Errorf("the stretches end at %d of %d", at, len(whole))
	}
}

func TestLayoutRefusesWhatIsNoArchive(t *testing.T) {
	t.Parallel()
	whole, _, _ := write(t, layoutMembers()...)
	enc, err := frame.NewEncoder(archive.MaxFrame)
	if err != nil {
		t.Fatal(err)
	}
	framed := func(content []byte) []byte {
		b, err := enc.Append(nil, content)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	var tar []byte
	frames, err := archive.Layout(bytes.NewReader(whole))
	if err != nil {
		t.Fatal(err)
	}
	decoder, err := frame.NewDecoder(archive.MaxFrame)
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range frames[:3] {
		if tar, err = decoder.Append(tar, whole[s.Offset:][:s.Length]); err != nil {
			t.Fatalf("stretch %d: %v", i, err)
		}
	}
	flipped := bytes.Clone(whole)
	flipped[len(flipped)/2] ^= 1
	for name, content := range map[string][]byte{
		"nothing":                         nil,
		"cut off":                         whole[:len(whole)-1],
		"without its end":                 whole[:frames[len(frames)-1].Offset],
		"with a changed bit":              flipped,
		"no frames":                       noise(1000),
		"no tar file":                     framed(noise(2000)),
		"with a skippable frame":          frame.AppendSkippable(bytes.Clone(whole), []byte("footer")),
		"with several members in a frame": append(framed(tar), whole[frames[len(frames)-1].Offset:]...),
	} {
		if all, err := archive.Layout(bytes.NewReader(content)); !errors.Is(err, errs.ErrCorrupt) {
			t.Errorf("%s: %v, %v, want ErrCorrupt", name, all, err)
		}
	}
}

// FuzzLayout gives the layout any tar text in frames and any frames.
func FuzzLayout(f *testing.F) {
	whole, _, _ := write(f, layoutMembers()[:5]...)
	f.Add(whole)
	f.Add(whole[:len(whole)-20])
	enc, err := frame.NewEncoder(archive.MaxFrame)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		inputs := [][]byte{b}
		if framed, err := enc.Append(nil, b); err == nil && len(b) > 0 {
			inputs = append(inputs, framed)
		}
		for _, in := range inputs {
			all, err := archive.Layout(bytes.NewReader(in))
			if err != nil {
				if !errors.Is(err, errs.ErrCorrupt) {
					t.Errorf("%v, want ErrCorrupt", err)
				}
				continue
			}
			at := int64(0)
			for _, s := range all {
				if s.Offset != at || s.Length < 1 || len(s.Frames) == 0 {
					t.Fatalf("stretch %+v after %d bytes", s, at)
				}
				at += s.Length
			}
			if at != int64(len(in)) {
				t.Fatalf("the stretches cover %d of %d bytes", at, len(in))
			}
		}
	})
}
