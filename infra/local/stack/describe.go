package stack

import (
	"fmt"
	"strings"

	"github.com/vertex-ar/backup/infra/local/issuer"
)

// Origin is the address of the service, as in http://localhost:8080.
func (s *Stack) Origin() string { return s.origin }

// Accounts returns who may sign in.
func (s *Stack) Accounts() []issuer.Account { return s.issuer.Accounts() }

// Getenv reads a variable of the service's environment.
func (s *Stack) Getenv(name string) string { return s.env[name] }

// Processes returns the ids of the servers' processes.
func (s *Stack) Processes() []int {
	return []int{s.servers.s3.PID, s.servers.dynamoDB.PID}
}

// EnvironmentFile is the path of the file that holds the service's environment.
func (s *Stack) EnvironmentFile() string { return s.opt.path(environmentName) }

// Schedules says in one line when which job runs.
func (s *Stack) Schedules() string {
	var parts []string
	add := func(name, crontab string, enabled bool) {
		if enabled {
			parts = append(parts, fmt.Sprintf("%s %q", name, crontab))
		}
	}
	schedules := s.cfg.Schedules
	add("database", schedules.Database.Crontab, schedules.Database.Enabled)
	add("storage", schedules.Storage.Crontab, schedules.Storage.Enabled)
	add("full", schedules.Full.Crontab, schedules.Full.Enabled)
	add("rotation", schedules.Rotation.Crontab, schedules.Rotation.Enabled)
	if len(parts) == 0 {
		return "none"
	}
	return strings.Join(parts, ", ") + " (" + schedules.Zone.String() + ")"
}
