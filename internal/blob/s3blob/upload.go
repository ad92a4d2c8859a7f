package s3blob

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"golang.org/x/sync/errgroup"

	"github.com/vertex-ar/backup/internal/awserr"
	"github.com/vertex-ar/backup/internal/errs"
)

// linger is how long requests may go on after an upload has failed or was cancelled.
const linger = 5 * time.Second

// upload is an object on its way in parts.
type upload struct {
	*Store

	key   *string
	id    *string
	sum   uint32                 // CRC32 of what was read
	sent  []*types.CompletedPart // in order
	group *errgroup.Group
}

// upload sends an object in parts, of which the first ones, whole ones, have been
// read already. It asks first whether the key is free: S3 itself checks only when
// all parts have arrived.
func (s *Store) upload(ctx context.Context, key string, body io.Reader, first part, metadata map[string]string) error {
	if err := s.absent(ctx, key); err != nil {
		s.parts.free(first)
		return err
	}
	u, err := s.begin(ctx, key, metadata)
	if err != nil {
		s.parts.free(first)
		return err
	}
	if err = u.send(ctx, first, body); err == nil {
		err = u.complete(ctx)
	}
	if err != nil {
		return errors.Join(err, u.abort(ctx))
	}
	return nil
}

// begin begins an upload. If its answer were given up when ctx ends, nobody
// would know what to abort.
func (s *Store) begin(ctx context.Context, key string, metadata map[string]string) (*upload, error) {
	travel, stop := lingering(ctx)
	defer stop()
	in := &s3.CreateMultipartUploadInput{
		Bucket: &s.bucket, Key: s.name(key), Metadata: metadata, ChecksumAlgorithm: s.algorithm,
		ServerSideEncryption: s.encryption, SSEKMSKeyId: s.kmsKey, BucketKeyEnabled: s.bucketKey,
	}
	if s.algorithm != "" { // the one combination that a later Get of the whole object verifies
		in.ChecksumType = types.ChecksumTypeFullObject
	}
	out, err := s.client.CreateMultipartUpload(travel, in)
	if err != nil {
		return nil, s.classify(key, err)
	}
	return &upload{Store: s, key: s.name(key), id: out.UploadId}, nil
}

// send sends each part while the next is being read.
func (u *upload) send(ctx context.Context, first part, body io.Reader) error {
	u.group, ctx = errgroup.WithContext(ctx)
	travel, stop := lingering(ctx)
	defer stop()
	if err := u.read(ctx, travel, first, body); err != nil {
		u.group.Go(func() error { return err })
	}
	return u.group.Wait()
}

// lingering returns a context that ends a while after ctx: a request that is
// cut off may be carried out all the same, and then there would be an upload that
// nobody knows, or a part that is stored after its upload was aborted.
func lingering(ctx context.Context) (context.Context, context.CancelFunc) {
	late, cancel := context.WithCancel(context.WithoutCancel(ctx))
	context.AfterFunc(ctx, func() { time.AfterFunc(linger, cancel) })
	return late, cancel
}

// read reads the parts, of which the first ones are there, and starts sending them.
func (u *upload) read(ctx, travel context.Context, first part, body io.Reader) error {
	rest := first
	for last := false; rest.size > 0; {
		if err := u.parts.depart(ctx); err != nil {
			u.parts.free(rest)
			return err
		}
		next, more := rest.split(u.size(len(u.sent) + 1))
		u.start(travel, next)
		if rest = more; rest.size == 0 && !last {
			var err error
			if rest, last, err = u.parts.read(body, u.size(len(u.sent)+1)); err != nil {
				return err
			}
		}
	}
	u.parts.free(rest) // memory that nothing came into
	return nil
}

// start starts sending a part.
func (u *upload) start(ctx context.Context, c part) {
	u.sum = c.crc32(u.sum)
	part := &types.CompletedPart{PartNumber: aws.Int32(int32(len(u.sent) + 1))} //nolint:gosec // size keeps it below 10,000
	u.sent = append(u.sent, part)
	u.group.Go(func() error {
		defer u.parts.arrive(c)
		out, err := u.client.UploadPart(ctx, &s3.UploadPartInput{
			Bucket: &u.bucket, Key: u.key, UploadId: u.id, PartNumber: part.PartNumber,
			Body: c.reader(), ChecksumAlgorithm: u.algorithm,
		})
		if err != nil {
			return u.classify(strings.TrimPrefix(*u.key, u.prefix), err)
		}
		part.ETag, part.ChecksumCRC32 = out.ETag, out.ChecksumCRC32
		return nil
	})
}

// size returns the size of a part. It doubles every thousand parts: S3 takes
// ten thousand, so an object may have all of the 5 TiB that S3 allows.
func (u *upload) size(number int) int { return u.partSize << ((number - 1) / 1000) }

func (u *upload) complete(ctx context.Context) error {
	parts := make([]types.CompletedPart, len(u.sent))
	for i, p := range u.sent {
		parts[i] = *p
	}
	in := &s3.CompleteMultipartUploadInput{
		Bucket: &u.bucket, Key: u.key, UploadId: u.id, IfNoneMatch: aws.String("*"),
		MultipartUpload: &types.CompletedMultipartUpload{Parts: parts},
	}
	if u.algorithm != "" {
		sum := base64.StdEncoding.EncodeToString(binary.BigEndian.AppendUint32(nil, u.sum))
		in.ChecksumCRC32, in.ChecksumType = &sum, types.ChecksumTypeFullObject
	}
	_, err := u.client.CompleteMultipartUpload(ctx, in)
	return u.classify(strings.TrimPrefix(*u.key, u.prefix), err)
}

// abort removes the parts, also after ctx ended. Its error says that some may
// remain.
func (u *upload) abort(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), abortTimeout)
	defer cancel()
	_, err := u.client.AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{Bucket: &u.bucket, Key: u.key, UploadId: u.id})
	if err == nil || awserr.Code(err) == "NoSuchUpload" {
		return nil
	}
	errs.Wrap(&err, "abort upload %s", aws.ToString(u.id))
	return err
}
