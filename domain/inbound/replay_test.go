package inbound_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/domaintest"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/inbound"
	"kontor/domain/storage"
)

// ignored has n events come that become nothing.
func ignored(w *domaintest.World, n int) {
	w.T.Helper()
	var items []channel.Inbound
	for range n {
		in := w.Says("anna", ids.New().String())
		in.Action, in.Reason = channel.Ignore, "test"
		items = append(items, in)
	}
	w.Hear(items...)
}

func begin(w *domaintest.World, f inbound.Filter) inbound.Replay {
	w.T.Helper()
	r, err := w.Inbound.Replay(w.Ctx(), w.Owner, f)
	require.NoError(w.T, err)
	return r
}

func replayNow(w *domaintest.World, id ids.ID) inbound.Replay {
	w.T.Helper()
	r, err := w.Inbound.ReplayOf(w.Ctx(), w.Account.ID, id)
	require.NoError(w.T, err)
	return r
}

// through processes and hands over by turns, until a replay has ended.
func through(w *domaintest.World, id ids.ID) inbound.Replay {
	w.T.Helper()
	for range 50 {
		w.Process()
		w.Fetch(inbound.ReplayQueue)
		if r := replayNow(w, id); r.EndedAt != nil {
			return r
		}
	}
	require.Fail(w.T, "it never ends")
	return inbound.Replay{}
}

func TestAReplayGoesOnStepByStep(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	const n = 950
	ignored(w, n)
	w.Clock.Add(time.Hour)
	r := begin(w, inbound.Filter{State: inbound.Ignored})
	require.Equal(t, inbound.Replaying, r.State)
	require.Equal(t, int64(n), r.Total)
	require.Less(t, r.Handed, int64(n), "not all at once: what comes in meanwhile would wait behind them")
	require.Zero(t, r.Done())

	_, err := w.Inbound.Process(w.Ctx())
	require.NoError(t, err)
	some := replayNow(w, r.ID)
	require.Positive(t, some.Ignored)
	require.LessOrEqual(t, some.Done(), some.Handed)

	// Whoever writes now is heard before the rest.
	w.Hear(w.Says("ben", "hello"))
	require.Len(t, w.AllTasks(), 1)
	require.Less(t, replayNow(w, r.ID).Done(), int64(n))

	w.Clock.Add(time.Minute)
	ignored(w, 1) // what comes later is not part of it
	end := through(w, r.ID)
	require.Equal(t, inbound.Finished, end.State)
	require.Equal(t, []int64{n, n, n}, []int64{end.Total, end.Handed, end.Ignored})
	of, _, err := w.Inbound.Events(w.Ctx(), w.Account.ID, inbound.Filter{ReplayID: ids.Ptr(r.ID)}, storage.Page{Limit: 1})
	require.NoError(t, err)
	require.Len(t, of, 1)
	all, _, err := w.Inbound.Counts(w.Ctx(), w.Account.ID, inbound.Filter{ReplayID: ids.Ptr(r.ID)})
	require.NoError(t, err)
	require.Equal(t, int64(n), all.Of(inbound.Ignored))
}

func TestAReplayIsStopped(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	const n = 900
	ignored(w, n)
	r := begin(w, inbound.Filter{State: inbound.Ignored})
	r, err := w.Inbound.StopReplay(w.Ctx(), w.Owner, r.ID)
	require.NoError(t, err)
	require.Equal(t, inbound.Stopping, r.State, "what was handed over still has its effect")
	end := through(w, r.ID)
	require.Equal(t, inbound.Stopped, end.State)
	require.Equal(t, end.Handed, end.Ignored)
	require.Less(t, end.Handed, int64(n))
	require.Equal(t, int64(n), end.Total)
	again, err := w.Inbound.StopReplay(w.Ctx(), w.Owner, r.ID)
	require.NoError(t, err)
	require.Equal(t, inbound.Stopped, again.State, "once more changes nothing")

	member := w.Owner
	member.Role = account.Member
	_, err = w.Inbound.StopReplay(w.Ctx(), member, r.ID)
	require.Equal(t, errs.Forbidden, errs.KindOf(err))
	_, stranger := w.Found("Other GmbH", "other@muster.example")
	_, err = w.Inbound.StopReplay(w.Ctx(), stranger, r.ID)
	require.Equal(t, errs.NotFound, errs.KindOf(err))
}

func TestAReplayOfNamedEvents(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	ignored(w, 2)
	w.Hear(w.Says("anna", "hello"))
	r := begin(w, inbound.Filter{IDs: []ids.ID{w.Events()[0].ID, w.Events()[2].ID}})
	end := through(w, r.ID)
	require.Equal(t, int64(2), end.Total)
	require.Equal(t, end.Total, end.Done())
	require.Equal(t, inbound.Finished, end.State)

	none := begin(w, inbound.Filter{Reason: "nothing has this"})
	require.Equal(t, inbound.Finished, none.State, "there is nothing to wait for")
	list, _, err := w.Inbound.Replays(w.Ctx(), w.Account.ID, storage.Page{})
	require.NoError(t, err)
	require.Len(t, list, 2)
	require.Equal(t, none.ID, list[0].ID)
}

func TestEventsAreCountedUpToABound(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	ignored(w, 3)
	all, more, err := w.Inbound.Counts(w.Ctx(), w.Account.ID, inbound.Filter{Reason: "test"})
	require.NoError(t, err)
	require.False(t, more)
	require.Equal(t, inbound.Counts{{State: inbound.Ignored, Type: "ignore", Reason: "test", Count: 3, Readable: 3}}, all)
	for _, text := range w.Statements(func() {
		_, _, err = w.Inbound.Counts(w.Ctx(), w.Account.ID, inbound.Filter{})
		require.NoError(t, err)
	}) {
		require.Contains(t, text, "LIMIT")
	}
}

// TestEventsAreReadAlongAnIndex looks at each offered filter: a page, and what is counted, is read along an index in the
// list's order and within the time, and never by sorting all that there is.
func TestEventsAreReadAlongAnIndex(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	now, some := w.Clock.Now(), ids.Ptr(ids.New())
	for name, of := range map[string]struct {
		filter inbound.Filter
		index  string
	}{
		"all":               {inbound.Filter{}, "inbound_events_(before_)?by_time"},
		"time":              {inbound.Filter{From: now, To: now}, "inbound_events_(before_)?by_time"},
		"processed":         {inbound.Filter{State: inbound.Processed, From: now}, "inbound_events_(before_)?by_time"},
		"type":              {inbound.Filter{Type: "messages", From: now}, "inbound_events_(before_)?by_time"},
		"failed":            {inbound.Filter{State: inbound.Failed}, "inbound_events_(before_)?by_state"},
		"ignored, why":      {inbound.Filter{State: inbound.Ignored, Reason: "test", From: now}, "inbound_events_(before_)?by_state"},
		"held":              {inbound.Filter{State: inbound.Held, To: now}, "inbound_events_(before_)?by_state"},
		"channel":           {inbound.Filter{ChannelID: some, From: now}, "inbound_events_(before_)?by_channel"},
		"replay":            {inbound.Filter{ReplayID: some}, "inbound_events_(before_)?by_replay"},
		"failed of channel": {inbound.Filter{State: inbound.Failed, ChannelID: some}, "inbound_events_(before_)?by_"},
		"failed of replay":  {inbound.Filter{State: inbound.Failed, ReplayID: some}, "inbound_events_(before_)?by_"},
	} {
		plans := w.Plans(func() {
			_, _, err := w.Inbound.Events(w.Ctx(), w.Account.ID, of.filter, storage.Page{Limit: 50})
			require.NoError(t, err)
			_, _, err = w.Inbound.Counts(w.Ctx(), w.Account.ID, of.filter)
			require.NoError(t, err)
		})
		require.Len(t, plans, 3, name)
		for i, plan := range plans {
			index := of.index
			if !of.filter.From.IsZero() || !of.filter.To.IsZero() { // then the time alone may do, too
				index += "|inbound_events_(before_)?by_time"
			}
			require.Regexp(t, index, plan, name)
			require.NotContains(t, plan, "Seq Scan", name)
			requireWithin(t, plan, "received_at", of.filter.From, of.filter.To)
			if i != 1 { // the groups of what is counted are few, and sorted
				require.NotContains(t, plan, "Sort  (", name)
				require.NotContains(t, plan, "TEMP B-TREE FOR ORDER", name)
			}
		}
	}
}

// requireWithin demands that a plan reads no more than a span of time.
func requireWithin(t *testing.T, plan, column string, from, to time.Time) {
	t.Helper()
	if from.IsZero() && to.IsZero() {
		return
	}
	for line := range strings.SplitSeq(plan, "\n") {
		if strings.Contains(line, "Index Cond") && strings.Contains(line, column) || strings.Contains(line, "SEARCH") && strings.Contains(line, column) {
			return
		}
	}
	require.Fail(t, "the time is not in the index's condition", plan)
}
