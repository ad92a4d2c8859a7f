package crypt

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"

	"github.com/vertex-ar/backup/internal/blob"
	"github.com/vertex-ar/backup/internal/errs"
)

// Object names an encrypted object and says how many bytes it has.
type Object struct {
	Name string
	Size int64
}

// Ranges opens length bytes, at least 1, from offset of a stored object.
type Ranges func(ctx context.Context, name string, offset, length int64) (io.ReadCloser, error)

// Source returns the identities at hand. If there should be some and are not, it says so by
// an errs.ErrInvalid. It is asked when the first header is to be opened, and
// again after one that they did not open.
type Source func(ctx context.Context) (Identities, error)

// Errors of an [Opener] that lacks the key.
var (
	ErrNoIdentity    = errors.New("it is encrypted and there is no identity")
	ErrOtherIdentity = errors.New("no identity at hand opens it")
)

// OtherIdentityError is the ErrOtherIdentity of one object. It was encrypted for
// others, or the part of the header that holds its key is damaged: the two look
// alike.
type OtherIdentityError struct{ Object Object }

// Error implements error.
func (e *OtherIdentityError) Error() string { return e.Object.Name + ": " + ErrOtherIdentity.Error() }

// Unwrap makes it an ErrOtherIdentity.
func (e *OtherIdentityError) Unwrap() error { return ErrOtherIdentity }

// Opener opens ranges of what is inside of objects. It may be used by many
// goroutines.
type Opener struct {
	ranges Ranges
	source Source
	keys   *keys
	header atomic.Int64 // how long the one opened last is; 0 before

	mu         sync.Mutex
	identities Identities // none until they are needed
}

// NewOpener returns an Opener of the objects that ranges reads. source may be
// nil: then nothing can be opened.
func NewOpener(ranges Ranges, source Source) *Opener {
	return &Opener{ranges: ranges, source: source, keys: newKeys()}
}

// OpenRange opens length bytes from offset of what is inside of an object. It asks for
// the chunks that they lie in with one request; before the first range of an
// object, unless that is about all of it, it asks for its header. What it yields
// has been authenticated. It is errs.ErrCorrupt, also while reading, if the object
// does not hold the range, and ErrNoIdentity or an *OtherIdentityError without the
// key.
func (o *Opener) OpenRange(ctx context.Context, object Object, offset, length int64) (io.ReadCloser, error) {
	if offset == 0 && MaxPlain(object.Size)-length <= max(object.Size/nearlyAll, likelyHeader) {
		return o.openWhole(ctx, object, length)
	}
	k, err := o.keys.get(ctx, object, o.load)
	if err != nil {
		return nil, err
	}
	if err := k.holds(offset, length); err != nil {
		return nil, err
	}
	from := k.payload + offset/chunkSize*sealed
	to := min(k.payload+chunks(offset+length)*sealed, object.Size)
	body, err := o.ranges(ctx, object.Name, from, to-from)
	if err != nil {
		return nil, err
	}
	return newReader(k, body, offset, length), nil
}

// nearlyAll is the part of an object, as a fraction, that need not be asked for
// when all of it is: servers send a whole file faster than a part of one.
const nearlyAll = 256

// Plain returns how many bytes an object holds inside, provided that its header is
// as long as that of the object opened last, as they are in one backup; before
// the first it returns a little less.
func (o *Opener) Plain(object Object) int64 {
	header := o.header.Load()
	if header == 0 {
		header = likelyHeader
	}
	return max(0, plainSize(object.Size-header))
}

// Unlock makes sure that an object's header is there and that an identity opens
// it. Its errors are those of OpenRange.
func (o *Opener) Unlock(ctx context.Context, object Object) error {
	_, err := o.keys.get(ctx, object, o.load)
	return err
}

// load reads and opens the header of an object, and once more over another
// connection if none of the identities opens what it got: that may be damaged on
// its way.
func (o *Opener) load(ctx context.Context, object Object) (*key, error) {
	k, err := o.read(ctx, object)
	if errors.Is(err, errs.ErrCorrupt) || errors.Is(err, ErrOtherIdentity) {
		k, err = o.read(blob.Afresh(ctx), object)
	}
	return k, err
}

func (o *Opener) read(ctx context.Context, object Object) (*key, error) {
	if object.Size < minHeader {
		return nil, corrupt("header", fmt.Errorf("the whole has %d bytes", object.Size))
	}
	body, err := o.ranges(ctx, object.Name, 0, min(object.Size, MaxHeader))
	if err != nil {
		return nil, err
	}
	head, err := io.ReadAll(body)
	if err := errors.Join(err, body.Close()); err != nil {
		return nil, fmt.Errorf("read header: %w", err)
	}
	return o.openHeader(ctx, head, object)
}

// openHeader opens the header of an object, which begins with head.
func (o *Opener) openHeader(ctx context.Context, head []byte, object Object) (*key, error) {
	ids, err := o.atHand(ctx)
	if err != nil {
		return nil, err
	}
	k, err := openHeader(head, object.Size, ids)
	if errors.Is(err, errNoMatch) {
		o.forget() // they may have been replaced since
		return nil, &OtherIdentityError{Object: object}
	}
	if err == nil {
		o.header.Store(k.payload)
	}
	return k, err
}

// atHand returns the identities.
func (o *Opener) atHand(ctx context.Context) (Identities, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.identities.list) > 0 {
		return o.identities, nil
	}
	if o.source == nil {
		return Identities{}, ErrNoIdentity
	}
	ids, err := o.source(ctx)
	switch {
	case errors.Is(err, errs.ErrInvalid):
		return ids, fmt.Errorf("%w: %w", ErrNoIdentity, err)
	case err != nil:
		return ids, fmt.Errorf("read identity: %w", err)
	case len(ids.list) == 0:
		return ids, ErrNoIdentity
	}
	o.identities = ids
	return ids, nil
}

func (o *Opener) forget() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.identities = Identities{}
}
