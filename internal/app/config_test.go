package app_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/vertex-ar/backup/internal/app"
	"github.com/vertex-ar/backup/internal/errs"
)

// TestAnyEnvironment reads many environments of good and bad values: what is
// wrong is named, and no secret is ever shown. It is no fuzz test, for to
// instrument all that this package is linked with takes minutes.
func TestAnyEnvironment(t *testing.T) {
	t.Parallel()
	names := []string{
		"AGE_IDENTITY_FILE", "AGE_IDENTITY_SECRET", "AGE_RECIPIENTS", "BACKUP_BUCKET", "BACKUP_DATABASE_ENABLED",
		"BACKUP_DATABASE_SCHEDULE", "BACKUP_FULL_ENABLED", "BACKUP_FULL_SCHEDULE", "BACKUP_PREFIX", "BACKUP_ROTATION_ENABLED",
		"BACKUP_ROTATION_SCHEDULE", "BACKUP_STORAGE_ENABLED", "BACKUP_STORAGE_SCHEDULE", "BACKUP_TIMEZONE", "CATALOG_TABLE",
		"DATABASE_PATH", "IGNORE_CTIME", "JOB_FUNCTION", "KMS_KEY_ID", "LOG_LEVEL", "MAX_BACKUPS", "MIN_AGE_DAYS", "OIDC_ADMIN_EMAILS", "OIDC_CLIENT_ID",
		"OIDC_ISSUER", "OIDC_VIEWER_EMAILS", "PUBLIC_URL", "SCHEDULE_PREFIX", "SCRATCH_DIR", "SHRINK_LIMIT", "SIGNING_KEY_FILE",
		"SIGNING_KEY_SECRET", "STORAGE_PATH", "TRUSTED_SIGNERS",
	}
	values := []string{
		"", " ", "-1", "0", "7", "99999999999999999999", "true", "perhaps", "0 2 * * *", "0 0 30 2 *", "@every 1s", "* * * * * *",
		"UTC", "Europe/Moscow", "../../etc/passwd", "loud", "DEBUG", "/x/app_data.db", "relative", "b", "a@example.com,b@example.com",
		"ftp://x", "https://backup.example.com/", "https://user:pass@host/%zz", "age1qqqq", "\x00", "наст\xff", strings.Repeat("x", 5000),
	}
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, seed))
	accepted := 0
	for range 5000 {
		const secret = "correct horse battery staple"
		env := map[string]string{"SESSION_KEY": secret, "OIDC_CLIENT_SECRET": secret}
		for range random.IntN(4) {
			env[names[random.IntN(len(names))]] = values[random.IntN(len(values))]
		}
		c, err := app.ConfigFromEnv(func(name string) string { return env[name] })
		if err != nil && (!errors.Is(err, errs.ErrInvalid) || errs.Detail(err) == "") {
			t.Errorf("seed %d, %q: %v, want ErrInvalid with a detail", seed, env, err)
		}
		if err == nil && (c.MaxBackups < 1 || c.MinAge < 0 || c.ShrinkLimit < 1 || c.ShrinkLimit > 100 || c.Schedules.Zone == nil) {
			t.Errorf("seed %d, %q is accepted: %+v", seed, env, c)
		}
		if shown := fmt.Sprintf("%v %+v %#v", err, c, c); strings.Contains(shown, secret) {
			t.Errorf("seed %d, %q: a secret is shown: %s", seed, env, shown)
		}
		if err == nil {
			accepted++
		}
	}
	if accepted == 0 || accepted == 5000 {
		t.Errorf("seed %d: %d of 5000 environments are accepted", seed, accepted)
	}
}
