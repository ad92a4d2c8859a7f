package backup_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/vertex-ar/backup/internal/backup"
)

func TestPathsOfAnyBytesSurviveARecord(t *testing.T) {
	want := backup.Paths{"storage/plain", "storage/\xef\xf0 not utf-8", "storage/юникод"}
	text, err := json.Marshal(backup.RestoreRequest{Paths: want})
	if err != nil {
		t.Fatal(err)
	}
	var got backup.RestoreRequest
	if err := json.Unmarshal(text, &got); err != nil || !slices.Equal(got.Paths, want) {
		t.Errorf("%q, %v, want %q; written as %s", got.Paths, err, want, text)
	}
}
