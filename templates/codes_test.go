package templates

import (
	"go/ast"
	"go/parser"
	gotoken "go/token"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// codesIn returns the codes written in the package's sources, without the lists themselves.
func codesIn(t *testing.T) []string {
	t.Helper()
	code := regexp.MustCompile(`^(template|field|coverage|fill|assign|hours)(\.[a-z_]+)+$`)
	files, err := os.ReadDir(".")
	require.NoError(t, err)
	found := map[string]bool{}
	for _, file := range files {
		name := file.Name()
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || name == "codes.go" {
			continue
		}
		source, err := parser.ParseFile(gotoken.NewFileSet(), name, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		ast.Inspect(source, func(n ast.Node) bool {
			if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == gotoken.STRING {
				if s, err := strconv.Unquote(literal.Value); err == nil && code.MatchString(s) {
					found[s] = true
				}
			}
			return true
		})
	}
	delete(found, "template.name") // what a title fell back to, in the same style as a variable
	return slices.Sorted(maps.Keys(found))
}

func TestCodes(t *testing.T) {
	t.Parallel()
	var listed []string
	for _, code := range slices.Concat(ProblemCodes(), StepCodes(), WarningCodes()) {
		listed = append(listed, code.Name)
	}
	slices.Sort(listed)

	t.Run("each_code_in_the_source_is_listed_once_and_each_listed_one_is_used", func(t *testing.T) {
		t.Parallel()
		require.Equal(t, codesIn(t), listed)
	})
}

// requireListed fails unless a code and its parameters are what its list says.
func requireListed(t require.TestingT, list []Code, name string, params map[string]any) {
	i := slices.IndexFunc(list, func(c Code) bool { return c.Name == name })
	require.GreaterOrEqual(t, i, 0, "code %q is not listed", name)
	want := slices.Sorted(slices.Values(list[i].Params))
	require.Equal(t, want, slices.Sorted(maps.Keys(params)), "parameters of %q", name)
}

// codesOf returns the codes of problems with their locations, after checking them against the list.
func codesOf(t require.TestingT, problems []Problem) []string {
	var codes []string
	for _, p := range problems {
		requireListed(t, ProblemCodes(), p.Code, p.Params)
		codes = append(codes, strings.TrimPrefix(p.Location+": "+p.Code, ": "))
	}
	return codes
}

// stepsOf returns steps as rule.outcome, after checking them against the list.
func stepsOf(t require.TestingT, steps []Step) []string {
	var codes []string
	for _, s := range steps {
		requireListed(t, StepCodes(), s.Rule+"."+s.Outcome, s.Input)
		codes = append(codes, s.Rule+"."+s.Outcome)
	}
	return codes
}
