//go:build !linux

package sqlite

func networkName(string) string { return "" }
