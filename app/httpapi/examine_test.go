package httpapi_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/app/apptest"
	"kontor/app/httpapi"
	"kontor/domain/channel"
	"kontor/integrations/metasim"
)

func TestACheckLooksAtEverythingAChannelStandsOn(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	made, page := a.Channel(t, a.Admin)
	path := "/channels/" + made.ID.String()
	check := func() httpapi.Channel { return apptest.Post[httpapi.Channel](a.Admin, path+"/check", nil) }
	change := func(f func(*metasim.Page)) {
		_, err := a.Meta.ChangePage(page.ID, f)
		require.NoError(t, err)
	}
	require.Equal(t, []string{"channel.healthy"}, codes(check()))

	change(func(p *metasim.Page) {
		soon := time.Now().Add(48 * time.Hour)
		p.DataUntil, p.Unpublished, p.SubscribedFields = &soon, true, nil
	})
	ill := check()
	require.Equal(t, []string{"connection.resubscribed", "connection.data_expires", "connection.unpublished"}, codes(ill))
	require.Equal(t, channel.On, ill.State)
	for _, f := range ill.Health.Findings {
		require.NotEqual(t, f.Code, f.Text)
		require.Equal(t, "connection", f.Area)
	}
	require.Contains(t, ill.Health.Findings[2].Link, page.ID)
	now, err := a.Meta.Page(page.ID)
	require.NoError(t, err)
	require.NotEmpty(t, now.SubscribedFields, "events come again")
	require.Equal(t, []string{"connection.data_expires", "connection.unpublished"}, codes(check()), "it is said once")

	change(func(p *metasim.Page) {
		p.DataUntil, p.Unpublished, p.SubscribedFields = nil, false, []string{"messages", "messaging_postbacks"}
	})
	lost := check()
	require.Equal(t, []string{"connection.fields_lost"}, codes(lost))
	require.Contains(t, lost.Health.Findings[0].Text, "message_echoes")
	require.NotContains(t, lost.Health.Findings[0].Text, "messaging_postbacks")
	renewed := a.Admin.Do("GET", "/audit?object_id="+made.ID.String(), nil)
	require.Contains(t, string(renewed.Body), "channel.resubscribed")
	a.Meta.ChangeApp(func(app *metasim.App) { app.WithoutFields = []string{"leadgen"} })
	require.Equal(t, []string{"connection.app_fields"}, codes(check()))
	callback := a.Meta.State("", "").App.CallbackURL
	for address, code := range map[string]string{"": "connection.app_deaf", "https://elsewhere.example/hook": "connection.app_elsewhere"} {
		a.Meta.ChangeApp(func(app *metasim.App) { app.CallbackURL, app.WithoutFields = address, nil })
		found := check()
		require.Equal(t, []string{code}, codes(found))
		require.Contains(t, found.Health.Findings[0].Text, callback, "where it should lead")
	}
	a.Meta.ChangeApp(func(app *metasim.App) { app.CallbackURL = callback })

	change(func(p *metasim.Page) {
		ended := time.Now().Add(-time.Hour)
		p.DataUntil, p.Unpublished, p.LeadAccess = &ended, false, metasim.LeadAccess("manager")
	})
	require.Equal(t, []string{"connection.data_expired", "leads.access_manager"}, codes(check()))
	strays, err := a.Services.Inbound.CountStrays(t.Context())
	require.NoError(t, err)
	require.Positive(t, strays["test_event"], "our own door took the signed test")
}

func TestAChannelThroughWhichNothingCameIsSuspected(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	made, page := a.Channel(t, a.Admin)
	path := "/channels/" + made.ID.String() + "/check"
	require.Equal(t, []string{"channel.healthy"}, codes(apptest.Post[httpapi.Channel](a.Admin, path, nil)))
	_, err := a.DB.SQL().ExecContext(t.Context(), "UPDATE channels SET created_at = '2020-02-02 02:02:02'")
	require.NoError(t, err)
	silent := apptest.Post[httpapi.Channel](a.Admin, path, nil)
	require.Equal(t, []string{"channel.silent"}, codes(silent))
	require.Contains(t, silent.Health.Findings[0].Text, "2020-02-02")
	a.Writes(t, page, a.Writer(t), "Hello")
	vault(t, a.Admin, 1, nil)
	require.Equal(t, []string{"channel.healthy"}, codes(apptest.Post[httpapi.Channel](a.Admin, path, nil)))
}

func TestAPublicAddressThatLeadsNowhere(t *testing.T) {
	t.Parallel()
	nowhere := apptest.Start(t, apptest.WithPublicURL("http://127.0.0.1:1"))
	made, _ := nowhere.Channel(t, nowhere.Admin)
	found := apptest.Post[httpapi.Channel](nowhere.Admin.With("Accept-Language", "de"), "/channels/"+made.ID.String()+"/check", nil)
	require.Equal(t, []string{"connection.app_elsewhere", "connection.not_reachable"}, codes(found))
	require.Contains(t, found.Health.Findings[1].Text, "KONTOR_PUBLIC_URL")
	require.NotEmpty(t, found.Health.Findings[1].Link)

	a := apptest.Start(t)
	elsewhere := apptest.Start(t, apptest.WithPublicURL(a.Config.MetaGraphURL))
	made, _ = elsewhere.Channel(t, elsewhere.Admin)
	require.Equal(t, []string{"connection.app_elsewhere", "connection.wrong_answer"},
		codes(apptest.Post[httpapi.Channel](elsewhere.Admin, "/channels/"+made.ID.String()+"/check", nil)))
}
