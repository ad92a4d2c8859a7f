package signing_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/vertex-ar/backup/internal/repository/signing"
)

func newKey(t *testing.T) signing.Key {
	t.Helper()
	k, err := signing.Generate()
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestASignatureIsOfOneKeyAndOneMessage(t *testing.T) {
	t.Parallel()
	k := newKey(t)
	s := k.Sign([]byte("message"))
	other := s
	other.Key = newKey(t).Public()
	flipped := s
	flipped.Value[3] ^= 1
	if !s.Of([]byte("message")) || s.Of([]byte("massage")) || other.Of([]byte("message")) || flipped.Of([]byte("message")) {
		t.Error("it is another's, or not its own")
	}
}

func TestKeysReadBack(t *testing.T) {
	t.Parallel()
	k := newKey(t)
	again, err := signing.ParseKey("\n" + strings.ReplaceAll(k.File(), "\n", "\r\n"))
	if err != nil || again.Public() != k.Public() {
		t.Error(err)
	}
	if p, err := signing.ParsePublic(k.Public().String()); err != nil || p != k.Public() {
		t.Error(err)
	}
	if !strings.Contains(k.File(), "# public key: "+k.Public().String()+"\n") {
		t.Error("the file does not say which public key it has")
	}
}

func TestWhatIsNoKeyIsRefusedAndNotQuoted(t *testing.T) {
	t.Parallel()
	k := newKey(t)
	secret := strings.TrimSpace(k.File()[strings.Index(k.File(), "ed25519-secret:"):])
	for _, text := range []string{"", "# nothing", k.Public().String(), secret[:50], secret + "x", secret + "\n" + secret, "AGE-SECRET-KEY-1"} {
		if _, err := signing.ParseKey(text); !errors.Is(err, signing.ErrNoKey) || text != "" && strings.Contains(err.Error(), text) {
			t.Errorf("%q: %v", text, err)
		}
	}
	public := k.Public().String()
	for _, text := range []string{"", "ed25519:", secret, public[:40], public + "A", public[:len(public)-1] + "/", strings.ToUpper(public)} {
		if _, err := signing.ParsePublics([]string{public, text}); !errors.Is(err, signing.ErrNoPublic) || text != "" && text != "ed25519:" && strings.Contains(err.Error(), text) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestAKeyDoesNotShowItself(t *testing.T) {
	t.Parallel()
	k := newKey(t)
	seed := k.File()[strings.Index(k.File(), "secret:")+7:][:20]
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		if strings.Contains(fmt.Sprintf(verb, k), seed) || !strings.Contains(fmt.Sprintf(verb, k), "[secret]") {
			t.Errorf("%s shows it", verb)
		}
	}
}
