package httpapi_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/app/apptest"
	"kontor/app/httpapi"
	"kontor/domain/channel"
	"kontor/integrations/metasim"
)

func TestWhatWasLostInAnOutageIsFetched(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	page := a.PageOf(t, a.Account)
	path := "/channels/" + page.Channel.ID.String()
	told, anna := page.Hear(t, "Anna", "before the outage")
	require.Nil(t, apptest.Get[httpapi.Reconciliation](a.Admin, path+"/reconciliation").Until, "nothing was compared yet")
	before := apptest.Get[httpapi.Channel](a.Admin, path).Health.LastEventAt
	require.NotNil(t, before)

	_, err := a.Meta.ChangePage(page.ID, func(p *metasim.Page) { p.SubscribedFields = nil }) // as after an hour of failures
	require.NoError(t, err)
	_, err = a.Meta.Write(metasim.Write{
		Page: page.ID, Person: anna.ID, Text: "during the outage", Attachments: []metasim.Attachment{{Type: "image"}},
	})
	require.NoError(t, err)
	bert, err := a.Meta.AddPerson(metasim.Person{FirstName: "Bert"})
	require.NoError(t, err)
	page.Write(t, bert, "a new person in the outage")

	require.NoError(t, a.Services.ListenToQuiet(t.Context()))
	require.Equal(t, channel.On, apptest.Get[httpapi.Channel](a.Admin, path).State)
	now, err := a.Meta.Page(page.ID)
	require.NoError(t, err)
	require.Empty(t, now.SubscribedFields, "a channel that heard something within the hour is not asked about")
	require.NoError(t, a.Services.Channels.Listen(t.Context(), page.Channel))
	now, err = a.Meta.Page(page.ID)
	require.NoError(t, err)
	require.NotEmpty(t, now.SubscribedFields, "events come again")

	texts := func() (list []string) {
		for _, c := range apptest.Get[httpapi.Page[httpapi.Comment]](a.Admin, "/tasks/"+told.ID.String()+"/comments").Items {
			list = append(list, c.Text)
			for _, f := range c.Attachments {
				list = append(list, string(f.Type))
			}
		}
		return list
	}
	apptest.Eventually(t, func() bool { return slices.Contains(texts(), "during the outage") }, "it is in the task")
	require.Contains(t, texts(), "image")
	var ledger httpapi.Reconciliation
	apptest.Eventually(t, func() bool {
		ledger = apptest.Get[httpapi.Reconciliation](a.Admin, path+"/reconciliation")
		return ledger.Until != nil
	}, "the ledger says how much it was")
	var received, recovered int64
	for _, d := range ledger.Days {
		received, recovered = received+d.Received, recovered+d.Recovered
		require.NotNil(t, d.Completeness)
	}
	require.Equal(t, int64(1), received)
	require.Equal(t, int64(2), recovered)
	events := apptest.Get[httpapi.Page[httpapi.Event]](a.Admin, "/events?channel_id="+page.Channel.ID.String()).Items
	require.Len(t, slices.DeleteFunc(events, func(e httpapi.Event) bool { return !e.Recovered }), 2)
	require.Equal(t, before, apptest.Get[httpapi.Channel](a.Admin, path).Health.LastEventAt, "no webhook has come since")

	page.Write(t, anna, "after the outage")
	apptest.Eventually(t, func() bool { return slices.Contains(texts(), "after the outage") }, "webhooks come again")
	require.NotEqual(t, before, apptest.Get[httpapi.Channel](a.Admin, path).Health.LastEventAt)
}

func TestWhatIsFetchedAndThenToldComesOnce(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	page := a.PageOf(t, a.Account)
	told, anna := page.Hear(t, "Anna", "first")
	a.Meta.ChangeWebhooks(func(w *metasim.Webhooks) { w.Hold = true })
	page.Write(t, anna, "held back")
	require.NoError(t, a.Services.Inbound.Missed(t.Context(), page.Channel))
	count := func() (n int) {
		for _, c := range apptest.Get[httpapi.Page[httpapi.Comment]](a.Admin, "/tasks/"+told.ID.String()+"/comments").Items {
			if c.Text == "held back" {
				n++
			}
		}
		return n
	}
	apptest.Eventually(t, func() bool { return count() == 1 }, "it is fetched")
	a.Meta.ChangeWebhooks(func(w *metasim.Webhooks) { w.Hold = false })
	require.NoError(t, a.Meta.Flush(t.Context()))
	page.Write(t, anna, "afterwards")
	apptest.Eventually(t, func() bool {
		task := apptest.Get[httpapi.Task](a.Admin, "/tasks/"+told.ID.String())
		return task.Snippet == "afterwards"
	}, "the webhook behind it has had its effect")
	require.Equal(t, 1, count())
}
