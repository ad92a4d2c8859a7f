//go:build !race

package sourcetest

const slow = 1
