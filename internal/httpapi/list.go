package httpapi

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

type listInput struct {
	BackupType string    `query:"backup_type" enum:"all,database,storage,full" default:"all"`
	Status     string    `query:"status" enum:"pending,running,completed,partial,failed,cancelled,deleting"`
	Query      string    `query:"q" maxLength:"200" pattern:"^[^\\x00-\\x1f\\x7f]*$" patternDescription:"text without control characters" doc:"Part of the id, note or creator, in any case."`
	From       time.Time `query:"from" doc:"Not older than this."`
	To         time.Time `query:"to" doc:"Not newer than this."`
	Limit      int       `query:"limit" minimum:"1" maximum:"1000" default:"100"`
	Cursor     string    `query:"cursor" maxLength:"200" pattern:"^[^\\x00-\\x1f\\x7f]*$" patternDescription:"text without control characters" doc:"From the page before."`
}

type listAnswer struct {
	Success bool         `json:"success"`
	Backups []backupView `json:"backups" nullable:"false"`
	Count   int          `json:"count" doc:"How many this page has."`
	Cursor  string       `json:"cursor,omitempty" doc:"Of the next page; absent at the end."`
}

type listOutput struct{ Body listAnswer }

// list answers GET /backups/list.
func (a *api) list(ctx context.Context, in *listInput) (*listOutput, error) {
	req := backup.ListRequest{
		Status: backup.Status(in.Status), Query: in.Query,
		From: in.From, To: in.To, Cursor: in.Cursor, Limit: in.Limit,
	}
	if in.BackupType != "all" {
		req.Kind = backup.Kind(in.BackupType)
	}
	page, err := a.cfg.Service.List(ctx, req)
	if err != nil {
		return nil, err
	}
	views := make([]backupView, len(page.Backups))
	for i, b := range page.Backups {
		views[i] = showBackup(b)
	}
	return &listOutput{listAnswer{Success: true, Backups: views, Count: len(views), Cursor: page.Next}}, nil
}

type getInput struct {
	ID string `path:"id" maxLength:"64" example:"20261122-020000-full-k3x9qa"`
}

type getAnswer struct {
	Success bool       `json:"success"`
	Backup  backupView `json:"backup"`
}

type getOutput struct{ Body getAnswer }

// get answers GET /backups/{id}.
func (a *api) get(ctx context.Context, in *getInput) (*getOutput, error) {
	id, err := backup.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	b, err := a.cfg.Service.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	return &getOutput{getAnswer{Success: true, Backup: showBackup(b)}}, nil
}

type filesInput struct {
	ID           string `path:"id" maxLength:"64" example:"20261122-020000-full-k3x9qa"`
	Prefix       string `query:"prefix" maxLength:"4096" example:"storage" doc:"The directory to look into; absent for the top."`
	PrefixBase64 string `query:"prefix_base64" maxLength:"6000" doc:"The same as base64 of its bytes, for a name that is not text."`
	Query        string `query:"q" maxLength:"200" pattern:"^[^\\x00-\\x1f\\x7f]*$" patternDescription:"text without control characters" doc:"Part of the path, in any case; then the directories below are searched too."`
	Limit        int    `query:"limit" minimum:"1" maximum:"1000" default:"200"`
	Cursor       string `query:"cursor" maxLength:"8000" pattern:"^[^\\x00-\\x1f\\x7f]*$" patternDescription:"text without control characters" doc:"From the page before."`
}

type filesAnswer struct {
	Success bool        `json:"success"`
	ID      backup.ID   `json:"id"`
	Entries []entryView `json:"entries" nullable:"false"`
	Count   int         `json:"count" doc:"How many this page has."`
	Cursor  string      `json:"cursor,omitempty" doc:"Of the next page; absent at the end."`
}

// entryView is an entry as the API shows it.
type entryView struct {
	Path       string           `json:"path" example:"storage/acme/spring/portrait_1/image.jpg" doc:"What is not UTF-8 is shown as U+FFFD."`
	PathBase64 string           `json:"path_base64,omitempty" doc:"The path's bytes, when path could not show them all."`
	Type       backup.EntryType `json:"type" enum:"file,dir,symlink" example:"file"`
	Size       int64            `json:"size" example:"183040"`
	ModTime    time.Time        `json:"mtime" example:"2026-11-21T18:30:00.123456789Z"`
	Mode       string           `json:"mode" example:"0644" doc:"The permission bits, octal."`
	SHA256     string           `json:"sha256,omitempty" doc:"Of a file's content, lower-case hex."`
	Link       string           `json:"link,omitempty" doc:"Where a symbolic link points."`
	LinkBase64 string           `json:"link_base64,omitempty" doc:"Its bytes, when link could not show them all."`
}

type filesOutput struct{ Body filesAnswer }

// files answers GET /backups/{id}/files.
func (a *api) files(ctx context.Context, in *filesInput) (*filesOutput, error) {
	id, err := backup.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	prefix, err := in.prefix()
	if err != nil {
		return nil, err
	}
	page, err := a.cfg.Service.Files(ctx, backup.FilesRequest{
		ID: id, Prefix: prefix, Query: in.Query, Cursor: in.Cursor, Limit: in.Limit,
	})
	if err != nil {
		return nil, err
	}
	views := make([]entryView, len(page.Entries))
	for i, e := range page.Entries {
		views[i] = showEntry(e)
	}
	return &filesOutput{filesAnswer{Success: true, ID: id, Entries: views, Count: len(views), Cursor: page.Next}}, nil
}

// prefix returns the directory that is asked for, in either of its forms.
func (in *filesInput) prefix() (string, error) {
	prefix := in.Prefix
	if in.PrefixBase64 != "" {
		raw, err := base64.StdEncoding.DecodeString(in.PrefixBase64)
		if err != nil || prefix != "" {
			return "", errs.New(errs.ErrInvalid, "Give either prefix or prefix_base64, the latter as base64.")
		}
		prefix = string(raw)
	} else if err := plainText(prefix); err != nil {
		return "", err
	}
	prefix = strings.TrimSuffix(prefix, "/")
	if prefix == "" {
		return "", nil
	}
	return prefix, checkPath(prefix)
}

// showEntry returns e as the API shows it.
func showEntry(e backup.Entry) entryView {
	v := entryView{
		Type: e.Type, Size: e.Size, ModTime: e.ModTime.UTC(), Mode: fmt.Sprintf("%04o", e.Mode),
	}
	v.Path, v.PathBase64 = showBytes(e.Path)
	v.Link, v.LinkBase64 = showBytes(e.Link)
	if e.Type == backup.TypeFile {
		v.SHA256 = fmt.Sprintf("%x", e.SHA256)
	}
	return v
}

// showBytes returns s as JSON can hold it and, when that is not all of it, as base64.
func showBytes(s string) (text, inBase64 string) {
	if utf8.ValidString(s) {
		return s, ""
	}
	return strings.ToValidUTF8(s, "\uFFFD"), base64.StdEncoding.EncodeToString([]byte(s))
}
