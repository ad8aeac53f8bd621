package outbound_test

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/channel"
	"kontor/domain/domaintest"
	"kontor/domain/due"
	"kontor/domain/outbound"
	"kontor/domain/task"
)

// lostLease lets the lease of whoever holds a lane now run out, and others do what is due.
func lostLease(w *domaintest.World) {
	w.Clock.Add(due.Lease + time.Second)
	w.Deliver()
}

func TestALateAnswerDoesNotUndoWhatAPersonSaid(t *testing.T) {
	t.Parallel()
	w, anna := talk(t)
	c := w.Answer(anna, "one")
	w.Fake.Answer(func(channel.Outgoing) (bool, error) {
		lostLease(w)
		require.Equal(t, outbound.Unconfirmed, w.Message(c).State)
		_, err := w.Outbound.Settle(w.Ctx(), w.Owner, w.Message(c).ID, false)
		require.NoError(t, err)
		return false, &channel.Failure{Class: channel.Temporary, Reason: "delivery.temporary"}
	})
	lanes, err := w.Outbound.Claim(w.Ctx(), 1)
	require.NoError(t, err)
	require.ErrorIs(t, w.Outbound.Deliver(w.Ctx(), lanes[0]), due.ErrLost)
	require.Equal(t, outbound.Failed, w.Message(c).State, "it would wait for ever: nobody holds its lane any more")
}

func TestALateLookSaysNothingOfANewAttempt(t *testing.T) {
	t.Parallel()
	w, anna := talk(t)
	arrives := false
	w.Fake.Answer(func(channel.Outgoing) (bool, error) {
		return arrives, &channel.Failure{Class: channel.Temporary, Doubtful: true, Code: 1200}
	})
	c := w.Answer(anna, "one")
	w.Deliver()
	w.Clock.Add(3 * time.Second)
	w.Fake.Ask(func() error {
		w.Fake.Ask(nil)
		arrives = true
		lostLease(w) // looks, and tries again
		require.Equal(t, 2, w.Message(c).Attempts)
		return nil
	})
	lanes, err := w.Outbound.Claim(w.Ctx(), 1)
	require.NoError(t, err)
	require.ErrorIs(t, w.Outbound.Deliver(w.Ctx(), lanes[0]), due.ErrLost)
	for range 3 {
		w.Clock.Add(10 * time.Second)
		w.Deliver()
	}
	require.Equal(t, outbound.Sent, w.Message(c).State)
	require.Len(t, w.Fake.Taken(), 1, "it is looked for before it is tried a third time")
}

func TestTheLastDoubtfulAnswerIsLookedUpToo(t *testing.T) {
	t.Parallel()
	for name, last := range map[string]bool{"it_had_arrived": true, "it_had_not": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, anna := talk(t)
			w.Fake.Answer(func(channel.Outgoing) (bool, error) {
				return last && w.Fake.Calls() == 3, &channel.Failure{Class: channel.Temporary, Doubtful: true, Code: 1200}
			})
			first, second := w.Answer(anna, "one"), w.Answer(anna, "two")
			for range 6 {
				w.Deliver()
				w.Clock.Add(5 * time.Second)
				if w.Fake.Calls() == 3 {
					w.Fake.Answer(nil)
				}
			}
			m := w.Message(first)
			require.Equal(t, 3, m.Attempts)
			require.Equal(t, map[bool]outbound.State{true: outbound.Sent, false: outbound.Failed}[last], m.State)
			require.Equal(t, outbound.Sent, w.Message(second).State, "the lane goes on")
		})
	}
}

func TestWhatCannotBeLookedUpIsNotSentAgain(t *testing.T) {
	t.Parallel()
	w, anna := talk(t)
	w.Fake.Answer(func(channel.Outgoing) (bool, error) {
		return true, &channel.Failure{Class: channel.Temporary, Doubtful: true, Code: 1200}
	})
	w.Fake.Ask(func() error { return &channel.Failure{Class: channel.Rejected, Reason: "delivery.permission"} })
	c := w.Answer(anna, "one")
	for range 5 {
		w.Deliver()
		w.Clock.Add(time.Minute)
	}
	m := w.Message(c)
	require.Equal(t, outbound.Unconfirmed, m.State)
	require.Equal(t, "delivery.needs_person", m.Failure.Reason)
	require.Equal(t, 1, w.Fake.Calls())
}

func TestAnEchoProvesWhatWasTakenBack(t *testing.T) {
	t.Parallel()
	w, anna := talk(t)
	w.Fake.Answer(func(channel.Outgoing) (bool, error) {
		return true, &channel.Failure{Class: channel.Unconfirmed, Reason: "delivery.answer_lost"}
	})
	c := w.Answer(anna, "one")
	w.Deliver()
	id := w.Message(c).ID
	_, err := w.Outbound.Settle(w.Ctx(), w.Owner, id, false)
	require.NoError(t, err)
	_, err = w.Outbound.Retry(w.Ctx(), w.Owner, id)
	require.NoError(t, err)
	_, err = w.Outbound.Cancel(w.Ctx(), w.Owner, id)
	require.NoError(t, err)
	w.Hear(echoOf(w, w.Message(c)))
	require.Equal(t, outbound.Sent, w.Message(c).State)
	w.Deliver()
	require.Equal(t, 1, w.Fake.Calls())
}

func TestAReceiptMayBeFasterThanTheAnswer(t *testing.T) {
	t.Parallel()
	for _, read := range []bool{false, true} {
		t.Run(map[bool]string{false: "delivered", true: "read"}[read], func(t *testing.T) {
			t.Parallel()
			w, anna := talk(t)
			receipt := outbound.Receipt{AccountID: w.Account.ID, ChannelID: w.Channel.ID, State: outbound.Delivered}
			if read {
				receipt.State = outbound.Read
			}
			var c task.Comment
			w.Fake.Answer(func(channel.Outgoing) (bool, error) {
				receipt.ConversationID = w.Message(c).ConversationID
				receipt.At, receipt.Until = w.Clock.Now(), w.Clock.Now()
				require.NoError(t, w.Outbound.Receive(w.Ctx(), []outbound.Receipt{receipt}))
				require.Equal(t, outbound.Sending, w.Message(c).State)
				return true, nil
			})
			c = w.Answer(anna, "one")
			w.Deliver()
			require.Equal(t, receipt.State, w.Message(c).State)

			w.Fake.Answer(func(channel.Outgoing) (bool, error) {
				return true, &channel.Failure{Class: channel.Unconfirmed, Reason: "delivery.answer_lost"}
			})
			c = w.Answer(anna, "two")
			w.Deliver()
			receipt.Until = w.Clock.Now()
			require.NoError(t, w.Outbound.Receive(w.Ctx(), []outbound.Receipt{receipt}))
			require.Equal(t, outbound.Unconfirmed, w.Message(c).State, "it may have been another message that arrived")
			w.Hear(echoOf(w, w.Message(c)))
			require.Equal(t, receipt.State, w.Message(c).State)
		})
	}
}

// sentAt starts sending what is due, and has the platform's answer written down just before the nth statement of what is done
// meanwhile; false when that has fewer.
func sentAt(w *domaintest.World, nth int, meanwhile func()) (happened bool) {
	w.T.Helper()
	attempted, answered, written := make(chan struct{}), make(chan struct{}), make(chan struct{})
	w.Fake.Answer(func(channel.Outgoing) (bool, error) {
		close(attempted)
		<-answered
		return true, nil
	})
	defer w.Fake.Answer(nil)
	go func() {
		defer close(written)
		w.Deliver()
	}()
	<-attempted
	var asked atomic.Int32
	w.Fail(func(string) error {
		if int(asked.Add(1)) == nth {
			happened = true
			close(answered)
			<-written
		}
		return nil
	})
	meanwhile()
	w.Fail(nil)
	if !happened {
		close(answered)
		<-written
	}
	return happened
}

func TestAReceiptMayComeWhileTheAnswerIsWrittenDown(t *testing.T) {
	t.Parallel()
	w, anna := talk(t)
	nth := 0
	for happened := true; happened; {
		nth++
		c := w.Answer(anna, "one")
		happened = sentAt(w, nth, func() {
			m := w.Message(c)
			require.NoError(t, w.Outbound.Receive(w.Ctx(), []outbound.Receipt{{
				AccountID: w.Account.ID, ChannelID: w.Channel.ID, ConversationID: m.ConversationID, State: outbound.Delivered,
				ExternalIDs: []string{"m." + m.Token}, At: w.Clock.Now(), Until: w.Clock.Now(),
			}}))
		})
		require.Equal(t, outbound.Delivered, w.Message(c).State, "before statement %d", nth)
	}
	require.Greater(t, nth, 3)
}

func TestAnAnswersCommentMayComeWhileTheAnswerIsWrittenDown(t *testing.T) {
	t.Parallel()
	w, made, asked := commented(t)
	nth := 0
	for happened := true; happened; {
		nth++
		c, err := w.Tasks.AddComment(w.Ctx(), w.Owner, made.ID, task.NewComment{
			Text: "99 euros", Visibility: task.Public, ReplyTo: &asked.ID, Mode: channel.Answer,
		})
		require.NoError(t, err)
		happened = sentAt(w, nth, func() {
			ours, err := w.Outbound.Echoed(w.Ctx(), []outbound.Echo{{
				AccountID: w.Account.ID, ChannelID: w.Channel.ID, ExternalID: "m." + w.Message(c).Token, OccurredAt: w.Clock.Now(),
				Public: true, Under: *asked.ExternalID, Text: "99 euros",
			}})
			require.NoError(t, err)
			require.Equal(t, []bool{true}, ours, "before statement %d", nth)
		})
		require.Equal(t, outbound.Sent, w.Message(c).State)
		require.Equal(t, 1, w.Message(c).Attempts)
	}
	require.Greater(t, nth, 3)
}
