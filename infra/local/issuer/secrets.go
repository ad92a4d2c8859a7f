package issuer

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// secretsName is the file below Config.Dir that holds all secrets.
const secretsName = "issuer.json"

// secrets are what must outlive a restart.
type secrets struct {
	signingKey *rsa.PrivateKey
	cryptoKey  [32]byte
	accounts   []Account
}

// secretsFile is how they are stored.
type secretsFile struct {
	SigningKey []byte    `json:"signing_key"` // PKCS #8
	CryptoKey  []byte    `json:"crypto_key"`
	Accounts   []Account `json:"accounts"`
}

// keyID names the signing key by its public half.
func (s secrets) keyID() string {
	sum := sha256.Sum256(x509.MarshalPKCS1PublicKey(&s.signingKey.PublicKey))
	return base64.RawURLEncoding.EncodeToString(sum[:9])
}

// loadSecrets reads the secrets of dir, or makes them.
func loadSecrets(dir string) (secrets, error) {
	data, err := os.ReadFile(filepath.Join(dir, secretsName)) //nolint:gosec // our own directory
	if errors.Is(err, fs.ErrNotExist) {
		return newSecrets(dir)
	}
	if err != nil {
		return secrets{}, err
	}
	s, err := decodeSecrets(data)
	if err != nil {
		return secrets{}, fmt.Errorf("%s is damaged, delete it to get new keys and passwords: %w", filepath.Join(dir, secretsName), err)
	}
	return s, nil
}

func decodeSecrets(data []byte) (secrets, error) {
	var f secretsFile
	if err := json.Unmarshal(data, &f); err != nil {
		return secrets{}, err
	}
	key, err := x509.ParsePKCS8PrivateKey(f.SigningKey)
	if err != nil {
		return secrets{}, err
	}
	signingKey, ok := key.(*rsa.PrivateKey)
	if !ok || len(f.CryptoKey) != 32 || len(f.Accounts) == 0 {
		return secrets{}, errors.New("it is not complete")
	}
	return secrets{signingKey: signingKey, cryptoKey: [32]byte(f.CryptoKey), accounts: f.Accounts}, nil
}

func newSecrets(dir string) (secrets, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return secrets{}, err
	}
	s := secrets{signingKey: key, accounts: newAccounts()}
	_, _ = rand.Read(s.cryptoKey[:]) // never fails
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return secrets{}, err
	}
	data, err := json.MarshalIndent(secretsFile{SigningKey: pkcs8, CryptoKey: s.cryptoKey[:], Accounts: s.accounts}, "", "\t")
	if err != nil {
		return secrets{}, err
	}
	return s, writePrivate(dir, secretsName, data)
}

// writePrivate writes a file for the owner's eyes, whole or not at all.
func writePrivate(dir, name string, data []byte) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, name+".*") // its mode is 0600
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), filepath.Join(dir, name))
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
