package badinput_test

import (
	"context"
	"slices"
	"sync"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

// scheduler keeps schedules and starts nothing.
type scheduler struct {
	mu  sync.Mutex
	all []backup.Schedule
}

func newScheduler() *scheduler {
	s := &scheduler{}
	for _, name := range backup.ScheduleNames() {
		s.all = append(s.all, backup.Schedule{
			Name: name, Enabled: true, Crontab: "0 2 * * *", Expression: "cron(0 2 * * ? *)", Timezone: "UTC", Version: 1,
		})
	}
	return s
}

func (s *scheduler) Schedules(context.Context) ([]backup.Schedule, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.all), nil
}

func (s *scheduler) PutSchedule(_ context.Context, one backup.Schedule) (backup.Schedule, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := slices.IndexFunc(s.all, func(x backup.Schedule) bool { return x.Name == one.Name && x.Version == one.Version })
	if at < 0 {
		return one, errs.ErrConflict
	}
	one.Version++
	s.all[at] = one
	return one, nil
}
