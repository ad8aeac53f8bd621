package main

import (
	"encoding/json"
	"go/parser"
	"go/token"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// The faults that are planted to see whether the driver notices have to go with the program they are planted in.
func TestPlantedFaultsFitTheProgram(t *testing.T) {
	t.Parallel()
	require.GreaterOrEqual(t, len(flaws()), 10)
	for _, f := range flaws() {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			name, err := f.overlay("../..", t.TempDir())
			require.NoError(t, err)
			text, err := os.ReadFile(name)
			require.NoError(t, err)
			var made struct{ Replace map[string]string }
			require.NoError(t, json.Unmarshal(text, &made))
			for _, changed := range made.Replace {
				_, err := parser.ParseFile(token.NewFileSet(), changed, nil, parser.SkipObjectResolution)
				require.NoError(t, err)
			}
		})
	}
}
