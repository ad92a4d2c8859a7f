package localaws_test

import (
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/localaws"
)

// installed skips the test without the servers, except where all must run.
func installed(t *testing.T, err error) {
	t.Helper()
	if errors.Is(err, errs.ErrNotFound) && os.Getenv("CI") == "" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func startS3(t *testing.T, dir, addr string) *localaws.Server {
	t.Helper()
	s, err := localaws.S3(t.Context(), localaws.S3Options{Dir: dir, Addr: addr, AccessKey: "key", SecretKey: "secret"})
	installed(t, err)
	t.Cleanup(s.Stop)
	return s
}

func startDynamoDB(t *testing.T, dir string) *localaws.Server {
	t.Helper()
	s, err := localaws.DynamoDB(t.Context(), localaws.DynamoDBOptions{Dir: dir})
	installed(t, err)
	t.Cleanup(s.Stop)
	return s
}

func config(url string) aws.Config {
	return aws.Config{
		Region: localaws.Region, BaseEndpoint: &url,
		Credentials: credentials.NewStaticCredentialsProvider("key", "secret", ""),
	}
}

func alive(pid int) bool { return syscall.Kill(pid, 0) == nil }

func TestBucketsSurviveARestart(t *testing.T) {
	dir := t.TempDir()
	first := startS3(t, dir, "")
	client := s3.NewFromConfig(config(first.URL), func(o *s3.Options) { o.UsePathStyle = true })
	for range 2 {
		if err := localaws.EnsureBucket(t.Context(), client, "kept"); err != nil {
			t.Fatal(err)
		}
	}
	first.Stop()
	if alive(first.PID) {
		t.Errorf("process %d lives on after Stop", first.PID)
	}
	if err := first.Err(); err != nil {
		t.Errorf("Err() after Stop = %v, want nil", err)
	}

	second := startS3(t, dir, strings.TrimPrefix(first.URL, "http://"))
	if second.URL != first.URL {
		t.Errorf("URL = %s, want the asked-for %s", second.URL, first.URL)
	}
	if _, err := client.HeadBucket(t.Context(), &s3.HeadBucketInput{Bucket: aws.String("kept")}); err != nil {
		t.Errorf("bucket after restart: %v", err)
	}
}

func TestTablesSurviveARestart(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "tables")
	in, err := localaws.TableInput("testdata/template.yaml", "kept")
	if err != nil {
		t.Fatal(err)
	}
	first := startDynamoDB(t, dir)
	for range 2 {
		if err := localaws.EnsureTable(t.Context(), dynamodb.NewFromConfig(config(first.URL)), in); err != nil {
			t.Fatal(err)
		}
	}
	first.Stop()

	second := startDynamoDB(t, dir)
	out, err := dynamodb.NewFromConfig(config(second.URL)).ListTables(t.Context(), &dynamodb.ListTablesInput{})
	if err != nil || len(out.TableNames) != 1 || out.TableNames[0] != "kept" {
		t.Errorf("tables after restart = %v, %v, want [kept]", out, err)
	}
}

// TestDynamoDBOutlivesItsClients lets clients die in the middle of a request.
func TestDynamoDBOutlivesItsClients(t *testing.T) {
	server := startDynamoDB(t, "")
	for range 20 {
		conn, err := net.Dial("tcp", strings.TrimPrefix(server.URL, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Write([]byte("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{")); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Millisecond) // so that the server reads the body when it breaks off
		if err := errors.Join(conn.(*net.TCPConn).SetLinger(0), conn.Close()); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := dynamodb.NewFromConfig(config(server.URL)).ListTables(t.Context(), &dynamodb.ListTablesInput{}); err != nil {
		t.Errorf("after clients that died: %v", err)
	}
}

func TestServersListenOnLoopbackOnly(t *testing.T) {
	port := func(s *localaws.Server) string { return s.URL[strings.LastIndex(s.URL, ":"):] }
	ports := []string{port(startS3(t, t.TempDir(), "")), port(startDynamoDB(t, ""))}
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range addrs {
		ip, ok := a.(*net.IPNet)
		if !ok || ip.IP.IsLoopback() || ip.IP.To4() == nil {
			continue
		}
		for _, p := range ports {
			if conn, err := net.DialTimeout("tcp", ip.IP.String()+p, time.Second); err == nil {
				_ = conn.Close()
				t.Errorf("%s%s answers, want loopback only", ip.IP, p)
			}
		}
	}
}

func TestOtherInterfacesAreRefused(t *testing.T) {
	for _, addr := range []string{":7070", "0.0.0.0:7070", "example.org:7070", "7070"} {
		_, err := localaws.S3(t.Context(), localaws.S3Options{Dir: t.TempDir(), Addr: addr, Binary: "/bin/false"})
		if !errors.Is(err, errs.ErrInvalid) {
			t.Errorf("Addr %q: %v, want ErrInvalid", addr, err)
		}
	}
}

func TestTakenPortIsAConflictThatNamesIt(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ln.Close() }()
	addr := ln.Addr().String()
	_, port, _ := net.SplitHostPort(addr)
	_, err = localaws.DynamoDB(t.Context(), localaws.DynamoDBOptions{Addr: addr, Binary: "/bin/false"})
	if !errors.Is(err, errs.ErrConflict) || !strings.Contains(errs.Detail(err), "Port "+port) {
		t.Errorf("error = %v, want ErrConflict naming port %s", err, port)
	}
}

// fake writes a program that ignores its arguments.
func fake(t *testing.T, script string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "fake")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestFailedStartShowsTheLastOutput(t *testing.T) {
	_, err := localaws.S3(t.Context(), localaws.S3Options{Dir: t.TempDir(), Binary: fake(t, "echo the disk is on fire >&2; exit 3")})
	if !errors.Is(err, errs.ErrUnavailable) || !strings.Contains(err.Error(), "the disk is on fire") {
		t.Errorf("error = %v, want ErrUnavailable with the output", err)
	}
}

func TestMissingProgramIsAnError(t *testing.T) {
	_, err := localaws.S3(t.Context(), localaws.S3Options{Dir: t.TempDir(), Binary: filepath.Join(t.TempDir(), "none")})
	if !errors.Is(err, errs.ErrUnavailable) {
		t.Errorf("error = %v, want ErrUnavailable", err)
	}
}

func TestDeathIsReported(t *testing.T) {
	s := startS3(t, t.TempDir(), "")
	if err := syscall.Kill(s.PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	select {
	case <-s.Done():
	case <-time.After(10 * time.Second):
		t.Fatal("Done is not closed after the process was killed")
	}
	if err := s.Err(); err == nil || !strings.Contains(err.Error(), "versitygw ended") {
		t.Errorf("Err() = %v, want one that says that versitygw ended", err)
	}
	s.Stop() // must return
}

const parentOf = "LOCALAWS_TEST_DIR" // set in the process that TestKilledParentTakesTheServerAlong kills

func TestKilledParentTakesTheServerAlong(t *testing.T) {
	if dir := os.Getenv(parentOf); dir != "" {
		s := startS3(t, dir, "")
		if err := os.WriteFile(filepath.Join(dir, "url"), []byte(s.URL), 0o600); err != nil {
			t.Fatal(err)
		}
		<-t.Context().Done()
	}
	installed(t, probeInstalled(t))

	dir := t.TempDir()
	cmd := exec.Command(os.Args[0], "-test.run=^TestKilledParentTakesTheServerAlong$")
	cmd.Env = append(os.Environ(), parentOf+"="+dir)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	url := eventually(t, func() (string, bool) {
		b, err := os.ReadFile(filepath.Join(dir, "url"))
		return string(b), err == nil && len(b) > 0
	})
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	eventually(t, func() (string, bool) {
		conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
		if err == nil {
			_ = conn.Close()
		}
		return "", err != nil
	})
}

func probeInstalled(t *testing.T) error {
	t.Helper()
	s, err := localaws.S3(t.Context(), localaws.S3Options{Dir: t.TempDir(), AccessKey: "key", SecretKey: "secret"})
	if err == nil {
		s.Stop()
	}
	return err
}

func eventually(t *testing.T, f func() (string, bool)) string {
	t.Helper()
	for range 600 {
		if v, ok := f(); ok {
			return v
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("it did not happen within 30 s")
	return ""
}
