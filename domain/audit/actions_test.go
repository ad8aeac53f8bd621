package audit_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/domain/audit"
)

// recorded matches what is given to Entry, or to a helper that ends in one.
var recorded = regexp.MustCompile(`(?:Entry|record\w*|changed|change|changeTeam|written|release|setReason|onOperatorsWord|save)` +
	`\((?:[^()"]|\(\w*\))*"([a-z_]+\.[a-z_]+)"`)

// Whatever is recorded anywhere is known by name, so that people can look for it and read it in words.
func TestEveryActionIsKnown(t *testing.T) {
	t.Parallel()
	known := audit.Actions()
	require.True(t, slices.IsSorted(known))
	found := map[string]string{}
	require.NoError(t, filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, m := range recorded.FindAllStringSubmatch(string(text), -1) {
			found[m[1]] = path
		}
		return err
	}))
	require.Contains(t, found, "channel.connected", "the search finds something")
	for action, path := range found {
		require.Contains(t, known, action, "recorded in %s", path)
	}
}
