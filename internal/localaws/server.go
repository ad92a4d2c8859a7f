package localaws

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"

	"github.com/vertex-ar/backup/internal/errs"
)

const (
	startTimeout = 30 * time.Second // node on a busy machine takes seconds
	stopTimeout  = 5 * time.Second  // from SIGTERM to SIGKILL
	probePause   = 20 * time.Millisecond
	portAttempts = 3
)

// Server is a running child process that answers requests at URL.
type Server struct {
	// URL is the server's endpoint, such as "http://127.0.0.1:7070".
	URL string
	// PID is the child's process id.
	PID int

	name  string
	cmd   *exec.Cmd
	tail  *tail
	done  chan struct{}
	ended func() // after the process; may be nil
	err   error  // how the process ended; valid once done is closed
}

// Done returns a channel that is closed when the process has ended.
func (s *Server) Done() <-chan struct{} { return s.done }

// Err blocks until the process has ended and says how: nil after a Stop or an
// exit with status 0, else an error with the last lines that it printed.
func (s *Server) Err() error {
	<-s.done
	if s.err == nil {
		return nil
	}
	return fmt.Errorf("%s ended: %w%s", s.name, s.err, s.tail)
}

// Stop asks the process to end, kills it when it does not within seconds, and
// returns when it is gone. It may be called again, and after the process died.
func (s *Server) Stop() {
	if s.ended != nil {
		defer s.ended()
	}
	if s.cmd.Process.Signal(syscall.SIGTERM) != nil { // gone, or a system without signals
		_ = s.cmd.Process.Kill()
	}
	select {
	case <-s.done:
	case <-time.After(stopTimeout):
		_ = s.cmd.Process.Kill()
		<-s.done
	}
}

// program is a server to be started.
type program struct {
	name   string // for messages
	binary string
	addr   string // host:port; port 0 means any free one
	log    io.Writer
	// args returns the command line for an address.
	args func(host, port string) []string
	env  []string
	// ready makes a request and reports whether the server at url answered it
	// properly. output is what the server has printed lately.
	ready func(ctx context.Context, url, output string) error
}

// start runs p and returns when it is ready. If any port would do and the
// chosen one is lost to another process meanwhile, it tries the next.
func (p *program) start(ctx context.Context) (*Server, error) {
	var err error
	for range portAttempts {
		var at address
		if at, err = pick(ctx, p.addr); err != nil {
			return nil, err
		}
		var s *Server
		if s, err = p.startAt(ctx, at); err == nil {
			return s, nil
		}
		if !at.chosen || ctx.Err() != nil {
			break
		}
	}
	return nil, err
}

func (p *program) startAt(ctx context.Context, at address) (*Server, error) {
	s, err := p.spawn(at)
	if err != nil {
		return nil, errs.New(errs.ErrUnavailable, "The local server %s cannot be started.", p.name).Because(err)
	}
	if err := p.await(ctx, s); err != nil {
		s.Stop()
		return nil, errs.New(errs.ErrUnavailable, "The local server %s did not start on %s.", p.name, s.URL).
			Because(fmt.Errorf("%w%s", err, s.tail))
	}
	return s, nil
}

// spawn starts the process on an OS thread that lives as long as the process:
// the kernel sends the parent-death signal when the creating thread ends.
func (p *program) spawn(at address) (*Server, error) {
	out := &tail{log: p.log}
	cmd := exec.Command(p.binary, p.args(at.host, at.port)...) //nolint:gosec,noctx // the caller names the binary; it outlives the call
	cmd.Env = append(inherited(), p.env...)
	cmd.Stdout, cmd.Stderr = out, out
	cmd.WaitDelay = time.Second
	cmd.SysProcAttr = attributes()
	s := &Server{URL: at.url(), name: p.name, cmd: cmd, tail: out, done: make(chan struct{})}

	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			s.err = ignoreStop(cmd.Wait())
			close(s.done)
		}
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	s.PID = cmd.Process.Pid
	return s, nil
}

// await asks until the server answers, ends or takes too long.
func (p *program) await(ctx context.Context, s *Server) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for {
		err := p.ready(ctx, s.URL, s.tail.last())
		if err == nil {
			return nil
		}
		select {
		case <-s.done:
			return errors.Join(errors.New("it ended at once"), s.err)
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", context.Cause(ctx), err)
		case <-time.After(probePause):
		}
	}
}

// inherited returns what a server needs of this process's environment. The
// rest stays out: variables such as VGW_PORT or NODE_OPTIONS would change it.
func inherited() []string {
	var env []string
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "SystemRoot"} {
		if v, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+v)
		}
	}
	return env
}

// ignoreStop returns nil for a process that ended by the signal of Stop.
func ignoreStop(err error) error {
	exit, ok := errors.AsType[*exec.ExitError](err)
	if !ok {
		return err
	}
	if ws, ok := exit.Sys().(syscall.WaitStatus); ok && ws.Signaled() && ws.Signal() == syscall.SIGTERM {
		return nil
	}
	return err
}
