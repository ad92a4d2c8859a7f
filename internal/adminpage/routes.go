package adminpage

// Route is one address of the admin page, or all below one.
type Route struct {
	Method   string // ANY is every method: all but GET and HEAD are refused here
	Path     string // in API Gateway's words: {path+} is what is left of the path
	Function string // directory under functions/
}

// Routes lists the addresses. Everybody may call them.
func Routes() []Route {
	return []Route{
		{"ANY", "/", "admin"},
		{"ANY", "/admin/{path+}", "admin"},
	}
}

const (
	home        = "/admin/backups"
	assetsPath  = "/admin/assets/"
	indexName   = "index.html"
	assetsDir   = "assets/"
	assetsAge   = "public, max-age=31536000, immutable"
	contentType = "text/html; charset=utf-8"
)
