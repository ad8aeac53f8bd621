package httpapi_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/app/apptest"
	"kontor/app/httpapi"
	"kontor/domain/channel"
	"kontor/domain/clock"
	domain "kontor/domain/connection"
	"kontor/domain/ids"
	"kontor/integrations/metasim"
)

// chosen logs in as a new manager and connects all their pages.
func chosen(t *testing.T, a *apptest.App, c *apptest.Client, n int) (metasim.User, []string, httpapi.ConnectionPages, []ids.ID) {
	t.Helper()
	user, pages := a.Manager(t, n)
	made := a.LogIn(t, c, metasim.Login{User: user.ID, All: true})
	var channels []ids.ID
	for _, o := range c.In(t).Choose(made.ID, pages...) {
		require.Equal(t, "connected", o.Outcome)
		channels = append(channels, *o.ChannelID)
	}
	return user, pages, made, channels
}

func TestAPersonThrowsKontorOut(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	user, pages, c, channels := chosen(t, a, a.Admin, 2)
	theirs := a.LogIn(t, a.ForeignOwner, metasim.Login{User: user.ID, All: true}) // the same person works for them too
	_, _, _, others := chosen(t, a, a.Owner, 1)
	made := write(t, a, pages[0], "hello")

	told, err := a.Meta.Deauthorize(t.Context(), metasim.Notice{User: user.ID})
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, told.Status, told.Body)
	for _, id := range channels {
		got, err := a.Services.Channels.Get(t.Context(), a.Account.ID, id)
		require.NoError(t, err)
		require.Equal(t, channel.Reconnect, got.State)
		require.Equal(t, "delivery.deauthorized", got.StateReason)
		require.Empty(t, got.Credentials, "the token is forgotten")
	}
	require.Equal(t, channel.On, stateOf(t, a, others[0]), "somebody else's page goes on")
	lost := apptest.Get[httpapi.ConnectionPages](a.Admin, "/channels/connections/"+c.ID.String())
	require.Equal(t, domain.Lost, lost.State)
	require.Equal(t, "delivery.login_revoked", lost.Reason.Code)
	require.Equal(t, domain.Dead, lost.Pages[0].Status)
	require.Equal(t, domain.Lost,
		apptest.Get[httpapi.ConnectionPages](a.ForeignOwner, "/channels/connections/"+theirs.ID.String()).State)
	done := actions(t, a, a.Account)
	require.Contains(t, done, "connection.lost")
	require.Len(t, slices.DeleteFunc(done, func(x string) bool { return x != "channel.lost" }), 2)

	answer(a.Member, made, apptest.Body{"text": "kept", "visibility": "public", "undo_seconds": 0})
	told, err = a.Meta.Deauthorize(t.Context(), metasim.Notice{User: user.ID})
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, told.Status, "told twice is no fault")
	require.Len(t, slices.DeleteFunc(actions(t, a, a.Account), func(x string) bool { return x != "channel.lost" }), 2)
	require.Empty(t, a.Meta.Ledger(metasim.LedgerQuery{}))

	again := a.LogIn(t, a.Admin, metasim.Login{User: user.ID, All: true})
	require.Equal(t, "reconnected", a.Admin.Choose(again.ID, pages[0])[0].Outcome)
	apptest.Eventually(t, func() bool { return len(a.Meta.Ledger(metasim.LedgerQuery{Page: pages[0]})) == 1 }, "what was queued goes out")
}

func TestAnOldNoticeToldAgainUndoesNothing(t *testing.T) {
	t.Parallel()
	shifted := &clock.Shifted{}
	a := apptest.Start(t, apptest.WithClock(shifted))
	shifted.Shift(time.Hour) // the login is an hour after the notice
	user, _, c, channels := chosen(t, a, a.Admin, 1)
	_, err := a.Meta.Deauthorize(t.Context(), metasim.Notice{User: user.ID, IssuedAt: time.Now()})
	require.NoError(t, err)
	require.Equal(t, channel.On, stateOf(t, a, channels[0]))
	require.Equal(t, domain.Ready, apptest.Get[httpapi.ConnectionPages](a.Admin, "/channels/connections/"+c.ID.String()).State)
}

func TestKontorIsRemovedFromAPage(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	_, pages, c, channels := chosen(t, a, a.Admin, 2)
	told, err := a.Meta.Deauthorize(t.Context(), metasim.Notice{Page: pages[1]})
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, told.Status)
	require.Equal(t, channel.On, stateOf(t, a, channels[0]))
	got, err := a.Services.Channels.Get(t.Context(), a.Account.ID, channels[1])
	require.NoError(t, err)
	require.Equal(t, "delivery.page_removed", got.StateReason)
	require.Equal(t, domain.Ready, apptest.Get[httpapi.ConnectionPages](a.Admin, "/channels/connections/"+c.ID.String()).State)
}

func TestForgedNoticesAreRefused(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	user, _, _, channels := chosen(t, a, a.Admin, 1)
	for _, sign := range []string{"wrong", "algorithm", "unsigned", "garbage"} {
		told, err := a.Meta.Deauthorize(t.Context(), metasim.Notice{User: user.ID, Sign: sign})
		require.NoError(t, err)
		require.Equal(t, http.StatusUnauthorized, told.Status, sign)
		told, err = a.Meta.DeleteData(t.Context(), metasim.Notice{User: user.ID, Sign: sign})
		require.NoError(t, err)
		require.Equal(t, http.StatusUnauthorized, told.Status, sign)
		require.NotContains(t, told.Body, "confirmation_code")
	}
	for _, body := range []string{"", "signed_request=", "%zz", "signed_request=a.b&signed_request=c.d", strings.Repeat("x", 100_000)} {
		a.Anonymous.Do("POST", "//webhooks/meta/deauthorize", body).Refused(http.StatusUnauthorized, "door.signed_request")
		a.Anonymous.Do("POST", "//webhooks/meta/data-deletion", body).Refused(http.StatusUnauthorized, "door.signed_request")
	}
	require.Equal(t, channel.On, stateOf(t, a, channels[0]))
	var warned int
	for line := range strings.Lines(a.Log.String()) {
		if strings.Contains(line, `"code":"door.signed_request"`) && strings.Contains(line, `"level":"WARN"`) {
			warned++
		}
	}
	require.Equal(t, 18, warned, "each is in the log")
}

func TestAPersonsDataIsErased(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	user, pages, c, channels := chosen(t, a, a.Admin, 2)
	made := write(t, a, pages[0], "hello")
	before := dump(t, a)
	require.Contains(t, before, user.ID)
	require.Contains(t, before, user.Name)
	told, err := a.Meta.DeleteData(t.Context(), metasim.Notice{User: user.ID})
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, told.Status, told.Body)
	var said struct {
		URL  string `json:"url"`
		Code string `json:"confirmation_code"`
	}
	require.NoError(t, json.Unmarshal([]byte(told.Body), &said))
	require.Equal(t, a.URL+"/deletion/"+said.Code, said.URL)
	require.Len(t, said.Code, 43)

	a.Admin.Do("GET", "/channels/connections/"+c.ID.String(), nil).Refused(http.StatusNotFound, "connection.not_found")
	for _, id := range channels {
		got, err := a.Services.Channels.Get(t.Context(), a.Account.ID, id)
		require.NoError(t, err)
		require.Equal(t, "delivery.data_deleted", got.StateReason)
		require.Empty(t, got.AuthorizedBy)
	}
	require.Len(t, commentsOf(a.Member, made), 1, "what people wrote to the page is not theirs to erase this way")
	require.Contains(t, actions(t, a, a.Account), "connection.erased")
	requireErased(t, a, user)

	at, err := url.Parse(said.URL)
	require.NoError(t, err)
	page := a.Anonymous.With("Accept-Language", "de").Browse("/" + at.Path)
	require.Equal(t, http.StatusOK, page.Status)
	require.Contains(t, string(page.Body), "Gelöschte Anmeldungen: 1. Kanäle, denen der Zugriff genommen wurde: 2.")
	require.Contains(t, string(page.Body), "unter einer Kennung, die nur diese Seite für Sie hat")
	require.NotContains(t, string(page.Body), a.Account.Name)
	page = a.Anonymous.Browse("//deletion/" + strings.Repeat("A", 43))
	require.Equal(t, http.StatusNotFound, page.Status)
	require.Contains(t, string(page.Body), "There is no deletion with this code.")

	told, err = a.Meta.DeleteData(t.Context(), metasim.Notice{User: user.ID})
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, told.Status, "there is nothing more to erase, which is no fault")
	again := a.LogIn(t, a.Admin, metasim.Login{User: user.ID, All: true})
	require.Equal(t, "reconnected", a.Admin.Choose(again.ID, pages[0])[0].Outcome)
}

// requireErased demands that a person of the platform's stands in no row of any table.
func requireErased(t *testing.T, a *apptest.App, u metasim.User) {
	t.Helper()
	all := dump(t, a)
	require.NotContains(t, all, u.ID)
	require.NotContains(t, all, u.Name)
}
