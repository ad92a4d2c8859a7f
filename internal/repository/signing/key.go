package signing

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"log/slog"
	"strings"
)

// The beginnings of the texts of keys.
const (
	publicPrefix = "ed25519:"
	secretPrefix = "ed25519-secret:" //nolint:gosec // it tells that a secret follows
)

// Errors of texts that are no keys. They do not quote them: one may be a secret
// that came to the wrong place.
var (
	ErrNoPublic = errors.New("a public key for signatures begins with " + publicPrefix + " and has 43 more characters")
	ErrNoKey    = errors.New("one line that begins with " + secretPrefix + " is what a file with a signing key has")
)

// Key is a secret key. It does not show itself in logs and errors.
type Key struct{ private ed25519.PrivateKey }

// Generate makes a new key.
func Generate() (Key, error) {
	_, private, err := ed25519.GenerateKey(nil)
	return Key{private}, err
}

// ParseKey reads a key from the text of its file: empty lines and those that begin
// with # say nothing.
func ParseKey(text string) (Key, error) {
	var found []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			found = append(found, line)
		}
	}
	if len(found) != 1 {
		return Key{}, ErrNoKey
	}
	encoded, ok := strings.CutPrefix(found[0], secretPrefix)
	seed, err := encoding.DecodeString(encoded)
	if !ok || err != nil || len(seed) != ed25519.SeedSize {
		return Key{}, ErrNoKey
	}
	return Key{ed25519.NewKeyFromSeed(seed)}, nil
}

// File returns the text of the key's file.
func (k Key) File() string {
	return "# The signing key of Vertex AR Backup. Whoever has it can make backups that are trusted.\n" +
		"# public key: " + k.Public().String() + "\n" + secretPrefix + encoding.EncodeToString(k.private.Seed()) + "\n"
}

// Public returns the key's public half.
func (k Key) Public() (p Public) {
	copy(p[:], k.private[ed25519.SeedSize:])
	return p
}

// Sign signs a message.
func (k Key) Sign(message []byte) Signature {
	return Signature{Key: k.Public(), Value: [ed25519.SignatureSize]byte(ed25519.Sign(k.private, message))}
}

// String hides the key.
func (Key) String() string { return "[secret]" }

// GoString hides the key.
func (Key) GoString() string { return "[secret]" }

// LogValue hides the key.
func (Key) LogValue() slog.Value { return slog.StringValue("[secret]") }

// encoding is how keys are written; every key has one text.
//
//nolint:gochecknoglobals // it never changes
var encoding = base64.RawStdEncoding.Strict()

// Public tells whether signatures are those of one [Key].
type Public [ed25519.PublicKeySize]byte

// ParsePublic reads the text of a public key.
func ParsePublic(text string) (p Public, err error) {
	encoded, ok := strings.CutPrefix(text, publicPrefix)
	b, err := encoding.DecodeString(encoded)
	if !ok || err != nil || len(b) != len(p) {
		return p, ErrNoPublic
	}
	return Public(b), nil
}

// ParsePublics reads the texts of several.
func ParsePublics(texts []string) ([]Public, error) {
	var all []Public
	for _, text := range texts {
		p, err := ParsePublic(text)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

// String returns the key's text.
func (p Public) String() string { return publicPrefix + encoding.EncodeToString(p[:]) }

// Signature is what a [Key] makes of a message.
type Signature struct {
	Key   Public
	Value [ed25519.SignatureSize]byte
}

// Of reports whether it is the signature of a message.
func (s Signature) Of(message []byte) bool { return ed25519.Verify(s.Key[:], message, s.Value[:]) }
