package app

import (
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository/crypt"
	"github.com/vertex-ar/backup/internal/repository/signing"
)

// Getenv reads an environment variable; usually [os.Getenv].
type Getenv func(name string) string

// Secret is a string that does not show itself in logs and errors.
type Secret string

// String hides the secret.
func (Secret) String() string { return "[secret]" }

// GoString hides the secret.
func (Secret) GoString() string { return "[secret]" }

// LogValue hides the secret.
func (Secret) LogValue() slog.Value { return slog.StringValue("[secret]") }

// ScheduleSetting is when one of the four jobs runs.
type ScheduleSetting struct {
	Enabled bool
	Crontab string // five fields
}

// Schedules are the four jobs, and where their clock stands.
type Schedules struct {
	Database, Storage, Full, Rotation ScheduleSetting
	Zone                              *time.Location
}

// OIDC says who signs people in.
type OIDC struct {
	Issuer       string
	ClientID     string
	ClientSecret Secret
	AdminEmails  []string
	ViewerEmails []string
}

// Config is everything that the program takes from its environment. See
// .env.example for the names and what they mean.
type Config struct {
	Bucket       string
	Prefix       string
	Table        string
	KMSKey       string
	DatabasePath string
	StoragePath  string
	Scratch      string
	// Installation is what its operator calls it, to tell it from others.
	Installation string
	MaxBackups   int
	// ShrinkLimit is how many hundredths of a component may be gone since the last good backup.
	ShrinkLimit int
	// IgnoreChangeTime lets size and modification time decide alone whether a file was changed.
	IgnoreChangeTime bool
	// MinAge is how old a backup must be before a rotation or force removes it.
	MinAge      time.Duration
	PublicURL   string
	OIDC        OIDC
	SessionKey  Secret
	SessionLife time.Duration // how long a sign-in lasts at most
	JobFunction string
	// SchedulePrefix is what the names of the stack's schedules begin with.
	SchedulePrefix string
	// Recipients are the public keys that archives are encrypted for.
	Recipients crypt.Recipients
	// IdentityFile is a file with a secret key that opens archives,
	// IdentitySecret the name or ARN of a secret in Secrets Manager that holds one.
	IdentityFile   string
	IdentitySecret string
	// SigningKeyFile is a file with the key that new backups are signed with,
	// SigningKeySecret the name or ARN of a secret in Secrets Manager that holds one.
	SigningKeyFile   string
	SigningKeySecret string
	// TrustedSigners are the public keys of those whose backups are restored. Without
	// any, everybody's are who may write to the bucket.
	TrustedSigners []signing.Public
	LogLevel       slog.Level
	Schedules      Schedules
}

// defaults are the values of names that are not set.
func defaults() map[string]string {
	return map[string]string{
		"BACKUP_PREFIX": "vertex", "MAX_BACKUPS": "7", "MIN_AGE_DAYS": "3", "SHRINK_LIMIT": strconv.Itoa(backup.DefaultShrinkLimit), "LOG_LEVEL": "INFO", "BACKUP_TIMEZONE": "UTC",
		"BACKUP_DATABASE_ENABLED": "true", "BACKUP_DATABASE_SCHEDULE": "0 2 * * *",
		"BACKUP_STORAGE_ENABLED": "false", "BACKUP_STORAGE_SCHEDULE": "0 3 * * 0",
		"BACKUP_FULL_ENABLED": "true", "BACKUP_FULL_SCHEDULE": "0 3 * * 0",
		"BACKUP_ROTATION_ENABLED": "true", "BACKUP_ROTATION_SCHEDULE": "0 4 * * *",
		"SCRATCH_DIR": os.TempDir(), "SESSION_LIFE": "12h", "IGNORE_CTIME": "false",
	}
}

// environment reads names with their defaults and collects what is wrong.
type environment struct {
	getenv   Getenv
	defaults map[string]string
	wrong    []string
}

func (e *environment) text(name string) string {
	if v := strings.TrimSpace(e.getenv(name)); v != "" {
		return v
	}
	return e.defaults[name]
}

func (e *environment) list(name string) []string {
	return strings.FieldsFunc(e.text(name), func(r rune) bool { return r == ',' || r == ' ' || r == ';' })
}

func (e *environment) bad(name, want string) {
	e.wrong = append(e.wrong, name+" must be "+want)
}

func (e *environment) path(name string) string {
	v := e.text(name)
	if v != "" && !filepath.IsAbs(v) {
		e.bad(name, "an absolute path")
	}
	return v
}

func (e *environment) flag(name string) bool {
	v, err := strconv.ParseBool(strings.ToLower(e.text(name)))
	if err != nil {
		e.bad(name, "true or false")
	}
	return v
}

func (e *environment) schedule(job string) ScheduleSetting {
	return ScheduleSetting{Enabled: e.flag("BACKUP_" + job + "_ENABLED"), Crontab: e.text("BACKUP_" + job + "_SCHEDULE")}
}

func (e *environment) positive(name string) int {
	v, err := strconv.Atoi(e.text(name))
	if err != nil || v < 1 {
		e.bad(name, "a number of at least 1")
	}
	return v
}

func (e *environment) hundredths(name string) int {
	v, err := strconv.Atoi(e.text(name))
	if err != nil || v < 1 || v > 100 {
		e.bad(name, "a number from 1 to 100")
	}
	return v
}

func (e *environment) life(name string) time.Duration {
	d, err := time.ParseDuration(e.text(name))
	if err != nil || d < 5*time.Minute || d > 7*24*time.Hour {
		e.bad(name, "a length of time from 5m to 168h, such as 12h")
	}
	return d
}

// days reads a number of days, at most ten years.
func (e *environment) days(name string) time.Duration {
	v, err := strconv.Atoi(e.text(name))
	if err != nil || v < 0 || v > 3650 {
		e.bad(name, "a number of days from 0 to 3650")
	}
	return time.Duration(v) * 24 * time.Hour
}

func (e *environment) origin(name string) string {
	v := strings.TrimSuffix(e.text(name), "/")
	if u, err := url.Parse(v); v != "" && (err != nil || u.Host == "" || u.Path != "" || u.Scheme != "https" && u.Scheme != "http") {
		e.bad(name, "an address such as https://backup.example.com")
	}
	return v
}

// recipients reads public keys. What is wrong with them is said without them:
// one may be a secret key that came to the wrong place.
func (e *environment) recipients(name string) crypt.Recipients {
	r, err := crypt.ParseRecipients(e.list(name))
	if err != nil {
		e.bad(name, "a list of public keys. "+strings.TrimSuffix(errs.Detail(err), "."))
	}
	return r
}

// signers reads public keys for signatures, without showing what is wrong with them.
func (e *environment) signers(name string) []signing.Public {
	keys, err := signing.ParsePublics(e.list(name))
	if err != nil {
		e.bad(name, "a list of public keys: "+err.Error())
	}
	return keys
}

// ConfigFromEnv reads the configuration. An error names every value that is
// wrong, and none of the secrets.
func ConfigFromEnv(getenv Getenv) (Config, error) {
	e := &environment{getenv: getenv, defaults: defaults()}
	c := Config{
		Bucket: e.text("BACKUP_BUCKET"), Prefix: strings.Trim(e.text("BACKUP_PREFIX"), "/"), Table: e.text("CATALOG_TABLE"),
		KMSKey: e.text("KMS_KEY_ID"), DatabasePath: e.path("DATABASE_PATH"), StoragePath: e.path("STORAGE_PATH"),
		Scratch: e.path("SCRATCH_DIR"), MaxBackups: e.positive("MAX_BACKUPS"), MinAge: e.days("MIN_AGE_DAYS"), ShrinkLimit: e.hundredths("SHRINK_LIMIT"), IgnoreChangeTime: e.flag("IGNORE_CTIME"), PublicURL: e.origin("PUBLIC_URL"),
		OIDC: OIDC{
			Issuer: e.text("OIDC_ISSUER"), ClientID: e.text("OIDC_CLIENT_ID"), ClientSecret: Secret(e.text("OIDC_CLIENT_SECRET")),
			AdminEmails: e.list("OIDC_ADMIN_EMAILS"), ViewerEmails: e.list("OIDC_VIEWER_EMAILS"),
		},
		SessionKey: Secret(e.text("SESSION_KEY")), SessionLife: e.life("SESSION_LIFE"), JobFunction: e.text("JOB_FUNCTION"), Installation: e.text("INSTALLATION"), SchedulePrefix: e.text("SCHEDULE_PREFIX"),
		Recipients: e.recipients("AGE_RECIPIENTS"), IdentityFile: e.path("AGE_IDENTITY_FILE"), IdentitySecret: e.text("AGE_IDENTITY_SECRET"),
		SigningKeyFile: e.path("SIGNING_KEY_FILE"), SigningKeySecret: e.text("SIGNING_KEY_SECRET"), TrustedSigners: e.signers("TRUSTED_SIGNERS"),
		Schedules: Schedules{
			Database: e.schedule("DATABASE"), Storage: e.schedule("STORAGE"),
			Full: e.schedule("FULL"), Rotation: e.schedule("ROTATION"),
		},
	}
	if c.IdentityFile != "" && c.IdentitySecret != "" {
		e.bad("AGE_IDENTITY_FILE", "empty when AGE_IDENTITY_SECRET is set")
	}
	if c.SigningKeyFile != "" && c.SigningKeySecret != "" {
		e.bad("SIGNING_KEY_FILE", "empty when SIGNING_KEY_SECRET is set")
	}
	if err := c.LogLevel.UnmarshalText([]byte(e.text("LOG_LEVEL"))); err != nil {
		e.bad("LOG_LEVEL", "DEBUG, INFO, WARN or ERROR")
	}
	zone, err := time.LoadLocation(e.text("BACKUP_TIMEZONE"))
	if err != nil {
		e.bad("BACKUP_TIMEZONE", "a time zone such as Europe/Moscow")
	}
	c.Schedules.Zone = zone
	if len(e.wrong) > 0 {
		return Config{}, errs.New(errs.ErrInvalid, "The configuration is wrong: %s.", strings.Join(e.wrong, "; "))
	}
	return c, nil
}

// needs checks that values which a function cannot do without are set; pairs
// are name and value.
func needs(pairs ...string) error {
	var missing []string
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			missing = append(missing, pairs[i])
		}
	}
	if len(missing) > 0 {
		return errs.New(errs.ErrInvalid, "The configuration lacks %s; see .env.example.", strings.Join(missing, ", "))
	}
	return nil
}
