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
	for _, one := range s.timetable.List() {
		if one.Enabled {
			parts = append(parts, fmt.Sprintf("%s %q (%s)", one.Name, one.Crontab, one.Timezone))
		}
	}
	if len(parts) == 0 {
		return "none"
	}
	return strings.Join(parts, ", ")
}
