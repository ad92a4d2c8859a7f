package memblob

import (
	"context"
	"net/url"
	"strconv"

	"github.com/vertex-ar/backup/internal/blob"
)

var _ blob.Presigner = (*Store)(nil)

// Presign implements blob.Presigner. Nothing answers at the address; it shows
// in its query what the link would be.
func (s *Store) Presign(ctx context.Context, key string, link blob.Link) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	query := url.Values{
		"expires": {strconv.FormatInt(s.now().Add(link.Life).Unix(), 10)}, "disposition": {link.Disposition}, "type": {link.Type},
	}
	return "https://memory.invalid/" + key + "?" + query.Encode(), nil
}
