package httpapi

import (
	"context"
	"encoding/base64"
	"strings"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

type downloadInput struct {
	ID         string `path:"id" maxLength:"64" example:"20261122-020000-full-k3x9qa"`
	Path       string `query:"path" maxLength:"4096" example:"storage/acme/spring" doc:"A file or a directory; absent for the whole backup."`
	PathBase64 string `query:"path_base64" maxLength:"6000" doc:"The same as base64 of its bytes, for a name that is not text."`
	Format     string `query:"format" enum:"raw,zip,tar.zst" doc:"Absent for raw of a file, zip of a directory, tar.zst of a whole backup."`
	Unsigned   bool   `query:"allow_unsigned" doc:"Also if nobody who is trusted has signed it."`
	Site       string `header:"Sec-Fetch-Site" hidden:"true"`
}

type downloadAnswer struct {
	Success   bool          `json:"success" doc:"It has not failed so far."`
	Message   string        `json:"message" example:"The download is ready."`
	Operation operationView `json:"operation"`
}

type downloadOutput struct {
	Status   int
	Location string `header:"Location"`
	Body     downloadAnswer
}

// exportView is what can be downloaded, as the API shows it.
type exportView struct {
	Name        string        `json:"name" example:"spring.zip" doc:"To save it as."`
	Size        int64         `json:"size" example:"52428800"`
	SHA256      string        `json:"sha256" doc:"Lower-case hex; empty until it is ready."`
	URL         string        `json:"url,omitempty" doc:"Where to get it, for 15 minutes and without signing in. Each answer has a new one. Only administrators see it."`
	NeedsSignIn bool          `json:"needs_sign_in,omitempty" doc:"It is a whole backup or component, and url is told after a sign-in of the last five minutes only."`
	ExpiresAt   time.Time     `json:"expires_at,omitzero" example:"2026-11-23T08:15:00Z" doc:"When it is gone."`
	Path        string        `json:"path" example:"storage/acme/spring" doc:"What was asked for; empty is the whole backup."`
	PathBase64  string        `json:"path_base64,omitempty" doc:"The path's bytes, when path could not show them all."`
	Format      backup.Format `json:"format" enum:"raw,zip,tar.zst" example:"zip"`
}

// download answers GET /backups/{id}/download.
func (a *api) download(ctx context.Context, in *downloadInput) (*downloadOutput, error) {
	// A link on a page elsewhere brings the cookie with it, and this is a GET.
	if in.Site == "cross-site" {
		return nil, errs.New(errs.ErrForbidden, "This request comes from a page of another site. Use the address of the backup service itself.")
	}
	id, err := backup.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	path, err := eitherPath(in.Path, in.PathBase64)
	if err != nil {
		return nil, err
	}
	said := map[string]string{"path": backup.Printable(path), "format": in.Format}
	if in.Unsigned {
		said["allow_unsigned"] = "true"
	}
	note(ctx, string(id), said)
	if err := a.fresh(ctx, wholesale(path)); err != nil {
		return nil, err
	}
	o, err := a.cfg.Service.Export(ctx, actorOf(ctx), backup.ExportRequest{ID: id, Path: backup.Raw(path), Format: backup.Format(in.Format), AllowUnsigned: in.Unsigned})
	if err != nil {
		return nil, err
	}
	view, err := a.showWithAddress(ctx, o)
	if err != nil {
		return nil, err
	}
	out := &downloadOutput{Body: downloadAnswer{Success: promising(ctx, o.Status), Message: downloadMessage(o), Operation: view}}
	out.Status, out.Location, err = answered(ctx, o.Status, out.Body.Message, locationOf(o), out.Body)
	return out, err
}

// wholesale reports whether a path stands for a whole backup or a whole component.
func wholesale(path string) bool { return !strings.Contains(strings.TrimSuffix(path, "/"), "/") }

// eitherPath returns a path that is given in one of two forms, or in none.
func eitherPath(text, inBase64 string) (string, error) {
	path := text
	if inBase64 != "" {
		raw, err := base64.StdEncoding.DecodeString(inBase64)
		if err != nil || text != "" {
			return "", errs.New(errs.ErrInvalid, "Give either path or path_base64, the latter as base64.")
		}
		path = string(raw)
	} else if err := plainText(text); err != nil {
		return "", err
	}
	if path == "" {
		return "", nil
	}
	return path, checkPath(path)
}

// downloadMessage says how an export stands.
func downloadMessage(o backup.Operation) string {
	switch {
	case !o.Status.Finished():
		return "The download is being prepared. Ask at the Location how far it is."
	case o.Status == backup.StatusCancelled:
		return "The download was cancelled."
	case unsuccessful(o.Status):
		return sentences(o.Errors, "The download could not be prepared.")
	}
	return "The download is ready."
}

// showWithAddress is showOperation with the address of an export, for those who
// may have it.
func (a *api) showWithAddress(ctx context.Context, o backup.Operation) (operationView, error) {
	v := showOperation(o)
	if v.Export == nil {
		return v, nil
	}
	if wholesale(string(o.Export.Path)) && !actorOf(ctx).Fresh(a.cfg.Now()) {
		v.Export.NeedsSignIn = actorOf(ctx).CanWrite()
		return v, nil
	}
	url, err := a.cfg.Service.ExportURL(ctx, actorOf(ctx), o)
	v.Export.URL = url
	return v, err
}

// showExport returns an export as the API shows it; res is nil as long as there is none.
func showExport(req backup.ExportRequest, res *backup.Export) *exportView {
	v := &exportView{Format: req.Format}
	v.Path, v.PathBase64 = showBytes(string(req.Path))
	if res != nil {
		v.Name, v.Size, v.SHA256, v.ExpiresAt = res.Name, res.Size, res.SHA256, res.ExpiresAt.UTC()
	}
	return v
}
