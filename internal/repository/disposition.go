package repository

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// disposition returns the Content-Disposition (RFC 6266) under which a browser
// saves what it gets as name. The name itself is in filename*, in which no byte
// can mean anything else (RFC 8187); filename is for programs that know only that.
func disposition(name string) string {
	var plain, extended strings.Builder
	for _, r := range strings.ToValidUTF8(name, "\uFFFD") {
		if attribute(r) || r == ' ' {
			plain.WriteRune(r)
		} else {
			plain.WriteByte('_')
		}
		if attribute(r) {
			extended.WriteRune(r)
			continue
		}
		for _, b := range utf8.AppendRune(nil, r) {
			fmt.Fprintf(&extended, "%%%02X", b)
		}
	}
	return `attachment; filename="` + plain.String() + `"; filename*=UTF-8''` + extended.String()
}

// attribute reports whether r may stand in filename* as it is: what RFC 8187 allows
// without those that some programs take for something else.
func attribute(r rune) bool {
	return r < utf8.RuneSelf && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-._~+!", r))
}
