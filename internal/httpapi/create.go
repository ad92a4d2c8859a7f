package httpapi

import (
	"context"
	"fmt"
	"net/http"

	"github.com/vertex-ar/backup/internal/backup"
)

type createInput struct {
	Body *createBody
}

type createBody struct {
	Type   backup.Kind `json:"type,omitempty" enum:"full,database,storage" default:"full" example:"full" doc:"What to back up."`
	Test   bool        `json:"test,omitempty" doc:"Only say what would be stored."`
	Reread bool        `json:"reread,omitempty" doc:"Read every file again, also those whose size and time are what they were in the backup before."`
	Note   string      `json:"note,omitempty" maxLength:"500" pattern:"^[^\\x00-\\x08\\x0b-\\x1f\\x7f]*$" patternDescription:"text without control characters" example:"before the update"`
}

type createAnswer struct {
	Success    bool            `json:"success" doc:"It has not failed so far."`
	Message    string          `json:"message" example:"The backup is complete."`
	Test       bool            `json:"test" doc:"It was a test: nothing was stored."`
	Backup     *backupView     `json:"backup,omitempty"`
	TestResult *createTestView `json:"test_result,omitempty"`
}

type createTestView struct {
	Files    int64    `json:"files" doc:"Files that would be in the backup."`
	Bytes    int64    `json:"bytes" doc:"Their bytes."`
	Warnings []string `json:"warnings" nullable:"false"`
}

type createOutput struct {
	Status   int
	Location string `header:"Location"`
	Body     createAnswer
}

// create answers POST /backups/create.
func (a *api) create(ctx context.Context, in *createInput) (*createOutput, error) {
	body := createBody{Type: backup.KindFull}
	if in.Body != nil {
		body = *in.Body
	}
	req := backup.CreateRequest{Kind: body.Type, Note: body.Note, Test: body.Test, Reread: body.Reread, Reason: backup.ReasonManual}
	note(ctx, string(req.Kind), map[string]string{"type": string(req.Kind), "test": fmt.Sprint(req.Test)})
	if req.Test {
		return a.createTest(ctx, req)
	}
	b, err := a.cfg.Service.Create(ctx, actorOf(ctx), req)
	if err != nil {
		return nil, err
	}
	message := createMessage(b)
	note(ctx, string(b.ID), map[string]string{"type": string(req.Kind)})
	view := showBackup(b)
	out := &createOutput{Body: createAnswer{Success: promising(ctx, b.Status), Message: message, Backup: &view}}
	out.Status, out.Location, err = answered(ctx, b.Status, message, locationOfID(b.ID), out.Body)
	return out, err
}

// createTest answers a create with "test":true.
func (a *api) createTest(ctx context.Context, req backup.CreateRequest) (*createOutput, error) {
	t, err := a.cfg.Service.CreateTest(ctx, req)
	if err != nil {
		return nil, err
	}
	out := &createOutput{Body: createAnswer{
		Success: true, Test: true,
		Message:    fmt.Sprintf("The backup can be taken: %d files, %.2f MB. Nothing was stored.", t.Files, megabytes(t.Bytes)),
		TestResult: &createTestView{Files: t.Files, Bytes: t.Bytes, Warnings: list(t.Warnings)},
	}}
	out.Status = http.StatusOK
	return out, nil
}

// createMessage says how a backup stands.
func createMessage(b backup.Backup) string {
	switch b.Status {
	case backup.StatusCompleted:
		return "The backup is complete."
	case backup.StatusPartial:
		return "The backup was taken, but not all of it could be read. " + sentences(b.Errors, "")
	case backup.StatusFailed:
		return sentences(b.Errors, "The backup failed.")
	case backup.StatusCancelled:
		return "The backup was cancelled."
	default:
		return "The backup has started. Ask at the Location how far it is."
	}
}
