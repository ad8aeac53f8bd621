package task

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestEditsComeToTheSameInAnyOrder has numbered edits, and perhaps the message being unsent, told in any order and again.
func TestEditsComeToTheSameInAnyOrder(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 5).Draw(t, "edits")
		var changes []Amendment
		for i := 1; i <= n; i++ {
			changes = append(changes, Amendment{Edit: &NewText{
				Number: i, Text: "text " + strconv.Itoa(i), At: start.Add(time.Duration(i) * time.Minute),
			}})
		}
		if rapid.Bool().Draw(t, "unsent") {
			at := start.Add(time.Hour)
			changes = append(changes, Amendment{Unsent: &at})
		}
		inOrder, anyhow := Comment{Text: "text 0"}, Comment{Text: "text 0"}
		for _, a := range changes {
			inOrder.amend(a)
		}
		told := rapid.Permutation(slices.Concat(changes, changes)).Draw(t, "told")
		for _, a := range told {
			anyhow.amend(a)
		}
		require.Equal(t, inOrder, anyhow)
	})
}
