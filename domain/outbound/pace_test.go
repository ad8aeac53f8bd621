package outbound_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/channel"
	"kontor/domain/domaintest"
	"kontor/domain/due"
	"kontor/domain/ids"
	"kontor/domain/outbound"
	"kontor/domain/storage"
	"kontor/domain/task"
)

// crowd has many people write, and answers each of them.
func crowd(t *testing.T, n int) (*domaintest.World, []task.Comment) {
	t.Helper()
	w := domaintest.New(t)
	var in []channel.Inbound
	for i := range n {
		in = append(in, w.Says(fmt.Sprintf("person-%02d", i), "hello"))
	}
	w.Hear(in...)
	var answers []task.Comment
	for _, x := range w.AllTasks() {
		answers = append(answers, w.Answer(x, "yes"))
	}
	return w, answers
}

func page(w *domaintest.World) channel.Channel {
	w.T.Helper()
	c, err := w.Channels.Get(w.Ctx(), w.Account.ID, w.Channel.ID)
	require.NoError(w.T, err)
	return c
}

func findings(w *domaintest.World) []string {
	var codes []string
	for _, f := range page(w).Condition(w.Clock.Now()).Findings {
		codes = append(codes, f.Code)
	}
	return codes
}

func TestAChannelSlowsDownBeforeItsLimit(t *testing.T) {
	t.Parallel()
	w, _ := crowd(t, 20)
	w.Fake.Says(channel.Usage{Limit: "messenger", Percent: 40})
	lanes, err := w.Outbound.Claim(w.Ctx(), 2)
	require.NoError(t, err)
	for _, l := range lanes {
		require.NoError(t, w.Outbound.Deliver(w.Ctx(), l))
	}
	require.Equal(t, 2, w.Fake.Calls())
	require.Contains(t, findings(w), "channel.usage")

	w.Fake.Says(channel.Usage{Limit: "app", Percent: 12}, channel.Usage{ExternalID: domaintest.Page, Limit: "messenger", Percent: 80})
	w.Deliver()
	require.Equal(t, 4, w.Fake.Calls(), "one tells, and those that follow take turns: the first is due at once")
	require.Contains(t, findings(w), "channel.usage_careful")
	require.Equal(t, 80, page(w).UsagePercent)
	require.Equal(t, "messenger", page(w).UsageLimit)
	for i := range 3 {
		w.Clock.Add(2 * time.Second)
		w.Deliver()
		require.Equal(t, 5+i, w.Fake.Calls(), "one every two seconds")
	}

	w.Fake.Says(channel.Usage{Limit: "messenger", Percent: 93})
	w.Clock.Add(2 * time.Second)
	w.Deliver()
	require.Equal(t, 8, w.Fake.Calls())
	require.Contains(t, findings(w), "channel.usage_scarce")
	w.Clock.Add(2 * time.Second)
	w.Deliver()
	w.Clock.Add(3 * time.Second)
	w.Deliver()
	require.Equal(t, 9, w.Fake.Calls(), "and then one every fifteen")

	w.Fake.Says(channel.Usage{Limit: "messenger", Percent: 208, Regain: 7 * time.Minute})
	w.Clock.Add(15 * time.Second)
	w.Deliver()
	require.Equal(t, 10, w.Fake.Calls())
	require.Equal(t, channel.Slowed, page(w).Effective(w.Clock.Now()))
	require.Equal(t, w.Clock.Now().Add(7*time.Minute), *page(w).PausedUntil)
	require.Subset(t, findings(w), []string{"channel.usage_spent", "channel.paused"})
	w.Clock.Add(7*time.Minute - time.Second)
	require.Zero(t, w.Deliver())

	w.Fake.Says(channel.Usage{Limit: "messenger", Percent: 3})
	w.Clock.Add(time.Second)
	w.Deliver()
	require.Equal(t, 20, w.Fake.Calls(), "free again, all of it goes")
	require.NotContains(t, findings(w), "channel.paused")
}

func TestAWordOnLimitsGrowsStale(t *testing.T) {
	t.Parallel()
	w, _ := crowd(t, 3)
	w.Fake.Says(channel.Usage{Limit: "messenger", Percent: 95})
	w.Deliver()
	w.Fake.Says()
	n := w.Fake.Calls()
	w.Clock.Add(15 * time.Minute)
	w.Deliver()
	require.Equal(t, 3, w.Fake.Calls())
	require.Less(t, n, 3)
	require.NotContains(t, findings(w), "channel.usage_scarce")
}

func TestOneAnswerMaySpeakOfOtherPages(t *testing.T) {
	t.Parallel()
	w, _ := crowd(t, 1)
	other := w.Connect(w.Owner, "page-2")
	w.Fake.Says(
		channel.Usage{ExternalID: domaintest.Page, Limit: "messenger", Percent: 5},
		channel.Usage{ExternalID: "page-2", Limit: "messenger", Percent: 100, Regain: time.Hour},
		channel.Usage{ExternalID: "page-3", Limit: "messenger", Percent: 50},
	)
	w.Deliver()
	require.Equal(t, channel.On, page(w).Effective(w.Clock.Now()))
	require.Equal(t, 5, page(w).UsagePercent)
	other, err := w.Channels.Get(w.Ctx(), w.Account.ID, other.ID)
	require.NoError(t, err)
	require.Equal(t, w.Clock.Now().Add(time.Hour), *other.PausedUntil)

	w.Fake.Says(channel.Usage{ExternalID: "business", Limit: "messenger", Percent: 91})
	w.Answer(w.OneTask(), "again")
	w.Deliver()
	require.Equal(t, 91, page(w).UsagePercent, "the limit of a business is that of whoever calls for it")
}

func TestMostAnswersCostNothingMore(t *testing.T) {
	t.Parallel()
	w, anna := talk(t)
	w.Fake.Says(channel.Usage{Limit: "app", Percent: 10})
	w.Answer(anna, "one")
	w.Deliver()
	w.Answer(anna, "two")
	require.NotContains(t, w.Statements(func() { w.Deliver() }), "usage_percent", "nothing new was said")
	require.Equal(t, 2, w.Fake.Calls())
}

func TestAPauseThatNobodyTimesGrows(t *testing.T) {
	t.Parallel()
	w, answers := crowd(t, 20)
	w.Fake.Fail(3, channel.Failure{Class: channel.Throttled, Reason: "delivery.rate_limited"})
	lanes, err := w.Outbound.Claim(w.Ctx(), 100)
	require.NoError(t, err)
	require.Len(t, lanes, 16, "so many are under way at once")
	require.NoError(t, w.Outbound.Deliver(w.Ctx(), lanes[0]))
	for _, l := range lanes[1:] { // those that were claimed with it find it paused
		require.NoError(t, w.Outbound.Deliver(w.Ctx(), l))
	}
	require.Equal(t, 1, w.Fake.Calls())
	require.Equal(t, w.Clock.Now().Add(time.Minute), *page(w).PausedUntil)
	for i, wait := range []time.Duration{time.Minute, 2 * time.Minute, 4 * time.Minute} {
		require.Equal(t, i+1, page(w).Throttles)
		require.Equal(t, w.Clock.Now().Add(wait), *page(w).PausedUntil)
		require.Zero(t, w.Deliver())
		w.Clock.Add(wait)
		w.Deliver()
	}
	require.Zero(t, page(w).Throttles)
	for _, a := range answers {
		require.Equal(t, outbound.Sent, w.Message(a).State)
	}
}

func TestAHangingPageGetsAPause(t *testing.T) {
	t.Parallel()
	w, _ := crowd(t, 20)
	w.Fake.Answer(func(channel.Outgoing) (bool, error) {
		w.Clock.Add(8 * time.Second)
		return true, &channel.Failure{Class: channel.Unconfirmed, Reason: "delivery.answer_lost"}
	})
	lanes, err := w.Outbound.Claim(w.Ctx(), 100)
	require.NoError(t, err)
	require.Len(t, lanes, 16)
	require.NoError(t, w.Outbound.Deliver(w.Ctx(), lanes[0]))
	more, err := w.Outbound.Claim(w.Ctx(), 100)
	require.NoError(t, err)
	require.Empty(t, more)
	w.Fake.Answer(nil)
	w.Clock.Add(11 * time.Second)
	w.Deliver()
	require.Equal(t, 20, w.Fake.Calls())
}

func TestALateAnswerToOldCredentialsChangesNothing(t *testing.T) {
	t.Parallel()
	w, anna := talk(t)
	first := true
	w.Fake.Answer(func(channel.Outgoing) (bool, error) {
		if !first {
			return true, nil
		}
		first = false
		w.Connect(w.Owner, domaintest.Page) // while the call with the old token was under way
		return false, &channel.Failure{Class: channel.Disconnected, Reason: "delivery.token_dead", Code: 190}
	})
	c := w.Answer(anna, "one")
	w.Deliver()
	require.Equal(t, channel.On, page(w).State)
	require.Equal(t, outbound.Sent, w.Message(c).State)
	require.Equal(t, 2, w.Message(c).Attempts)
}

// TestPagesDoNotWaitForEachOther lets 500 pages send while one is flooded, one throttled, one dead and one hangs: all
// others are done after as many rounds as it takes without those four.
func TestPagesDoNotWaitForEachOther(t *testing.T) {
	t.Parallel()
	const pages, workers, flood = 500, 64, 200
	w := domaintest.New(t)
	var in []channel.Inbound
	for i := range flood {
		in = append(in, w.Says(fmt.Sprintf("flood-%d", i), "hello"))
	}
	w.Hear(in...)
	names := make([]string, pages)
	for i := range names {
		names[i] = fmt.Sprintf("page-%d", i+2)
	}
	byPage := w.Many(names)
	for _, x := range w.AllTasks() {
		w.Answer(x, "to "+x.ChannelID.String())
	}
	throttled, dead, hangs := byPage[names[0]].ID, byPage[names[1]].ID, byPage[names[2]].ID
	w.Fake.Answer(func(m channel.Outgoing) (bool, error) {
		switch m.Text {
		case "to " + throttled.String():
			return false, &channel.Failure{Class: channel.Throttled, Until: w.Clock.Now().Add(time.Hour)}
		case "to " + dead.String():
			return false, &channel.Failure{Class: channel.Disconnected, Reason: "delivery.token_dead"}
		}
		return true, nil
	})
	hanging := map[ids.ID]bool{}
	rounds := 0
	for ; len(delivered(w)) < pages-3; rounds++ {
		require.Less(t, rounds, 2*pages/workers, "twice as long as without the four")
		free := workers - len(hanging) // a worker whose call hangs stays away
		lanes, err := w.Outbound.Claim(w.Ctx(), free)
		require.NoError(t, err)
		for _, l := range lanes {
			if ids.Of(l.ChannelID) == hangs {
				hanging[ids.Of(l.ChannelID)] = true
				continue
			}
			require.NoError(t, w.Outbound.Deliver(w.Ctx(), l))
		}
	}
	require.LessOrEqual(t, len(hanging), 8)
	list, _, err := w.Outbound.List(w.Ctx(), w.Account.ID, outbound.Filter{States: []outbound.State{outbound.Queued}}, storage.Page{Limit: storage.MaxLimit})
	require.NoError(t, err)
	require.NotEmpty(t, list, "the flood is still going on")
}

// delivered are the pages that have sent, but the flooded one.
func delivered(w *domaintest.World) map[string]bool {
	got := map[string]bool{}
	for _, m := range w.Fake.Taken() {
		if m.Text != "to "+w.Channel.ID.String() {
			got[m.Text] = true
		}
	}
	return got
}

// What can wait leaves what little there is of a limit to direct messages.
func TestDirectMessagesComeFirst(t *testing.T) {
	t.Parallel()
	w, _ := crowd(t, 6)
	const reads = "reads"
	var work []due.Work
	for i := range 6 {
		for _, queue := range []string{outbound.PublicQueue, reads} {
			work = append(work, due.Work{AccountID: w.Account.ID, Queue: queue, Key: fmt.Sprint(i), ChannelID: &w.Channel.ID})
		}
	}
	require.NoError(t, w.Due.Put(w.Ctx(), work...))
	claimed := func(claim func() ([]due.Work, error)) int {
		got, err := claim()
		require.NoError(t, err)
		for _, l := range got {
			require.NoError(t, w.Due.Later(w.Ctx(), l, l.DueAt, false))
		}
		return len(got)
	}
	public := func() ([]due.Work, error) { return w.Outbound.ClaimPublic(w.Ctx(), 10) }
	read := func() ([]due.Work, error) {
		return w.Due.ClaimFair(w.Ctx(), reads, 10, due.Fair{PerChannel: 2, Filter: w.Channels.Readable()})
	}
	says := func(percent int) {
		access, err := w.Channels.Access(page(w))
		require.NoError(t, err)
		access.Observe(w.Ctx(), channel.Usage{Limit: "messenger", Percent: percent})
	}
	for _, step := range []struct{ percent, public, reads int }{{10, 6, 2}, {80, 0, 1}, {92, 0, 0}, {10, 6, 2}} {
		says(step.percent)
		require.Equal(t, step.public, claimed(public), "answers under posts at %d %%", step.percent)
		require.Equal(t, step.reads, claimed(read), "reads at %d %%", step.percent)
	}
	w.Deliver()
	require.NoError(t, w.Due.Put(w.Ctx(), work...))
	says(80)
	require.Equal(t, 6, claimed(public), "no direct message waits any more")
	says(100)
	require.Zero(t, claimed(public))
	require.Zero(t, claimed(read))
	w.Clock.Add(15 * time.Minute)
	require.Equal(t, 2, claimed(read))
}
