package timetable

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/schedule"
)

// file is the path of the file that keeps the schedules which were changed.
type file string

// load puts the changed schedules in the place of the configured ones. There
// may be no file.
func (f file) load(schedules []backup.Schedule) error {
	text, err := os.ReadFile(string(f))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the schedules: %w", err)
	}
	var changed []backup.Schedule
	if err := json.Unmarshal(text, &changed); err != nil {
		return f.damaged(err)
	}
	for _, one := range changed {
		_, crontabErr := schedule.Parse(one.Crontab)
		_, zoneErr := schedule.Zone(one.Timezone)
		if err := errors.Join(crontabErr, zoneErr); err != nil {
			return f.damaged(err)
		}
		for i := range schedules {
			if schedules[i].Name == one.Name {
				schedules[i] = one
			}
		}
	}
	return nil
}

func (f file) damaged(err error) error {
	return errs.New(errs.ErrInvalid, "The changed schedules in %s cannot be read. Remove that file to go back to the configured ones.", string(f)).Because(err)
}

// save keeps those schedules that are not as they were configured. The file is
// as before or as it shall be, whenever the power goes.
func (f file) save(schedules []backup.Schedule) (err error) {
	defer errs.Wrap(&err, "keep the schedules")
	changed := []backup.Schedule{}
	for _, one := range schedules {
		if !one.UpdatedAt.IsZero() {
			changed = append(changed, one)
		}
	}
	text, err := json.MarshalIndent(changed, "", "  ")
	if err != nil {
		return err
	}
	draft := string(f) + ".new"
	if err := write(draft, text); err != nil {
		return err
	}
	return os.Rename(draft, string(f))
}

func write(path string, text []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600) //nolint:gosec // the file that Start was given
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Sync(), f.Close())
}
