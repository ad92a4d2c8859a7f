package app_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// downloaded is an export, and what somebody without a key of theirs gets at its address.
type downloaded struct {
	Operation struct {
		ID     string
		Export struct{ Name, SHA256, URL string }
	}

	content     []byte
	disposition string
}

func (c *cloud) download(t *testing.T, file string) downloaded {
	t.Helper()
	answer := decodeAnswer(t, c.invoke(t, file))
	var d downloaded
	if err := json.Unmarshal([]byte(answer.Body), &d); err != nil || d.Operation.Export.URL == "" {
		t.Fatalf("no address in %s (%v)", answer.Body, err)
	}
	resp, err := http.Get(d.Operation.Export.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	d.content, err = io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%d %v %s", resp.StatusCode, err, d.content)
	}
	d.disposition = resp.Header.Get("Content-Disposition")
	return d
}

// TestDownloadsComeFromTheirAddresses downloads of an encrypted backup, as a
// browser does, with the rights that the functions have.
func TestDownloadsComeFromTheirAddresses(t *testing.T) {
	c := newCloud(t)
	c.backupID = idOf(t, decodeAnswer(t, c.invoke(t, "create-full")).Body)
	directory := c.download(t, "download-directory")
	sum := sha256.Sum256(directory.content)
	if got := hex.EncodeToString(sum[:]); got != directory.Operation.Export.SHA256 {
		t.Errorf("SHA-256 %s, want %s", got, directory.Operation.Export.SHA256)
	}
	if !strings.HasPrefix(directory.disposition, `attachment; filename="portrait_1.zip"`) {
		t.Errorf("disposition %q", directory.disposition)
	}
	z, err := zip.NewReader(bytes.NewReader(directory.content), int64(len(directory.content)))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range z.File {
		names = append(names, f.Name)
	}
	slices.Sort(names)
	if diff := cmp.Diff([]string{"portrait_1/", "portrait_1/marker.fset", "portrait_1/photo.jpg", "portrait_1/poster.png", "portrait_1/video.mp4"}, names); diff != "" {
		t.Error(diff)
	}
	if again := c.download(t, "download-directory"); again.Operation.ID != directory.Operation.ID {
		t.Errorf("the same again is another export: %s and %s", directory.Operation.ID, again.Operation.ID)
	}
	file, backup := c.download(t, "download-file"), c.download(t, "download-backup")
	if len(file.content) != 100_000 || len(backup.content) < 3_100_000 {
		t.Errorf("%d bytes of a file, %d of the backup", len(file.content), len(backup.content))
	}
}
