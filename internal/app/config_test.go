package app_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/vertex-ar/backup/internal/app"
	"github.com/vertex-ar/backup/internal/errs"
)

// FuzzConfig reads any environment, a NAME=value a line: what is wrong is named,
// and no secret is ever shown.
func FuzzConfig(f *testing.F) {
	f.Add("MAX_BACKUPS=-1\nPUBLIC_URL=ftp://x\nBACKUP_TIMEZONE=../../etc/passwd\nLOG_LEVEL=loud")
	f.Add("BACKUP_BUCKET=b\nDATABASE_PATH=/x/app_data.db\nPUBLIC_URL=https://backup.example.com/\nBACKUP_TIMEZONE=Europe/Moscow")
	f.Add("DATABASE_PATH=relative\nBACKUP_FULL_ENABLED=perhaps")
	f.Fuzz(func(t *testing.T, text string) {
		const secret = "correct horse battery staple"
		env := map[string]string{}
		for line := range strings.SplitSeq(text, "\n") {
			name, value, _ := strings.Cut(line, "=")
			env[name] = value
		}
		env["SESSION_KEY"], env["OIDC_CLIENT_SECRET"] = secret, secret
		c, err := app.ConfigFromEnv(func(name string) string { return env[name] })
		if err != nil && (!errors.Is(err, errs.ErrInvalid) || errs.Detail(err) == "") {
			t.Errorf("%v, want ErrInvalid with a detail", err)
		}
		if err == nil && (c.MaxBackups < 1 || c.Schedules.Zone == nil) {
			t.Errorf("accepted: %+v", c)
		}
		if shown := fmt.Sprintf("%v %+v %#v", err, c, c); strings.Contains(shown, secret) {
			t.Errorf("a secret is shown: %s", shown)
		}
	})
}
