package backup

import (
	"bytes"
	"context"
	"errors"
	"strings"

	"github.com/vertex-ar/backup/internal/errs"
)

// maxPreview is the size of the largest picture that is shown, in bytes. With it
// an answer still fits into what a function may answer.
const maxPreview = 4 << 20

// Preview returns a picture of a backup. What it is its content says, never its
// name; a file that is none, or too large, is errs.ErrInvalid.
func (s *Service) Preview(ctx context.Context, id ID, path string) (Preview, error) {
	if err := checkPath(path); err != nil {
		return Preview{}, err
	}
	b, err := s.restorable(ctx, id)
	if err != nil {
		return Preview{}, err
	}
	var content bytes.Buffer
	err = s.present(ctx, b, func(from Reader) error {
		content.Reset()
		e, err := pictureAt(from, id, path)
		if err != nil {
			return err
		}
		content.Grow(int(e.Size))
		if err := believe(id, from, false); err != nil {
			return err
		}
		return from.Fetch(ctx, e, &content)
	})
	if err != nil {
		return Preview{}, err
	}
	p := Preview{Type: pictureType(content.Bytes()), Content: content.Bytes()}
	if p.Type == "" {
		return Preview{}, errs.New(errs.ErrInvalid, "%s is no picture that can be shown here (PNG, JPEG, GIF or WebP). Download it instead.", Printable(path))
	}
	return p, nil
}

// pictureAt finds a file that is small enough.
func pictureAt(from Reader, id ID, path string) (Entry, error) {
	e, err := entryAt(from, path)
	switch {
	case errors.Is(err, errs.ErrNotFound):
		return e, noSuchEntry(id, path)
	case err != nil:
		return e, err
	case e.Type != TypeFile:
		return e, errs.New(errs.ErrInvalid, "%s is no file.", Printable(path))
	case e.Size > maxPreview:
		return e, errs.New(errs.ErrInvalid, "%s is too large to be shown here (%d MiB at most). Download it instead.", Printable(path), maxPreview>>20)
	}
	return e, nil
}

// pictureType returns which picture content is; "" if it is none. Of those kinds
// none can hold a script.
func pictureType(content []byte) string {
	starts := func(magic string) bool { return strings.HasPrefix(string(content[:min(len(content), 16)]), magic) }
	switch {
	case starts("\x89PNG\r\n\x1a\n"):
		return "image/png"
	case starts("\xff\xd8\xff"):
		return "image/jpeg"
	case starts("GIF87a"), starts("GIF89a"):
		return "image/gif"
	case starts("RIFF") && len(content) >= 12 && string(content[8:12]) == "WEBP":
		return "image/webp"
	}
	return ""
}
