package badinput_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/vertex-ar/backup/internal/app"
	"github.com/vertex-ar/backup/internal/awstest"
	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/catalog/dynamocatalog"
	"github.com/vertex-ar/backup/internal/clocktest"
	"github.com/vertex-ar/backup/internal/signin/signintest"
	"github.com/vertex-ar/backup/internal/web"
)

// cloudRig is a rig on a real object store and a real DynamoDB, as make run
// puts it together.
type cloudRig struct {
	*rig

	bucket string
	client *s3.Client
}

func newCloudRig(t *testing.T) *cloudRig {
	t.Helper()
	for _, pair := range awstest.Env(t) {
		name, value, _ := strings.Cut(pair, "=")
		t.Setenv(name, value)
	}
	client := awstest.S3(t)
	bucket, table := awstest.Bucket(t, client), awstest.Table(t, awstest.DynamoDB(t))
	// Tests move their clock ahead; a sign-in in the future would be none.
	g := &rig{install: t.TempDir(), clock: clocktest.New(time.Now().Add(-3 * time.Minute)), issuer: signintest.New(t), tokens: map[string]string{}, log: &log{}, jobs: &runner{}}
	makeInstallation(t, g)
	g.server = httptest.NewUnstartedServer(nil)
	settings := map[string]string{
		"BACKUP_BUCKET": bucket, "CATALOG_TABLE": table, "DATABASE_PATH": g.database(), "STORAGE_PATH": g.storage(), "SCRATCH_DIR": t.TempDir(),
		"PUBLIC_URL": "http://" + g.server.Listener.Addr().String(), "SESSION_KEY": "a key of the tests that is long enough",
		"OIDC_ISSUER": g.issuer.URL, "OIDC_CLIENT_ID": signintest.ClientID,
	}
	cfg, err := app.ConfigFromEnv(func(name string) string { return settings[name] })
	try(t, err)
	service, err := app.Open(t.Context(), cfg, fstest.MapFS{}, slog.New(slog.NewJSONHandler(g.log, nil)))
	try(t, err)
	service.Service.Scheduler = newScheduler()
	g.svc, g.server.Config.Handler = service.Service, service.Handler
	g.server.Start()
	g.records = dynamocatalog.New(awstest.DynamoDB(t), table)
	t.Cleanup(func() {
		g.server.Close()
		service.Close(context.WithoutCancel(t.Context()))
	})
	return &cloudRig{g, bucket, client}
}

// change replaces a stored object, as damage would.
func (c *cloudRig) change(t *testing.T, key string, f func([]byte) []byte) {
	t.Helper()
	name := aws.String("vertex/" + key)
	got, err := c.client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: &c.bucket, Key: name})
	try(t, err)
	content := []byte(readAll(t, got.Body))
	_, err = c.client.PutObject(t.Context(), &s3.PutObjectInput{
		Bucket: &c.bucket, Key: name, Body: strings.NewReader(string(f(content))), Metadata: got.Metadata,
	})
	try(t, err)
}

// TestOnRealServers goes through one case of each sort.
func TestOnRealServers(t *testing.T) {
	c := newCloudRig(t)
	id := c.ask(t, http.MethodPost, "/backups/create", `{"type":"full"}`).ok(t).Backup.ID
	for name, a := range map[string]struct {
		method, target, body string
		status               int
	}{
		"unknown type":        {http.MethodPost, "/backups/create", `{"type":"everything"}`, 422},
		"wrong JSON":          {http.MethodPost, "/backups/create", `{"type":`, 422},
		"unknown id":          {http.MethodGet, "/backups/20261122-020000-full-zzzzzz", "", 404},
		"unknown operation":   {http.MethodGet, "/backups/operations/20261122-020000-verify-zzzzzz", "", 404},
		"parent as an id":     {http.MethodGet, "/backups/..", "", 422},
		"parents in the path": {http.MethodGet, "/backups/../../etc/passwd", "", 404},
		"doubled slash":       {http.MethodGet, "//backups/list", "", 404},
		"parents to sign in":  {http.MethodGet, "/auth/../backups/list", "", 404},
		"escaped parent":      {http.MethodGet, "/backups/%2e%2e", "", 422},
		"NUL":                 {http.MethodGet, "/backups/%00", "", 422},
		"parents in a body":   {http.MethodPost, "/backups/restore", `{"backup_path":"../../etc/passwd"}`, 422},
		"the last of its kind": {
			http.MethodDelete, "/backups/delete?backup_path=" + string(id), "", 409,
		},
		"no such address": {http.MethodGet, "/nowhere", "", 404},
	} {
		t.Run(name, func(t *testing.T) { c.ask(t, a.method, a.target, a.body).problem(t, a.status) })
	}
	t.Run("forged token", func(t *testing.T) {
		r := c.request(t, http.MethodGet, "/backups/list", "")
		r.Header.Set("Authorization", "Bearer "+c.issuer.BadTokens(t, time.Now())["alg none"])
		c.send(t, r).problem(t, http.StatusUnauthorized)
	})
	t.Run("viewer", func(t *testing.T) {
		r := c.as(t, c.request(t, http.MethodPost, "/backups/create", `{"type":"full"}`), viewer())
		c.send(t, r).problem(t, http.StatusForbidden)
	})
	t.Run("damaged archive", func(t *testing.T) {
		x := c.contents(t, id)[video].Extents[0]
		c.change(t, archiveKey(x), func(b []byte) []byte { b[x.Offset+x.Length/2] ^= 1; return b })
		if r := c.verify(t, id, "").ok(t); r.Valid || !slices.Equal(r.DamagedFiles, []string{video}) {
			t.Errorf("verify: %+v", r)
		}
		c.spoil(t)
		before := c.observe(t)
		c.restore(t, id, withoutSafety).failed(t)
		after := c.observe(t)
		for path, was := range before.Installation {
			if after.Installation[path] != was {
				t.Errorf("%s was %s and is %s", path, was, after.Installation[path])
			}
		}
	})
	t.Run("damaged manifest", func(t *testing.T) {
		c.change(t, manifestKey(id), func(b []byte) []byte { return b[:len(b)-1] })
		if p := c.files(t, id).problem(t, http.StatusUnprocessableEntity); p.Type != web.TypeDamaged {
			t.Errorf("files: %+v", p)
		}
		if r := c.restoreTest(t, id).ok(t); r.CanRestore {
			t.Errorf("restore-test: %+v", r)
		}
	})
	t.Run("missing database", func(t *testing.T) {
		try(t, removeAll(c.database()))
		if b := c.ask(t, http.MethodPost, "/backups/create", `{"type":"full"}`).ok(t).Backup; b.Status != backup.StatusPartial || b.DB {
			t.Errorf("backup %+v", b)
		}
	})
	t.Run("audit", func(t *testing.T) {
		lines, _, err := c.records.ListAudit(t.Context(), time.Now(), "", 1000)
		try(t, err)
		outcomes := map[string]int{}
		for _, e := range lines {
			outcomes[e.Action+" "+e.Outcome]++
		}
		for _, want := range []string{"create completed", "create refused", "restore refused", "restore failed", "delete refused", "verify completed"} {
			if outcomes[want] == 0 {
				t.Errorf("no line of %q: %v", want, outcomes)
			}
		}
	})
}
