package errs_test

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/vertex-ar/backup/internal/errs"
)

func TestDetailIsOfTheOutermostSentence(t *testing.T) {
	inner := errs.New(errs.ErrCorrupt, "The archive is damaged.").Because(io.ErrUnexpectedEOF)
	outer := fmt.Errorf("restore: %w", errs.New(errs.ErrConflict, "Nothing was restored.").Because(inner))
	if got, want := errs.Detail(outer), "Nothing was restored."; got != want {
		t.Errorf("Detail = %q, want %q", got, want)
	}
	for _, kind := range []error{errs.ErrConflict, errs.ErrCorrupt, io.ErrUnexpectedEOF} {
		if !errors.Is(outer, kind) {
			t.Errorf("errors.Is(%v, %v) = false, want true", outer, kind)
		}
	}
}

func TestDetailOfOtherErrorsIsEmpty(t *testing.T) {
	for _, err := range []error{nil, io.EOF, fmt.Errorf("get s3://secret: %w", errs.ErrNotFound)} {
		if got := errs.Detail(err); got != "" {
			t.Errorf("Detail(%v) = %q, want none", err, got)
		}
	}
}

func TestWrapAddsContextOnlyToErrors(t *testing.T) {
	f := func(err error) (res error) {
		defer errs.Wrap(&res, "read %s", "x")
		return err
	}
	if err := f(nil); err != nil {
		t.Errorf("Wrap made %v of nil", err)
	}
	if err := f(io.EOF); !errors.Is(err, io.EOF) || err.Error() != "read x: EOF" {
		t.Errorf("Wrap = %v, want read x: EOF", err)
	}
}
