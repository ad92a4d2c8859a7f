package badinput_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/httpapi"
)

func hasBody(t *testing.T) func(httpapi.Route) bool {
	t.Helper()
	return func(r httpapi.Route) bool { return sampleOf(t, r).body != "" }
}

// TestBodiesThatAreNoJSON tries them on every route that takes a body.
func TestBodiesThatAreNoJSON(t *testing.T) {
	g := newRig(t)
	id := string(g.create(t, backup.KindFull))
	before := g.observe(t)
	eachRoute(t, hasBody(t), func(t *testing.T, route httpapi.Route) {
		t.Helper()
		good := sampleOf(t, route).with(id).body
		for name, body := range map[string]string{
			"none":               "",
			"cut off":            good[:len(good)-1],
			"only a brace":       "{",
			"null":               "null",
			"a list":             "[" + good + "]",
			"a string":           `"full"`,
			"a number":           "7",
			"two values":         good + good,
			"not JSON":           "type=full",
			"XML":                "<type>full</type>",
			"NUL":                "\x00",
			"NUL in a string":    strings.Replace(good, `":"`, "\":\"\x00", 1),
			"not UTF-8":          strings.Replace(good, `":"`, "\":\"\xff\xfe", 1),
			"single quotes":      strings.ReplaceAll(good, `"`, `'`),
			"no fields":          "{}",
			"unknown field":      good[:len(good)-1] + `,"recursive":true}`,
			"another case":       strings.Replace(good, `{"`, `{"X`, 1),
			"field of null":      strings.Replace(good, `:"`, `:null,"x":"`, 1),
			"field of a number":  strings.Replace(good, `:"`, `:7,"x":"`, 1),
			"deep nesting":       strings.Repeat(`{"a":`, 20_000) + "1" + strings.Repeat("}", 20_000),
			"inner fields":       `{"Body":` + good + `}`,
			"prototype":          good[:len(good)-1] + `,"__proto__":{"type":"full"}}`,
			"1 MB of whitespace": strings.Repeat(" ", 1<<20-10),
		} {
			if (name == "none" || name == "no fields") && route.OperationID == "create" {
				continue // that is a full backup
			}
			if name == "not UTF-8" && route.OperationID == "preview-schedule" {
				continue // that is a crontab about which it says what is wrong
			}
			t.Run(name, func(t *testing.T) {
				r := g.as(t, g.request(t, route.Method, sampleOf(t, route).target, body), nil)
				r.Header.Set("Content-Type", "application/json")
				g.send(t, r).problem(t, http.StatusUnprocessableEntity)
				g.unchanged(t, before)
			})
		}
	})
}

func TestContentTypesOtherThanJSON(t *testing.T) {
	g := newRig(t)
	id := string(g.create(t, backup.KindFull))
	before := g.observe(t)
	eachRoute(t, hasBody(t), func(t *testing.T, route httpapi.Route) {
		t.Helper()
		for _, contentType := range []string{
			"text/plain", "text/plain; charset=application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
			"application/xml", "a;b+c", "application/jsonp",
		} {
			t.Run(contentType, func(t *testing.T) {
				r := g.as(t, g.sample(t, route, id), nil)
				r.Header.Set("Content-Type", contentType)
				g.send(t, r).problem(t, http.StatusUnsupportedMediaType)
				g.unchanged(t, before)
			})
		}
	})
}

// TestFieldsOutOfBounds are requests of the right shape that make no sense.
func TestFieldsOutOfBounds(t *testing.T) {
	g := newRig(t)
	id := string(g.create(t, backup.KindStorage))
	g.create(t, backup.KindFull)
	before := g.observe(t)
	long := strings.Repeat("a", 10<<10)
	restoring := func(fields string) [2]string {
		return [2]string{"/backups/restore", `{"backup_path":"` + id + `",` + fields + `}`}
	}
	creating := func(body string) [2]string { return [2]string{"/backups/create", body} }
	for name, c := range map[string][2]string{
		"unknown type":                   creating(`{"type":"everything"}`),
		"empty type":                     creating(`{"type":""}`),
		"type in capitals":               creating(`{"type":"FULL"}`),
		"type with NUL":                  creating(`{"type":"full\u0000"}`),
		"type of 10 kB":                  creating(`{"type":"` + long + `"}`),
		"unknown type in a test":         creating(`{"type":"everything","test":true}`),
		"long note":                      creating(`{"type":"full","note":"` + long + `"}`),
		"note with NUL":                  creating(`{"type":"full","note":"a\u0000b"}`),
		"note with an escape":            creating(`{"type":"full","note":"\u001b[31m"}`),
		"test that is a word":            creating(`{"type":"full","test":"yes"}`),
		"dry run that is a word":         restoring(`"dry_run":"yes"`),
		"misspelt dry run":               restoring(`"dryrun":true`),
		"safety backup that is a number": restoring(`"safety_backup":0`),
		"unknown component":              restoring(`"components":["users"]`),
		"component twice":                restoring(`"components":["storage","storage"]`),
		"component that it lacks":        restoring(`"components":["database"]`),
		"paths of the other component":   restoring(`"paths":["database/app_data.db"]`),
		"path with ..":                   restoring(`"paths":["storage/../../etc/passwd"]`),
		"path with . and ..":             restoring(`"paths":["storage/./..//x"]`),
		"absolute path":                  restoring(`"paths":["/etc/passwd"]`),
		"empty path":                     restoring(`"paths":[""]`),
		"path with NUL":                  restoring(`"paths":["storage/a\u0000.jpg"]`),
		"path with NUL in base64":        restoring(`"paths_base64":["c3RvcmFnZS8A"]`),
		"path with .. in base64":         restoring(`"paths_base64":["c3RvcmFnZS8uLi94"]`),
		"path that is no base64":         restoring(`"paths_base64":["%%%"]`),
		"path of 10 kB":                  restoring(`"paths":["storage/` + long + `"]`),
		"1001 paths":                     restoring(`"paths":["storage"` + strings.Repeat(`,"storage"`, 1000) + `]`),
		"paths that are a string":        restoring(`"paths":"storage"`),
		"deep that is a word":            {"/backups/verify", `{"backup_path":"` + id + `","deep":"very"}`},
		"misspelt deep":                  {"/backups/verify", `{"backup_path":"` + id + `","deeply":false}`},
		"type twice":                     creating(`{"type":"full","Type":"everything"}`),
		"note twice":                     creating(`{"type":"full","note":"x","Note":"a\u0000b"}`),
		"component in other letters":     restoring(`"components":["storage"],"Components":["users"]`),
		"path in other letters":          restoring(`"paths":["storage"],"Paths":["storage/../x"]`),
		"id in other letters":            {"/backups/verify", `{"backup_path":"` + id + `","Backup_Path":"../x"}`},
		"several ids":                    {"/backups/verify", `{"backup_path":"` + id + `,` + id + `"}`},
	} {
		t.Run(name, func(t *testing.T) {
			g.ask(t, http.MethodPost, c[0], c[1]).problem(t, http.StatusUnprocessableEntity)
			g.unchanged(t, before)
		})
	}
}

// TestBodyOf20MBIsNotRead sends the head of a request and then as much as the
// server takes.
func TestBodyOf20MBIsNotRead(t *testing.T) {
	const size = 20 << 20
	g := newRig(t)
	before := g.observe(t)
	admin := "Authorization: Bearer " + g.token(t, nil) + "\r\n"
	for name, c := range map[string]struct {
		path, head string
		status     int
		most       int64 // that may be read: net/http reads 256 KiB more to keep the connection
	}{
		"of known length":               {"/backups/create", admin + fmt.Sprintf("Content-Length: %d\r\n", size), 413, 1 << 20},
		"of unknown length":             {"/backups/create", admin + "Transfer-Encoding: chunked\r\n", 413, 2 << 20},
		"to restore":                    {"/backups/restore", admin + fmt.Sprintf("Content-Length: %d\r\n", size), 413, 1 << 20},
		"of nobody":                     {"/backups/create", fmt.Sprintf("Content-Length: %d\r\n", size), 401, 1 << 20},
		"of nobody, unknown length":     {"/backups/create", "Transfer-Encoding: chunked\r\n", 401, 1 << 20},
		"to an address that is not one": {"/upload", fmt.Sprintf("Content-Length: %d\r\n", size), 404, 1 << 20},
	} {
		t.Run(name, func(t *testing.T) {
			g.read.Store(0)
			conn, err := net.Dial("tcp", g.server.Listener.Addr().String())
			try(t, err)
			defer conn.Close() //nolint:errcheck // the server has closed it
			_, err = fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n%s\r\n", c.path, c.head)
			try(t, err)
			go pour(conn, strings.Contains(c.head, "chunked"), size)
			resp, err := http.ReadResponse(bufio.NewReader(conn), nil) //nolint:bodyclose // receive does
			try(t, err)
			receive(t, resp).problem(t, c.status)
			if n := g.read.Load(); n > c.most {
				t.Errorf("%d bytes were read", n)
			}
			g.unchanged(t, before)
		})
	}
}

// pour writes a JSON string without end until the server stops it.
func pour(w io.Writer, chunked bool, size int) {
	part := strings.Repeat("a", 32<<10)
	begin, end := "", ""
	if chunked {
		begin, end = fmt.Sprintf("%x\r\n", len(part)), "\r\n"
	}
	for n := 0; n < size; n += len(part) {
		if _, err := io.WriteString(w, begin+part+end); err != nil {
			return
		}
	}
}
