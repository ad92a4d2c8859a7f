package httpapi

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/vertex-ar/backup/internal/errs"
)

// longestPath is what Linux allows, in bytes.
const longestPath = 4096

// checkPath refuses what no entry of a backup can be called.
func checkPath(p string) error {
	elements := strings.Split(p, "/")
	odd := func(e string) bool { return e == "" || e == "." || e == ".." }
	if len(p) > longestPath || strings.ContainsRune(p, 0) || slices.ContainsFunc(elements, odd) {
		return errs.New(errs.ErrInvalid, "A path starts with database/ or storage/ and has no empty, . or .. elements. Take it from the list of files.")
	}
	return nil
}

// plainText refuses text with control characters or that is not UTF-8.
func plainText(s string) error {
	if !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl) {
		return errs.New(errs.ErrInvalid, "A path must not have control characters or be other than UTF-8; give such a name in its base64 form.")
	}
	return nil
}
