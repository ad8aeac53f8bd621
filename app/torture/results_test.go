package main

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The page tells what the results say, all of them.
func TestThePageTellsTheSumOfTheResults(t *testing.T) {
	t.Parallel()
	table, err := summary("../../docs/torture.jsonl")
	require.NoError(t, err)
	page, err := os.ReadFile("../../docs/promise.md")
	require.NoError(t, err)
	_, rest, _ := strings.Cut(string(page), tableBegins)
	shown, _, _ := strings.Cut(rest, tableEnds)
	require.Equal(t, table, shown, "make torture writes it anew; go run ./app/torture -cycles=0 -results=docs/torture.jsonl -page=docs/promise.md too")
}
