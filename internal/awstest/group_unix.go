//go:build unix

package awstest

import "syscall"

// ownGroup keeps a terminal's Ctrl-C from the child.
func ownGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
