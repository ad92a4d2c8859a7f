package main_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/vertex-ar/backup/infra/local/demo"
	"github.com/vertex-ar/backup/infra/local/demodata"
)

// binary is the program, built once.
var binary string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "local")
	if err != nil {
		panic(err)
	}
	binary = filepath.Join(dir, "local")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		panic(fmt.Sprintf("%v\n%s", err, out))
	}
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// repository returns a directory that looks to the program like the
// repository's root, with nothing in it but the servers and the template.
func repository(t *testing.T) string {
	t.Helper()
	source, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, server := range []string{".local/bin/versitygw", ".local/npm/node_modules/.bin/dynalite"} {
		if _, err := os.Stat(filepath.Join(source, server)); err != nil {
			if os.Getenv("CI") == "" {
				t.Skipf("no %s; make servers installs it", server)
			}
			t.Fatal(err)
		}
	}
	root := t.TempDir()
	if err := os.Mkdir(filepath.Join(root, ".local"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "go.mod"), []byte("module here\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"template.yaml", ".local/bin", ".local/npm"} {
		if err := os.Symlink(filepath.Join(source, name), filepath.Join(root, name)); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// program is the program running.
type program struct {
	t      *testing.T
	cmd    *exec.Cmd
	output lockedBuffer
	exited chan struct{}
	origin string
}

type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// ports are three free ports.
type ports struct{ http, s3, dynamoDB int }

// given are the ports that tests have got; no two share one.
var given sync.Map

// freePorts picks ports below those that the system gives to connections,
// so that they are still free when the program takes them.
func freePorts(t *testing.T) ports {
	t.Helper()
	var p ports
	for _, port := range []*int{&p.http, &p.s3, &p.dynamoDB} {
		for *port == 0 || listening(t.Context(), *port) {
			*port = 20000 + rand.IntN(12000)
			if _, taken := given.LoadOrStore(*port, true); taken {
				*port = 0
			}
		}
	}
	return p
}

func launch(t *testing.T, root string, p ports, command string, environment ...string) *program {
	t.Helper()
	pr := &program{t: t, cmd: exec.Command(binary, command), exited: make(chan struct{})}
	pr.cmd.Dir = root
	pr.cmd.Env = append(
		[]string{
			"PATH=" + os.Getenv("PATH"), "HOME=" + root, "TMPDIR=" + os.TempDir(), "DEMO_SCALE=0.005",
			fmt.Sprint("PORT=", p.http), fmt.Sprint("S3_PORT=", p.s3), fmt.Sprint("DYNAMODB_PORT=", p.dynamoDB),
		}, environment...,
	)
	pr.cmd.Stdout, pr.cmd.Stderr = &pr.output, &pr.output
	if err := pr.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = pr.cmd.Wait()
		close(pr.exited)
	}()
	t.Cleanup(func() {
		_ = pr.cmd.Process.Kill()
		<-pr.exited
		if t.Failed() {
			t.Logf("output of %s:\n%s", command, pr.output.String())
		}
	})
	return pr
}

// start launches the service and waits until it says that it runs.
func start(t *testing.T, root string, p ports) *program {
	t.Helper()
	pr := launch(t, root, p, "run")
	pr.origin = fmt.Sprintf("http://localhost:%d", p.http)
	pr.await("runs at " + pr.origin)
	pr.await("Ctrl-C stops everything")
	return pr
}

// await waits until the output has a text.
func (pr *program) await(text string) {
	pr.t.Helper()
	eventually(pr.t, "the output says "+text, func() bool { return strings.Contains(pr.output.String(), text) })
}

// exit waits for the end of the program and returns its status.
func (pr *program) exit() int {
	pr.t.Helper()
	select {
	case <-pr.exited:
		return pr.cmd.ProcessState.ExitCode()
	case <-time.After(40 * time.Second):
		pr.t.Fatal("the program does not end")
		return 0
	}
}

// signIn signs in with the password that the program printed.
func (pr *program) signIn(username string) *demo.Client {
	pr.t.Helper()
	found := regexp.MustCompile(regexp.QuoteMeta(username) + ` +password (\S+)`).FindStringSubmatch(pr.output.String())
	if found == nil {
		pr.t.Fatalf("no password of %s is printed", username)
	}
	client, err := demo.NewClient(pr.origin)
	if err != nil {
		pr.t.Fatal(err)
	}
	if err := client.SignIn(pr.t.Context(), username, found[1]); err != nil {
		pr.t.Fatal(err)
	}
	return client
}

type list struct {
	Backups []struct {
		ID        string `json:"id"`
		Type      string `json:"type"`
		Status    string `json:"status"`
		FileCount int    `json:"file_count"`
	} `json:"backups"`
}

// backups lists what there is once one backup is completed.
func backups(t *testing.T, client *demo.Client) list {
	t.Helper()
	var l list
	eventually(t, "there is a completed backup", func() bool {
		l = list{}
		if _, err := client.Call(t.Context(), http.MethodGet, "/backups/list", nil, &l); err != nil {
			t.Fatal(err)
		}
		return len(l.Backups) > 0 && l.Backups[0].Status == "completed"
	})
	return l
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for range 600 {
		if ok() {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("not within 30 s: %s", what)
}

// allGone waits until nothing listens on the ports any more.
func allGone(t *testing.T, p ports) {
	t.Helper()
	for _, port := range []int{p.http, p.s3, p.dynamoDB} {
		eventually(t, fmt.Sprintf("nothing listens on port %d", port), func() bool { return !listening(t.Context(), port) })
	}
}

func listening(ctx context.Context, port int) bool {
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err == nil {
		_ = conn.Close()
	}
	return err == nil
}

func TestRunFromStartToStopAndAgain(t *testing.T) {
	t.Parallel()
	root, p := repository(t), freePorts(t)
	first := start(t, root, p)
	before := backups(t, first.signIn("admin@vertex-ar.local"))
	if len(before.Backups) != 1 || before.Backups[0].Type != "full" {
		t.Errorf("the first backups are %+v", before)
	}
	first.signIn("viewer@vertex-ar.local")

	second := launch(t, root, freePorts(t), "run")
	says := fmt.Sprintf("already runs: %s (process %d)", first.origin, first.cmd.Process.Pid)
	if status := second.exit(); status != 1 || !strings.Contains(second.output.String(), says) {
		t.Errorf("a second run: status %d, %s; want %q", status, second.output.String(), says)
	}

	if err := first.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if status := first.exit(); status != 0 {
		t.Errorf("after SIGTERM: status %d", status)
	}
	allGone(t, p)

	again := start(t, root, p)
	after := backups(t, again.signIn("admin@vertex-ar.local"))
	if len(after.Backups) != 1 || after.Backups[0].ID != before.Backups[0].ID {
		t.Errorf("after a restart: %+v, want %+v", after, before)
	}
	if err := again.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	again.exit()
	allGone(t, p)
}

func TestSeedWritesInventedRecords(t *testing.T) {
	t.Parallel()
	root, p := repository(t), freePorts(t)
	if early := launch(t, root, p, "seed"); early.exit() != 1 || !strings.Contains(early.output.String(), "make run") {
		t.Errorf("before a service ran: %s", early.output.String())
	}
	pr := start(t, root, p)
	client := pr.signIn("admin@vertex-ar.local")
	backups(t, client)
	if seed := launch(t, root, p, "seed", "SEED_BACKUPS=25"); seed.exit() != 0 {
		t.Fatal(seed.output.String())
	}
	if l := backups(t, client); len(l.Backups) != 26 {
		t.Errorf("%d backups are listed, want 26", len(l.Backups))
	}
}

func TestRunEndsWhenAServerDies(t *testing.T) {
	t.Parallel()
	p, root := freePorts(t), repository(t)
	pr := start(t, root, p)
	pr.await("The first full backup is taken")
	if err := syscall.Kill(server(t, root, "dynalite"), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if status := pr.exit(); status != 1 || !strings.Contains(pr.output.String(), "the DynamoDB server has died") {
		t.Errorf("status %d", status)
	}
	allGone(t, p)
}

// What runs when a server dies cannot end well: nobody waits for it.
func TestRunEndsSoonWhenAServerDiesDuringABackup(t *testing.T) {
	t.Parallel()
	for name, binary := range map[string]string{"S3": "versitygw", "DynamoDB": "dynalite"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, root := freePorts(t), repository(t)
			pr := start(t, root, p)
			if err := syscall.Kill(server(t, root, binary), syscall.SIGKILL); err != nil {
				t.Fatal(err)
			}
			died := time.Now()
			if status := pr.exit(); status != 1 || !strings.Contains(pr.output.String(), "the "+name+" server has died") {
				t.Errorf("status %d", status)
			}
			if took := time.Since(died); took > 15*time.Second {
				t.Errorf("it ended after %v", took)
			}
			allGone(t, p)
		})
	}
}

// server returns the process of a server that keeps its data below root.
func server(t *testing.T, root, binary string) int {
	t.Helper()
	commands, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil || len(commands) == 0 {
		t.Skip("no /proc here")
	}
	for _, path := range commands {
		line, _ := os.ReadFile(path) // it may be gone
		if bytes.Contains(line, []byte(binary)) && bytes.Contains(line, []byte(root+"/")) {
			pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
			if err != nil {
				t.Fatal(err)
			}
			return pid
		}
	}
	t.Fatalf("no %s works below %s", binary, root)
	return 0
}

func TestATakenPortIsNamed(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	taken := l.Addr().(*net.TCPAddr).Port
	for name, set := range map[string]func(*ports){
		"PORT":          func(p *ports) { p.http = taken },
		"S3_PORT":       func(p *ports) { p.s3 = taken },
		"DYNAMODB_PORT": func(p *ports) { p.dynamoDB = taken },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := freePorts(t)
			set(&p)
			pr := launch(t, repository(t), p, "run")
			status, out := pr.exit(), pr.output.String()
			if status != 1 || !strings.Contains(out, fmt.Sprintf("Port %d", taken)) || !strings.Contains(out, fmt.Sprintf(" %s=%d make run", name, taken+1)) {
				t.Errorf("status %d, %s", status, out)
			}
			for _, port := range []int{p.http, p.s3, p.dynamoDB} {
				if port != taken && listening(t.Context(), port) {
					t.Errorf("port %d is still in use", port)
				}
			}
		})
	}
}

func TestWrongSettingsAreNamed(t *testing.T) {
	t.Parallel()
	for setting, want := range map[string]string{
		"PORT=http":                          "PORT must be",
		"S3_PORT=70000":                      "S3_PORT must be",
		"DEMO_SCALE=-1":                      "DEMO_SCALE must be",
		"BACKUP_FULL_SCHEDULE=daily":         "BACKUP_FULL_SCHEDULE",
		"MAX_BACKUPS=many":                   "MAX_BACKUPS",
		"MIN_AGE_DAYS=-1":                    "MIN_AGE_DAYS",
		"SIGN_IN_LIFE=long":                  "SIGN_IN_LIFE must be",
		"DATABASE_PATH=/nowhere/app_data.db": "Set both DATABASE_PATH and STORAGE_PATH",
	} {
		t.Run(setting, func(t *testing.T) {
			t.Parallel()
			p := freePorts(t)
			pr := launch(t, repository(t), p, "run", setting)
			if status := pr.exit(); status != 1 || !strings.Contains(pr.output.String(), want) {
				t.Errorf("status %d, %s; want %q", status, pr.output.String(), want)
			}
			allGone(t, p)
		})
	}
}

func TestAnInstallationOfOnesOwnIsBackedUp(t *testing.T) {
	t.Parallel()
	root, own := repository(t), filepath.Join(t.TempDir(), "own")
	sum, err := demodata.Generate(t.Context(), own, demodata.Options{Scale: 0.005})
	if err != nil {
		t.Fatal(err)
	}
	env := fmt.Sprintf("DATABASE_PATH=%s\nSTORAGE_PATH=%s\n", filepath.Join(own, demodata.DatabaseName), filepath.Join(own, demodata.StorageName))
	if err := os.WriteFile(filepath.Join(root, ".env"), []byte(env), 0o600); err != nil {
		t.Fatal(err)
	}
	pr := start(t, root, freePorts(t))
	l := backups(t, pr.signIn("viewer@vertex-ar.local"))
	if len(l.Backups) != 1 || l.Backups[0].FileCount != sum.Files+1 {
		t.Errorf("got %+v, want one backup of %d files and the database", l, sum.Files)
	}
	if _, err := os.Stat(filepath.Join(root, ".local", "run", "vertex-ar")); err == nil {
		t.Error("there is demo data beside it")
	}
}

func TestAnUnknownCommandShowsTheCommands(t *testing.T) {
	t.Parallel()
	pr := launch(t, t.TempDir(), ports{}, "fly")
	if status := pr.exit(); status != 2 || !strings.Contains(pr.output.String(), "Usage:") {
		t.Errorf("status %d, %s", status, pr.output.String())
	}
}

func TestDemoProvesBackupDisasterAndRestore(t *testing.T) {
	t.Parallel()
	root := repository(t)
	pr := launch(t, root, freePorts(t), "demo")
	if status := pr.exit(); status != 0 {
		t.Fatalf("status %d", status)
	}
	if out := pr.output.String(); strings.Count(out, "media      the same") != 2 || strings.Count(out, "database   the same") != 2 {
		t.Errorf("it does not say twice that all is the same:\n%s", out)
	}
	if _, err := os.Stat(filepath.Join(root, ".local", "demo", "data")); err == nil {
		t.Error("its data is left behind")
	}
}
