//go:build skew

package app

import (
	"os"
	"time"
)

// machineTime is a clock that TEST_CLOCK_OFFSET shifts, for trying what a wrong one
// does: go build -tags skew.
func machineTime() time.Time {
	offset, _ := time.ParseDuration(os.Getenv("TEST_CLOCK_OFFSET"))
	return time.Now().Add(offset)
}
