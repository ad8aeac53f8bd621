package httpapi_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/app/apptest"
	"kontor/app/httpapi"
	"kontor/domain/account"
	"kontor/domain/audit"
	"kontor/domain/channel"
	"kontor/domain/clock"
	domain "kontor/domain/connection"
	"kontor/domain/ids"
	"kontor/domain/staff"
	"kontor/domain/storage"
	"kontor/domain/task"
	"kontor/integrations/metasim"
)

// actions are what an account's audit log says was done, the newest first.
func actions(t *testing.T, a *apptest.App, in account.Account) []string {
	t.Helper()
	var all []string
	for _, e := range entries(t, a, in) {
		all = append(all, e.Action)
	}
	return all
}

func entries(t *testing.T, a *apptest.App, in account.Account) []audit.Entry {
	t.Helper()
	list, _, err := a.Services.Audit.List(t.Context(), in.ID, audit.Filter{}, storage.Page{Limit: storage.MaxLimit})
	require.NoError(t, err)
	return list
}

// refusals are the codes with which logins were refused, the newest first.
func refusals(t *testing.T, a *apptest.App, in account.Account) []any {
	t.Helper()
	var codes []any
	for _, e := range entries(t, a, in) {
		if e.Action == "connection.refused" {
			codes = append(codes, e.Details["code"])
		}
	}
	return codes
}

func pageOf(c httpapi.ConnectionPages, id string) httpapi.ConnectionPage {
	return c.Pages[slices.IndexFunc(c.Pages, func(p httpapi.ConnectionPage) bool { return p.ExternalID == id })]
}

func adviceCodes(list []httpapi.Advice) []string {
	var all []string
	for _, a := range list {
		all = append(all, a.Level+" "+a.Code)
	}
	return all
}

func callsOf(a *apptest.App, name string) int {
	n := 0
	for _, c := range a.Meta.Calls(0) {
		if c.Name == name {
			n++
		}
	}
	return n
}

// write has somebody write to a page and returns the task that comes of it.
func write(t *testing.T, a *apptest.App, page, text string) task.Task {
	t.Helper()
	person, err := a.Meta.AddPerson(metasim.Person{FirstName: "Anna", LastName: text})
	require.NoError(t, err)
	_, err = a.Meta.Write(metasim.Write{Page: page, Person: person.ID, Text: text})
	require.NoError(t, err)
	var made task.Task
	apptest.Eventually(t, func() bool {
		list, _, err := a.Services.Tasks.List(t.Context(), a.Account.ID, task.Filter{}, storage.Page{})
		require.NoError(t, err)
		at := slices.IndexFunc(list, func(x task.Task) bool { return x.Snippet == text })
		if at >= 0 {
			made = list[at]
		}
		return at >= 0
	}, "the message becomes a task")
	return made
}

func TestThirtyPagesOfWhichTwoAreChosen(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	user, pages := a.Manager(t, 30)
	a.Admin.Do("POST", "/channels/connect/facebook", nil).Refused(http.StatusConflict, "terms.not_accepted")
	terms := apptest.Get[httpapi.Terms](a.Member, "/account/terms")
	require.Nil(t, terms.Accepted)
	require.Contains(t, terms.Text, "By connecting pages")
	a.Admin.Do("POST", "/account/terms", apptest.Body{"version": "1999"}).Refused(http.StatusUnprocessableEntity, "input.invalid")
	a.Admin.AcceptTerms()
	a.Owner.AcceptTerms()
	terms = apptest.Get[httpapi.Terms](a.Member, "/account/terms")
	require.Equal(t, a.Admin.Staff.Name, terms.Accepted.Name, "who accepted first")

	start := apptest.Post[httpapi.LoginStart](a.Admin, "/channels/connect/facebook", apptest.Body{"return_to": "/channels?tab=all"})
	require.WithinDuration(t, time.Now().Add(10*time.Minute), start.ExpiresAt, time.Minute)
	back := a.Dialog(t, start.URL, metasim.Login{User: user.ID, All: true})
	landed := a.Admin.Browse(back)
	require.Equal(t, http.StatusSeeOther, landed.Status, string(landed.Body))
	require.True(t, strings.HasPrefix(landed.Header.Get("Location"), "/channels?"))
	require.Equal(t, "all", landed.Parameter("tab"))

	path := "/channels/connections/" + landed.Parameter("connection")
	c := apptest.Get[httpapi.ConnectionPages](a.Admin, path)
	require.Len(t, c.Pages, 30)
	require.Equal(t, 2, callsOf(a, "accounts"), "25 at a time")
	require.Equal(t, user.Name, c.UserName)
	require.Equal(t, domain.Ready, c.State)
	require.Equal(t, a.Admin.Staff.ID, *c.ConnectedBy)
	require.WithinDuration(t, time.Now().AddDate(0, 0, 60), *c.ExpiresAt, 24*time.Hour)
	require.Equal(t, []string{"info connection.not_listed"}, adviceCodes(c.Advice))
	for i, p := range c.Pages {
		require.Equal(t, pages[i], p.ExternalID, "by name")
		require.Equal(t, domain.Available, p.Status)
		require.True(t, p.CanConnect)
		require.Empty(t, p.Advice)
	}

	outcomes := a.Admin.Choose(c.ID, pages[3], pages[28], pages[3])
	require.Len(t, outcomes, 2)
	for i, id := range []string{pages[3], pages[28]} {
		require.Equal(t, "connected", outcomes[i].Outcome)
		p, err := a.Meta.Page(id)
		require.NoError(t, err)
		require.Contains(t, p.SubscribedFields, "messages")
		require.NotContains(t, p.SubscribedFields, "response_feedback")
	}
	c = apptest.Get[httpapi.ConnectionPages](a.Admin, path)
	require.Equal(t, domain.Connected, pageOf(c, pages[28]).Status)
	require.Equal(t, outcomes[1].ChannelID, pageOf(c, pages[28]).ChannelID)
	require.Equal(t, domain.Available, pageOf(c, pages[4]).Status)

	made := write(t, a, pages[28], "Is the table still there?")
	answer(a.Member, made, apptest.Body{"text": "Yes", "visibility": "public", "undo_seconds": 0})
	apptest.Eventually(t, func() bool { return len(a.Meta.Ledger(metasim.LedgerQuery{Page: pages[28]})) == 1 }, "data flows at once")

	again := a.LogIn(t, a.Owner, metasim.Login{User: user.ID, Pages: pages[:5]})
	require.Equal(t, c.ID, again.ID, "one connection of one person")
	require.Len(t, again.Pages, 5)
	require.Equal(t, "connected", a.Owner.Choose(again.ID, pages[0])[0].Outcome, "a second login adds pages")
	require.Len(t, apptest.Get[httpapi.Page[httpapi.Connection]](a.Admin, "/channels/connections").Items, 1)

	done := actions(t, a, a.Account)
	for action, times := range map[string]int{
		"account.terms_accepted": 1, "connection.begun": 2, "connection.made": 2, "channel.connected": 3,
	} {
		require.Len(t, slices.DeleteFunc(slices.Clone(done), func(x string) bool { return x != action }), times, action)
	}
	requireNoSecrets(t, a, user)
}

// requireNoSecrets demands that no token, code or state of a login is in the log, nor in the database in clear.
func requireNoSecrets(t *testing.T, a *apptest.App, u metasim.User) {
	t.Helper()
	log := a.Log.String()
	require.NotEmpty(t, log)
	for _, secret := range []string{"EAAU", "EAAP", "AQ", "state=", "code=", "appsecret_proof", u.Name} {
		require.NotContains(t, log, secret)
	}
	rows, err := a.DB.SQL().QueryContext(t.Context(), "SELECT credentials FROM connections WHERE credentials IS NOT NULL")
	require.NoError(t, err)
	for rows.Next() {
		var sealed []byte
		require.NoError(t, rows.Scan(&sealed))
		require.NotContains(t, string(sealed), "EAAU")
	}
	require.NoError(t, rows.Err())
	require.NoError(t, rows.Close())
	for _, e := range entries(t, a, a.Account) {
		for _, v := range e.Details {
			require.NotEqual(t, u.ID, v)
			require.NotEqual(t, u.Name, v)
		}
	}
}

func TestLoginsThatLeadNowhere(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	user, pages := a.Manager(t, 1)
	a.Admin.AcceptTerms()
	all := metasim.Login{User: user.ID, Pages: pages}
	german := a.Admin.With("Accept-Language", "de")
	nothing := func(t *testing.T, landed *apptest.Answer, status int, code string) {
		t.Helper()
		require.Equal(t, status, landed.Status, string(landed.Body))
		require.Contains(t, string(landed.Body), `data-code="`+code+`"`)
		require.Contains(t, landed.Header.Get("Content-Security-Policy"), "default-src 'none'; style-src 'sha256-")
		require.Equal(t, code, refusals(t, a, a.Account)[0])
		require.Empty(t, apptest.Get[httpapi.Page[httpapi.Connection]](a.Admin, "/channels/connections").Items)
	}

	landed := german.Browse(a.Dialog(t, a.Admin.Begin(), metasim.Login{User: user.ID, Deny: true}))
	nothing(t, landed, http.StatusForbidden, "connection.denied")
	require.Contains(t, string(landed.Body), "Sie haben die Anmeldung abgebrochen.")
	require.Contains(t, string(landed.Body), `<html lang="de">`)

	begun := a.Admin.Begin()
	state := func(address string) string {
		u, err := url.Parse(address)
		require.NoError(t, err)
		return u.Query().Get("state")
	}
	nothing(t, a.Admin.Browse("//oauth/meta/callback?state="+url.QueryEscape(state(begun))), http.StatusUnprocessableEntity, "connection.no_code")
	nothing(t, a.Admin.Browse("//oauth/meta/callback?code=x&state="+url.QueryEscape(state(begun))), http.StatusConflict, "connection.state_used")
	begun = a.Admin.Begin()
	nothing(t, a.Admin.Browse("//oauth/meta/callback?code=made+up&state="+url.QueryEscape(state(begun))),
		http.StatusUnprocessableEntity, "connection.login_code")
	nothing(t, a.Admin.Browse("//oauth/meta/callback?code=x&state=made+up"), http.StatusNotFound, "connection.state_unknown")
	nothing(t, a.Admin.Browse("//oauth/meta/callback"), http.StatusNotFound, "connection.state_unknown")

	begun = apptest.Post[httpapi.LoginStart](a.Admin, "/channels/connect/facebook", apptest.Body{"return_to": "/channels"}).URL
	_, err := a.Meta.AddFault(metasim.Fault{Call: "access_token", Answer: metasim.AnswerHTML})
	require.NoError(t, err)
	landed = a.Admin.Browse(a.Dialog(t, begun, all))
	require.Equal(t, http.StatusSeeOther, landed.Status)
	require.Equal(t, "delivery.platform_trouble", landed.Parameter("connect_error"))

	a.Meta.ChangeApp(func(m *metasim.App) { m.Secrets = []string{"another"} })
	nothing(t, a.Admin.Browse(a.Dialog(t, a.Admin.Begin(), all)), http.StatusUnprocessableEntity, "connection.app_settings")

	for _, bad := range []string{"//evil.example", `/\evil.example`, "https://evil.example", "channels", "/a b", "/x#y"} {
		a.Admin.Do("POST", "/channels/connect/facebook", apptest.Body{"return_to": bad}).Refused(http.StatusUnprocessableEntity, "input.invalid")
	}
	a.Admin.Do("POST", "/channels/connect/carrier_pigeon", nil).Refused(http.StatusNotFound, "channel.unknown_kind")
	once := a.Admin.With("Idempotency-Key", "begin")
	first := apptest.Post[httpapi.LoginStart](once, "/channels/connect/facebook", nil)
	require.NotEmpty(t, first.URL)
	require.Empty(t, apptest.Post[httpapi.LoginStart](once, "/channels/connect/facebook", nil).URL, "the state is kept nowhere")
}

func TestAStateIsForWhoeverBegan(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	user, pages := a.Manager(t, 1)
	a.Admin.AcceptTerms()
	a.ForeignOwner.AcceptTerms()
	back := func(c *apptest.Client) string {
		return a.Dialog(t, c.Begin(), metasim.Login{User: user.ID, Pages: pages})
	}
	refused := func(c *apptest.Client, path string, status int, code string) {
		t.Helper()
		landed := c.Browse(path)
		require.Equal(t, status, landed.Status, string(landed.Body))
		require.Contains(t, string(landed.Body), `data-code="`+code+`"`)
		require.NotContains(t, string(landed.Body), apptest.Canary)
	}
	otherSession := a.Open(t, a.Admin.Staff)
	byToken, _ := a.Token(t, a.Admin.Staff, account.Bot)
	otherToken, _ := a.Token(t, a.Admin.Staff, account.Bot)
	nobody := *a.Anonymous

	for name, c := range map[string]struct {
		by     *apptest.Client
		status int
		code   string
	}{
		"another_session_of_the_same_person": {otherSession, http.StatusForbidden, "connection.state_foreign"},
		"another_person":                     {a.Owner, http.StatusForbidden, "connection.state_foreign"},
		"another_account":                    {a.ForeignOwner, http.StatusForbidden, "connection.state_foreign"},
		"a_token_of_the_same_person":         {byToken, http.StatusForbidden, "connection.state_foreign"},
		"nobody":                             {&nobody, http.StatusUnauthorized, "connection.signed_out"},
	} {
		path := back(a.Admin)
		refused(c.by, path, c.status, c.code)
		require.Equal(t, c.code, refusals(t, a, a.Account)[0], name)
		refused(a.Admin, path, http.StatusConflict, "connection.state_used")
	}
	for _, e := range entries(t, a, a.Account) {
		require.NotContains(t, e.ActorName, apptest.Canary, "somebody of another account is not named")
	}

	path := back(byToken)
	refused(otherToken, path, http.StatusForbidden, "connection.state_foreign")
	require.NotEqual(t, ids.Nil, byToken.Land(back(byToken)), "a token ends what it began")
	require.NotEqual(t, ids.Nil, otherSession.Land(back(byToken)), "or whoever holds it, in person")
	require.NotEqual(t, ids.Nil, a.Admin.Land(back(a.Admin)))

	path = back(a.Admin)
	role := account.Member
	_, err := a.Services.Staff.Update(t.Context(), account.SystemActor(a.Account.ID), a.Admin.Staff.ID, staff.Change{Role: &role})
	require.NoError(t, err)
	refused(a.Admin, path, http.StatusForbidden, "account.role")
}

func TestAStateIsGoodForTenMinutes(t *testing.T) {
	t.Parallel()
	shifted := &clock.Shifted{}
	a := apptest.Start(t, apptest.WithClock(shifted))
	user, pages := a.Manager(t, 1)
	a.Admin.AcceptTerms()
	path := a.Dialog(t, a.Admin.Begin(), metasim.Login{User: user.ID, Pages: pages})
	shifted.Shift(11 * time.Minute)
	landed := a.Admin.Browse(path)
	require.Equal(t, http.StatusConflict, landed.Status)
	require.Equal(t, []any{"connection.state_expired"}, refusals(t, a, a.Account))
	require.Zero(t, callsOf(a, "access_token"), "the code is not even tried")
	require.NoError(t, a.Services.Connections.Prune(t.Context()))
	require.Equal(t, http.StatusConflict, a.Admin.Browse(path).Status, "it is still known to have been used")
	shifted.Shift(25 * time.Hour)
	require.NoError(t, a.Services.Connections.Prune(t.Context()))
	require.Equal(t, http.StatusNotFound, a.Admin.Browse(path).Status)
}

func TestMissingTicksAreNamedWithTheirRemedy(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	user, pages := a.Manager(t, 5)
	_, err := a.Meta.ChangeUser(user.ID, func(u *metasim.User) {
		u.Pages[2].Tasks = []string{"MODERATE", "CREATE_CONTENT", "ANALYZE"}
		u.Pages[3].Business = "Holding"
		u.Pages[4].Tasks = []string{"MESSAGING", "MODERATE"}
	})
	require.NoError(t, err)
	c := a.LogIn(t, a.Admin.With("Accept-Language", "de"), metasim.Login{
		User: user.ID, Pages: pages, Declined: []string{"business_management", "leads_retrieval"},
		Unticked: map[string][]string{"pages_messaging": {pages[1]}, "pages_read_engagement": {pages[0]}},
	})
	require.Equal(t, []string{
		"warning connection.permission_not_given", "info connection.permission_not_given", "info connection.not_listed",
	}, adviceCodes(c.Advice))
	require.Contains(t, c.Advice[0].Text, "„Leads Ihrer Lead-Anzeigen lesen“")

	p := pageOf(c, pages[0])
	require.True(t, p.CanConnect)
	require.Equal(t, []string{"warning connection.page_not_ticked"}, adviceCodes(p.Advice))
	p = pageOf(c, pages[1])
	require.Equal(t, domain.Lacking, p.Status)
	require.Equal(t, []string{"error connection.page_not_ticked"}, adviceCodes(p.Advice))
	require.Contains(t, p.Advice[0].Text, "Unterhaltungen der Seite in Messenger")
	p = pageOf(c, pages[2])
	require.Equal(t, domain.Lacking, p.Status)
	require.Equal(t, []string{"error connection.task_missing", "warning connection.task_missing"}, adviceCodes(p.Advice))
	require.Contains(t, p.Advice[0].Text, "Nachrichten (nötig")
	p = pageOf(c, pages[3])
	require.Equal(t, domain.Lacking, p.Status)
	require.Equal(t, []string{"error connection.in_business"}, adviceCodes(p.Advice))
	require.Contains(t, p.Advice[0].Text, "Unternehmenseinstellungen → Konten → Seiten")
	require.True(t, pageOf(c, pages[4]).CanConnect, "comments and leads are not everything")

	for i, o := range a.Admin.Choose(c.ID, pages...) {
		switch i {
		case 0, 4:
			require.Equal(t, "connected", o.Outcome)
		default:
			require.Equal(t, "refused", o.Outcome)
			require.NotEmpty(t, o.Error.Text)
		}
	}
	require.Len(t, slices.DeleteFunc(actions(t, a, a.Account), func(x string) bool { return x != "connection.page_refused" }), 3)
	a.Admin.Do("POST", "/channels/connections/"+c.ID.String()+"/pages", apptest.Body{"external_ids": []string{pages[0], "77"}}).
		Refused(http.StatusUnprocessableEntity, "input.invalid")

	c = a.LogIn(t, a.Admin, metasim.Login{User: user.ID, All: true})
	require.True(t, pageOf(c, pages[1]).CanConnect)
	require.True(t, pageOf(c, pages[3]).CanConnect, "with the permission a Business's page is there")
	_, err = a.Meta.ChangeUser(user.ID, func(u *metasim.User) { u.Pages[2].Tasks = nil })
	require.NoError(t, err)
	fresh := apptest.Post[httpapi.ConnectionPages](a.Admin, "/channels/connections/"+c.ID.String()+"/refresh", nil)
	require.True(t, pageOf(fresh, pages[2]).CanConnect, "listed again")

	poor, _ := a.Manager(t, 0)
	none := a.LogIn(t, a.Admin, metasim.Login{User: poor.ID, All: true})
	require.Equal(t, []string{"error connection.no_pages", "info connection.not_listed"}, adviceCodes(none.Advice))
	without := a.LogIn(t, a.Admin, metasim.Login{User: user.ID, All: true, Declined: []string{"pages_messaging"}})
	require.Equal(t, "error connection.permission_not_given", adviceCodes(without.Advice)[0])
	require.Equal(t, domain.Lacking, pageOf(without, pages[1]).Status)
}

func TestAPageBelongsToOneAccount(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	user, pages := a.Manager(t, 2)
	theirs := a.LogIn(t, a.ForeignOwner, metasim.Login{User: user.ID, All: true})
	require.Equal(t, "connected", a.ForeignOwner.Choose(theirs.ID, pages[0])[0].Outcome)

	c := a.LogIn(t, a.Admin, metasim.Login{User: user.ID, All: true})
	require.NotEqual(t, theirs.ID, c.ID)
	p := pageOf(c, pages[0])
	require.Equal(t, domain.Taken, p.Status)
	require.Nil(t, p.ChannelID)
	require.Equal(t, []string{"error channel.claimed"}, adviceCodes(p.Advice))
	require.NotContains(t, p.Advice[0].Text, apptest.Canary)
	outcomes := a.Admin.Choose(c.ID, pages...)
	require.Equal(t, "channel.claimed", outcomes[0].Error.Code)
	require.Equal(t, "connected", outcomes[1].Outcome, "one refusal does not keep the others")
	held, err := a.Meta.Page(pages[0])
	require.NoError(t, err)
	require.NotEmpty(t, held.SubscribedFields)
	a.Admin.Do("GET", "/channels/connections/"+theirs.ID.String(), nil).Refused(http.StatusNotFound, "connection.not_found")
}

// stateOf is how the channel of a page is.
func stateOf(t *testing.T, a *apptest.App, id ids.ID) channel.State {
	t.Helper()
	c, err := a.Services.Channels.Get(t.Context(), a.Account.ID, id)
	require.NoError(t, err)
	return c.State
}

func TestANewLoginBringsADeadChannelBackWithItsQueue(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	user, pages := a.Manager(t, 1)
	login := metasim.Login{User: user.ID, All: true}
	c := a.LogIn(t, a.Admin, login)
	id := *a.Admin.Choose(c.ID, pages[0])[0].ChannelID
	made := write(t, a, pages[0], "hello")
	name := "Our page"
	_, err := a.Services.Channels.Update(t.Context(), account.SystemActor(a.Account.ID), id, channel.Change{DisplayName: &name})
	require.NoError(t, err)

	_, err = a.Meta.LogOut(user.ID) // a new password
	require.NoError(t, err)
	for _, text := range []string{"one", "two", "three"} {
		answer(a.Member, made, apptest.Body{"text": text, "visibility": "public", "undo_seconds": 0})
	}
	apptest.Eventually(t, func() bool { return stateOf(t, a, id) == channel.Reconnect }, "the platform no longer takes its token")
	require.Empty(t, a.Meta.Ledger(metasim.LedgerQuery{}))
	require.Equal(t, domain.Dead, apptest.Get[httpapi.ConnectionPages](a.Admin, "/channels/connections/"+c.ID.String()).Pages[0].Status)

	refused := a.Admin.Choose(c.ID, pages[0])[0]
	require.Equal(t, "refused", refused.Outcome)
	require.Equal(t, "delivery.token_dead", refused.Error.Code)
	lost := apptest.Get[httpapi.ConnectionPages](a.Admin, "/channels/connections/"+c.ID.String())
	require.Equal(t, domain.Lost, lost.State, "and with it the login is lost")
	require.Equal(t, "delivery.token_dead", lost.Reason.Code)
	require.False(t, lost.Pages[0].CanConnect)
	a.Admin.Do("POST", "/channels/connections/"+c.ID.String()+"/pages", apptest.Body{"external_ids": pages}).
		Refused(http.StatusConflict, "connection.lost")
	a.Admin.Do("POST", "/channels/connections/"+c.ID.String()+"/refresh", nil).Refused(http.StatusConflict, "connection.lost")

	again := a.LogIn(t, a.Admin, login)
	require.Equal(t, c.ID, again.ID)
	require.Equal(t, domain.Ready, again.State)
	out := a.Admin.Choose(again.ID, pages[0])[0]
	require.Equal(t, "reconnected", out.Outcome)
	require.Equal(t, id, *out.ChannelID)
	apptest.Eventually(t, func() bool { return len(a.Meta.Ledger(metasim.LedgerQuery{})) == 3 }, "what waited goes out")
	var texts []string
	for _, sent := range a.Meta.Ledger(metasim.LedgerQuery{}) {
		texts = append(texts, sent.Text)
	}
	require.Equal(t, []string{"one", "two", "three"}, texts, "in order")
	require.Empty(t, a.Meta.Doubles())
	after, err := a.Services.Channels.Get(t.Context(), a.Account.ID, id)
	require.NoError(t, err)
	require.Equal(t, name, after.DisplayName)
	require.Equal(t, channel.On, after.State)
}

func TestRemovingAConnection(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	user, pages := a.Manager(t, 2)
	login := metasim.Login{User: user.ID, All: true}
	c := a.LogIn(t, a.Admin, login)
	outcomes := a.Admin.Choose(c.ID, pages...)
	made := write(t, a, pages[0], "hello")

	apptest.Delete(a.Admin, "/channels/connections/"+c.ID.String())
	a.Admin.Do("GET", "/channels/connections/"+c.ID.String(), nil).Refused(http.StatusNotFound, "connection.not_found")
	answer(a.Member, made, apptest.Body{"text": "still here", "visibility": "public", "undo_seconds": 0})
	apptest.Eventually(t, func() bool { return len(a.Meta.Ledger(metasim.LedgerQuery{})) == 1 }, "the channel has a token of its own")

	c = a.LogIn(t, a.Admin, login)
	require.Equal(t, domain.Connected, c.Pages[0].Status)
	apptest.Delete(a.Admin, "/channels/connections/"+c.ID.String()+"?remove_channels=true")
	for _, o := range outcomes {
		removed, err := a.Services.Channels.Get(t.Context(), a.Account.ID, *o.ChannelID)
		require.NoError(t, err)
		require.NotNil(t, removed.RemovedAt)
		require.Empty(t, removed.Credentials)
		p, err := a.Meta.Page(o.ExternalID)
		require.NoError(t, err)
		require.Empty(t, p.SubscribedFields)
	}
	require.Len(t, commentsOf(a.Member, made), 2, "history is kept")
	c = a.LogIn(t, a.Admin, login)
	back := a.Admin.Choose(c.ID, pages[0])[0]
	require.Equal(t, outcomes[0].ChannelID, back.ChannelID, "the page's channel comes back")
}

func TestALoginEndsOnceHoweverManyBringIt(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	user, pages := a.Manager(t, 1)
	a.Admin.AcceptTerms()
	path := a.Dialog(t, a.Admin.Begin(), metasim.Login{User: user.ID, Pages: pages})
	var wg sync.WaitGroup
	statuses := make([]int, 8)
	for i := range statuses {
		wg.Go(func() { statuses[i] = a.Admin.Browse(path).Status })
	}
	wg.Wait()
	slices.Sort(statuses)
	require.Equal(t, []int{200, 409, 409, 409, 409, 409, 409, 409}, statuses)
	require.Equal(t, 2, callsOf(a, "access_token"), "one code, and one long-lived token")
}

func TestChoosingPagesAgainWithAKey(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	user, pages := a.Manager(t, 6)
	c := a.LogIn(t, a.Admin, metasim.Login{User: user.ID, All: true})
	once := a.Admin.With("Idempotency-Key", "choose")
	first := once.Choose(c.ID, pages...)
	require.Len(t, first, 6)
	subscribed := callsOf(a, "subscribed_apps.post")
	require.Equal(t, first, once.Choose(c.ID, pages...))
	require.Equal(t, subscribed, callsOf(a, "subscribed_apps.post"), "the answer is repeated and nothing else")

	_, err := a.Meta.AddFault(metasim.Fault{Call: "subscribed_apps.post", Answer: metasim.AnswerError, Error: metasim.ErrorRef{Code: 4}})
	require.NoError(t, err)
	out := a.Admin.Choose(c.ID, pages[0])[0]
	require.Equal(t, "delivery.rate_limited", out.Error.Code)
	require.NotEmpty(t, out.Error.Params["trace_id"])
	require.Equal(t, channel.On, stateOf(t, a, *first[0].ChannelID), "a try that failed takes nothing away")
}

func TestALoginExpiresAndItsChannelsLiveOn(t *testing.T) {
	t.Parallel()
	shifted := &clock.Shifted{}
	a := apptest.Start(t, apptest.WithClock(shifted))
	user, pages := a.Manager(t, 1)
	c := a.LogIn(t, a.Admin, metasim.Login{User: user.ID, All: true})
	id := *a.Admin.Choose(c.ID, pages[0])[0].ChannelID
	shifted.Shift(61 * 24 * time.Hour)
	require.NoError(t, a.Services.Connections.Prune(t.Context()))
	admin := a.Open(t, a.Admin.Staff) // the session has ended as well
	lost := apptest.Get[httpapi.ConnectionPages](admin, "/channels/connections/"+c.ID.String())
	require.Equal(t, domain.Lost, lost.State)
	require.Equal(t, "delivery.login_expired", lost.Reason.Code)
	made := write(t, a, pages[0], "hello")
	answer(a.Open(t, a.Member.Staff), made, apptest.Body{"text": "Yes", "visibility": "public", "undo_seconds": 0})
	apptest.Eventually(t, func() bool { return len(a.Meta.Ledger(metasim.LedgerQuery{})) == 1 }, "the page's token does not expire")
	require.Equal(t, channel.On, stateOf(t, a, id))
}

func TestKindsSayHowTheyAreConnected(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	for _, k := range apptest.Get[httpapi.Page[httpapi.Kind]](a.Member, "/channel-kinds").Items {
		if k.Kind == metasim.PageKind {
			require.True(t, k.ByLogin)
			require.True(t, k.ByToken)
		}
	}
}

// What was not granted for a page is not subscribed there, and its channel says so; what was granted is used with the
// page's token that came of the login.
func TestCommentsAndLeadsTakeTheirPermissions(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	user, pages := a.Manager(t, 2)
	c := a.LogIn(t, a.Admin, metasim.Login{
		User: user.ID, All: true, Unticked: map[string][]string{"leads_retrieval": pages[:1], "pages_read_engagement": pages[:1]},
	})
	outcomes := a.Admin.Choose(c.ID, pages...)
	for i, o := range outcomes {
		require.Equal(t, "connected", o.Outcome)
		path := "/channels/" + o.ChannelID.String()
		apptest.Patch[httpapi.Channel](a.Admin, path, apptest.Body{"settings": apptest.Body{"comments": true}})
		shown := apptest.Get[httpapi.Channel](a.Admin, path)
		subscribed, err := a.Meta.Page(pages[i])
		require.NoError(t, err)
		for _, field := range []string{"feed", "leadgen"} {
			require.Equal(t, i == 1, slices.Contains(subscribed.SubscribedFields, field), field)
		}
		found := slices.ContainsFunc(shown.Health.Findings, func(f httpapi.ChannelFinding) bool {
			return f.Code == "channel.events_left_out" && strings.Contains(f.Text, "leadgen") && strings.Contains(f.Text, "feed")
		})
		require.Equal(t, i == 0, found, "%v", shown.Health.Findings)
	}
}
