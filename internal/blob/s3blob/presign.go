package s3blob

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/vertex-ar/backup/internal/blob"
	"github.com/vertex-ar/backup/internal/errs"
)

var _ blob.Presigner = (*Store)(nil)

// Presign implements blob.Presigner. The address speaks with the rights of the
// client that made it, and no longer than its credentials live.
func (s *Store) Presign(ctx context.Context, key string, link blob.Link) (_ string, err error) {
	defer errs.Wrap(&err, "presign %s", key)
	// Browsers do not send the header that asks for a checksum.
	plain := func(o *s3.Options) { o.ResponseChecksumValidation = aws.ResponseChecksumValidationWhenRequired }
	client := s3.NewPresignClient(s.client, s3.WithPresignExpires(link.Life), s3.WithPresignClientFromClientOptions(plain))
	req, err := client.PresignGetObject(ctx, &s3.GetObjectInput{
		Bucket: &s.bucket, Key: s.name(key),
		ResponseContentDisposition: &link.Disposition, ResponseContentType: &link.Type,
	})
	if err != nil {
		return "", err
	}
	return req.URL, nil
}
