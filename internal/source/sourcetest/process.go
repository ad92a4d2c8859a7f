package sourcetest

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// Nobody is the user, and the group, without privileges.
const Nobody = 65534

// Unprivileged reports whether the test may go on: it does at once for an
// ordinary user. For root it runs the same test in a process of a user
// without privileges, fails when that fails, and returns false.
func Unprivileged(t *testing.T) bool {
	t.Helper()
	if os.Geteuid() != 0 {
		return true
	}
	_, ok := Foreign(t, func(string) {})
	return ok
}

// Foreign is Unprivileged for what only root can make: root calls prepare with a
// directory, which the test that may go on gets, as a member of the groups too. Another
// user skips the test.
func Foreign(t *testing.T, prepare func(dir string), groups ...uint32) (dir string, ok bool) {
	t.Helper()
	const name = "FOREIGN_DIR"
	if dir = os.Getenv(name); dir != "" {
		return dir, true
	}
	if os.Geteuid() != 0 {
		t.Skip("only root can give files to others")
	}
	dir, err := os.MkdirTemp("/tmp", "unprivileged-*") //nolint:usetesting // the other user cannot reach that
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := errors.Join(os.Chmod(dir, 0o777), copySelf(filepath.Join(dir, "test"))); err != nil {
		t.Fatal(err)
	}
	prepare(dir)
	cmd := exec.CommandContext(t.Context(), filepath.Join(dir, "test"), "-test.v", "-test.run=^"+t.Name()+"$")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "TMPDIR="+dir, "HOME="+dir, name+"="+dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: Nobody, Gid: Nobody, Groups: groups}}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("as nobody: %v\n%s", err, out)
	}
	return dir, false
}

func copySelf(to string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	in, err := os.Open(self)
	if err != nil {
		return err
	}
	defer in.Close() //nolint:errcheck // it was only read
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// Self returns a command that runs only the test name of this test binary in
// another process, with env added to the environment.
func Self(ctx context.Context, name string, env ...string) *exec.Cmd {
	self, err := os.Executable()
	if err != nil {
		panic(err)
	}
	cmd := exec.CommandContext(ctx, self, "-test.run=^"+name+"$", "-test.v")
	cmd.Env = append(os.Environ(), env...)
	return cmd
}
