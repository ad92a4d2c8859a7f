package crypt_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"

	"filippo.io/age"
	"golang.org/x/sync/errgroup"

	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository/crypt"
)

const chunk = 64 << 10

// pair is a key for tests.
type pair struct{ recipient, identity string }

func newPair(tb testing.TB) pair {
	tb.Helper()
	id, err := age.GenerateX25519Identity()
	if err != nil {
		tb.Fatal(err)
	}
	return pair{id.Recipient().String(), id.String()}
}

// encrypt returns the object that holds plain.
func encrypt(tb testing.TB, plain []byte, recipients ...string) []byte {
	tb.Helper()
	r, err := crypt.ParseRecipients(recipients)
	if err != nil {
		tb.Fatal(err)
	}
	var out bytes.Buffer
	w, err := r.Encrypt(&out)
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := w.Write(plain); err != nil {
		tb.Fatal(err)
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

// have is a source of the identities in text.
func have(text string) crypt.Source {
	return func(context.Context) (crypt.Identities, error) { return crypt.ParseIdentities(text) }
}

// objects is a store that counts requests and fails for what lies outside.
type objects struct {
	content  map[string][]byte
	requests atomic.Int64
	bytes    atomic.Int64
}

func (s *objects) ranges(_ context.Context, name string, offset, length int64) (io.ReadCloser, error) {
	s.requests.Add(1)
	s.bytes.Add(length)
	c := s.content[name]
	if length < 1 || offset < 0 || offset > int64(len(c)) || length > int64(len(c))-offset {
		return nil, fmt.Errorf("range: %w", errs.ErrCorrupt)
	}
	return io.NopCloser(bytes.NewReader(c[offset:][:length])), nil
}

// open returns an opener of one object, called x.
func open(content []byte, source crypt.Source) (*crypt.Opener, *objects) {
	s := &objects{content: map[string][]byte{"x": content}}
	return crypt.NewOpener(s.ranges, source), s
}

func read(ctx context.Context, o *crypt.Opener, object crypt.Object, offset, length int64) (_ []byte, err error) {
	r, err := o.OpenRange(ctx, object, offset, length)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	return io.ReadAll(r)
}

func noise(seed byte, n int) []byte {
	b := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{seed}).Read(b)
	return b
}

// TestRangesAtAllBoundaries reads every range that begins and ends at, just before
// or just after the border of a chunk, of objects that end there as well.
func TestRangesAtAllBoundaries(t *testing.T) {
	t.Parallel()
	key := newPair(t)
	borders := []int64{0, 1, 2, chunk - 1, chunk, chunk + 1, 2*chunk - 1, 2 * chunk, 2*chunk + 1, 3*chunk - 1, 3 * chunk, 3*chunk + 1}
	for _, size := range borders[1:] {
		plain := noise(byte(size), int(size))
		content := encrypt(t, plain, key.recipient)
		object := crypt.Object{Name: "x", Size: int64(len(content))}
		o, s := open(content, have(key.identity))
		var asked int64
		for _, from := range borders {
			for _, to := range borders {
				if from >= to || to > size {
					continue
				}
				asked++
				got, err := read(t.Context(), o, object, from, to-from)
				if err != nil || !bytes.Equal(got, plain[from:to]) {
					t.Fatalf("size %d, %d to %d: %d bytes, %v", size, from, to, len(got), err)
				}
			}
		}
		want := asked + 1 // for the header
		if size <= 2 {
			want = asked // the first asks for about all
		}
		if n := s.requests.Load(); n != want {
			t.Errorf("size %d: %d requests for %d ranges, want %d", size, n, asked, want)
		}
	}
}

func TestOnlyTheChunksOfARangeAreRead(t *testing.T) {
	t.Parallel()
	key := newPair(t)
	content := encrypt(t, noise(1, 10<<20), key.recipient)
	o, s := open(content, have(key.identity))
	if _, err := read(t.Context(), o, crypt.Object{Name: "x", Size: int64(len(content))}, 5<<20-1, 2); err != nil {
		t.Fatal(err)
	}
	if got, want := s.bytes.Load(), int64(crypt.MaxHeader+2*(chunk+16)); got != want {
		t.Errorf("%d bytes were asked for, want %d", got, want)
	}
}

func TestRangesOutsideAreCorrupt(t *testing.T) {
	t.Parallel()
	key := newPair(t)
	content := encrypt(t, noise(1, chunk), key.recipient)
	o, _ := open(content, have(key.identity))
	for _, r := range [][2]int64{{-1, 1}, {0, 0}, {0, -1}, {0, chunk + 1}, {chunk, 1}, {1 << 62, 1 << 62}, {chunk + 1, 1}} {
		_, err := read(t.Context(), o, crypt.Object{Name: "x", Size: int64(len(content))}, r[0], r[1])
		if !errors.Is(err, errs.ErrCorrupt) {
			t.Errorf("%d bytes from %d: %v, want ErrCorrupt", r[1], r[0], err)
		}
	}
}

// TestEachIdentityAloneOpens also shows that the program age would open it.
func TestEachIdentityAloneOpens(t *testing.T) {
	t.Parallel()
	daily, escrow := newPair(t), newPair(t)
	hybrid, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	plain := noise(1, 100_000)
	two := encrypt(t, plain, daily.recipient, escrow.recipient)
	quantum := encrypt(t, plain, hybrid.Recipient().String())
	for what, c := range map[string]struct {
		content []byte
		text    string
	}{
		"first of two":          {two, daily.identity},
		"second of two":         {two, escrow.identity + "\n"},
		"file of age-keygen":    {two, "# created: today\r\n# public key: " + daily.recipient + "\r\n" + daily.identity + "\r\n"},
		"one that fits of many": {two, newPair(t).identity + "\n\n" + escrow.identity},
		"post-quantum":          {quantum, hybrid.String()},
	} {
		o, _ := open(c.content, have(c.text))
		got, err := read(t.Context(), o, crypt.Object{Name: "x", Size: int64(len(c.content))}, 0, int64(len(plain)))
		if err != nil || !bytes.Equal(got, plain) {
			t.Errorf("%s: %d bytes, %v", what, len(got), err)
		}
		ids, err := age.ParseIdentities(strings.NewReader(c.text))
		if err != nil {
			t.Fatal(err)
		}
		r, err := age.Decrypt(bytes.NewReader(c.content), ids...)
		if err != nil {
			t.Fatal(err)
		}
		if whole, err := io.ReadAll(r); err != nil || !bytes.Equal(whole, plain) {
			t.Errorf("%s: age reads %d bytes, %v", what, len(whole), err)
		}
	}
}

func isOther(err error) bool {
	other, ok := errors.AsType[*crypt.OtherIdentityError](err)
	return ok && other.Object.Name != ""
}

func TestWithoutTheKeyNothingIsCorrupt(t *testing.T) {
	t.Parallel()
	key := newPair(t)
	content := encrypt(t, []byte("content"), key.recipient)
	away := fmt.Errorf("away: %w", errs.ErrUnavailable)
	for what, c := range map[string]struct {
		source crypt.Source
		want   error // nil is an *OtherIdentityError
	}{
		"no source":      {nil, crypt.ErrNoIdentity},
		"no identity":    {func(context.Context) (crypt.Identities, error) { return crypt.Identities{}, nil }, crypt.ErrNoIdentity},
		"other identity": {have(newPair(t).identity), nil},
		"source is away": {func(context.Context) (crypt.Identities, error) { return crypt.Identities{}, away }, errs.ErrUnavailable},
	} {
		o, _ := open(content, c.source)
		_, err := read(t.Context(), o, crypt.Object{Name: "x", Size: int64(len(content))}, 0, 1)
		if isOther(err) != (c.want == nil) || c.want != nil && !errors.Is(err, c.want) || errors.Is(err, errs.ErrCorrupt) {
			t.Errorf("%s: %v, want %v", what, err, c.want)
		}
	}
}

// TestIdentitiesAreAskedForOnceAndAgainWhenTheyDoNotFit lets a key be replaced
// while the program runs.
func TestIdentitiesAreAskedForOnceAndAgainWhenTheyDoNotFit(t *testing.T) {
	t.Parallel()
	before, after := newPair(t), newPair(t)
	s := &objects{content: map[string][]byte{"new": encrypt(t, []byte("n"), after.recipient)}}
	for i := range 3 {
		s.content[fmt.Sprint(i)] = encrypt(t, []byte("o"), before.recipient)
	}
	text, asked := before.identity, 0
	o := crypt.NewOpener(s.ranges, func(context.Context) (crypt.Identities, error) {
		asked++
		return crypt.ParseIdentities(text)
	})
	one := func(name string) error {
		_, err := read(t.Context(), o, crypt.Object{Name: name, Size: int64(len(s.content[name]))}, 0, 1)
		return err
	}
	if err := errors.Join(one("0"), one("1"), one("2")); err != nil || asked != 1 {
		t.Fatalf("%v, asked %d times for identities, want once", err, asked)
	}
	if err := one("new"); !isOther(err) {
		t.Fatalf("%v, want an *OtherIdentityError", err)
	}
	text += "\n" + after.identity
	if err := one("new"); err != nil || asked != 2 {
		t.Errorf("%v, asked %d times", err, asked)
	}
}

// TestDamageIsFoundAndKeptToItsChunk flips one bit at a time.
func TestDamageIsFoundAndKeptToItsChunk(t *testing.T) {
	t.Parallel()
	key := newPair(t)
	plain := noise(1, 3*chunk+100)
	content := encrypt(t, plain, key.recipient)
	object := crypt.Object{Name: "x", Size: int64(len(content))}
	header := len(content) - len(plain) - 4*16
	damaged := func(at int) *crypt.Opener {
		c := bytes.Clone(content)
		c[at] ^= 4
		o, _ := open(c, have(key.identity))
		return o
	}
	for at := range header {
		_, err := read(t.Context(), damaged(at), object, 0, 1)
		if !errors.Is(err, errs.ErrCorrupt) && !isOther(err) {
			t.Errorf("bit in byte %d of the header: %v", at, err)
		}
	}
	for n := range 4 {
		for _, at := range []int{0, 100, min(chunk, 100) + 15} {
			o := damaged(header + n*(chunk+16) + at)
			for i := range 4 {
				from, to := int64(i*chunk), min(int64(i+1)*chunk, int64(len(plain)))
				got, err := read(t.Context(), o, object, from, to-from)
				switch {
				case i == n && !errors.Is(err, errs.ErrCorrupt):
					t.Errorf("bit in chunk %d: %v, want ErrCorrupt", n, err)
				case i != n && (err != nil || !bytes.Equal(got, plain[from:to])):
					t.Errorf("bit in chunk %d: chunk %d: %v", n, i, err)
				}
			}
		}
	}
}

// TestMovedAndForeignChunksAreCorrupt puts good chunks where they do not belong.
func TestMovedAndForeignChunksAreCorrupt(t *testing.T) {
	t.Parallel()
	key := newPair(t)
	const size = 3 * chunk
	content := encrypt(t, noise(1, size), key.recipient)
	foreign := encrypt(t, noise(2, size), key.recipient)
	header := len(content) - size - 3*16
	at := func(n int) int { return header + n*(chunk+16) }
	for what, change := range map[string]func(c []byte) []byte{
		"swapped": func(c []byte) []byte {
			return bytes.Join([][]byte{c[:at(0)], c[at(1):at(2)], c[at(0):at(1)], c[at(2):]}, nil)
		},
		"repeated": func(c []byte) []byte { return bytes.Join([][]byte{c[:at(1)], c[at(0):at(1)], c[at(2):]}, nil) },
		"foreign":  func(c []byte) []byte { return append(c[:at(1):at(1)], foreign[at(1):]...) },
		"last too early": func(c []byte) []byte {
			return bytes.Join([][]byte{c[:at(1)], c[at(2):], c[at(1):at(2)]}, nil)
		},
		"cut off":       func(c []byte) []byte { return c[:at(2)-1] },
		"cut at border": func(c []byte) []byte { return c[:at(2)] },
		"empty":         func([]byte) []byte { return nil },
		"zeros":         func(c []byte) []byte { return make([]byte, len(c)) },
		"short":         func([]byte) []byte { return []byte("age-encryption.org/v1\n") },
	} {
		c := change(bytes.Clone(content))
		for _, stored := range []int{len(c), len(content)} {
			o, _ := open(c, have(key.identity))
			_, err := read(t.Context(), o, crypt.Object{Name: "x", Size: int64(stored)}, 0, size)
			if !errors.Is(err, errs.ErrCorrupt) {
				t.Errorf("%s, as %d bytes: %v, want ErrCorrupt", what, stored, err)
			}
		}
	}
}

// TestEndMarkIsChecked takes off the last chunk and says that this is all.
func TestEndMarkIsChecked(t *testing.T) {
	t.Parallel()
	key := newPair(t)
	content := encrypt(t, noise(1, 2*chunk), key.recipient)
	short := content[:len(content)-chunk-16]
	o, _ := open(short, have(key.identity))
	if _, err := read(t.Context(), o, crypt.Object{Name: "x", Size: int64(len(short))}, 0, chunk); !errors.Is(err, errs.ErrCorrupt) {
		t.Errorf("%v, want ErrCorrupt", err)
	}
}

func TestHeaderIsReadOnceHoweverManyAsk(t *testing.T) {
	t.Parallel()
	key := newPair(t)
	plain := noise(1, 4*chunk)
	content := encrypt(t, plain, key.recipient)
	o, s := open(content, have(key.identity))
	group, ctx := errgroup.WithContext(t.Context())
	for i := range 32 {
		group.Go(func() error {
			got, err := read(ctx, o, crypt.Object{Name: "x", Size: int64(len(content))}, int64(i), 3*chunk)
			if err == nil && !bytes.Equal(got, plain[i:][:3*chunk]) {
				err = errors.New("other content")
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		t.Error(err)
	}
	if n := s.requests.Load(); n != 33 {
		t.Errorf("%d requests, want 33", n)
	}
}

// TestKeysOfManyObjectsAreNotKept goes through more objects than keys are kept,
// with one that is used all the time.
func TestKeysOfManyObjectsAreNotKept(t *testing.T) {
	t.Parallel()
	key := newPair(t)
	content := encrypt(t, []byte("content"), key.recipient)
	s := &objects{content: map[string][]byte{}}
	o := crypt.NewOpener(s.ranges, have(key.identity))
	one := func(name string) int64 {
		s.content[name] = content
		before := s.requests.Load()
		if _, err := read(t.Context(), o, crypt.Object{Name: name, Size: int64(len(content))}, 1, 6); err != nil {
			t.Fatal(err)
		}
		return s.requests.Load() - before
	}
	one("busy")
	one("idle")
	for i := range 1100 {
		one(fmt.Sprint(i))
		if n := one("busy"); n != 1 {
			t.Fatalf("after %d others: %d requests for an object in use, want 1", i, n)
		}
	}
	if n := one("idle"); n != 2 {
		t.Errorf("%d requests for an object not used for long, want 2: its key should be forgotten", n)
	}
}

// TestStoreThatIsAwayIsNotDamage breaks off the header, then the range.
func TestStoreThatIsAwayIsNotDamage(t *testing.T) {
	t.Parallel()
	key := newPair(t)
	content := encrypt(t, noise(1, 2*chunk), key.recipient)
	s := &objects{content: map[string][]byte{"x": content}}
	for call := range 3 {
		requests := 0
		o := crypt.NewOpener(func(ctx context.Context, name string, offset, length int64) (io.ReadCloser, error) {
			r, err := s.ranges(ctx, name, offset, length)
			if requests++; requests == call {
				r = io.NopCloser(io.MultiReader(io.LimitReader(r, 100), failing{}))
			}
			return r, err
		}, have(key.identity))
		_, err := read(t.Context(), o, crypt.Object{Name: "x", Size: int64(len(content))}, 1, 2*chunk-1)
		if errors.Is(err, errs.ErrUnavailable) != (call > 0) || errors.Is(err, errs.ErrCorrupt) {
			t.Errorf("request %d broken off: %v", call, err)
		}
	}
}

// TestAWholeObjectIsOneRequest reads all of an object of which nothing is known.
func TestAWholeObjectIsOneRequest(t *testing.T) {
	t.Parallel()
	key := newPair(t)
	for _, size := range []int{1, chunk - 1, chunk, 3*chunk + 1} {
		plain := noise(1, size)
		content := encrypt(t, plain, key.recipient, newPair(t).recipient)
		object := crypt.Object{Name: "x", Size: int64(len(content))}
		o, s := open(content, have(key.identity))
		if n := o.Plain(object); n > int64(size) {
			t.Errorf("size %d: %d bytes inside are expected before anything is known", size, n)
		}
		got, err := read(t.Context(), o, object, 0, int64(size))
		if err != nil || !bytes.Equal(got, plain) || s.requests.Load() != 1 {
			t.Errorf("size %d: %d bytes, %v, %d requests", size, len(got), err, s.requests.Load())
		}
		if n := o.Plain(object); n != int64(size) {
			t.Errorf("size %d: %d bytes inside are expected of one like it", size, n)
		}
		if _, err := read(t.Context(), o, object, 0, int64(size)+1); !errors.Is(err, errs.ErrCorrupt) {
			t.Errorf("size %d, one byte more: %v", size, err)
		}
	}
}

func TestAWholeObjectThatIsNotWhole(t *testing.T) {
	t.Parallel()
	key := newPair(t)
	const size = 2 * chunk
	content := encrypt(t, noise(1, size), key.recipient)
	object := crypt.Object{Name: "x", Size: int64(len(content))}
	for what, c := range map[string]struct {
		body io.Reader
		with pair
		want error
	}{
		"another's":               {bytes.NewReader(content), newPair(t), crypt.ErrOtherIdentity},
		"cut off in the header":   {bytes.NewReader(content[:100]), key, errs.ErrCorrupt},
		"cut off in the payload":  {bytes.NewReader(content[:chunk]), key, errs.ErrCorrupt},
		"breaks off in header":    {io.MultiReader(bytes.NewReader(content[:100]), failing{}), key, errs.ErrUnavailable},
		"breaks off in the rest":  {io.MultiReader(bytes.NewReader(content[:chunk]), failing{}), key, errs.ErrUnavailable},
		"a bit is another":        {bytes.NewReader(flipped(content, len(content)-chunk)), key, errs.ErrCorrupt},
		"a bit in the header too": {bytes.NewReader(flipped(content, 3)), key, errs.ErrCorrupt},
	} {
		closed := false
		o := crypt.NewOpener(func(context.Context, string, int64, int64) (io.ReadCloser, error) {
			return closing{c.body, &closed}, nil
		}, have(c.with.identity))
		if _, err := read(t.Context(), o, object, 0, size); !errors.Is(err, c.want) || !closed {
			t.Errorf("%s: %v, closed: %t", what, err, closed)
		}
	}
}

// flipped is content with another bit in the byte at that place.
func flipped(content []byte, at int) []byte {
	content = bytes.Clone(content)
	content[at] ^= 1
	return content
}

// closing notes that it was closed.
type closing struct {
	io.Reader

	closed *bool
}

func (c closing) Close() error {
	*c.closed = true
	return nil
}

// failing is a connection that breaks.
type failing struct{}

func (failing) Read([]byte) (int, error) {
	return 0, fmt.Errorf("connection reset: %w", errs.ErrUnavailable)
}

func TestCancelledContextEndsTheWaitForAHeader(t *testing.T) {
	t.Parallel()
	key := newPair(t)
	content := encrypt(t, []byte("content"), key.recipient)
	object := crypt.Object{Name: "x", Size: int64(len(content))}
	begun, release := make(chan struct{}), make(chan struct{})
	s := &objects{content: map[string][]byte{"x": content}}
	o := crypt.NewOpener(s.ranges, func(context.Context) (crypt.Identities, error) {
		close(begun)
		<-release
		return crypt.ParseIdentities(key.identity)
	})
	var group errgroup.Group
	group.Go(func() error {
		_, err := read(t.Context(), o, object, 0, 1)
		return err
	})
	<-begun
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := read(ctx, o, object, 0, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want context.Canceled", err)
	}
	close(release)
	if err := group.Wait(); err != nil {
		t.Error(err)
	}
}
