package localaws

import "syscall"

// attributes keep a terminal's Ctrl-C from the child, so that the parent
// decides when it stops, and make it die with the parent.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
