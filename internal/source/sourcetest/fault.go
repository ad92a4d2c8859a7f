package sourcetest

import (
	"sync/atomic"
	"syscall"

	"github.com/vertex-ar/backup/internal/source"
)

// Counter counts the calls of a source.Fault.
type Counter struct{ n atomic.Int64 }

// Calls returns how many calls there were.
func (c *Counter) Calls() int64 { return c.n.Load() }

// Fault only counts.
func (c *Counter) Fault(string, string) error {
	c.n.Add(1)
	return nil
}

// FailAt fails the n-th call, counted from 1, and every later one: a disk that
// has failed stays so.
func (c *Counter) FailAt(n int64, err error) source.Fault {
	return func(string, string) error {
		if c.n.Add(1) >= n {
			return err
		}
		return nil
	}
}

// FailOnce fails the n-th call only.
func (c *Counter) FailOnce(n int64, err error) source.Fault {
	return func(string, string) error {
		if c.n.Add(1) == n {
			return err
		}
		return nil
	}
}

// DieAt ends the process at the n-th call as kill -9 does.
func (c *Counter) DieAt(n int64) source.Fault {
	return func(string, string) error {
		if c.n.Add(1) == n {
			_ = syscall.Kill(syscall.Getpid(), syscall.SIGKILL)
			select {} // it takes a moment
		}
		return nil
	}
}
