package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// measureVerb makes this program start another one and report what it took.
// A process of its own does that, since Linux counts the peak memory of the
// parent, at the moment of the start, as the child's: this one has little.
const measureVerb = "measure"

// cost is what one process and its children took.
type cost struct {
	Wall float64 `json:"wall_s"`
	CPU  float64 `json:"cpu_s"` // user and system
	RSS  float64 `json:"rss_mib"`
}

// measured is the other side of measure. It writes the cost to descriptor 3.
func measured(args []string) int {
	report := os.NewFile(3, "report")
	cmd := exec.Command(args[0], args[1:]...) //nolint:gosec,noctx // what the parent says; it ends with it
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	start := time.Now()
	err := cmd.Run()
	c := cost{Wall: time.Since(start).Seconds()}
	if cmd.ProcessState == nil {
		_, _ = fmt.Fprintln(os.Stderr, err)
		return 127
	}
	if u, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		c.CPU = (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
		c.RSS = float64(u.Maxrss) / 1024 // Linux counts in KiB
	}
	if err := json.NewEncoder(report).Encode(c); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, err)
		return 126
	}
	return max(cmd.ProcessState.ExitCode(), 0)
}

// measure runs a command line and returns what it took. What earlier ones left
// to be written to the disk is written first, and free memory is warm.
func measure(ctx context.Context, env, argv []string) (cost, error) {
	unix.Sync()
	if err := warm(); err != nil {
		return cost{}, err
	}
	self, err := os.Executable()
	if err != nil {
		return cost{}, err
	}
	r, w, err := os.Pipe()
	if err != nil {
		return cost{}, err
	}
	defer func() { _ = r.Close() }()
	cmd := command(ctx, env, append([]string{self, measureVerb}, argv...))
	cmd.ExtraFiles = []*os.File{w}
	_, err = output(cmd)
	_ = w.Close()
	if err != nil {
		return cost{}, err
	}
	var c cost
	return c, json.NewDecoder(r).Decode(&c)
}

func command(ctx context.Context, env, argv []string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...) //nolint:gosec // the tools that are measured
	cmd.Env = env
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 10 * time.Second
	return cmd
}

// output runs cmd and returns what it printed; an error has its last words.
func output(cmd *exec.Cmd) ([]byte, error) {
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	if err := cmd.Run(); err != nil {
		said := strings.TrimSpace(errOut.String() + "\n" + out.String())
		return nil, errors.Join(fmt.Errorf("%s: %w", strings.Join(cmd.Args, " "), err), errors.New(said[max(0, len(said)-2000):]))
	}
	return out.Bytes(), nil
}
