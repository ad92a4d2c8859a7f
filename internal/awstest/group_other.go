//go:build !unix

package awstest

import "syscall"

func ownGroup() *syscall.SysProcAttr { return nil }
