package inbound_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/domaintest"
	"kontor/domain/inbound"
	"kontor/domain/storage"
)

func TestMonthsAreMadeAhead(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	events, attempts := w.Parted("inbound_events"), w.Parted("attempts")
	for range 2 {
		require.NoError(t, w.Months(w.Ctx()))
	}
	events.RequireParts("202611", "202612", "202701")
	attempts.RequireParts("202611", "202612", "202701")
	w.Clock.Add(9*day - 12*time.Hour) // the last day of November: the clocks of others may have come to December
	require.NoError(t, w.Months(w.Ctx()))
	events.RequireParts("202611", "202612", "202701", "202702")
}

// What becomes of an event is written into its own month, and no other is read for it.
func TestAnEventIsClosedInItsMonth(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	p := w.Parted("inbound_events")
	require.NoError(t, w.Months(w.Ctx()))
	w.Hear(w.Says("anna", "good day"))
	w.Clock.Add(30 * day)
	w.Accept(w.Says("anna", "again"))
	said := w.Statements(func() {
		_, err := w.Inbound.Process(w.Ctx())
		require.NoError(t, err)
	})
	events := w.Events()
	require.Len(t, events, 2)
	for _, e := range events {
		require.Equal(t, inbound.Processed, e.State)
		require.Equal(t, storage.MonthOf(e.ReceivedAt), e.Month)
	}
	last := events[0]
	if last.ReceivedAt.Before(events[1].ReceivedAt) {
		last = events[1]
	}
	at := slices.IndexFunc(said, func(text string) bool { return strings.Contains(text, "UPDATE inbound_events") })
	require.NotRegexp(t, "channel|state_received|SCAN t", w.Plan(said[at]), "by the key, also while the parts are empty")
	none := []any{nil}
	p.RequireReads(said, "UPDATE inbound_events", []any{
		[]any{w.Account.ID.String()}, []any{last.ID.String()}, []any{last.Month}, []any{""}, []any{""}, none, none, none, none, none,
	}, "202612")
}

// Events of two months that are processed together are both closed.
func TestABatchOfTwoMonths(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.Parted("inbound_events")
	require.NoError(t, w.Months(w.Ctx()))
	w.Accept(w.Says("anna", "in November"), w.Says("berta", "too"))
	w.Clock.Add(30 * day)
	w.Accept(w.Says("anna", "in December"))
	n, err := w.Inbound.Process(w.Ctx())
	require.NoError(t, err)
	require.Equal(t, 3, n)
	for _, e := range w.Events() {
		require.Equal(t, inbound.Processed, e.State)
	}
	require.Len(t, w.AllTasks(), 2)
}

// A month that nobody has made a place for is taken all the same.
func TestEventsOfAMonthWithoutAPlace(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	p := w.Parted("inbound_events")
	w.Clock.Add(400 * day)
	w.Hear(w.Says("anna", "good day"))
	require.Len(t, w.AllTasks(), 1)
	require.NoError(t, w.Months(w.Ctx()))
	p.RequireParts("202801", "202802") // what is in the rest stays there, and a month with nothing in it goes
	require.Equal(t, inbound.Processed, w.Events()[0].State)
}
