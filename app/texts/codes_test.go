package texts_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// use is one place that answers with a code.
type use struct {
	where  string
	params []string // the names of the values it gives; nil when they cannot be told
}

// codesIn collects the codes used below a folder: the literals given to errs.New, errs.At, errs.Missing, templates.NewStep and
// storage.Found, also by way of a constant or of a parameter of the function around, and to a Code; in the folder of the
// API, where codes stand in tables, and in the areas of reasons, every string that looks like one.
func codesIn(t *testing.T, root string) map[string][]use {
	t.Helper()
	c := collector{t: t, files: token.NewFileSet(), used: map[string][]use{}}
	packages := map[string][]*ast.File{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (slices.Contains([]string{".git", "node_modules", "testdata"}, d.Name()) || strings.HasSuffix(d.Name(), "test")):
			return filepath.SkipDir
		case d.IsDir() && d.Name() == "integrations":
			return filepath.SkipDir // kinds bring catalogues of their own, and tests for them
		case d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		f, err := parser.ParseFile(c.files, path, nil, parser.SkipObjectResolution)
		packages[filepath.Dir(path)] = append(packages[filepath.Dir(path)], f)
		return err
	})
	require.NoError(t, err)
	for dir, pkg := range packages {
		if pkg[0].Name.Name == "errs" {
			continue // it makes the errors of others
		}
		c.pkg, c.constants = pkg, constantsOf(pkg)
		c.tables = strings.HasSuffix(dir, "app/httpapi")
		for _, f := range pkg {
			c.file(f)
		}
	}
	return c.used
}

type collector struct {
	t         *testing.T
	files     *token.FileSet
	used      map[string][]use
	pkg       []*ast.File
	constants map[string]string
	tables    bool
}

var (
	codeShape   = regexp.MustCompile(`^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$`)
	noCode      = regexp.MustCompile(`\.(html|js|css|json|yaml)$|^(body|header|query|path)\.`)
	reasonShape = regexp.MustCompile(`^(delivery|reply|leads|doctor)\.[a-z_]+$|^channel\.(usage|paused)`) // what Failure, Decision and Finding carry
)

func (c *collector) file(f *ast.File) {
	for _, d := range f.Decls {
		around, _ := d.(*ast.FuncDecl)
		ast.Inspect(d, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BasicLit:
				text, _ := literal(n)
				if c.tables && codeShape.MatchString(text) && !noCode.MatchString(text) || reasonShape.MatchString(text) {
					c.note(text, n, nil)
				}
			case *ast.CallExpr:
				c.call(n, around)
			case *ast.CompositeLit: // why an event has no effect
				if name, ok := n.Type.(*ast.Ident); ok && name.Name == "fate" && len(n.Elts) == 2 {
					c.reason(n.Elts[1])
				}
			case *ast.KeyValueExpr:
				if name, ok := n.Key.(*ast.Ident); ok && name.Name == "Code" {
					if text, ok := c.value(n.Value); ok {
						c.note(text, n, nil)
					}
				}
			}
			return true
		})
	}
}

func (c *collector) call(call *ast.CallExpr, around *ast.FuncDecl) {
	f, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return
	}
	pkg, ok := f.X.(*ast.Ident)
	if !ok {
		return
	}
	switch pkg.Name + "." + f.Sel.Name {
	case "errs.New", "errs.At":
		c.code(call.Args[1], "", around, paramsFrom(call, 2))
	case "templates.NewStep":
		c.code(call.Args[0], "", around, paramsFrom(call, 1))
	case "errs.Missing":
		c.code(call.Args[0], ".not_found", around, []string{})
	case "storage.Found":
		c.code(call.Args[1], ".not_found", around, []string{})
	case "b.close", "st.close", "st.wait":
		at := len(call.Args) - 1
		if f.Sel.Name == "wait" {
			at--
		}
		c.reason(call.Args[at])
	}
}

// reason notes why an event has no effect.
func (c *collector) reason(e ast.Expr) {
	if reason, ok := c.value(e); ok && reason != "" {
		c.note("ignored."+reason, e, nil)
	}
}

// paramsFrom returns the names of the values given with a code, from an argument on, or nil when they are not literals.
func paramsFrom(call *ast.CallExpr, first int) []string {
	names := []string{}
	if call.Ellipsis.IsValid() {
		return nil
	}
	for i := first; i < len(call.Args); i += 2 {
		name, ok := literal(call.Args[i])
		if !ok {
			return nil
		}
		names = append(names, name)
	}
	return names
}

// code notes what an argument says, or what the callers of the function around give for it.
func (c *collector) code(e ast.Expr, suffix string, around *ast.FuncDecl, params []string) {
	if text, ok := c.value(e); ok {
		c.note(text+suffix, e, params)
		return
	}
	name, isName := e.(*ast.Ident)
	at := -1
	if isName && around != nil {
		at = slices.Index(parametersOf(around), name.Name)
	}
	if at < 0 {
		return // computed, as a platform's reason: whoever makes it has it in a place that is looked at
	}
	for _, f := range c.pkg {
		ast.Inspect(f, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && calledName(call) == around.Name.Name && at < len(call.Args) {
				text, ok := c.value(call.Args[at])
				require.True(c.t, ok, "%s: write the code as a literal", c.files.Position(call.Pos()))
				c.note(text+suffix, call, params)
			}
			return true
		})
	}
}

func (c *collector) value(e ast.Expr) (string, bool) {
	if name, ok := e.(*ast.Ident); ok {
		text, ok := c.constants[name.Name]
		return text, ok
	}
	return literal(e)
}

func (c *collector) note(code string, n ast.Node, params []string) {
	c.used[code] = append(c.used[code], use{c.files.Position(n.Pos()).String(), params})
}

func parametersOf(f *ast.FuncDecl) []string {
	var names []string
	for _, field := range f.Type.Params.List {
		for _, n := range field.Names {
			names = append(names, n.Name)
		}
	}
	return names
}

func calledName(call *ast.CallExpr) string {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}

// constantsOf returns the string constants of a package by name.
func constantsOf(pkg []*ast.File) map[string]string {
	values := map[string]string{}
	for _, f := range pkg {
		ast.Inspect(f, func(n ast.Node) bool {
			if v, ok := n.(*ast.ValueSpec); ok {
				for i, name := range v.Names {
					if i < len(v.Values) {
						if text, ok := literal(v.Values[i]); ok {
							values[name.Name] = text
						}
					}
				}
			}
			return true
		})
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
