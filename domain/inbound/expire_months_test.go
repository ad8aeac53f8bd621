package inbound_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/domaintest"
	"kontor/domain/ids"
	"kontor/domain/inbound"
	"kontor/domain/storage"
)

// parted is a world in which events lie in parts, for this month, the next and the rest; in one piece on SQLite.
func parted(t *testing.T) old {
	w := old{domaintest.New(t)}
	w.Parted("inbound_events")
	require.NoError(t, storage.NewEverywhere(w.DB).AddMonths(w.Ctx(), "inbound_events", storage.MonthsFrom(w.Clock.Now(), 1)...))
	return w
}

// drop drops the months that may go, and requires that these were.
func (w old) drop(want ...string) {
	w.T.Helper()
	if w.DB.Engine() == storage.SQLite {
		want = nil
	}
	gone, err := inbound.DropMonths(w.Ctx(), storage.NewEverywhere(w.DB), w.Clock.Now())
	require.NoError(w.T, err)
	require.Equal(w.T, want, gone)
}

func TestMonthsOfEventsGoAtOnce(t *testing.T) {
	t.Parallel()
	w := parted(t)
	other, owner := w.Found("Other GmbH", "other@muster.example")
	a, noon := w.Account.ID, w.Clock.Now()
	w.told(a, noon, inbound.Processed)
	w.told(a, noon.Add(day), inbound.Ignored)
	theirs := w.told(other.ID, noon, inbound.Processed)
	w.Clock.Add(40 * day)
	december := w.told(a, w.Clock.Now(), inbound.Processed)
	w.Clock.Add(90 * day)

	w.drop() // for ever is the rule
	w.keep(w.Owner, 120)
	w.drop() // another account keeps its own
	w.keep(owner, 200)
	w.drop()
	w.keep(owner, 120)
	w.keep(w.Owner, 0)
	w.drop()
	w.keep(w.Owner, 120)
	w.drop("inbound_events_m202611")
	w.drop()
	if w.DB.Engine() == storage.Postgres {
		require.Equal(t, []ids.ID{december}, w.left(a))
		require.Empty(t, w.left(other.ID), theirs)
	}
}

func TestWhatIsNotFinishedKeepsTheMonthOfItsEvent(t *testing.T) {
	t.Parallel()
	for _, state := range []inbound.State{inbound.Received, inbound.Waiting, inbound.Held, inbound.Failed} {
		t.Run(string(state), func(t *testing.T) {
			t.Parallel()
			w := parted(t)
			w.keep(w.Owner, 90)
			w.told(w.Account.ID, w.Clock.Now(), inbound.Processed)
			open := w.told(w.Account.ID, w.Clock.Now(), state)
			w.Clock.Add(400 * day)
			w.drop("inbound_events_m202612") // in which there is nothing
			require.Contains(t, w.left(w.Account.ID), open)
			require.NoError(t, w.DB.Of(w.Ctx(), w.Account.ID).Model(&inbound.Event{}).Where("id = ?", open).Update("state", inbound.Ignored).Error)
			w.drop("inbound_events_m202611")
		})
	}
}

// Whether a month may go is asked while nothing can be written: it must cost the same however many events there are.
func TestAMonthIsLookedThroughByIndexes(t *testing.T) {
	t.Parallel()
	w := parted(t)
	w.told(w.Account.ID, w.Clock.Now(), inbound.Processed)
	w.Clock.Add(40 * day)
	asked := 0
	for _, text := range w.Statements(func() { w.drop() }) {
		if strings.Contains(text, "inbound_events_m202611 AS e") {
			asked++
			plan := w.Plan(text)
			require.NotContains(t, plan, "Seq Scan on inbound_events", plan)
			require.Equal(t, 2, strings.Count(plan, "Limit"), "one row of each: %s", plan)
		}
	}
	require.True(t, asked > 0 || w.DB.Engine() == storage.SQLite)
}

// Days are exact also where months have parts: what becomes too old within a month goes one by one.
func TestEventsInPartsAreForgottenOneByOneToo(t *testing.T) {
	t.Parallel()
	w := parted(t)
	first, second := w.told(w.Account.ID, w.Clock.Now(), inbound.Processed), w.told(w.Account.ID, w.Clock.Now().Add(30*day), inbound.Ignored)
	rest := w.told(w.Account.ID, w.Clock.Now().Add(-500*day), inbound.Processed)
	forget := func(before time.Time) int {
		n, err := w.Inbound.ForgetEvents(w.Ctx(), w.Account.ID, before, 200)
		require.NoError(t, err)
		return n
	}
	require.Equal(t, 1, forget(w.Clock.Now()))
	require.NotContains(t, w.left(w.Account.ID), rest)
	require.Equal(t, []ids.ID{first, second}, w.left(w.Account.ID))
	said := w.Statements(func() { require.Equal(t, 2, forget(w.Clock.Now().Add(31*day))) })
	of := domaintest.Parted{World: w.World, Table: "inbound_events"}
	of.RequireReads(said, "DELETE FROM", []any{
		w.Account.ID.String(), []any{first.String()}, storage.MonthOf(w.Clock.Now()), storage.MonthOf(w.Clock.Now()), inbound.Processed, inbound.Ignored,
	}, "202611")
}
