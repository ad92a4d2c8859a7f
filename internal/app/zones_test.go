package app_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// TestTheScheduleFunctionBringsItsTimeZones: where it runs there are none.
func TestTheScheduleFunctionBringsItsTimeZones(t *testing.T) {
	list := exec.CommandContext(t.Context(), "go", "list", "-deps", "./functions/schedule")
	list.Dir = root
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(strings.Fields(string(out)), "time/tzdata") {
		t.Error("functions/schedule does not import time/tzdata")
	}
}
