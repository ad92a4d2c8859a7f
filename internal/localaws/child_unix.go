//go:build unix && !linux

package localaws

import "syscall"

// attributes keep a terminal's Ctrl-C from the child, so that the parent
// decides when it stops.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}
