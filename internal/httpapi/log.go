package httpapi

import (
	"context"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
)

type logInput struct {
	ID    string `path:"id" maxLength:"64" example:"20261122-081500-restore-b7m2cd"`
	After int64  `query:"after" minimum:"0" default:"0" doc:"The number of the last line that is known: next of the answer before."`
	Limit int    `query:"limit" minimum:"1" maximum:"500" default:"500"`
}

// logLineView is a line of a log as the API shows it.
type logLineView struct {
	Seq   int64             `json:"seq" example:"3"`
	Time  time.Time         `json:"time" example:"2026-11-22T08:15:02Z"`
	Level backup.Level      `json:"level" enum:"info,warn,error"`
	Code  string            `json:"code" example:"phase" doc:"A stable word: started, phase, safety-backup, planned, notice (a warning), lost (an error), removed, damaged, damaged-file, failed, more, ended."`
	Text  string            `json:"text" example:"Phase: copy."`
	Args  map[string]string `json:"args" doc:"What the text says, by name."`
}

type logAnswer struct {
	Success  bool          `json:"success"`
	Lines    []logLineView `json:"lines" nullable:"false"`
	Next     int64         `json:"next" doc:"What to pass as after, for the lines that follow."`
	Finished bool          `json:"finished" doc:"No more lines will come."`
}

type logOutput struct{ Body logAnswer }

// log answers GET /backups/{id}/log and GET /backups/operations/{id}/log.
func (a *api) log(ctx context.Context, in *logInput) (*logOutput, error) {
	id, err := backup.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	res, err := a.cfg.Service.ReadLog(ctx, backup.LogRequest{ID: id, After: in.After, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	views := make([]logLineView, len(res.Lines))
	for i, line := range res.Lines {
		views[i] = logLineView(line)
		if line.Args == nil {
			views[i].Args = map[string]string{}
		}
	}
	return &logOutput{logAnswer{Success: true, Lines: views, Next: res.Next, Finished: res.Finished}}, nil
}
