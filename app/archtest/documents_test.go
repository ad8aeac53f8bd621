package archtest

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	// files finds what documents call a file: a path with an ending, in backquotes.
	files = regexp.MustCompile("`([A-Za-z0-9_./*-]+\\.(?:go|mod|sql|yaml|yml|md|tsx|ts|html|json))`")
	// folders finds what they call a folder or a package of ours: a path that begins with one of the top folders.
	folders = regexp.MustCompile("`((?:app|docs|domain|integrations|jobs|migrations|templates|tools)/[a-z0-9_/*-]*)`")
	// testSettings are the variables that only tests read.
	testSettings = []string{"KONTOR_BINARY", "KONTOR_TEST_DATABASE_URL", "KONTOR_TEST_REDIS_URL", "KONTOR_CRASH_SECONDS", "KONTOR_CRASH_SEED", "KONTOR_FAULT"}
)

// documents returns the text of each document, by its path from here.
func documents(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	require.NoError(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "node_modules" || d.Name() == ".git"):
			return filepath.SkipDir
		case !strings.HasSuffix(path, ".md"):
			return nil
		}
		text, err := os.ReadFile(path)
		all[path] = string(text)
		return err
	}))
	require.NotEmpty(t, all)
	return all
}

func TestDocumentsNameFilesThatExist(t *testing.T) {
	t.Parallel()
	for path, text := range documents(t) {
		for _, found := range []*regexp.Regexp{files, folders} {
			for _, m := range found.FindAllStringSubmatch(text, -1) {
				require.Truef(t, exists(filepath.Dir(path), m[1]), "%s names %s, which is not there", path, m[1])
			}
		}
	}
}

func exists(folder, name string) bool {
	for _, base := range []string{folder, root} {
		found, err := filepath.Glob(filepath.Join(base, name))
		if err == nil && len(found) > 0 {
			return true
		}
	}
	return false
}

func TestDocumentsNameTargetsAndSettingsThatExist(t *testing.T) {
	t.Parallel()
	known := append(settings(), testSettings...)
	for path, text := range documents(t) {
		for _, m := range quotedMake.FindAllStringSubmatch(text, -1) {
			require.Containsf(t, targets(t), m[1], "%s names a target that there is not", path)
		}
		for _, found := range setting.FindAllString(text, -1) {
			require.Truef(t, slices.Contains(known, strings.TrimSuffix(found, "_")), "%s names the setting %s, which there is not", path, found)
		}
	}
}

// quotedMake finds make and a target in backquotes, or at the beginning of a line of a block.
var quotedMake = regexp.MustCompile("(?m)(?:`|^)(?:[A-Z_]+=\\S+ )*make ([a-z]+)")
