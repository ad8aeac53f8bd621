// Package archtest checks by machine what the architecture promises: which folder may import which, where gorm, kinds'
// names and words for people may stand, and that documents name only files that exist. The linter repeats part of it; here
// plain go test is enough.
package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/domain/inbound"
	"kontor/domain/outbound"
)

const root = "../.."

type source struct {
	path    string // from the root, with slashes
	folder  string
	test    bool
	imports []string
	file    *ast.File
	fset    *token.FileSet
	text    string
}

func sources(t *testing.T) []source {
	t.Helper()
	var all []source
	require.NoError(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == "tools" || strings.HasPrefix(d.Name(), ".") && d.Name() != "..") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		s := source{fset: token.NewFileSet(), text: string(text)}
		if s.file, err = parser.ParseFile(s.fset, path, text, parser.ParseComments); err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		s.path = filepath.ToSlash(rel)
		s.folder = filepath.ToSlash(filepath.Dir(s.path))
		s.test = strings.HasSuffix(s.path, "_test.go") || slices.Contains(testSupport(), s.folder)
		for _, i := range s.file.Imports {
			name, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				return err
			}
			s.imports = append(s.imports, name)
		}
		all = append(all, s)
		return nil
	}))
	require.NotEmpty(t, all)
	return all
}

// testSupport are the packages that only tests import, and the program that tortures.
func testSupport() []string {
	return []string{
		"domain/clock/clocktest", "domain/domaintest", "domain/storage/storagetest", "integrations/channeltest", "app/apptest", "app/archtest", "app/torture",
	}
}

// mayImport says which of our top folders each may import.
func mayImport() map[string][]string {
	return map[string][]string{
		"templates":    {"templates"},
		"domain":       {"domain", "templates"},
		"migrations":   {"domain/storage"},
		"jobs":         {"jobs", "domain"},
		"integrations": {"integrations", "domain"},
		"app":          {"app", "jobs", "integrations", "migrations", "domain", "templates"},
	}
}

// never says what a folder must not touch.
func never() map[string][]string {
	return map[string][]string{
		"domain":       {"net/http", "github.com/labstack/", "github.com/hibiken/asynq", "github.com/redis/", "golang.org/x/oauth2"},
		"integrations": {"gorm.io/", "github.com/labstack/", "github.com/hibiken/asynq"},
		"jobs":         {"github.com/labstack/", "gorm.io/"},
		"migrations":   {"gorm.io/"},
		"templates":    {"net/http", "database/sql", "os"},
	}
}

// layers is the order of the domain's packages: each imports only those before it.
func layers() []string {
	return []string{
		"errs", "clock", "ids", "secret", "fault", "storage", "due", "feed", "audit", "idempotency",
		"account", "mail", "session", "staff", "setup", "channel", "connection", "access", "attachment", "contact", "template", "post", "conversation", "dossier", "outbound", "task", "reply", "lead", "handover", "inbound", "retention", "report", "configuration",
	}
}

func TestLadder(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		top := strings.SplitN(s.path, "/", 2)[0]
		allowed, known := mayImport()[top]
		require.Truef(t, known, "%s stands in no folder of the architecture", s.path)
		for _, name := range s.imports {
			if ours, ok := strings.CutPrefix(name, "kontor/"); ok {
				fits := slices.ContainsFunc(allowed, func(a string) bool { return ours == a || strings.HasPrefix(ours, a+"/") })
				require.Truef(t, fits, "%s must not import %s", s.path, name)
				require.NotContainsf(t, testSupport(), ours, "%s imports %s, which is for tests", s.path, name)
			}
			for _, bad := range never()[top] {
				require.Falsef(t, name == bad || strings.HasSuffix(bad, "/") && strings.HasPrefix(name, bad),
					"%s must not import %s", s.path, name)
			}
		}
	}
}

func TestDomainPackagesImportOneWay(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		from := slices.Index(layers(), strings.TrimPrefix(s.folder, "domain/"))
		if s.test || !strings.HasPrefix(s.folder, "domain/") {
			continue
		}
		require.GreaterOrEqualf(t, from, 0, "%s has no place in the order of the domain's packages", s.folder)
		for _, name := range s.imports {
			if ours, ok := strings.CutPrefix(name, "kontor/domain/"); ok && !strings.Contains(ours, "/") {
				require.Lessf(t, slices.Index(layers(), ours), from, "%s imports %s, which stands above it", s.path, ours)
			}
		}
	}
}

func TestGormStaysInStores(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		name := filepath.Base(s.path)
		if s.test || s.folder == "domain/storage" || strings.HasPrefix(name, "store") && strings.HasPrefix(s.folder, "domain/") {
			continue
		}
		for _, i := range s.imports {
			require.Falsef(t, strings.HasPrefix(i, "gorm.io/"), "%s imports %s: gorm belongs in store*.go", s.path, i)
		}
	}
}

func TestNoInitFunctions(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		for _, d := range s.file.Decls {
			f, ok := d.(*ast.FuncDecl)
			require.Falsef(t, ok && f.Recv == nil && f.Name.Name == "init", "%s has an init function", s.path)
		}
	}
}

func TestEveryPackageSaysWhatItIsFor(t *testing.T) {
	t.Parallel()
	said := map[string]bool{}
	for _, s := range sources(t) {
		if !strings.HasSuffix(s.path, "_test.go") || s.folder == "app/archtest" {
			said[s.folder] = said[s.folder] || s.file.Doc.Text() != ""
		}
	}
	for folder, ok := range said {
		require.Truef(t, ok, "package %s has no comment", folder)
	}
}

// kinds are the words that stand only in a kind's own folder, its registration line, tests and presets.
var kinds = regexp.MustCompile(`"(facebook|instagram|webchat)"`)

func TestKindsAreNamedOnlyAtHome(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		if s.test || s.path == "integrations/integrations.go" {
			continue
		}
		for _, m := range kinds.FindAllStringSubmatch(s.text, -1) {
			home := "integrations/" + m[1]
			require.Truef(t, s.folder == home || strings.HasPrefix(s.folder, home+"/") || s.folder == "integrations/metasim",
				"%s names the kind %s", s.path, m[1])
		}
	}
}

// TestStatesAreDrawn keeps the tables of legal steps and the drawings in domain/README.md together.
func TestStatesAreDrawn(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(root, "domain/README.md"))
	require.NoError(t, err)
	drawn := string(text)
	for from, steps := range inbound.Steps() {
		require.Contains(t, drawn, string(from))
		for _, to := range steps {
			require.Contains(t, drawn, string(to))
		}
	}
	for from, steps := range outbound.Steps() {
		require.Contains(t, drawn, string(from))
		for _, to := range steps {
			require.Contains(t, drawn, string(to))
		}
	}
}

// tables finds the tables that a schema makes.
var tables = regexp.MustCompile(`CREATE TABLE (\w+)`)

func TestEveryTableIsDescribed(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(root, "domain/README.md"))
	require.NoError(t, err)
	schemas, err := filepath.Glob(filepath.Join(root, "migrations/*/*.sql"))
	require.NoError(t, err)
	require.NotEmpty(t, schemas)
	for _, file := range schemas {
		schema, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, m := range tables.FindAllStringSubmatch(string(schema), -1) {
			require.Containsf(t, string(text), "`"+m[1]+"`", "domain/README.md does not describe the table %s", m[1])
		}
	}
}
