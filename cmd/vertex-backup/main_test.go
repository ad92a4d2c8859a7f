package main_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/rogpeppe/go-internal/testscript"
	_ "modernc.org/sqlite"

	command "github.com/vertex-ar/backup/cmd/vertex-backup"
	"github.com/vertex-ar/backup/internal/awstest"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"vertex-backup": command.Main})
}

// TestScripts runs the program as users do, against a real S3 server. Each
// script has a bucket and a table of its own, $BUCKET and $TABLE.
func TestScripts(t *testing.T) {
	client, dynamo := awstest.S3(t), awstest.DynamoDB(t)
	s := &server{t.Context(), client}
	testscript.Run(t, testscript.Params{
		Dir: "testdata", RequireExplicitExec: true, RequireUniqueNames: true,
		Setup: func(env *testscript.Env) error {
			env.Vars = append(env.Vars, awstest.Env(t)...)
			env.Setenv("INSTALLATION", "test") // scripts back up from several places
			env.Setenv("BUCKET", awstest.Bucket(t, client))
			env.Setenv("TABLE", awstest.Table(t, dynamo))
			env.Setenv("MIN_AGE_DAYS", "0") // nobody waits for three days
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"keep": keep, "status": status, "sqlite": sqlite, "random": random, "key": key, "signer": signer, "secret": secret,
			"rawname": rawName, "restoreraw": restoreRaw,
			"objects": s.objects, "damage": s.damage, "cut": s.cut, "uploading": s.uploading,
			"aged": func(ts *testscript.TestScript, _ bool, args []string) {
				awstest.Age(t, ts.Getenv("BUCKET"), args[0], 25*time.Hour)
			},
		},
	})
}

// keep NAME puts the id that the last command printed into $NAME.
func keep(ts *testscript.TestScript, _ bool, args []string) {
	id := regexp.MustCompile(`[0-9]{8}-[0-9]{6}-[a-z]+-[a-z0-9]{6}`).FindString(ts.ReadFile("stdout"))
	if id == "" {
		ts.Fatalf("no id was printed")
	}
	ts.Setenv(args[0], id)
}

// status N PROGRAM ARG... runs a program and fails unless it exits with N.
func status(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if exit, ok := errors.AsType[*exec.ExitError](ts.Exec(args[1], args[2:]...)); ok {
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("status %d, want %d", got, want)
	}
}

// sqlite FILE SQL runs statements; a last one that is a query prints one value.
func sqlite(ts *testscript.TestScript, _ bool, args []string) {
	db, err := sql.Open("sqlite", ts.MkAbs(args[0]))
	ts.Check(err)
	defer func() { ts.Check(db.Close()) }()
	if !strings.HasPrefix(args[1], "SELECT") {
		_, err := db.Exec(args[1])
		ts.Check(err)
		return
	}
	var value string
	ts.Check(db.QueryRow(args[1]).Scan(&value))
	_, err = io.WriteString(ts.Stdout(), value+"\n")
	ts.Check(err)
}

// random FILE BYTES makes a file that cannot be compressed.
func random(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	f, err := os.Create(ts.MkAbs(args[0]))
	ts.Check(err)
	_, err = io.CopyN(f, rand.Reader, n)
	ts.Check(err)
	ts.Check(f.Close())
}

// key NAME makes a key: its secret half in NAME.txt, the public one in $NAME in
// capitals.
func key(ts *testscript.TestScript, _ bool, args []string) {
	id, err := age.GenerateX25519Identity()
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]+".txt"), []byte("# a key\n"+id.String()+"\n"), 0o600))
	ts.Setenv(strings.ToUpper(args[0]), id.Recipient().String())
}

// signer FILE NAME puts the public key of a signing key's file into $NAME.
func signer(ts *testscript.TestScript, _ bool, args []string) {
	ts.Setenv(args[1], regexp.MustCompile(`ed25519:\S+`).FindString(ts.ReadFile(args[0])))
}

// rawName PATH makes a file of which the name has the byte 0xff for each FF.
func rawName(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(os.WriteFile(ts.MkAbs(strings.ReplaceAll(args[0], "FF", "\xff")), []byte("bytes"), 0o600))
}

// restoreRaw ID DIR PATH restores such a file to DIR.
func restoreRaw(ts *testscript.TestScript, _ bool, args []string) {
	path := strings.ReplaceAll(args[2], "FF", "\xff")
	ts.Check(ts.Exec("vertex-backup", "restore", args[0], "--to", args[1], "--path", path))
	ts.Check(os.Remove(ts.MkAbs(args[1] + "/" + path)))
}

// secret NAME puts the secret half of a key into $SECRET.
func secret(ts *testscript.TestScript, _ bool, args []string) {
	_, text, _ := strings.Cut(ts.ReadFile(args[0]+".txt"), "\n")
	ts.Setenv("SECRET", strings.TrimSpace(text))
}

// server has the commands that look into the bucket.
type server struct {
	ctx    context.Context //nolint:containedctx // a script's commands have no parameter for it
	client *s3.Client
}

func (s *server) list(ts *testscript.TestScript, prefix string) []string {
	out, err := s.client.ListObjectsV2(s.ctx, &s3.ListObjectsV2Input{Bucket: aws.String(ts.Getenv("BUCKET")), Prefix: &prefix})
	ts.Check(err)
	var keys []string
	for _, o := range out.Contents {
		keys = append(keys, *o.Key)
	}
	return keys
}

// objects PREFIX fails unless there are some below PREFIX; negated, if there are.
func (s *server) objects(ts *testscript.TestScript, neg bool, args []string) {
	if keys := s.list(ts, args[0]); (len(keys) > 0) == neg {
		ts.Fatalf("objects below %s: %v", args[0], keys)
	}
}

// damage PREFIX changes a byte in the middle of every object below PREFIX.
func (s *server) damage(ts *testscript.TestScript, _ bool, args []string) {
	s.rewrite(ts, args[0], func(body []byte) []byte {
		body[len(body)/2] ^= 1
		return body
	})
}

// cut PREFIX cuts off the end of every object below PREFIX.
func (s *server) cut(ts *testscript.TestScript, _ bool, args []string) {
	s.rewrite(ts, args[0], func(body []byte) []byte { return body[:len(body)/2] })
}

func (s *server) rewrite(ts *testscript.TestScript, prefix string, change func([]byte) []byte) {
	for _, key := range s.list(ts, prefix) {
		bucket := aws.String(ts.Getenv("BUCKET"))
		out, err := s.client.GetObject(s.ctx, &s3.GetObjectInput{Bucket: bucket, Key: &key})
		ts.Check(err)
		body, err := io.ReadAll(out.Body)
		ts.Check(err)
		_, err = s.client.PutObject(s.ctx, &s3.PutObjectInput{
			Bucket: bucket, Key: &key, Body: bytes.NewReader(change(body)), Metadata: out.Metadata,
		})
		ts.Check(err)
	}
}

func (s *server) unfinished(ts *testscript.TestScript) int {
	out, err := s.client.ListMultipartUploads(s.ctx, &s3.ListMultipartUploadsInput{Bucket: aws.String(ts.Getenv("BUCKET"))})
	ts.Check(err)
	return len(out.Uploads)
}

// uploading waits until an upload is under way; negated, it fails if one is.
func (s *server) uploading(ts *testscript.TestScript, neg bool, _ []string) {
	if neg {
		if n := s.unfinished(ts); n > 0 {
			ts.Fatalf("%d uploads are left", n)
		}
		return
	}
	for range 3000 {
		if s.unfinished(ts) > 0 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	ts.Fatalf("no upload in 30 s")
}
