package outbound_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/domaintest"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/outbound"
	"kontor/domain/storage"
)

func TestTheReportCountsByReason(t *testing.T) {
	t.Parallel()
	w, answers := crowd(t, 6)
	other, _ := w.Found("Other GmbH", "other@muster.example")
	failures := map[ids.ID]*channel.Failure{}
	for i, reason := range []string{"delivery.a", "delivery.b", "delivery.a"} {
		failures[w.Message(answers[i]).ID] = &channel.Failure{Class: channel.Rejected, Reason: reason, Code: 100 + i}
	}
	tokens := map[string]*channel.Failure{}
	for _, a := range answers {
		tokens[w.Message(a).Token] = failures[w.Message(a).ID]
	}
	w.Fake.Answer(func(m channel.Outgoing) (bool, error) {
		if f := tokens[m.Token]; f != nil {
			return false, f
		}
		return true, nil
	})
	w.Deliver()
	w.Clock.Add(8 * 24 * time.Hour)
	late := w.Answer(w.AllTasks()[0], "too late")

	report := func(f outbound.Filter) []outbound.Group {
		groups, err := w.Outbound.Report(w.Ctx(), w.Account.ID, f)
		require.NoError(t, err)
		return groups
	}
	start := domaintest.Noon()
	page := w.Channel.ID
	require.Equal(t, []outbound.Group{
		{outbound.Failed, "delivery.a", page, 2, start, start},
		{outbound.Failed, "delivery.b", page, 1, start, start},
		{outbound.Refused, "reply.window_closed", page, 1, w.Clock.Now(), w.Clock.Now()},
	}, utc(report(outbound.Filter{})))
	require.Len(t, report(outbound.Filter{Reason: "delivery.a"}), 1)
	require.Len(t, report(outbound.Filter{From: w.Clock.Now()}), 1)
	require.Len(t, report(outbound.Filter{To: w.Clock.Now()}), 2)
	require.Empty(t, report(outbound.Filter{ChannelID: ids.Ptr(ids.New())}))
	require.Equal(t, int64(3), report(outbound.Filter{States: []outbound.State{outbound.Sent}})[0].Count)
	theirs, err := w.Outbound.Report(w.Ctx(), other.ID, outbound.Filter{})
	require.NoError(t, err)
	require.Empty(t, theirs)

	list, _, err := w.Outbound.List(w.Ctx(), w.Account.ID, outbound.Filter{Reason: "reply.window_closed"}, storage.Page{})
	require.NoError(t, err)
	require.Equal(t, w.Message(late).ID, list[0].ID)
}

func utc(groups []outbound.Group) []outbound.Group {
	for i := range groups {
		groups[i].FirstAt, groups[i].LastAt = groups[i].FirstAt.UTC(), groups[i].LastAt.UTC()
	}
	return groups
}

func TestManyAreTriedAgainInTheirOrder(t *testing.T) {
	t.Parallel()
	w, anna := talk(t)
	const n = 12
	w.Fake.Fail(n, channel.Failure{Class: channel.Rejected, Reason: "delivery.a"})
	var want []string
	for i := range n {
		want = append(want, fmt.Sprint(i))
		w.Answer(anna, want[i])
	}
	w.Deliver()
	require.Empty(t, w.Fake.Taken())
	_, theirs := w.Found("Other GmbH", "other@muster.example")
	got, err := w.Outbound.RetryMany(w.Ctx(), theirs, nil, outbound.Filter{})
	require.NoError(t, err)
	require.Zero(t, got.Count)

	got, err = w.Outbound.RetryMany(w.Ctx(), w.Owner, nil, outbound.Filter{Reason: "delivery.b"})
	require.NoError(t, err)
	require.Equal(t, outbound.Retried{}, got)
	got, err = w.Outbound.RetryMany(w.Ctx(), w.Owner, nil, outbound.Filter{Reason: "delivery.a"})
	require.NoError(t, err)
	require.Equal(t, outbound.Retried{Count: n}, got)
	w.Deliver()
	require.Equal(t, want, texts(w.Fake.Taken()))

	list, _, err := w.Outbound.List(w.Ctx(), w.Account.ID, outbound.Filter{}, storage.Page{})
	require.NoError(t, err)
	one := []ids.ID{list[0].ID, ids.New()}
	got, err = w.Outbound.RetryMany(w.Ctx(), w.Owner, one, outbound.Filter{})
	require.NoError(t, err)
	require.Zero(t, got.Count)
	require.Equal(t, one, got.Skipped)
	_, err = w.Outbound.RetryMany(w.Ctx(), w.Owner, make([]ids.ID, outbound.MaxRetry+1), outbound.Filter{})
	require.Equal(t, errs.Invalid, errs.KindOf(err))
}

func TestManyAreLeftAloneAndTakenUpAgain(t *testing.T) {
	t.Parallel()
	w, anna := talk(t)
	w.Fake.Fail(2, channel.Failure{Class: channel.Rejected, Reason: "delivery.a"})
	failed := []ids.ID{w.Message(w.Answer(anna, "one")).ID, w.Message(w.Answer(anna, "two")).ID}
	fine := w.Message(w.Answer(anna, "three")).ID
	w.Deliver()
	open := func() (n int64) {
		groups, err := w.Outbound.Report(w.Ctx(), w.Account.ID, outbound.Filter{})
		require.NoError(t, err)
		for _, g := range groups {
			n += g.Count
		}
		return n
	}
	require.EqualValues(t, 2, open())
	_, theirs := w.Found("Other GmbH", "other@muster.example")
	none, err := w.Outbound.LeaveMany(w.Ctx(), theirs, failed)
	require.NoError(t, err)
	require.Equal(t, outbound.Left{Skipped: failed}, none)

	got, err := w.Outbound.LeaveMany(w.Ctx(), w.Owner, append(failed, fine))
	require.NoError(t, err)
	require.Equal(t, outbound.Left{Count: 2, Skipped: []ids.ID{fine}}, got)
	require.Zero(t, open())
	got, err = w.Outbound.LeaveMany(w.Ctx(), w.Owner, failed[:1])
	require.NoError(t, err)
	require.Zero(t, got.Count, "it is left alone already")
	retried, err := w.Outbound.RetryMany(w.Ctx(), w.Owner, nil, outbound.Filter{Reason: "delivery.a"})
	require.NoError(t, err)
	require.Zero(t, retried.Count)

	got, err = w.Outbound.TakeUp(w.Ctx(), w.Owner, failed)
	require.NoError(t, err)
	require.Equal(t, outbound.Left{Count: 2}, got)
	require.EqualValues(t, 2, open())
	member := w.Owner
	member.Role = account.Member
	_, err = w.Outbound.TakeUp(w.Ctx(), member, failed)
	require.Equal(t, errs.Forbidden, errs.KindOf(err))
}

// TestMessagesAreReadAlongAnIndex looks at each filter of the delivery report: what is in a state, or of a time, is found by an
// index, and a list by its order.
func TestMessagesAreReadAlongAnIndex(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	now, some := w.Clock.Now(), ids.Ptr(ids.New())
	for name, f := range map[string]outbound.Filter{
		"all": {}, "failed": {States: []outbound.State{outbound.Failed}}, "open": {States: outbound.Open(), Reason: "delivery.a"},
		"channel": {ChannelID: some}, "whole": {States: outbound.States()},
	} {
		for _, timed := range []bool{false, true} {
			if timed {
				f.From, f.To = now, now
			}
			plans := w.Plans(func() {
				_, _, err := w.Outbound.List(w.Ctx(), w.Account.ID, f, storage.Page{})
				require.NoError(t, err)
				_, err = w.Outbound.Report(w.Ctx(), w.Account.ID, f)
				require.NoError(t, err)
			})
			require.GreaterOrEqual(t, len(plans), 2)
			for i, plan := range plans[:2] {
				require.Regexp(t, "messages_by_(time|state)", plan, name)
				require.NotContains(t, plan, "Seq Scan", name)
				if i == 0 && len(f.States) < 2 {
					require.NotContains(t, plan, "Sort", name)
					require.NotContains(t, plan, "TEMP B-TREE FOR ORDER", name)
				}
				if timed {
					require.Regexp(t, `(Index Cond|SEARCH).*created_at`, plan, name)
				}
			}
		}
	}
}
