//go:build !cgo || !amd64

package sha256x2

func canHashTwo() bool { return false }

func hashTwo(*words, []byte, *words, []byte, int) {}
