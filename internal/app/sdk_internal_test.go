package app

import (
	"log/slog"
	"strings"
	"testing"

	"github.com/aws/smithy-go/logging"
)

// A warning of the SDK between the lines of a restore that succeeded frightens.
func TestWarningsOfTheSDKAreNotForUsers(t *testing.T) {
	var out strings.Builder
	ac, err := loadAWS(t.Context(), slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelInfo})))
	if err != nil {
		t.Fatal(err)
	}
	ac.Logger.Logf(logging.Warn, "Response has no supported checksum.")
	if out.Len() > 0 {
		t.Errorf("it says %s", &out)
	}
	ac.Logger = sdkLog{slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	ac.Logger.Logf(logging.Warn, "Response has no %s.", "checksum")
	if !strings.Contains(out.String(), "Response has no checksum.") {
		t.Errorf("who asks for it sees %q", &out)
	}
}
