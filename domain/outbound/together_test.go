package outbound_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/domain/channel"
	"kontor/domain/outbound"
)

// A lane ends with the record of its last message; what was written while that was under way is none that it knew of.
func TestWhatIsWrittenDuringTheLastCallFollows(t *testing.T) {
	t.Parallel()
	w, anna := talk(t)
	w.Answer(anna, "one")
	w.Answer(anna, "two")
	lanes, err := w.Outbound.Claim(w.Ctx(), 10)
	require.NoError(t, err)
	require.Len(t, lanes, 1)
	w.Fake.Answer(func(out channel.Outgoing) (bool, error) {
		if out.Text == "two" {
			w.Answer(anna, "three")
		}
		return true, nil
	})
	require.NoError(t, w.Outbound.Deliver(w.Ctx(), lanes[0]))
	require.Equal(t, 2, w.Fake.Calls(), "one after the other")
	again, err := w.Outbound.Claim(w.Ctx(), 10)
	require.NoError(t, err)
	require.Len(t, again, 1, "due at once")
	require.NoError(t, w.Outbound.Deliver(w.Ctx(), again[0]))
	var said []string
	for _, m := range w.Fake.Taken() {
		said = append(said, m.Text)
	}
	require.Equal(t, []string{"one", "two", "three"}, said)
	none, err := w.Outbound.Claim(w.Ctx(), 10)
	require.NoError(t, err)
	require.Empty(t, none)
	left, err := w.Due.Oldest(w.Ctx(), outbound.Queue)
	require.NoError(t, err)
	require.Zero(t, left, "the work is over")
}

// Messages are not looked for among those that wait, as much when the plan was made while there were none.
func TestADeliveryReadsOnlyItsOwn(t *testing.T) {
	t.Parallel()
	w, anna := talk(t)
	c := w.Answer(anna, "Good morning")
	lanes, err := w.Outbound.Claim(w.Ctx(), 1)
	require.NoError(t, err)
	n := 0
	for _, text := range w.Statements(func() { require.NoError(t, w.Outbound.Deliver(w.Ctx(), lanes[0])) }) {
		if strings.Contains(text, "UPDATE messages") {
			n++
			plan := w.Plan(text, "enable_sort = on", "enable_hashjoin = off", "enable_mergejoin = off")
			require.NotRegexp(t, `messages_by_(lane|state)`, plan)
		}
	}
	require.Equal(t, 2, n)
	require.Equal(t, outbound.Sent, w.Message(c).State)
}
