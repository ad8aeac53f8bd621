package archtest

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"kontor/app/config"
)

// No image is built where no engine runs. These tests make sure at least that what Dockerfile and compose.yaml name is
// there.

// target finds the targets of the Makefile.
var target = regexp.MustCompile(`(?m)^([a-z]+):`)

func targets(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, m := range target.FindAllStringSubmatch(read(t, "Makefile"), -1) {
		all = append(all, m[1])
	}
	return all
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, name))
	require.NoError(t, err)
	return string(text)
}

var (
	setting   = regexp.MustCompile(`\bKONTOR_[A-Z0-9_]+\b`)
	makes     = regexp.MustCompile(`\bmake ([a-z]+)\b`)
	copied    = regexp.MustCompile(`(?m)^COPY (.+)$`)
	stageName = regexp.MustCompile(`(?m)^FROM \S+ AS (\w+)$`)
	fromStage = regexp.MustCompile(`--from=(\w+)`)
)

// settings are the names of all settings, and the forms of them that name a file.
func settings() []string {
	var all []string
	for _, v := range config.Describe() {
		all = append(all, v.Name, v.Name+"_FILE")
	}
	return all
}

func TestContainersNameSettingsAndTargetsThatExist(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Dockerfile", "compose.yaml", ".ci/run"} {
		text := read(t, name)
		for _, found := range setting.FindAllString(text, -1) {
			require.Containsf(t, settings(), found, "%s names a setting that there is not", name)
		}
		for _, m := range makes.FindAllStringSubmatch(text, -1) {
			require.Containsf(t, targets(t), m[1], "%s names a target that there is not", name)
		}
	}
}

func TestTheImageCopiesWhatIsThere(t *testing.T) {
	t.Parallel()
	text := read(t, "Dockerfile")
	var stages []string
	for _, m := range stageName.FindAllStringSubmatch(text, -1) {
		stages = append(stages, m[1])
	}
	for _, m := range copied.FindAllStringSubmatch(text, -1) {
		words := strings.Fields(m[1])
		if from := fromStage.FindStringSubmatch(m[1]); from != nil {
			require.Contains(t, stages, from[1])
			continue
		}
		for _, path := range words[:len(words)-1] {
			require.Truef(t, exists(root, path), "the Dockerfile copies %s, which is not there", path)
		}
	}
}

// composition is what this test reads of compose.yaml.
type composition struct {
	Services map[string]struct {
		Build       string
		Image       string
		Environment map[string]string
		Secrets     []string
		Volumes     []string
		ReadOnly    bool                      `yaml:"read_only"`
		DependsOn   map[string]map[string]any `yaml:"depends_on"`
	}
	Volumes map[string]any
	Secrets map[string]struct{ File string }
}

func TestTheCompositionIsWhole(t *testing.T) {
	t.Parallel()
	var c composition
	require.NoError(t, yaml.Unmarshal([]byte(read(t, "compose.yaml")), &c))
	require.NotEmpty(t, c.Services)
	granted := map[string]bool{}
	for name, s := range c.Services {
		require.Truef(t, s.ReadOnly, "%s can write to its own files", name)
		if s.Build != "" {
			require.Truef(t, exists(root, filepath.Join(s.Build, "Dockerfile")), "%s is built from nothing", name)
		}
		for other := range s.DependsOn {
			require.Contains(t, c.Services, other)
		}
		for _, v := range s.Volumes {
			volume, _, _ := strings.Cut(v, ":")
			require.Contains(t, c.Volumes, volume)
		}
		for _, secret := range s.Secrets {
			require.Contains(t, c.Secrets, secret)
			granted[secret] = true
		}
		for key, value := range s.Environment {
			if file, ok := strings.CutPrefix(value, "/run/secrets/"); ok {
				require.Truef(t, strings.HasSuffix(key, "_FILE"), "%s is a file's name", key)
				require.Containsf(t, s.Secrets, file, "%s of %s names a secret it is not given", key, name)
			}
		}
	}
	made := read(t, "Makefile")
	for name, secret := range c.Secrets {
		require.Truef(t, granted[name], "nobody is given the secret %s", name)
		require.Containsf(t, made, "make_secret "+filepath.Base(secret.File), "make secrets does not make %s", secret.File)
	}
}

// TestContainersNeedNoSecretInTheOpen refuses settings that hold secrets in compose.yaml: they come from files.
func TestContainersNeedNoSecretInTheOpen(t *testing.T) {
	t.Parallel()
	var c composition
	require.NoError(t, yaml.Unmarshal([]byte(read(t, "compose.yaml")), &c))
	for name, s := range c.Services {
		for key := range s.Environment {
			open := slices.ContainsFunc([]string{"SECRET", "PASSWORD", "TOKEN", "DATABASE_URL", "KEYS"}, func(word string) bool {
				return strings.Contains(key, word) && !strings.HasSuffix(key, "_FILE")
			})
			require.Falsef(t, open, "%s of %s stands in the open", key, name)
		}
	}
}
