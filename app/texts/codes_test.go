package texts_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// codeShape is how a code looks. In the folder of the API every string of that shape counts as one: there are tables.
var codeShape = regexp.MustCompile(`^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$`)

// codesIn collects the codes used below a folder, each with a place that uses it.
func codesIn(t *testing.T, root string) map[string]string {
	t.Helper()
	used := map[string]string{}
	files := token.NewFileSet()
	packages := map[string][]*ast.File{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && d.Name() != ".." || d.Name() == "node_modules" || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		f, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
		packages[filepath.Dir(path)] = append(packages[filepath.Dir(path)], f)
		return err
	})
	require.NoError(t, err)
	for dir, pkg := range packages {
		c := collector{t: t, files: files, used: used, constants: constantsOf(pkg), tables: strings.HasSuffix(dir, "app/httpapi")}
		for _, f := range pkg {
			if f.Name.Name != "errs" {
				ast.Inspect(f, c.visit)
			}
		}
	}
	return used
}

// constantsOf returns the string constants of a package by name.
func constantsOf(pkg []*ast.File) map[string]string {
	values := map[string]string{}
	for _, f := range pkg {
		for _, d := range f.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.CONST {
				continue
			}
			for _, s := range g.Specs {
				v := s.(*ast.ValueSpec)
				for i, name := range v.Names {
					if i < len(v.Values) {
						if text, ok := literal(v.Values[i]); ok {
							values[name.Name] = text
						}
					}
				}
			}
		}
	}
	return values
}

func literal(e ast.Expr) (string, bool) {
	l, ok := e.(*ast.BasicLit)
	if !ok || l.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(l.Value)
	return text, err == nil
}

type collector struct {
	t         *testing.T
	files     *token.FileSet
	used      map[string]string
	constants map[string]string
	tables    bool
}

// visit notes the codes of errs.New(kind, code), errs.At(location, code) and errs.Missing(what).
func (c collector) visit(n ast.Node) bool {
	if c.tables {
		if e, ok := n.(ast.Expr); ok {
			if text, ok := literal(e); ok && codeShape.MatchString(text) && !fileName.MatchString(text) {
				c.note(text, n)
			}
		}
	}
	call, ok := n.(*ast.CallExpr)
	if !ok {
		return true
	}
	f, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return true
	}
	if pkg, ok := f.X.(*ast.Ident); !ok || pkg.Name != "errs" {
		return true
	}
	switch f.Sel.Name {
	case "New", "At":
		c.code(call.Args[1], "")
	case "Missing":
		c.code(call.Args[0], ".not_found")
	}
	return true
}

var fileName = regexp.MustCompile(`\.(html|js|css|json)$|^body\.|^header\.|^query\.|^path\.`)

func (c collector) code(e ast.Expr, suffix string) {
	text, ok := literal(e)
	if name, isName := e.(*ast.Ident); isName {
		text, ok = c.constants[name.Name], c.constants[name.Name] != ""
	}
	if !ok {
		// Computed: its values must stand as literals where they come from, which the table rule finds.
		require.True(c.t, c.tables, "%s: write the code as a literal, so that its text can be checked", c.files.Position(e.Pos()))
		return
	}
	c.note(text+suffix, e)
}

func (c collector) note(code string, n ast.Node) {
	if _, there := c.used[code]; !there {
		c.used[code] = c.files.Position(n.Pos()).String()
	}
}
