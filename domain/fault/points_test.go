package fault_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/domain/fault"
)

// The list is what tools choose from: a point that is not on it is never tried.
func TestPointsAreThoseInTheCode(t *testing.T) {
	t.Parallel()
	call := regexp.MustCompile(`fault\.Point\("([^"]+)"\)`)
	var found []string
	require.NoError(t, filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && d.Name() == "node_modules":
			return filepath.SkipDir
		case !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		text, err := os.ReadFile(path)
		for _, m := range call.FindAllStringSubmatch(string(text), -1) {
			found = append(found, m[1])
		}
		return err
	}))
	require.ElementsMatch(t, fault.Points(), found)
	require.GreaterOrEqual(t, len(found), 40)
}
