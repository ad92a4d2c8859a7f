package repository_test

import (
	"mime"
	"strings"
	"testing"

	"github.com/vertex-ar/backup/internal/repository"
)

func TestDispositionKeepsAnyName(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"photo.jpg", "two words.jpg", "Портрет бабушки — копия (2).jpg", "🎂.jpg", `a"b\c;d=e.jpg`, "100%.jpg", "a'b*c.jpg",
		"line\r\nSet-Cookie: x=1", "\u202egpj.exe", "<script>alert(1)</script>", strings.Repeat("ж", 2000),
	} {
		header := repository.Disposition(name)
		for _, b := range []byte(header) {
			if b < ' ' || b > '~' {
				t.Errorf("%q: byte %#x in %q", name, b, header)
			}
		}
		kind, params, err := mime.ParseMediaType(header)
		if err != nil || kind != "attachment" || params["filename"] != name {
			t.Errorf("%q came back as %q, %q, %v", name, kind, params, err)
		}
		plain, _, _ := strings.Cut(strings.TrimPrefix(header, `attachment; filename="`), `"`)
		if len([]rune(plain)) != len([]rune(name)) || strings.ContainsAny(plain, `\;<>%`) {
			t.Errorf("%q: programs that know no filename* get %q", name, plain)
		}
	}
}
