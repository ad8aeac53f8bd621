package outbound_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/domaintest"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/outbound"
	"kontor/domain/task"
	"kontor/templates"
)

// talk makes a world in which Anna has written.
func talk(t *testing.T) (*domaintest.World, task.Task) {
	t.Helper()
	w := domaintest.New(t)
	w.Hear(w.Says("anna", "hello"))
	return w, w.OneTask()
}

func echoOf(w *domaintest.World, m outbound.Message) channel.Inbound {
	in := w.Says("anna", m.Text)
	in.Action, in.Opens, in.Token, in.ExternalID = channel.Echo, "", m.Token, "m."+m.Token
	return in
}

func TestAnAnswerIsDelivered(t *testing.T) {
	t.Parallel()
	w, anna := talk(t)
	c := w.Answer(anna, "Good morning")
	require.Equal(t, outbound.Queued, w.Message(c).State)
	w.Deliver()

	taken := w.Fake.Taken()
	require.Len(t, taken, 1)
	require.Equal(t, "anna", taken[0].Person)
	require.Equal(t, "Good morning", taken[0].Text)
	require.Equal(t, "response", taken[0].Rule.As)
	m := w.Message(c)
	require.Equal(t, outbound.Sent, m.State)
	require.Equal(t, "m."+m.Token, *m.ExternalID)
	require.Equal(t, "response", m.Decision.As)
	attempts, err := w.Outbound.Attempts(w.Ctx(), m.AccountID, m.ID)
	require.NoError(t, err)
	require.Len(t, attempts, 1)
	require.Equal(t, "sent", attempts[0].Outcome)
	require.NotNil(t, attempts[0].FinishedAt)
	require.Equal(t, templates.CategoryPending, w.OneTask().Category)
	require.False(t, w.OneTask().Unread)

	w.Hear(echoOf(w, m))
	require.Len(t, w.Comments(anna), 2, "our own echo is no comment")
	w.Deliver()
	require.Equal(t, 1, w.Fake.Calls())
}

func TestADeliveryTakesFewStatements(t *testing.T) {
	t.Parallel()
	w, anna := talk(t)
	w.Answer(anna, "Good morning")
	lanes, err := w.Outbound.Claim(w.Ctx(), 1)
	require.NoError(t, err)
	require.Len(t, w.Statements(func() { require.NoError(t, w.Outbound.Deliver(w.Ctx(), lanes[0])) }), 12)
	require.Equal(t, 1, w.Fake.Calls())
}

// Lanes that are worked on at once share their statements, and each keeps what is its own.
func TestManyAreDeliveredTogether(t *testing.T) {
	t.Parallel()
	w, answers := crowd(t, 16)
	var calls atomic.Int32
	w.Fake.Answer(func(channel.Outgoing) (bool, error) {
		if calls.Add(1) == 3 {
			return false, &channel.Failure{Class: channel.Rejected, Reason: "delivery.unknown"}
		}
		return true, nil
	})
	lanes, err := w.Outbound.Claim(w.Ctx(), 100)
	require.NoError(t, err)
	require.Len(t, lanes, 16)
	_, err = w.Outbound.Cancel(w.Ctx(), w.Owner, w.Message(answers[5]).ID)
	require.NoError(t, err)
	var all sync.WaitGroup
	failed := make([]error, len(lanes))
	for i, l := range lanes {
		all.Go(func() { failed[i] = w.Outbound.Deliver(w.Ctx(), l) })
	}
	all.Wait()
	require.NoError(t, errors.Join(failed...))
	w.Deliver() // that which was cancelled was made due again
	require.Equal(t, 15, w.Fake.Calls())
	states := map[outbound.State]int{}
	for _, a := range answers {
		m := w.Message(a)
		states[m.State]++
		attempts, err := w.Outbound.Attempts(w.Ctx(), m.AccountID, m.ID)
		require.NoError(t, err)
		if m.State == outbound.Cancelled {
			require.Empty(t, attempts)
			continue
		}
		require.Len(t, attempts, 1)
		require.NotNil(t, attempts[0].FinishedAt)
		if m.State == outbound.Sent {
			require.Equal(t, "m."+m.Token, *m.ExternalID)
		}
	}
	require.Equal(t, outbound.Cancelled, w.Message(answers[5]).State)
	require.Equal(t, map[outbound.State]int{outbound.Sent: 14, outbound.Failed: 1, outbound.Cancelled: 1}, states)
}

func TestReplyPolicyAtDelivery(t *testing.T) {
	t.Parallel()
	bot := func(a account.Actor) account.Actor { a.Kind = account.Bot; return a }
	script := func(a account.Actor) account.Actor { a.Kind = account.Script; return a }
	staff := func(a account.Actor) account.Actor { return a }
	for name, c := range map[string]struct {
		after time.Duration
		by    func(account.Actor) account.Actor
		as    string
		why   string
	}{
		"staff_after_an_hour":              {time.Hour, staff, "response", "reply.allowed"},
		"staff_just_inside_the_window":     {24*time.Hour - 61*time.Second, staff, "response", "reply.allowed"},
		"staff_inside_the_safety":          {24*time.Hour - 59*time.Second, staff, "human_agent", "reply.allowed"},
		"staff_after_25_hours":             {25 * time.Hour, staff, "human_agent", "reply.allowed"},
		"staff_after_7_days_and_a_minute":  {7*24*time.Hour + time.Minute, staff, "none", "reply.window_closed"},
		"bot_after_an_hour":                {time.Hour, bot, "response", "reply.allowed"},
		"bot_after_25_hours":               {25 * time.Hour, bot, "none", "reply.only_staff"},
		"script_after_25_hours":            {25 * time.Hour, script, "none", "reply.only_staff"},
		"script_after_7_days_and_a_minute": {7*24*time.Hour + time.Minute, script, "none", "reply.window_closed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, anna := talk(t)
			w.Clock.Add(c.after)
			comment, err := w.Tasks.AddComment(w.Ctx(), c.by(w.Owner), anna.ID, task.NewComment{Text: "hi", Visibility: task.Public})
			require.NoError(t, err)
			w.Deliver()
			m := w.Message(comment)
			require.Equal(t, c.as, m.Decision.As)
			require.Equal(t, c.why, m.Decision.Reason)
			if c.as == "none" {
				require.Equal(t, outbound.Refused, m.State)
				require.Zero(t, w.Fake.Calls())
				return
			}
			require.Equal(t, outbound.Sent, m.State)
			require.Equal(t, c.as, w.Fake.Taken()[0].Rule.As)
		})
	}
}

func TestADecisionIsMadeAnewWhenTheWindowClosedMeanwhile(t *testing.T) {
	t.Parallel()
	w, anna := talk(t)
	w.Fake.Fail(1, channel.Failure{Class: channel.Throttled, Until: w.Clock.Now().Add(25 * time.Hour)})
	c := w.Answer(anna, "late")
	w.Deliver()
	require.Equal(t, "response", w.Message(c).Decision.As)
	w.Clock.Add(25*time.Hour + time.Second)
	w.Deliver()
	require.Equal(t, outbound.Sent, w.Message(c).State)
	require.Equal(t, "human_agent", w.Message(c).Decision.As)
}

func TestFailures(t *testing.T) {
	t.Parallel()
	t.Run("a_rejected_message_fails_and_its_lane_goes_on", func(t *testing.T) {
		t.Parallel()
		w, anna := talk(t)
		w.Fake.Fail(1, channel.Failure{Class: channel.Rejected, Reason: "delivery.unreachable", Unreachable: true, Code: 551})
		first, second := w.Answer(anna, "one"), w.Answer(anna, "two")
		w.Deliver()
		require.Equal(t, outbound.Failed, w.Message(first).State)
		require.Equal(t, 551, w.Message(first).Failure.Code)
		m := w.Message(second)
		require.Equal(t, outbound.Refused, m.State, "the person is known to be unreachable now")
		require.Equal(t, "reply.unreachable", m.Decision.Reason)

		w.Clock.Add(time.Minute)
		w.Hear(w.Says("anna", "I am back"))
		_, err := w.Outbound.Retry(w.Ctx(), w.Owner, w.Message(first).ID)
		require.NoError(t, err)
		w.Deliver()
		require.Equal(t, outbound.Sent, w.Message(first).State)
		require.Equal(t, 2, w.Message(first).Attempts)
	})
	t.Run("words_that_no_database_holds_are_kept_as_far_as_they_go", func(t *testing.T) {
		t.Parallel()
		w, anna := talk(t)
		w.Fake.Fail(1, channel.Failure{
			Class: channel.Rejected, Reason: "delivery.unknown", Code: 7, Message: "no\x00t \xffso" + strings.Repeat("ä", 100_000), TraceID: "a\x00b",
		})
		c := w.Answer(anna, "one")
		w.Deliver()
		require.Equal(t, outbound.Failed, w.Message(c).State)
		said := w.Message(c).Failure
		require.True(t, strings.HasPrefix(said.Message, "no\uFFFDt \uFFFDso"))
		require.LessOrEqual(t, len(said.Message), 10_000)
		require.Equal(t, "a\uFFFDb", said.TraceID)
		require.Equal(t, 7, said.Code)
	})
	t.Run("a_throttled_channel_waits_as_a_whole", func(t *testing.T) {
		t.Parallel()
		w, anna := talk(t)
		w.Hear(w.Says("ben", "hi"))
		until := w.Clock.Now().Add(10 * time.Minute)
		w.Fake.Fail(1, channel.Failure{Class: channel.Throttled, Until: until})
		c := w.Answer(anna, "one")
		w.Deliver()
		require.Equal(t, outbound.Queued, w.Message(c).State)
		other := w.AllTasks()[0]
		d := w.Answer(other, "two")
		require.Zero(t, w.Deliver())
		require.Equal(t, 1, w.Fake.Calls(), "no call while paused")
		got, err := w.Channels.Get(w.Ctx(), w.Account.ID, w.Channel.ID)
		require.NoError(t, err)
		require.Equal(t, channel.Slowed, got.Effective(w.Clock.Now()))
		w.Clock.Set(until.Add(time.Second))
		w.Deliver()
		require.Equal(t, outbound.Sent, w.Message(c).State)
		require.Equal(t, outbound.Sent, w.Message(d).State)
	})
	t.Run("a_temporary_failure_is_tried_again_later_in_order", func(t *testing.T) {
		t.Parallel()
		w, anna := talk(t)
		w.Fake.Fail(2, channel.Failure{Class: channel.Temporary, Reason: "delivery.temporary"})
		w.Answer(anna, "one")
		w.Answer(anna, "two")
		w.Deliver()
		require.Empty(t, w.Fake.Taken())
		w.Clock.Add(3 * time.Second)
		w.Deliver()
		w.Clock.Add(5 * time.Second)
		w.Deliver()
		require.Equal(t, []string{"one", "two"}, texts(w.Fake.Taken()))
	})
	t.Run("gives_up_after_many_tries", func(t *testing.T) {
		t.Parallel()
		w, anna := talk(t)
		w.Fake.Fail(1000, channel.Failure{Class: channel.Temporary, Reason: "delivery.temporary"})
		c := w.Answer(anna, "one")
		for range 20 {
			w.Deliver()
			w.Clock.Add(30 * time.Minute)
		}
		require.Equal(t, outbound.Failed, w.Message(c).State)
		require.Equal(t, 10, w.Fake.Calls())
	})
	t.Run("a_dead_token_keeps_everything_queued_until_the_channel_is_connected_again", func(t *testing.T) {
		t.Parallel()
		w, anna := talk(t)
		w.Fake.Fail(1, channel.Failure{Class: channel.Disconnected, Reason: "delivery.token_dead"})
		first, second := w.Answer(anna, "one"), w.Answer(anna, "two")
		w.Deliver()
		require.Equal(t, outbound.Queued, w.Message(first).State)
		got, err := w.Channels.Get(w.Ctx(), w.Account.ID, w.Channel.ID)
		require.NoError(t, err)
		require.Equal(t, channel.Reconnect, got.State)
		require.Zero(t, w.Deliver())
		w.Connect(w.Owner, domaintest.Page)
		w.Deliver()
		require.Equal(t, []string{"one", "two"}, texts(w.Fake.Taken()))
		require.Equal(t, outbound.Sent, w.Message(second).State)
	})
	t.Run("a_doubtful_answer_is_looked_up_before_it_is_tried_again", func(t *testing.T) {
		t.Parallel()
		w, anna := talk(t)
		arrived := true
		w.Fake.Answer(func(channel.Outgoing) (bool, error) {
			return arrived, &channel.Failure{Class: channel.Temporary, Doubtful: true, Code: 1200}
		})
		c := w.Answer(anna, "one")
		w.Deliver()
		w.Clock.Add(3 * time.Second)
		w.Deliver()
		require.Equal(t, outbound.Sent, w.Message(c).State, "it had arrived")
		require.Equal(t, 1, w.Fake.Calls())

		arrived = false
		d := w.Answer(anna, "two")
		w.Deliver()
		w.Fake.Answer(nil)
		w.Clock.Add(3 * time.Second)
		w.Deliver()
		require.Equal(t, outbound.Sent, w.Message(d).State, "it had not, and was sent again")
		require.Equal(t, 3, w.Fake.Calls())
	})
}

func TestUnconfirmed(t *testing.T) {
	t.Parallel()
	lost := func(w *domaintest.World, arrived bool) {
		first := true
		w.Fake.Answer(func(channel.Outgoing) (bool, error) {
			if !first {
				return true, nil
			}
			first = false
			return arrived, &channel.Failure{Class: channel.Unconfirmed, Reason: "delivery.answer_lost"}
		})
	}
	t.Run("blocks_its_lane_until_the_echo_settles_it", func(t *testing.T) {
		t.Parallel()
		w, anna := talk(t)
		lost(w, true)
		first, second := w.Answer(anna, "one"), w.Answer(anna, "two")
		w.Deliver()
		require.Equal(t, outbound.Unconfirmed, w.Message(first).State)
		require.Equal(t, outbound.Queued, w.Message(second).State)
		w.Hear(echoOf(w, w.Message(first)))
		require.Equal(t, outbound.Sent, w.Message(first).State)
		w.Deliver()
		require.Equal(t, []string{"one", "two"}, texts(w.Fake.Taken()))
	})
	t.Run("is_settled_by_one_read_back", func(t *testing.T) {
		t.Parallel()
		w, anna := talk(t)
		lost(w, true)
		c := w.Answer(anna, "one")
		w.Deliver()
		w.Clock.Add(21 * time.Second)
		w.Deliver()
		require.Equal(t, outbound.Sent, w.Message(c).State)
		require.Equal(t, 1, w.Fake.Calls())
	})
	t.Run("waits_for_a_person_and_is_never_sent_again_by_itself", func(t *testing.T) {
		t.Parallel()
		w, anna := talk(t)
		lost(w, false)
		first, second := w.Answer(anna, "one"), w.Answer(anna, "two")
		for range 10 {
			w.Deliver()
			w.Clock.Add(time.Minute)
		}
		m := w.Message(first)
		require.Equal(t, outbound.Unconfirmed, m.State)
		require.Equal(t, "delivery.needs_person", m.Failure.Reason)
		require.Equal(t, 1, w.Fake.Calls())
		_, err := w.Outbound.Retry(w.Ctx(), w.Owner, m.ID)
		require.True(t, errs.Is(err, "message.not_failed"))

		_, err = w.Outbound.Settle(w.Ctx(), w.Owner, m.ID, false)
		require.NoError(t, err)
		require.Equal(t, outbound.Failed, w.Message(first).State)
		w.Deliver()
		require.Equal(t, outbound.Sent, w.Message(second).State)
		_, err = w.Outbound.Retry(w.Ctx(), w.Owner, m.ID)
		require.NoError(t, err)
		w.Deliver()
		require.Equal(t, []string{"two", "one"}, texts(w.Fake.Taken()))
	})
	t.Run("a_sender_that_died_leaves_the_message_unconfirmed", func(t *testing.T) {
		t.Parallel()
		w, anna := talk(t)
		c := w.Answer(anna, "one")
		lanes, err := w.Outbound.Claim(w.Ctx(), 1)
		require.NoError(t, err)
		died, cancel := context.WithCancel(w.Ctx())
		w.Fake.Answer(func(channel.Outgoing) (bool, error) { // accepted, and the process is gone
			cancel()
			panic("killed")
		})
		require.Panics(t, func() { _ = w.Outbound.Deliver(died, lanes[0]) })
		require.Equal(t, outbound.Sending, w.Message(c).State)
		w.Fake.Answer(nil)
		w.Clock.Add(11 * time.Second) // the lease runs out
		w.Deliver()
		require.Equal(t, outbound.Unconfirmed, w.Message(c).State)
		require.Equal(t, 1, w.Fake.Calls())
	})
}

func TestTheEchoMayComeBeforeTheAnswer(t *testing.T) {
	t.Parallel()
	w, anna := talk(t)
	w.Fake.Answer(func(m channel.Outgoing) (bool, error) {
		in := w.Says("anna", m.Text)
		in.Action, in.Opens, in.Token, in.ExternalID = channel.Echo, "", m.Token, "m."+m.Token
		w.Hear(in)
		return true, nil
	})
	c := w.Answer(anna, "one")
	w.Deliver()
	require.Equal(t, outbound.Sent, w.Message(c).State)
	require.Equal(t, 1, w.Message(c).Attempts)
	require.Len(t, w.Comments(anna), 2)
}

func TestReceipts(t *testing.T) {
	t.Parallel()
	w, anna := talk(t)
	first := w.Answer(anna, "one")
	w.Deliver()
	w.Clock.Add(time.Second)
	second := w.Answer(anna, "two")
	w.Deliver()
	receipt := func(a channel.Action, until time.Time, mids ...string) channel.Inbound {
		in := w.Says("anna", "")
		in.Action, in.Opens, in.ExternalID, in.ExternalIDs, in.Until = a, "", "", mids, until
		return in
	}
	w.Hear(receipt(channel.Delivered, time.Time{}, *w.Message(second).ExternalID))
	require.Equal(t, outbound.Sent, w.Message(first).State)
	require.Equal(t, outbound.Delivered, w.Message(second).State)
	w.Hear(receipt(channel.Read, w.Clock.Now()))
	require.Equal(t, outbound.Read, w.Message(first).State)
	require.Equal(t, outbound.Read, w.Message(second).State)
	w.Hear(receipt(channel.Delivered, w.Clock.Now()))
	require.Equal(t, outbound.Read, w.Message(first).State, "a state never goes back")
}

func TestUndo(t *testing.T) {
	t.Parallel()
	w, anna := talk(t)
	c, err := w.Tasks.AddComment(w.Ctx(), w.Owner, anna.ID, task.NewComment{
		Text: "oops", Visibility: task.Public, Undo: 5 * time.Second,
	})
	require.NoError(t, err)
	w.Deliver()
	require.Zero(t, w.Fake.Calls())
	_, err = w.Outbound.Cancel(w.Ctx(), w.Owner, w.Message(c).ID)
	require.NoError(t, err)
	w.Clock.Add(6 * time.Second)
	w.Deliver()
	require.Zero(t, w.Fake.Calls())
	require.Equal(t, outbound.Cancelled, w.Message(c).State)

	d := w.Answer(anna, "right")
	w.Deliver()
	_, err = w.Outbound.Cancel(w.Ctx(), w.Owner, w.Message(d).ID)
	require.True(t, errs.Is(err, "message.too_late"))
}

func TestTextAndFilesAreMessagesOfTheirOwn(t *testing.T) {
	t.Parallel()
	w, anna := talk(t)
	png := "\x89PNG\r\n\x1a\n" + strings.Repeat("x", 100)
	a, err := w.Attachments.Upload(w.Ctx(), w.Owner, "../../evil\u202egnp.exe", strings.NewReader(png))
	require.NoError(t, err)
	require.Equal(t, channel.Image, a.Type)
	require.Equal(t, "evilgnp.exe", a.Name)
	c := w.Answer(anna, "look", a.ID)
	w.Deliver()
	list := w.Messages(c)
	require.Len(t, list, 2)
	require.Equal(t, outbound.Sent, outbound.Worst(list))
	require.Equal(t, []string{"look", ""}, texts(w.Fake.Taken()))

	t.Run("a_file_is_sent_once_only", func(t *testing.T) {
		_, err := w.Tasks.AddComment(w.Ctx(), w.Owner, anna.ID, task.NewComment{
			Visibility: task.Public, AttachmentIDs: []ids.ID{a.ID},
		})
		require.Equal(t, errs.Invalid, errs.KindOf(err))
	})
	t.Run("too_much_is_refused_before_it_is_sent", func(t *testing.T) {
		_, err := w.Tasks.AddComment(w.Ctx(), w.Owner, anna.ID, task.NewComment{
			Visibility: task.Public, Text: strings.Repeat("ä", 2001),
		})
		require.Equal(t, errs.Invalid, errs.KindOf(err))
		var e *errs.Error
		require.ErrorAs(t, err, &e)
		require.Equal(t, "body.text", e.Problems[0].Location)
	})
}

func texts(list []channel.Outgoing) []string {
	out := []string{}
	for _, m := range list {
		out = append(out, m.Text)
	}
	return out
}

func TestAFailedMessageIsLeftAlone(t *testing.T) {
	t.Parallel()
	w, anna := talk(t)
	c := w.Answer(anna, "no")
	_, err := w.Outbound.Leave(w.Ctx(), w.Owner, w.Message(c).ID)
	require.True(t, errs.Is(err, "message.not_left"), "it may still go")
	w.Fake.Fail(1, channel.Failure{Class: channel.Rejected, Reason: "delivery.failed"})
	w.Deliver()
	trouble := func() outbound.State {
		shown, err := w.Tasks.ShownWith(w.Ctx(), w.Account.ID, []task.Task{anna})
		require.NoError(t, err)
		return shown.Trouble[anna.ID]
	}
	require.Equal(t, outbound.Failed, trouble())

	left, err := w.Outbound.Leave(w.Ctx(), w.Owner, w.Message(c).ID)
	require.NoError(t, err)
	require.Equal(t, outbound.Failed, left.State, "it stays what it is")
	require.Empty(t, trouble())
	groups, err := w.Outbound.Report(w.Ctx(), w.Account.ID, outbound.Filter{})
	require.NoError(t, err)
	require.Empty(t, groups)
	groups, err = w.Outbound.Report(w.Ctx(), w.Account.ID, outbound.Filter{States: []outbound.State{outbound.Failed}})
	require.NoError(t, err)
	require.EqualValues(t, 1, groups[0].Count, "whoever asks for what failed is told")
	tried, err := w.Outbound.RetryMany(w.Ctx(), w.Owner, nil, outbound.Filter{})
	require.NoError(t, err)
	require.Zero(t, tried.Count, "not with the others")
	w.Deliver()
	require.Equal(t, 1, w.Fake.Calls())

	_, err = w.Outbound.Retry(w.Ctx(), w.Owner, left.ID)
	require.NoError(t, err, "but by itself")
	w.Fake.Fail(1, channel.Failure{Class: channel.Rejected, Reason: "delivery.failed"})
	w.Deliver()
	require.Equal(t, outbound.Failed, trouble(), "and then it asks for somebody again")
}
