// Package crypt encrypts archives with age and reads any range of what is
// inside an encrypted one, as docs/format.md defines them. It knows neither
// the layout of a repository nor what an archive holds.
//
//   - recipient: a public key; encrypting needs nothing else
//   - identity: a secret key, which opens what was encrypted for its recipient
//   - object: an age file as it is stored; plain: what is inside
//   - header: what comes before the payload of an object, the payload's nonce included
//   - chunk: 64 KiB of plain bytes, which are sealed on their own
//
// Encrypting and opening headers is age's work. Chunks are opened here: age's
// own reader of ranges wants the last chunk first, which would cost a request
// for every archive, and with a damaged end all of an archive would be lost.
package crypt
