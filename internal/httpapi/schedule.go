package httpapi

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/web"
)

// scheduleView is one schedule as the API shows it.
type scheduleView struct {
	Job        backup.ScheduleName `json:"job" enum:"database,storage,full,rotation" example:"database"`
	Name       string              `json:"name" example:"Back up the database"`
	Enabled    bool                `json:"enabled"`
	Crontab    string              `json:"crontab" example:"0 2 * * *" doc:"Five fields; empty if no crontab means what the expression does."`
	Expression string              `json:"expression" example:"cron(0 2 * * ? *)" doc:"The same for EventBridge Scheduler."`
	Problem    string              `json:"problem,omitempty" doc:"Why there is no crontab."`
	Timezone   string              `json:"timezone" example:"Europe/Moscow"`
	NextRuns   []time.Time         `json:"next_runs" nullable:"false" doc:"The next five, in the time zone."`
	LastRun    *scheduleRunView    `json:"last_run,omitempty"`
	UpdatedAt  time.Time           `json:"updated_at,omitzero" doc:"When it was changed; absent for as it was configured."`
	UpdatedBy  string              `json:"updated_by,omitempty" example:"admin@example.com"`
	Version    int64               `json:"version" doc:"Give it with a change, so that nobody else's is lost."`
}

// scheduleRunView is what a schedule started last.
type scheduleRunView struct {
	ID         backup.ID     `json:"id" example:"20261122-020000-full-k3x9qa"`
	Record     string        `json:"record" enum:"backup,operation" doc:"Where to look for the id."`
	Status     backup.Status `json:"status" enum:"pending,running,completed,partial,failed,cancelled,deleting"`
	StartedAt  time.Time     `json:"started_at"`
	FinishedAt time.Time     `json:"finished_at,omitzero"`
	Errors     []string      `json:"errors" nullable:"false"`
}

type scheduleAnswer struct {
	Success          bool                           `json:"success"`
	SchedulerRunning bool                           `json:"scheduler_running" doc:"At least one schedule is on, and its jobs are started."`
	Jobs             map[string]jobRun              `json:"jobs" doc:"Of the schedules that are on: database_backup, storage_backup, full_backup, backup_rotation."`
	Schedules        map[backup.ScheduleName]string `json:"schedules" doc:"The crontab of each, or disabled."`
	Timezone         string                         `json:"timezone" example:"Europe/Moscow" doc:"Of the first; each item has its own."`
	Items            []scheduleView                 `json:"items" nullable:"false"`
}

type jobRun struct {
	Name    string    `json:"name" example:"Back up the database"`
	NextRun time.Time `json:"next_run,omitzero"`
}

type scheduleOutput struct{ Body scheduleAnswer }

// schedules answers GET /backups/schedule.
func (a *api) schedules(ctx context.Context, _ *struct{}) (*scheduleOutput, error) {
	all, err := a.cfg.Service.Schedules(ctx)
	if err != nil {
		return nil, err
	}
	answer := scheduleAnswer{
		Success: true, Jobs: map[string]jobRun{},
		Schedules: map[backup.ScheduleName]string{}, Timezone: all[0].Timezone,
	}
	for _, s := range all {
		v := showSchedule(s)
		answer.Items = append(answer.Items, v)
		answer.Schedules[s.Name] = "disabled"
		if !s.Enabled {
			continue
		}
		answer.Schedules[s.Name] = cmp.Or(s.Crontab, s.Expression)
		run := jobRun{Name: v.Name}
		if len(v.NextRuns) > 0 {
			run.NextRun = v.NextRuns[0]
		}
		answer.Jobs[jobID(s.Name)] = run
	}
	answer.SchedulerRunning = len(answer.Jobs) > 0 && a.cfg.Service.SchedulerRunning()
	return &scheduleOutput{answer}, nil
}

// jobID is the id of a schedule's job in the old API.
func jobID(name backup.ScheduleName) string {
	if name == backup.ScheduleRotation {
		return "backup_rotation"
	}
	return string(name) + "_backup"
}

func showSchedule(s backup.ScheduleState) scheduleView {
	v := scheduleView{
		Job: s.Name, Name: scheduleTitle(s.Name), Enabled: s.Enabled, Crontab: s.Crontab, Expression: s.Expression, Problem: s.Problem,
		Timezone: s.Timezone, NextRuns: list(s.NextRuns), UpdatedAt: s.UpdatedAt.UTC(), UpdatedBy: s.UpdatedBy, Version: s.Version,
	}
	if run := s.LastRun; run != nil {
		record := "backup"
		if s.Name == backup.ScheduleRotation {
			record = "operation"
		}
		v.LastRun = &scheduleRunView{
			ID: run.ID, Record: record, Status: run.Status,
			StartedAt: run.StartedAt.UTC(), FinishedAt: run.FinishedAt.UTC(), Errors: list(run.Errors),
		}
	}
	return v
}

func scheduleTitle(name backup.ScheduleName) string {
	switch name {
	case backup.ScheduleDatabase:
		return "Back up the database"
	case backup.ScheduleStorage:
		return "Back up the media"
	case backup.ScheduleFull:
		return "Back up the database and the media"
	default:
		return "Remove old backups"
	}
}

type putScheduleInput struct {
	Job  backup.ScheduleName `path:"job" enum:"database,storage,full,rotation" example:"database"`
	Body struct {
		Enabled  bool   `json:"enabled"`
		Crontab  string `json:"crontab" maxLength:"256" example:"0 2 * * *" doc:"Five fields; empty to keep an expression that no crontab says."`
		Timezone string `json:"timezone,omitempty" maxLength:"64" example:"Europe/Moscow" doc:"Absent for the one that it has."`
		Version  int64  `json:"version,omitempty" minimum:"0" doc:"Of what was seen; absent to change whatever is there."`
	}
}

type putScheduleOutput struct {
	Body struct {
		Success bool         `json:"success"`
		Item    scheduleView `json:"item"`
	}
}

// putSchedule answers PUT /backups/schedule/{job}.
func (a *api) putSchedule(ctx context.Context, in *putScheduleInput) (*putScheduleOutput, error) {
	note(ctx, string(in.Job), map[string]string{"enabled": strconv.FormatBool(in.Body.Enabled), "crontab": in.Body.Crontab, "timezone": in.Body.Timezone})
	s, err := a.cfg.Service.PutSchedule(ctx, actorOf(ctx), in.Job, backup.ScheduleChange{
		Enabled: in.Body.Enabled, Crontab: in.Body.Crontab, Timezone: in.Body.Timezone, Version: in.Body.Version,
	})
	if err != nil {
		return nil, err
	}
	out := &putScheduleOutput{}
	out.Body.Success, out.Body.Item = true, showSchedule(s)
	return out, nil
}

type previewScheduleInput struct {
	Body struct {
		Crontab  string `json:"crontab" maxLength:"256" example:"0 2 * * *"`
		Timezone string `json:"timezone" maxLength:"64" example:"Europe/Moscow"`
	}
}

type previewScheduleAnswer struct {
	Success    bool        `json:"success"`
	Valid      bool        `json:"valid"`
	Reason     string      `json:"reason,omitempty" doc:"Why it is not valid."`
	Expression string      `json:"expression,omitempty" example:"cron(0 2 * * ? *)"`
	NextRuns   []time.Time `json:"next_runs" nullable:"false"`
}

type previewScheduleOutput struct{ Body previewScheduleAnswer }

// previewSchedule answers POST /backups/schedule/preview.
func (a *api) previewSchedule(ctx context.Context, in *previewScheduleInput) (*previewScheduleOutput, error) {
	passing(ctx) // it is asked while somebody types
	expression, runs, err := a.cfg.Service.PreviewSchedule(in.Body.Crontab, in.Body.Timezone)
	reason := errs.Detail(err)
	if err != nil && reason == "" {
		return nil, err
	}
	return &previewScheduleOutput{previewScheduleAnswer{
		Success: true, Valid: err == nil, Reason: reason, Expression: expression, NextRuns: list(runs),
	}}, nil
}

type runScheduleInput struct {
	Job backup.ScheduleName `path:"job" enum:"database,storage,full" example:"database"`
}

type runScheduleOutput struct {
	Status   int
	Location string `header:"Location"`
	Body     runScheduleAnswer
}

type runScheduleAnswer struct {
	Success   bool           `json:"success" doc:"It has not failed so far."`
	Message   string         `json:"message"`
	Backup    *backupView    `json:"backup,omitempty"`
	Operation *operationView `json:"operation,omitempty"`
}

// runSchedule answers POST /backups/schedule/{job}/run.
func (a *api) runSchedule(ctx context.Context, in *runScheduleInput) (*runScheduleOutput, error) {
	return a.runNow(ctx, in.Job)
}

// runRotation answers POST /backups/schedule/rotation/run. It is a route of its
// own for a function of its own, which may remove backups.
func (a *api) runRotation(ctx context.Context, _ *struct{}) (*runScheduleOutput, error) {
	return a.runNow(ctx, backup.ScheduleRotation)
}

func (a *api) runNow(ctx context.Context, name backup.ScheduleName) (*runScheduleOutput, error) {
	note(ctx, string(name), nil)
	b, o, err := a.cfg.Service.RunSchedule(ctx, actorOf(ctx), name)
	if err != nil {
		return nil, err
	}
	out := &runScheduleOutput{}
	if b != nil {
		view := showBackup(*b)
		out.Body.Success, out.Body.Message = promising(ctx, b.Status), createMessage(*b)
		out.Body.Backup = &view
		note(ctx, string(b.ID), map[string]string{"schedule": string(name)})
		out.Status, out.Location, err = answered(ctx, b.Status, out.Body.Message, locationOfID(b.ID), out.Body)
		return out, err
	}
	view := showOperation(*o)
	rotation := Rotation{}
	if o.RotateResult != nil {
		rotation = showRotate(*o.RotateResult)
	}
	out.Body.Success, out.Body.Message = promising(ctx, o.Status), rotateMessage(*o, rotation)
	out.Body.Operation = &view
	note(ctx, string(o.ID), map[string]string{"schedule": string(name)})
	out.Status, out.Location, err = answered(ctx, o.Status, out.Body.Message, locationOf(*o), out.Body)
	return out, err
}

// scheduleConfig is the schedules as a file keeps them.
type scheduleConfig struct {
	Version    int               `json:"version" example:"1"`
	ExportedAt time.Time         `json:"exported_at,omitzero"`
	Timezone   string            `json:"timezone" maxLength:"64" example:"Europe/Moscow"`
	Schedules  []scheduleSetting `json:"schedules" nullable:"false" maxItems:"16"`
	Retention  *retentionSetting `json:"retention,omitempty" doc:"For information: an import leaves it alone, and says so when it differs."`
}

type scheduleSetting struct {
	Job      backup.ScheduleName `json:"job" enum:"database,storage,full,rotation"`
	Enabled  bool                `json:"enabled"`
	Crontab  string              `json:"crontab" maxLength:"256" example:"0 2 * * *"`
	Timezone string              `json:"timezone,omitempty" maxLength:"64" doc:"If it is another than that of the file."`
}

type retentionSetting struct {
	MaxBackups int `json:"max_backups"`
}

type exportScheduleOutput struct{ Body scheduleConfig }

// exportSchedule answers GET /backups/schedule/export.
func (a *api) exportSchedule(ctx context.Context, _ *struct{}) (*exportScheduleOutput, error) {
	c, err := a.cfg.Service.ExportSchedules(ctx)
	if err != nil {
		return nil, err
	}
	out := scheduleConfig{
		Version: c.Version, ExportedAt: a.cfg.Now().UTC(), Timezone: c.Timezone,
		Retention: &retentionSetting{a.cfg.MaxBackups},
	}
	for _, s := range c.Schedules {
		out.Schedules = append(out.Schedules, scheduleSetting{s.Name, s.Enabled, s.Crontab, s.Timezone})
	}
	return &exportScheduleOutput{out}, nil
}

type importScheduleInput struct {
	Body struct {
		Config scheduleConfig `json:"config" doc:"What an export gave."`
		DryRun bool           `json:"dry_run,omitempty" doc:"Only say what would change."`
	}
}

type scheduleDifference struct {
	Job   backup.ScheduleName `json:"job" enum:"database,storage,full,rotation"`
	Field string              `json:"field" enum:"enabled,crontab,timezone"`
	From  string              `json:"from"`
	To    string              `json:"to"`
}

type importScheduleAnswer struct {
	Success  bool                 `json:"success"`
	DryRun   bool                 `json:"dry_run"`
	Changes  []scheduleDifference `json:"changes" nullable:"false"`
	Warnings []string             `json:"warnings" nullable:"false" doc:"What of the file is not imported and differs."`
	Items    []scheduleView       `json:"items,omitempty" doc:"The schedules as they are then."`
}

type importScheduleOutput struct{ Body importScheduleAnswer }

// importSchedule answers POST /backups/schedule/import.
func (a *api) importSchedule(ctx context.Context, in *importScheduleInput) (*importScheduleOutput, error) {
	note(ctx, "", map[string]string{"dry_run": fmt.Sprint(in.Body.DryRun)})
	if err := a.fresh(ctx, !in.Body.DryRun); err != nil {
		return nil, err
	}
	c := backup.ScheduleConfig{Version: in.Body.Config.Version, Timezone: in.Body.Config.Timezone}
	for _, s := range in.Body.Config.Schedules {
		c.Schedules = append(c.Schedules, backup.ScheduleSetting{Name: s.Job, Enabled: s.Enabled, Crontab: s.Crontab, Timezone: s.Timezone})
	}
	changes, states, err := a.cfg.Service.ImportSchedules(ctx, actorOf(ctx), c, in.Body.DryRun)
	if err != nil {
		return nil, faulty(err)
	}
	out := importScheduleAnswer{Success: true, DryRun: in.Body.DryRun, Changes: []scheduleDifference{}, Warnings: a.notImported(in.Body.Config)}
	for _, d := range changes {
		out.Changes = append(out.Changes, scheduleDifference{d.Name, d.Field, d.From, d.To})
	}
	for _, s := range states {
		out.Items = append(out.Items, showSchedule(s))
	}
	return &importScheduleOutput{out}, nil
}

// notImported says what of a file stays as it is here, although it differs.
func (a *api) notImported(c scheduleConfig) []string {
	if c.Retention == nil || c.Retention.MaxBackups == a.cfg.MaxBackups {
		return []string{}
	}
	return []string{fmt.Sprintf("The file says to keep %d backups of each type; that is not imported. MAX_BACKUPS decides, which is %d here.", c.Retention.MaxBackups, a.cfg.MaxBackups)}
}

// faulty names the fields of a file that are wrong.
func faulty(err error) error {
	wrong, ok := errors.AsType[*backup.ConfigError](err)
	if !ok {
		return err
	}
	p := web.ProblemOf(err)
	for _, f := range wrong.Faults {
		p.Errors = append(p.Errors, web.Fault{Message: f.Text, Location: "body.config." + f.Field})
	}
	return p
}
