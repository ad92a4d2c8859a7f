package httpapi

import (
	"context"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

type previewInput struct {
	ID         string `path:"id" maxLength:"64" example:"20261122-020000-full-k3x9qa"`
	Path       string `query:"path" maxLength:"4096" example:"storage/acme/spring/portrait_1/image.jpg" doc:"The picture."`
	PathBase64 string `query:"path_base64" maxLength:"6000" doc:"The same as base64 of its bytes, for a name that is not text."`
}

// previewOutput is a picture with what keeps a browser from taking it for
// anything else.
type previewOutput struct {
	ContentType  string `header:"Content-Type"`
	CacheControl string `header:"Cache-Control"`
	Policy       string `header:"Content-Security-Policy"`
	Body         []byte
}

// preview answers GET /backups/{id}/preview.
func (a *api) preview(ctx context.Context, in *previewInput) (*previewOutput, error) {
	id, err := backup.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	path, err := eitherPath(in.Path, in.PathBase64)
	if err != nil {
		return nil, err
	}
	if path == "" {
		return nil, errs.New(errs.ErrInvalid, "Give the path of a picture. Take it from the list of files.")
	}
	p, err := a.cfg.Service.Preview(ctx, id, path)
	if err != nil {
		return nil, err
	}
	return &previewOutput{
		ContentType: p.Type, Body: p.Content,
		// What a backup holds never changes, but who may see it does.
		CacheControl: "private, max-age=3600", Policy: "sandbox; default-src 'none'",
	}, nil
}

// pictures describes an answer that is a picture.
func pictures(r register) register {
	return func(to huma.API, op huma.Operation) {
		content := map[string]*huma.MediaType{}
		for _, kind := range []string{"image/png", "image/jpeg", "image/gif", "image/webp"} {
			content[kind] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
		}
		op.Responses = map[string]*huma.Response{strconv.Itoa(http.StatusOK): {Description: "The picture.", Content: content}}
		r(to, op)
	}
}
