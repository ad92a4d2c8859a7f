// Package sha256x2 hashes two things at once with SHA-256, in little more than
// half of the time that they take one after the other.
//
// A processor's SHA instructions have to wait for each other: the next round
// needs the last one's result, and most of the time nothing is being computed.
// Two hashes that have nothing to do with each other fill each other's gaps. An
// archive and the file that goes into it are such a pair.
//
// All but whole blocks on processors of the amd64 kind that have these
// instructions is left to crypto/sha256, which is also what the results are
// compared with: in the tests, and once in each process before the first use.
// If they differ there, or if the program was built without C, crypto/sha256
// does it all.
package sha256x2
