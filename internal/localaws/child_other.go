//go:build !unix

package localaws

import "syscall"

func attributes() *syscall.SysProcAttr { return nil }
