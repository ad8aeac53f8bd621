package httpapi_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/app/apptest"
	"kontor/app/httpapi"
	"kontor/domain/ids"
	"kontor/integrations/metasim"
)

// vault returns an account's events by a filter, once there are n.
func vault(t *testing.T, c *apptest.Client, n int, filter url.Values) []httpapi.Event {
	t.Helper()
	var found []httpapi.Event
	apptest.Eventually(t, func() bool {
		found = apptest.Get[httpapi.Page[httpapi.Event]](c, "/events?"+filter.Encode()).Items
		return len(found) == n
	}, "events in the vault")
	return found
}

func TestTheVaultIsSearched(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	one, page := a.Channel(t, a.Admin)
	_, other := a.Channel(t, a.Admin)
	_, foreign := a.Channel(t, a.ForeignOwner)
	anna := a.Writer(t)
	a.Writes(t, page, anna, "hello")
	a.Writes(t, other, anna, "hello")
	a.Writes(t, foreign, anna, "hello")
	_, err := a.Meta.Emit(metasim.Emission{Page: page.ID, Person: anna.ID, Field: "messaging_optins", Element: []byte(`{"optin":{"type":"one_time_notif_req"}}`)})
	require.NoError(t, err)

	german := a.Admin.With("Accept-Language", "de")
	all := vault(t, german, 3, url.Values{"state": nil})
	mine := url.Values{"channel_id": {one.ID.String()}}
	ignored := vault(t, german, 1, url.Values{"channel_id": mine["channel_id"], "state": {"ignored"}})[0]
	require.NotEmpty(t, ignored.Reason)
	require.NotContains(t, ignored.ReasonText, ignored.Reason)
	require.Nil(t, ignored.TaskID)
	made := vault(t, a.Owner, 1, url.Values{"channel_id": mine["channel_id"], "state": {"processed"}})[0]
	require.Equal(t, "messages", made.Type)
	for what, id := range map[string]*ids.ID{"task": made.TaskID, "comment": made.CommentID, "contact": made.ContactID} {
		require.NotNil(t, id, what)
	}
	require.Equal(t, "hello", apptest.Get[httpapi.Task](a.Member, "/tasks/"+made.TaskID.String()).Snippet)
	vault(t, a.Owner, 2, mine)
	vault(t, a.Owner, 2, url.Values{"type": {"messages"}})
	vault(t, a.Owner, 0, url.Values{"state": {"held"}})
	later := made.ReceivedAt.Add(time.Hour).Format(time.RFC3339)
	vault(t, a.Owner, 3, url.Values{"to": {later}})
	vault(t, a.Owner, 0, url.Values{"from": {later}})
	a.Owner.Do("GET", "/events?state=lost", nil).Refused(422, "input.invalid")

	first := apptest.Get[httpapi.Page[httpapi.Event]](a.Owner, "/events?limit=2")
	rest := apptest.Get[httpapi.Page[httpapi.Event]](a.Owner, "/events?limit=2&cursor="+first.NextCursor)
	require.Len(t, rest.Items, 1)
	require.Equal(t, all[2].ID, rest.Items[0].ID)
}

func TestAnEventHasItsOwnBytes(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	_, page := a.Channel(t, a.Admin)
	anna := a.Writer(t)
	a.Writes(t, page, anna, "café / <b>")
	e := vault(t, a.Admin, 1, nil)[0]
	whole := apptest.Get[httpapi.WholeEvent](a.Admin, "/events/"+e.ID.String())
	require.Contains(t, a.Meta.Deliveries(1)[0].Body, *whole.Raw, "byte by byte as it came")
	require.NotContains(t, *whole.Raw, `"entry"`, "and no more than its own")
	require.Equal(t, page.ID, whole.Envelope.EntryID)
	require.Equal(t, "page", whole.Envelope.Object)
	require.Empty(t, whole.RawBase64)

	t.Run("also_what_is_no_text", func(t *testing.T) {
		item := `{"sender":{"id":"77"},"recipient":{"id":"` + page.ID + `"},"timestamp":1760000000000,"message":{"mid":"m_odd","text":"a` + "\xff" + `"}}`
		answer, err := a.Meta.Post(t.Context(), metasim.RawPost{
			Body: `{"object":"page","entry":[{"id":"` + page.ID + `","time":1760000000000,"messaging":[` + item + `]}]}`,
		})
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, answer.Status)
		odd := vault(t, a.Admin, 2, nil)[0]
		whole := apptest.Get[httpapi.WholeEvent](a.Admin, "/events/"+odd.ID.String())
		require.Nil(t, whole.Raw)
		require.Equal(t, item, string(whole.RawBase64))
	})
	t.Run("unless_they_were_taken_back", func(t *testing.T) {
		said := a.Meta.State(page.ID, anna.ID).Thread.Messages[0]
		_, err := a.Meta.Unsend(said.MID)
		require.NoError(t, err)
		apptest.Eventually(t, func() bool {
			return apptest.Get[httpapi.WholeEvent](a.Admin, "/events/"+e.ID.String()).Raw == nil
		}, "erased")
	})
}

func TestReplay(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	one, page := a.Channel(t, a.Admin)
	_, other := a.Channel(t, a.Admin)
	anna := a.Writer(t)
	a.Writes(t, page, anna, "hello")
	a.Writes(t, other, anna, "hello")
	processed := url.Values{"state": {"processed"}}
	both := vault(t, a.Admin, 2, processed)
	replay := func(b apptest.Body) int64 {
		vault(t, a.Admin, 2, processed) // what was replayed before is done
		return apptest.Post[httpapi.Replay](a.Admin, "/events/replay", b).Count
	}
	comments := func() (n int) {
		for _, e := range both {
			n += len(apptest.Get[httpapi.Page[httpapi.Comment]](a.Member, "/tasks/"+e.TaskID.String()+"/comments").Items)
		}
		return n
	}
	require.Zero(t, replay(apptest.Body{}), "by itself it is what failed")
	require.Equal(t, int64(1), replay(apptest.Body{"state": "processed", "channel_id": one.ID}))
	require.Equal(t, int64(1), replay(apptest.Body{"ids": []ids.ID{both[0].ID}}))
	require.Equal(t, int64(2), replay(apptest.Body{"ids": []ids.ID{both[0].ID, both[1].ID}, "state": "processed"}))
	require.Zero(t, replay(apptest.Body{"state": "processed", "to": both[1].ReceivedAt}))
	require.Equal(t, int64(2), replay(apptest.Body{"state": "processed", "type": "messages", "from": both[1].ReceivedAt}))
	again := vault(t, a.Admin, 2, processed)
	require.Equal(t, both[0].TaskID, again[0].TaskID)
	require.Equal(t, 2, comments(), "nothing is there twice")
	require.Equal(t, 2, tasks(t, a.Member))

	for _, b := range []apptest.Body{
		{"ids": []ids.ID{ids.New()}}, {"channel_id": ids.New()}, {"state": "held"}, {"ids": "all"},
	} {
		a.Admin.Do("POST", "/events/replay", b).Refused(422, "input.invalid")
	}
	a.ForeignOwner.Do("POST", "/events/replay", apptest.Body{"ids": []ids.ID{both[0].ID}}).Refused(422, "input.invalid")
}
