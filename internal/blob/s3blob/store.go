package s3blob

import (
	"context"
	"errors"
	"maps"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/vertex-ar/backup/internal/blob"
	"github.com/vertex-ar/backup/internal/errs"
)

// The defaults. S3 takes no parts of less than 5 MiB, except the last.
const (
	defaultSingle      = 2 * defaultPartSize
	defaultPartSize    = 8 << 20
	defaultConcurrency = 2
)

var _ blob.Store = (*Store)(nil)

// Store is a blob.Store on the keys of one bucket below one prefix.
type Store struct {
	client    *s3.Client
	fresh     func() *s3.Client // that opens a connection for each request
	bucket    string
	prefix    string // "" or ending in a slash
	single    int    // bytes from which on an object is sent in parts: several whole ones
	partSize  int    // of an object's first parts
	parts     *parts
	algorithm types.ChecksumAlgorithm // that goes along with uploads; "" is none

	// What uploads ask for; zero when the bucket's default encryption applies.
	encryption types.ServerSideEncryption
	kmsKey     *string
	bucketKey  *bool // one call to KMS for many objects
}

// Option changes a Store.
type Option func(*Store)

// WithPartSize sets the bytes of a part of a large object, a whole number of MiB
// and at least 5. An object smaller than that is one request. Objects of more than
// a thousand parts have larger ones.
func WithPartSize(bytes int) Option { return func(s *Store) { s.single, s.partSize = bytes, bytes } }

// WithConcurrency sets how many parts of large objects travel at a time, of all
// together. A Store's Puts hold that many parts in memory, and what each has read.
func WithConcurrency(n int) Option { return func(s *Store) { s.parts = newParts(n) } }

// WithKMSKey encrypts objects with that KMS key. Without it, or with "", the
// bucket's default encryption applies.
func WithKMSKey(id string) Option {
	return func(s *Store) {
		if id != "" {
			s.encryption, s.kmsKey, s.bucketKey = types.ServerSideEncryptionAwsKms, &id, aws.Bool(true)
		}
	}
}

// New returns a Store on the keys of bucket below prefix; "" is the whole
// bucket. The client has [ClientOptions].
func New(client *s3.Client, bucket, prefix string, opts ...Option) *Store {
	if prefix != "" {
		prefix = strings.TrimSuffix(prefix, "/") + "/"
	}
	s := &Store{
		client: client, fresh: sync.OnceValue(func() *s3.Client { return unpooled(client) }), bucket: bucket, prefix: prefix,
		single: defaultSingle, partSize: defaultPartSize, parts: newParts(defaultConcurrency),
	}
	if client.Options().RequestChecksumCalculation != aws.RequestChecksumCalculationWhenRequired {
		s.algorithm = types.ChecksumAlgorithmCrc32
	}
	for _, opt := range opts {
		opt(s)
	}
	return s
}

// name returns the key in the bucket of a key of the store.
func (s *Store) name(key string) *string { return aws.String(s.prefix + key) }

// Head implements blob.Reader.
func (s *Store) Head(ctx context.Context, key string) (info blob.Info, err error) {
	defer errs.Wrap(&err, "head %s", key)
	out, err := s.head(ctx, key)
	if err != nil {
		return blob.Info{}, err
	}
	metadata := maps.Clone(out.Metadata)
	delete(metadata, putToken)
	return blob.Info{
		Key: key, Size: aws.ToInt64(out.ContentLength), Modified: aws.ToTime(out.LastModified), Metadata: metadata,
	}, nil
}

func (s *Store) head(ctx context.Context, key string) (*s3.HeadObjectOutput, error) {
	out, err := s.reader(ctx).HeadObject(ctx, &s3.HeadObjectInput{Bucket: &s.bucket, Key: s.name(key)})
	if err != nil {
		return nil, s.classify(key, err)
	}
	return out, nil
}

// absent returns nil if there is no such object and errs.ErrConflict if there is.
func (s *Store) absent(ctx context.Context, key string) error {
	_, err := s.head(ctx, key)
	switch {
	case err == nil:
		return errs.ErrConflict
	case errors.Is(err, errs.ErrNotFound):
		return nil
	default:
		return err
	}
}
