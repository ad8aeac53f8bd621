package inbound_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/channel"
	"kontor/domain/domaintest"
	"kontor/domain/ids"
	"kontor/domain/inbound"
)

// A viral post must not be in the way of those who write directly: not of its own page, nor of any other.
func TestAViralPostDoesNotHoldUpDirectMessages(t *testing.T) {
	t.Parallel()
	const comments, perBatch = 10_000, 200
	w := domaintest.New(t)
	w.TakeComments(channel.PerPost)
	b := inbound.Batch{Door: "fake"}
	for i := range comments {
		w.Clock.Add(time.Millisecond)
		b.Routed = append(b.Routed, w.Routed(w.Remarks(fmt.Sprint("fan-", i%500), "page_1", "", fmt.Sprint("me too ", i))))
	}
	require.NoError(t, w.Inbound.Accept(w.Ctx(), b))
	batch := func() int {
		n, err := w.Inbound.Process(w.Ctx())
		require.NoError(t, err)
		return n
	}
	require.Equal(t, perBatch, batch(), "the flood is under way")

	w.Clock.Add(time.Second)
	w.Accept(w.Says("anna", "Where is my order?"))
	require.Equal(t, 1+perBatch/2, batch(), "the next batch takes her message, and of the flood its share")
	found := false
	for _, x := range w.AllTasks() {
		found = found || x.Snippet == "Where is my order?"
	}
	require.True(t, found)

	done := perBatch + perBatch/2
	for n := batch(); n > 0; n = batch() {
		done += n
	}
	require.Equal(t, comments, done)
	require.Len(t, w.AllTasks(), 2)
}

// However lanes are hashed, direct messages share a slot with nothing else.
func TestDirectMessagesHaveSlotsOfTheirOwn(t *testing.T) {
	t.Parallel()
	taken := map[string]map[int]bool{}
	for range 500 {
		id := ids.New()
		for _, lane := range []string{"dm:1", "dm:2", "post:1", "post:2", "lead:1", "page"} {
			class, slot := lane[:2], inbound.SlotOf(id, lane)
			if taken[class] == nil {
				taken[class] = map[int]bool{}
			}
			taken[class][slot] = true
		}
		require.Equal(t, inbound.SlotOf(id, "dm:1"), inbound.SlotOf(id, "dm:2"), "a page's share is one slot of each class")
	}
	for class, slots := range taken {
		for slot := range slots {
			require.True(t, class == "dm" || !taken["dm"][slot], "%s in slot %d", class, slot)
			require.True(t, class == "po" || !taken["po"][slot], "%s in slot %d", class, slot)
		}
	}
}
