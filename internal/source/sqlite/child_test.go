package sqlite_test

import (
	"bufio"
	"database/sql"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/source/sourcetest"
	"github.com/vertex-ar/backup/internal/source/sqlite"
)

// child starts this program again with a role; the returned function stops
// it and returns what it said. It is ready when child returns.
func child(t *testing.T, role, path string, env ...string) (stop func() string) {
	t.Helper()
	cmd := sourcetest.Self(t.Context(), "TestChild", append(env, "SQLITE_TEST_ROLE="+role, "SQLITE_TEST_PATH="+path)...)
	in, err := cmd.StdinPipe()
	try(t, err)
	out, err := cmd.StdoutPipe()
	try(t, err)
	cmd.Stderr = os.Stderr
	try(t, cmd.Start())
	lines := bufio.NewScanner(out)
	for lines.Scan() && lines.Text() != "ready" {
	}
	said := make(chan string, 1)
	go func() {
		var all []string
		for lines.Scan() {
			if after, ok := strings.CutPrefix(lines.Text(), "say "); ok {
				all = append(all, after)
			}
		}
		said <- strings.Join(all, "\n")
	}()
	return func() string {
		_ = in.Close() // it stops then
		text := <-said
		if err := cmd.Wait(); err != nil {
			t.Errorf("%s: %v", role, err)
		}
		return text
	}
}

// TestChild is not a test: it is what the child processes do.
func TestChild(t *testing.T) {
	path := os.Getenv("SQLITE_TEST_PATH")
	ended := make(chan struct{})
	wait := func() {
		_, _ = bufio.NewReader(os.Stdin).ReadByte()
		close(ended)
	}
	switch os.Getenv("SQLITE_TEST_ROLE") {
	case "write":
		fmt.Println("ready")
		go wait()
		writeAlways(t, open(t, path), ended)
	case "read":
		db := open(t, path)
		_ = query(t, db, "SELECT count(*) FROM companies") // the connection is open before
		fmt.Println("ready")
		go wait()
		readAlways(t, db, ended)
	case "restore":
		content, err := os.ReadFile(os.Getenv("SQLITE_TEST_COPY"))
		try(t, err)
		restoreInChild(t, path, content)
	default:
		t.Skip("runs in a child process only")
	}
}

// writeAlways changes two rows in each transaction, as fast as it can.
func writeAlways(t *testing.T, db *sql.DB, ended <-chan struct{}) {
	t.Helper()
	for i := 0; ; i++ {
		select {
		case <-ended:
			return
		default:
		}
		tx, err := db.BeginTx(t.Context(), nil)
		if err != nil {
			continue
		}
		_, err1 := tx.ExecContext(t.Context(), "UPDATE companies SET name = ? WHERE id IN (1, 2)", fmt.Sprint("written ", i))
		if err1 != nil || tx.Commit() != nil {
			_ = tx.Rollback()
		}
	}
}

// readAlways says each thing that it sees that it has not seen before, the
// last one after the end.
func readAlways(t *testing.T, db *sql.DB, ended <-chan struct{}) {
	t.Helper()
	seen := map[string]bool{}
	for over := false; !over; {
		select {
		case <-ended:
			over = true
		default:
		}
		state := ""
		row := db.QueryRowContext(t.Context(), "SELECT group_concat(DISTINCT substr(name, 1, 3)) || ' ' || count(*) FROM companies")
		if err := row.Scan(&state); err != nil {
			state = err.Error()
		}
		if !seen[state] {
			seen[state] = true
			fmt.Println("say", state)
		}
	}
}

// restoreInChild restores until it is killed.
func restoreInChild(t *testing.T, path string, content []byte) {
	t.Helper()
	b := backupOf(content)
	fault := func(op, _ string) error {
		if op == "restore" {
			fmt.Println("ready")
		}
		return nil
	}
	_, err := restoreWith(t.Context(), b, path, backup.RestoreOptions{}, sqlite.Options{Fault: fault})
	fmt.Println("say", "ended", err)
	time.Sleep(time.Minute)
}
