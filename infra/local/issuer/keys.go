package issuer

import "github.com/go-jose/go-jose/v4"

// signingKey is the private half as the library wants it: op.SigningKey.
type signingKey struct{ s secrets }

func (k signingKey) SignatureAlgorithm() jose.SignatureAlgorithm { return jose.RS256 }
func (k signingKey) Key() any                                    { return k.s.signingKey }
func (k signingKey) ID() string                                  { return k.s.keyID() }

// publicKey is the public half: op.Key.
type publicKey struct{ s secrets }

func (k publicKey) ID() string                         { return k.s.keyID() }
func (k publicKey) Algorithm() jose.SignatureAlgorithm { return jose.RS256 }
func (k publicKey) Use() string                        { return "sig" }
func (k publicKey) Key() any                           { return &k.s.signingKey.PublicKey }
