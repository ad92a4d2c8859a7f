package badinput_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/httpapi"
)

// sample is a request of a route that could succeed; ID stands for a backup's
// id, or an operation's.
type sample struct{ target, body string }

// samples have a request for each route, by operation id.
func samples() map[string]sample {
	return map[string]sample{
		"list":             {"/backups/list", ""},
		"stats":            {"/backups/stats", ""},
		"get":              {"/backups/ID", ""},
		"files":            {"/backups/ID/files", ""},
		"operation":        {"/backups/operations/ID", ""},
		"operations":       {"/backups/operations", ""},
		"can-delete":       {"/backups/can-delete?backup_path=ID", ""},
		"create":           {"/backups/create", `{"type":"full"}`},
		"delete":           {"/backups/delete?force=true&backup_path=ID", ""},
		"verify":           {"/backups/verify", `{"backup_path":"ID"}`},
		"rotate":           {"/backups/rotate?max_backups=1", ""},
		"restore":          {"/backups/restore", `{"backup_path":"ID"}`},
		"restore-test":     {"/backups/restore-test", `{"backup_path":"ID"}`},
		"backup-log":       {"/backups/ID/log", ""},
		"operation-log":    {"/backups/operations/ID/log", ""},
		"audit":            {"/backups/audit", ""},
		"edit":             {"/backups/ID", `{"pinned":true}`},
		"cancel":           {"/backups/operations/ID/cancel", ""},
		"undo":             {"/backups/undo", `{"operation_id":"ID"}`},
		"schedule":         {"/backups/schedule", ""},
		"put-schedule":     {"/backups/schedule/storage", `{"enabled":true,"crontab":"0 5 * * *"}`},
		"preview-schedule": {"/backups/schedule/preview", `{"crontab":"0 5 * * *","timezone":"UTC"}`},
		"run-schedule":     {"/backups/schedule/full/run", ""},
		"run-rotation":     {"/backups/schedule/rotation/run", ""},
		"export-schedule":  {"/backups/schedule/export", ""},
		"import-schedule":  {"/backups/schedule/import", `{"config":{"version":1,"timezone":"UTC","schedules":[{"job":"full","enabled":false,"crontab":"0 5 * * *"}]}}`},
		"download":         {"/backups/ID/download?path=storage", ""},
		"preview":          {"/backups/ID/preview?path=storage/acme/portrait_1/image.jpg", ""},
		"openapi":          {"/openapi.json", ""},
	}
}

// sampleOf returns the sample of a route.
func sampleOf(t *testing.T, route httpapi.Route) sample {
	t.Helper()
	s, ok := samples()[route.OperationID]
	if !ok {
		t.Fatalf("the route %s has no sample", route.OperationID)
	}
	return s
}

// with returns the sample with an id in the place of ID, escaped for that place.
func (s sample) with(id string) sample {
	path, query, hasQuery := strings.Cut(s.target, "?")
	quoted := strings.Trim(strconv.QuoteToASCII(id), `"`)
	quoted = strings.ReplaceAll(quoted, `\x`, `\u00`) // as JSON has it
	s.target = strings.ReplaceAll(path, "ID", url.PathEscape(id))
	if hasQuery {
		s.target += "?" + strings.ReplaceAll(query, "ID", url.QueryEscape(id))
	}
	s.body = strings.ReplaceAll(s.body, "ID", quoted)
	return s
}

// takesID reports whether the route takes an id.
func (s sample) takesID() bool { return strings.Contains(s.target+s.body, "ID") }

// request makes a request of the sample.
func (g *rig) sample(t *testing.T, route httpapi.Route, id string) *http.Request {
	t.Helper()
	s := sampleOf(t, route).with(id)
	return g.request(t, route.Method, s.target, s.body)
}

// eachRoute runs a test for every route that pick picks, and there must be some.
func eachRoute(t *testing.T, pick func(httpapi.Route) bool, test func(t *testing.T, route httpapi.Route)) {
	t.Helper()
	picked := 0
	for _, route := range httpapi.Routes() {
		if !pick(route) {
			continue
		}
		picked++
		t.Run(route.OperationID, func(t *testing.T) { test(t, route) })
	}
	if picked == 0 {
		t.Error("no route was tested")
	}
}

func takesID(t *testing.T) func(httpapi.Route) bool {
	t.Helper()
	return func(r httpapi.Route) bool { return sampleOf(t, r).takesID() }
}

func TestIDThatDoesNotExist(t *testing.T) {
	g := newRig(t)
	g.create(t, backup.KindFull)
	before := g.observe(t)
	const unknown = "20261122-020000-full-zzzzzz"
	eachRoute(t, takesID(t), func(t *testing.T, route httpapi.Route) {
		t.Helper()
		p := g.send(t, g.as(t, g.sample(t, route, unknown), nil)).problem(t, http.StatusNotFound)
		if !strings.Contains(p.Detail, unknown) {
			t.Errorf("it does not say which: %s", p.Detail)
		}
		g.unchanged(t, before)
	})
	t.Run("one of several", func(t *testing.T) {
		b := g.create(t, backup.KindFull)
		before := g.observe(t)
		g.delete(t, b+","+unknown, "").problem(t, http.StatusNotFound)
		g.unchanged(t, before)
	})
}

// hostile are what nobody should send in the place of an id.
func hostile() map[string]string {
	const id = "20261122-020000-full-k3x9qa"
	return map[string]string{
		"parent directory":      "../",
		"passwd":                "../../etc/passwd",
		"absolute path":         "/etc/passwd",
		"backslashes":           `..\..\windows`,
		"escaped dots":          "%2e%2e%2f",
		"escaped twice":         "%252e%252e%252f",
		"NUL":                   "\x00",
		"id with NUL":           id + "\x00",
		"id with newline":       id[:15] + "\n" + id[15:],
		"id with more":          id + "/../x",
		"id in capitals":        strings.ToUpper(id),
		"10 kB":                 strings.Repeat("a", 10<<10),
		"10 kB of parents":      strings.Repeat("../", 10<<10/3),
		"key of a manifest":     "manifests/" + id + ".jsonl.zst",
		"path of an entry":      "storage/acme",
		"format string":         "%s%n%d",
		"markup":                "<script>alert(1)</script>",
		"quotes":                `' OR "1"="1`,
		"another alphabet":      "резервная-копия",
		"of a kind that is not": "20261122-020000-users-k3x9qa",
	}
}

func TestHostileIDs(t *testing.T) {
	g := newRig(t)
	g.create(t, backup.KindFull)
	before := g.observe(t)
	for name, id := range hostile() {
		t.Run(name, func(t *testing.T) {
			eachRoute(t, takesID(t), func(t *testing.T, route httpapi.Route) {
				t.Helper()
				r := g.send(t, g.as(t, g.sample(t, route, id), nil))
				r.problem(t, http.StatusUnprocessableEntity)
				if strings.Contains(r.header.Get("Location")+r.body, "<script>") {
					t.Error("what came in is sent back")
				}
			})
			g.unchanged(t, before)
		})
	}
}

// TestHostileAddresses sends what a client library would have cleaned or escaped.
func TestHostileAddresses(t *testing.T) {
	g := newRig(t)
	id := string(g.create(t, backup.KindFull))
	before := g.observe(t)
	for name, c := range map[string]struct {
		method, target string
		status         int
	}{
		"parent directories":         {http.MethodGet, "/backups/../../etc/passwd", 404},
		"parent directory as an id":  {http.MethodGet, "/backups/..", 422},
		"escaped dots":               {http.MethodGet, "/backups/%2e%2e", 422},
		"escaped dots and slash":     {http.MethodGet, "/backups/%2e%2e%2f%2E%2E%2fetc", 422},
		"escaped twice":              {http.MethodGet, "/backups/%252e%252e%252f", 422},
		"NUL":                        {http.MethodGet, "/backups/" + id + "%00", 422},
		"NUL between":                {http.MethodGet, "/backups/%00/files", 422},
		"dots before files":          {http.MethodGet, "/backups/%2e%2e/files", 422},
		"dots before an operation":   {http.MethodGet, "/backups/operations/%2e%2e", 422},
		"no id":                      {http.MethodGet, "/backups/", 404},
		"doubled slash":              {http.MethodGet, "/backups//" + id, 404},
		"dots around a good id":      {http.MethodGet, "/backups/x/../" + id, 404},
		"id that is not UTF-8":       {http.MethodGet, "/backups/%ff%fe", 422},
		"dots in a raw query":        {http.MethodDelete, "/backups/delete?backup_path=../../etc/passwd", 422},
		"escaped dots in the query":  {http.MethodDelete, "/backups/delete?backup_path=%2e%2e%2f", 422},
		"NUL in the query":           {http.MethodDelete, "/backups/delete?backup_path=" + id + "%00", 422},
		"lone percent sign":          {http.MethodDelete, "/backups/delete?backup_path=%", 422},
		"no id to delete":            {http.MethodDelete, "/backups/delete", 422},
		"empty id to delete":         {http.MethodDelete, "/backups/delete?backup_path=" + id + ",,", 422},
		"id in a body of a delete":   {http.MethodDelete, "/backups/delete?force=true", 422},
		"misspelt force":             {http.MethodDelete, "/backups/delete?backup_path=" + id + "&Force=true", 422},
		"force that is no boolean":   {http.MethodDelete, "/backups/delete?backup_path=" + id + "&force=maybe", 422},
		"10 kB in the query":         {http.MethodGet, "/backups/can-delete?backup_path=" + strings.Repeat("a", 10<<10), 422},
		"keep none":                  {http.MethodPost, "/backups/rotate?max_backups=0", 422},
		"keep less than none":        {http.MethodPost, "/backups/rotate?max_backups=-1", 422},
		"keep more than is possible": {http.MethodPost, "/backups/rotate?max_backups=501", 422},
		"keep a word":                {http.MethodPost, "/backups/rotate?max_backups=seven", 422},
		"keep an overflow":           {http.MethodPost, "/backups/rotate?max_backups=99999999999999999999", 422},
		"misspelt dry run":           {http.MethodPost, "/backups/rotate?dryrun=true", 422},
		"unknown type":               {http.MethodGet, "/backups/list?backup_type=everything", 422},
		"unknown status":             {http.MethodGet, "/backups/list?status=great", 422},
		"limit of none":              {http.MethodGet, "/backups/list?limit=0", 422},
		"time that is none":          {http.MethodGet, "/backups/list?from=yesterday", 422},
		"cursor of another list":     {http.MethodGet, "/backups/list?cursor=../x", 422},
		"NUL in a search":            {http.MethodGet, "/backups/list?q=%00", 422},
		"files below a parent":       {http.MethodGet, "/backups/" + id + "/files?prefix=storage/../..", 422},
		"files below escaped dots":   {http.MethodGet, "/backups/" + id + "/files?prefix=storage/%2e%2e", 422},
		"files below NUL":            {http.MethodGet, "/backups/" + id + "/files?prefix=storage/%00", 422},
		"files below 10 kB":          {http.MethodGet, "/backups/" + id + "/files?prefix=" + strings.Repeat("a", 10<<10), 422},
		"download of a parent":       {http.MethodGet, "/backups/" + id + "/download?path=storage/../..", 422},
		"download of NUL":            {http.MethodGet, "/backups/" + id + "/download?path_base64=AA==", 422},
		"misspelt path to download":  {http.MethodGet, "/backups/" + id + "/download?Path=storage", 422},
		"download of no format":      {http.MethodGet, "/backups/" + id + "/download?format=exe", 422},
		"preview of a parent":        {http.MethodGet, "/backups/" + id + "/preview?path=%2e%2e/a.png", 422},
		"preview of nothing":         {http.MethodGet, "/backups/" + id + "/preview", 422},
		"files below NUL in base64":  {http.MethodGet, "/backups/" + id + "/files?prefix_base64=AA==", 422},
		"no such address":            {http.MethodGet, "/etc/passwd", 404},
		"wrong method":               {http.MethodPut, "/backups/create", 405},
		"invented method":            {"BREW", "/backups/create", 405},
	} {
		t.Run(name, func(t *testing.T) {
			g.ask(t, c.method, c.target, "").problem(t, c.status)
			g.unchanged(t, before)
		})
	}
}
