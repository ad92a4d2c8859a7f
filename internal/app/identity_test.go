package app_test

import (
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/vertex-ar/backup/internal/app"
	"github.com/vertex-ar/backup/internal/awstest"
	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

// TestIdentityThatCannotBeHad makes an encrypted backup and drills it with a
// Secrets Manager that answers in many ways.
func TestIdentityThatCannotBeHad(t *testing.T) {
	var answer http.HandlerFunc
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { answer(w, r) }))
	t.Cleanup(server.Close)
	for _, pair := range append(awstest.Env(t), "AWS_MAX_ATTEMPTS=1", "AWS_ENDPOINT_URL_SECRETS_MANAGER="+server.URL) {
		name, value, _ := strings.Cut(pair, "=")
		t.Setenv(name, value)
	}
	bucket, storage, scratch := awstest.Bucket(t, awstest.S3(t)), demoStorage(t), t.TempDir()
	good, _, recipient := newSecrets(t)
	cfg, err := app.ConfigFromEnv(func(name string) string {
		return map[string]string{
			"BACKUP_BUCKET": bucket, "STORAGE_PATH": storage, "SCRATCH_DIR": scratch,
			"AGE_RECIPIENTS": recipient, "AGE_IDENTITY_SECRET": identityARN,
		}[name]
	})
	if err != nil {
		t.Fatal(err)
	}
	log := &lockedBuffer{}
	command, err := app.Command(t.Context(), cfg, slog.New(slog.NewTextHandler(log, nil)), app.CommandOptions{})
	if err != nil {
		t.Fatal(err)
	}
	answer = func(w http.ResponseWriter, _ *http.Request) {
		t.Error("a backup asks for the identity")
		w.WriteHeader(http.StatusInternalServerError)
	}
	made, err := command.Service.Create(t.Context(), backup.Actor{Role: backup.RoleAdmin}, backup.CreateRequest{Kind: backup.KindStorage})
	if err != nil || !made.Encrypted || made.Status != backup.StatusCompleted {
		t.Fatalf("%+v, %v", made, err)
	}
	refuse := func(status int, kind string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Amzn-Errortype", kind)
			http.Error(w, `{"message":"no"}`, status)
		}
	}
	text := func(text string) http.HandlerFunc { return (&secrets{text: text}).ServeHTTP }
	for _, c := range []struct {
		what   string
		answer http.HandlerFunc
		kind   error
		say    string
	}{
		{"missing", refuse(400, "ResourceNotFoundException"), errs.ErrInvalid, "There is no secret"},
		{"forbidden", refuse(400, "AccessDeniedException"), errs.ErrInvalid, "may not be read (AccessDeniedException)"},
		{"away", refuse(500, "InternalServiceError"), errs.ErrUnavailable, ""},
		{"throttled", refuse(400, "ThrottlingException"), errs.ErrUnavailable, ""},
		{"empty", text(""), errs.ErrInvalid, "holds no identity"},
		{"something else", text("hunter2-hunter2"), errs.ErrInvalid, "holds no identity"},
		{"good", good.ServeHTTP, nil, ""},
	} {
		answer = c.answer
		_, err := command.Service.Drill(t.Context(), backup.DrillRequest{ID: made.ID}, func(backup.Progress) {})
		if !errors.Is(err, c.kind) || !strings.Contains(errs.Detail(err), c.say) {
			t.Errorf("%s: %v, want %v that says %q", c.what, err, c.kind, c.say)
		}
		if errors.Is(err, errs.ErrInvalid) && !strings.Contains(errs.Detail(err), string(made.ID)) {
			t.Errorf("%s: %v, want the backup named", c.what, err)
		}
		tested, terr := command.Service.RestoreTest(t.Context(), made.ID)
		if problems := strings.Join(tested.Problems, " "); !errors.Is(c.kind, errs.ErrUnavailable) &&
			(terr != nil || tested.CanRestore != (c.kind == nil) || !strings.Contains(problems, c.say)) {
			t.Errorf("%s: restore test %+v, %v", c.what, tested, terr)
		}
		if err != nil && strings.Contains(err.Error()+log.String(), "hunter2") {
			t.Errorf("%s: the secret is shown: %v", c.what, err)
		}
	}
}
