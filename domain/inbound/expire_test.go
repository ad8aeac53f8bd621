package inbound_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/account"
	"kontor/domain/domaintest"
	"kontor/domain/ids"
	"kontor/domain/inbound"
	"kontor/domain/storage"
)

const day = 24 * time.Hour

// old is a world whose events become old.
type old struct{ *domaintest.World }

// keep says for how many days an account keeps events.
func (w old) keep(by account.Actor, days int) {
	w.T.Helper()
	_, err := w.Accounts.Update(w.Ctx(), by, account.Change{KeepEvents: &days})
	require.NoError(w.T, err)
}

// told puts an event in a state into an account's vault, received at a time, and returns it.
func (w old) told(a account.ID, at time.Time, state inbound.State) ids.ID {
	w.T.Helper()
	e := inbound.Event{
		AccountID: a, ID: ids.New(), ChannelID: w.Channel.ID, Type: "messages", Key: ids.New().String(), Lane: "dm:anna", State: state,
		Raw: []byte("{}"), Month: storage.MonthOf(at), OccurredAt: at, ReceivedAt: at,
	}
	_, err := storage.InsertMany(w.Ctx(), w.DB, []inbound.Event{e})
	require.NoError(w.T, err)
	return e.ID
}

func (w old) left(a account.ID) (found []ids.ID) {
	w.T.Helper()
	require.NoError(w.T, w.DB.Of(w.Ctx(), a).Model(&inbound.Event{}).Order("received_at, id").Pluck("id", &found).Error)
	return found
}

func TestOldFinishedEventsAreForgotten(t *testing.T) {
	t.Parallel()
	w := old{domaintest.New(t)}
	other, _ := w.Found("Other GmbH", "other@muster.example")
	a, now := w.Account.ID, w.Clock.Now()
	theirs := w.told(other.ID, now.Add(-200*day), inbound.Processed)
	var open, finished []ids.ID
	for i, state := range []inbound.State{inbound.Received, inbound.Waiting, inbound.Held, inbound.Failed} {
		finished = append(finished, w.told(a, now.Add(-200*day+time.Duration(2*i)*time.Hour), inbound.Processed))
		open = append(open, w.told(a, now.Add(-200*day+time.Duration(2*i+1)*time.Hour), state))
	}
	finished = append(finished, w.told(a, now.Add(-91*day), inbound.Ignored))
	young := w.told(a, now.Add(-89*day), inbound.Processed)
	forget := func(n int) int {
		gone, err := w.Inbound.ForgetEvents(w.Ctx(), a, now.Add(-90*day), n)
		require.NoError(t, err)
		return gone
	}
	require.Equal(t, 2, forget(2))
	require.Equal(t, []ids.ID{open[0], open[1], finished[2], open[2], finished[3], open[3], finished[4], young}, w.left(a), "the oldest first")
	require.Equal(t, 3, forget(200))
	require.Equal(t, append(open, young), w.left(a))
	require.Zero(t, forget(200))
	require.Equal(t, []ids.ID{theirs}, w.left(other.ID))
}

// What somebody asks for by the id of an event that is gone is answered, and a comparison with the platform finds nothing new.
func TestNothingStumblesOverAForgottenEvent(t *testing.T) {
	t.Parallel()
	w := old{domaintest.New(t)}
	said := w.Says("anna", "hello")
	w.Hear(said)
	made := w.OneTask()
	event := w.Events()[0]
	w.Clock.Add(100 * day)
	_, err := w.Inbound.ForgetEvents(w.Ctx(), w.Account.ID, w.Clock.Now().Add(-90*day), 200)
	require.NoError(t, err)
	require.Empty(t, w.Events())

	last, err := w.Inbound.LastEvent(w.Ctx(), w.Account.ID, w.Channel.ID)
	require.NoError(t, err)
	require.Nil(t, last)
	heard, err := w.Inbound.Heard(w.Ctx(), w.Account.ID, w.Channel.ID)
	require.NoError(t, err)
	require.True(t, heard, "something has come, once")
	silent := w.Connect(w.Owner, "900")
	heard, err = w.Inbound.Heard(w.Ctx(), w.Account.ID, silent.ID)
	require.NoError(t, err)
	require.False(t, heard)

	_, err = w.Inbound.Refill(w.Ctx(), w.Account.ID, event.ID)
	require.NoError(t, err, "of a lead")
	require.NoError(t, w.Inbound.Release(w.Ctx(), w.Account.ID, event.ID))
	require.NoError(t, w.Inbound.PersonLearned(w.Ctx(), w.Account.ID, *made.ContactID))
	_, err = w.Inbound.Replay(w.Ctx(), w.Owner, inbound.Filter{IDs: []ids.ID{event.ID}})
	require.ErrorContains(t, err, "event.not_found")
	unsent := said
	unsent.Action = "unsend"
	w.Hear(unsent)
	require.Len(t, w.Events(), 1)
	require.Equal(t, inbound.Processed, w.Events()[0].State)
	require.NotNil(t, w.Comments(made)[0].UnsentAt)
}
