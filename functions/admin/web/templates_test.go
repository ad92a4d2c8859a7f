package web_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A template is a text of the source with verbs of package fmt where its
// arguments come; what is joined to a literal with + is a %s.
type template struct {
	text string
	at   string // file and line
	// quiet says that users do not see it as it stands. It may be translated all
	// the same, as it may be an argument of another template.
	quiet bool
}

// quietRooms are packages and files whose texts are for who reads a log, runs a
// command or writes a program.
func quietRooms() []string {
	return []string{
		"internal/app/config.go", "internal/app/overlap.go", "internal/app/reach.go",
		"internal/blob/", "internal/catalog/dynamocatalog/", "internal/catalog/faultcatalog/",
		"internal/event/authorizer.go", "internal/event/handler.go", "internal/event/job.go",
		"internal/httpapi/routes.go", "internal/localaws/",
	}
}

// quietTexts are no sentences: headers, documents with sentences of their own, names.
func quietTexts() *regexp.Regexp {
	return regexp.MustCompile(`^((default-src|sandbox;|public, max-age|private, max-age|attachment;|text/\w+;|# The signing key|Bearer realm|<!doctype) ?` +
		`|(Vertex AR Backup|pending sign-in, version 1|%s done)$)`)
}

// quietNames are functions whose arguments, fields whose values and variables of
// which users do not see the texts.
func quietNames() *regexp.Regexp {
	return regexp.MustCompile(`^(errors\.New|fmt\.Errorf|errs\.Wrap|panic|corrupt|(strings|regexp|slog|filepath|path)\.\w+` +
		`|.*\.(Debug|Info|Warn|Error|Exec|Query|QueryRow|Prepare)Context|.*\.(Set|Error|phase|Description)|Description)$`)
}

// source collects the templates of Go files.
type source struct {
	fset      *token.FileSet
	constants map[string]ast.Expr // by directory or package, and name
	quiet     *regexp.Regexp
	found     []template
}

func newSource() *source {
	return &source{fset: token.NewFileSet(), constants: map[string]ast.Expr{}, quiet: quietNames()}
}

// templates returns those of all packages below internal that ship.
func templates(t *testing.T, root string) []template {
	t.Helper()
	s, files := newSource(), map[string]*ast.File{}
	err := fs.WalkDir(newRoot(root), "internal", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && strings.HasSuffix(name, "test"):
			return fs.SkipDir
		case d.IsDir() || path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		files[name], err = parser.ParseFile(s.fset, filepath.Join(root, name), nil, parser.SkipObjectResolution)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, file := range files {
		s.learn(path.Dir(name), file)
	}
	for name, file := range files {
		quiet := slices.ContainsFunc(quietRooms(), func(room string) bool { return strings.HasPrefix(name, room) })
		s.visit(file, path.Dir(name), quiet)
	}
	return s.found
}

// learn remembers the constants of a file by the names that others use for them.
func (s *source) learn(dir string, file *ast.File) {
	ast.Inspect(file, func(n ast.Node) bool {
		d, ok := n.(*ast.GenDecl)
		if !ok || d.Tok != token.CONST {
			return true
		}
		for _, spec := range d.Specs {
			v, ok := spec.(*ast.ValueSpec)
			for i := 0; ok && i < len(v.Values); i++ {
				s.constants[dir+"."+v.Names[i].Name] = v.Values[i]
				s.constants[file.Name.Name+"."+v.Names[i].Name] = v.Values[i]
			}
		}
		return true
	})
}

// visit finds the templates in n.
func (s *source) visit(n ast.Node, dir string, quiet bool) {
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec, *ast.StructType:
			return false
		case *ast.FuncDecl:
			return n.Recv == nil || n.Name.Name != "Error" // those are for logs
		case *ast.CallExpr:
			return s.named(n.Fun, n.Args, dir, quiet)
		case *ast.KeyValueExpr:
			return s.named(n.Key, []ast.Expr{n.Value}, dir, quiet)
		case *ast.AssignStmt:
			return s.named(n.Lhs[0], n.Rhs, dir, quiet)
		case *ast.BinaryExpr:
			return s.binary(n, dir, quiet)
		case *ast.BasicLit:
			if text, literal := s.text(n, dir); literal {
				s.note(text, n, quiet)
			}
		}
		return true
	})
}

// named visits the values that something gets, unless all of them are to be
// visited alike.
func (s *source) named(what ast.Expr, values []ast.Expr, dir string, quiet bool) (alike bool) {
	if quiet || !s.quiet.MatchString(name(what)) {
		return true
	}
	s.visit(what, dir, quiet)
	for _, v := range values {
		s.visit(v, dir, true)
	}
	return false
}

// binary visits a sum of strings, or what is only compared.
func (s *source) binary(b *ast.BinaryExpr, dir string, quiet bool) (others bool) {
	text, literal := s.text(b, dir)
	switch {
	case b.Op == token.ADD && literal:
		s.note(text, b, quiet)
		s.joined(b, dir, quiet)
	case b.Op == token.EQL || b.Op == token.NEQ:
		s.visit(b.X, dir, true)
		s.visit(b.Y, dir, true)
	default:
		return true
	}
	return false
}

// joined visits what is joined to literals.
func (s *source) joined(e ast.Expr, dir string, quiet bool) {
	switch e := e.(type) {
	case *ast.BinaryExpr:
		s.joined(e.X, dir, quiet)
		s.joined(e.Y, dir, quiet)
	case *ast.BasicLit:
	default:
		s.visit(e, dir, quiet)
	}
}

// text returns what e says; literal is false if nothing of it is known.
func (s *source) text(e ast.Expr, dir string) (text string, literal bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, e.Kind == token.STRING && err == nil
	case *ast.ParenExpr:
		return s.text(e.X, dir)
	case *ast.BinaryExpr:
		x, a := s.text(e.X, dir)
		y, b := s.text(e.Y, dir)
		return x + y, a || b
	case *ast.Ident, *ast.SelectorExpr:
		for _, known := range []string{dir + "." + name(e), name(e)} {
			if v, ok := s.constants[known]; ok {
				return s.text(v, dir)
			}
		}
	}
	return "%s", false
}

// note keeps a template that says something. Single words are names more often
// than they are texts.
func (s *source) note(text string, n ast.Node, quiet bool) {
	if words := verb().ReplaceAllString(text, ""); !regexp.MustCompile(`[a-z]`).MatchString(words) {
		return
	}
	quiet = quiet || !strings.Contains(text, " ") || quietTexts().MatchString(text)
	s.found = append(s.found, template{text, s.fset.Position(n.Pos()).String(), quiet})
}

// verb matches the verbs of package fmt.
func verb() *regexp.Regexp { return regexp.MustCompile(`%[-+# 0]*[0-9.]*[a-zA-Z%]`) }

// name returns how the source names something.
func name(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return name(e.X) + "." + e.Sel.Name
	}
	return ""
}
