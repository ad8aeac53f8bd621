package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// words finds the lists of words by which a Dockerfile runs the program.
var words = regexp.MustCompile(`(?m)\bCMD (\[.+\])$`)

// TestContainersRunCommandsThatExist reads what Dockerfile and compose.yaml run as the program itself would.
func TestContainersRunCommandsThatExist(t *testing.T) {
	t.Parallel()
	var lines [][]string
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "Dockerfile"))
	require.NoError(t, err)
	for _, m := range words.FindAllStringSubmatch(string(text), -1) {
		var line []string
		require.NoError(t, json.Unmarshal([]byte(m[1]), &line))
		if line[0] == "/kontor" { // the health check has no entry point
			line = line[1:]
		}
		lines = append(lines, line)
	}
	require.Len(t, lines, 2)

	text, err = os.ReadFile(filepath.Join("..", "..", "..", "compose.yaml"))
	require.NoError(t, err)
	var composition struct {
		Services map[string]struct {
			Build   string
			Command []string
		}
	}
	require.NoError(t, yaml.Unmarshal(text, &composition))
	for _, s := range composition.Services {
		if s.Build != "" {
			lines = append(lines, s.Command)
		}
	}
	require.Len(t, lines, 4)
	for _, line := range lines {
		parser, err := kong.New(&commands{}, kong.Name("kontor"))
		require.NoError(t, err)
		_, err = parser.Parse(line)
		require.NoError(t, err, "kontor %v", line)
	}
}
