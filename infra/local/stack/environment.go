package stack

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/joho/godotenv"

	"github.com/vertex-ar/backup/infra/local/demodata"
	"github.com/vertex-ar/backup/infra/local/issuer"
	"github.com/vertex-ar/backup/internal/app"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/localaws"
)

// environment holds the variables that a function has in AWS.
type environment map[string]string

// keptNames are the secrets that stay the same from start to start.
func keptNames() []string { return []string{"AWS_SECRET_ACCESS_KEY", "SESSION_KEY"} }

// newEnvironment returns what is known before the servers run. Secrets come
// from the file of the last start, or are made.
func newEnvironment(opt Options, origin string) (environment, error) {
	kept, err := godotenv.Read(opt.path(environmentName))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, errs.New(errs.ErrInvalid, "%s cannot be read; delete it to get a new one.", opt.path(environmentName)).Because(err)
	}
	e := environment{
		"AWS_REGION": localaws.Region, "AWS_ACCESS_KEY_ID": accessKey,
		"BACKUP_BUCKET": bucketName, "CATALOG_TABLE": tableName, "SCRATCH_DIR": opt.path(scratchName),
		"PUBLIC_URL": origin, "OIDC_ISSUER": origin + issuer.Path, "OIDC_CLIENT_ID": issuer.ClientID,
		"OIDC_CLIENT_SECRET": "", "OIDC_ADMIN_EMAILS": "", "OIDC_VIEWER_EMAILS": "", "KMS_KEY_ID": "", "JOB_FUNCTION": "",
	}
	for _, name := range keptNames() {
		e[name] = kept[name]
		if e[name] == "" {
			e[name] = rand.Text() + rand.Text()
		}
	}
	return e, e.setInstallation(opt)
}

// setInstallation names what is backed up: the user's own installation if they
// name both of its paths, else the demo data.
func (e environment) setInstallation(opt Options) error {
	db, media := opt.Getenv("DATABASE_PATH"), opt.Getenv("STORAGE_PATH")
	if (db == "") != (media == "") {
		return errs.New(errs.ErrInvalid, "Set both DATABASE_PATH and STORAGE_PATH to back up an installation of your own, or neither to have demo data.")
	}
	if db == "" {
		db = filepath.Join(opt.path(installationName), demodata.DatabaseName)
		media = filepath.Join(opt.path(installationName), demodata.StorageName)
	}
	e["DATABASE_PATH"], e["STORAGE_PATH"] = db, media
	return nil
}

// getenv looks in the environment, then among the user's settings.
func (e environment) getenv(users app.Getenv) app.Getenv {
	return func(name string) string {
		if v, ok := e[name]; ok {
			return v
		}
		return users(name)
	}
}

// export makes the AWS SDK of this process use the local servers and nothing
// of the user's own AWS account.
func (e environment) export() error {
	for _, pair := range os.Environ() {
		if name, _, _ := strings.Cut(pair, "="); strings.HasPrefix(name, "AWS_") {
			if err := os.Unsetenv(name); err != nil {
				return err
			}
		}
	}
	for name, value := range e {
		if strings.HasPrefix(name, "AWS_") {
			if err := os.Setenv(name, value); err != nil {
				return err
			}
		}
	}
	return errors.Join(os.Setenv("AWS_CONFIG_FILE", os.DevNull), os.Setenv("AWS_SHARED_CREDENTIALS_FILE", os.DevNull), os.Setenv("AWS_EC2_METADATA_DISABLED", "true"))
}

// save writes the environment for the next start and for other programs.
func (e environment) save(opt Options) error {
	text, err := godotenv.Marshal(e)
	if err != nil {
		return err
	}
	return os.WriteFile(opt.path(environmentName), []byte(text+"\n"), 0o600)
}
