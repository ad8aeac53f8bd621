package main

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/app"
	"kontor/app/apptest"
	"kontor/domain/secret"
	"kontor/integrations/metasim"
)

// examined runs the doctor beside a server and returns what it found, by code.
func examined(t *testing.T, c terminal, code int) map[string]app.Diagnosis {
	t.Helper()
	got, out, errs := c.run(t, "", "doctor", "--json")
	require.Equal(t, code, got, "%s\n%s", out, errs)
	var list []app.Diagnosis
	require.NoError(t, json.Unmarshal([]byte(out), &list), out)
	found := map[string]app.Diagnosis{}
	for _, d := range list {
		require.NotEqual(t, d.Code, d.Text, "it has words")
		found[d.Code] = d
	}
	return found
}

func TestDoctor(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	page := a.Connect(t, a.Account)
	c := terminal{a.Beside()}

	found := examined(t, c, 0)
	for _, well := range []string{
		"doctor.settings_fine", "doctor.database_fine", "doctor.files_fine", "doctor.address_fine", "doctor.work_fine",
		"doctor.events_fine", "channel.healthy",
	} {
		require.Equal(t, app.Fine, found[well].Level, well)
	}
	require.Equal(t, page.Channel.ID.String(), found["channel.healthy"].Channel)
	require.Equal(t, "channel", found["channel.healthy"].Area)

	t.Run("in_german", func(t *testing.T) {
		german := terminal{append(a.Beside(), "LANG=de_DE.UTF-8")}
		code, out, errs := german.run(t, "", "doctor")
		require.Zero(t, code, errs)
		require.Contains(t, out, "Die Datenbank")
		require.Contains(t, out, "Der Kanal funktioniert")
	})
	t.Run("other_keys", func(t *testing.T) {
		other := terminal{append(a.Beside(), "KONTOR_SECRET_KEYS="+secret.NewKey())}
		found := examined(t, other, 1)
		require.Equal(t, app.Wrong, found["doctor.sealed"].Level)
		require.Equal(t, page.Channel.ID.String(), found["doctor.sealed"].Channel)
	})
	t.Run("address", func(t *testing.T) {
		elsewhere := terminal{append(a.Beside(), "KONTOR_PUBLIC_URL="+a.Config.MetaGraphURL)}
		require.Equal(t, app.Wrong, examined(t, elsewhere, 1)["doctor.address_stranger"].Level)
		nowhere := terminal{append(a.Beside(), "KONTOR_PUBLIC_URL=http://127.0.0.1:1")}
		require.Equal(t, app.Wrong, examined(t, nowhere, 1)["doctor.address_away"].Level)
	})
	t.Run("mail_and_single_sign_on", func(t *testing.T) {
		box, _ := apptest.NewMailbox(t)
		issuer, _ := apptest.NewIssuer(t)
		there := terminal{append(a.Beside(), "KONTOR_SMTP_URL=smtp://"+box.Address+"?tls=none", "KONTOR_OIDC_ISSUER="+issuer.URL,
			"KONTOR_OIDC_CLIENT_ID=kontor", "KONTOR_OIDC_CLIENT_SECRET=0a7c3c1f-secret")}
		found := examined(t, there, 0)
		require.Equal(t, app.Fine, found["doctor.mail_fine"].Level)
		require.Equal(t, app.Fine, found["doctor.sso_fine"].Level)
		require.Empty(t, box.Letters(), "nobody gets a mail of it")
		away := terminal{append(a.Beside(), "KONTOR_SMTP_URL=smtp://robot:hunter2@127.0.0.1:1", "KONTOR_OIDC_ISSUER="+a.Config.MetaGraphURL,
			"KONTOR_OIDC_CLIENT_ID=kontor", "KONTOR_OIDC_CLIENT_SECRET=0a7c3c1f-secret")}
		found = examined(t, away, 1)
		require.Equal(t, app.Wrong, found["doctor.mail_away"].Level)
		require.NotContains(t, found["doctor.mail_away"].Text, "hunter2")
		require.Equal(t, app.Wrong, found["doctor.sso_away"].Level)
	})
	t.Run("dead_token", func(t *testing.T) {
		_, err := a.Meta.ChangePage(page.ID, func(p *metasim.Page) { p.TokenError = metasim.ErrorRef{Code: 190, Subcode: 460} })
		require.NoError(t, err)
		found := examined(t, c, 1)
		require.Equal(t, app.Wrong, found["delivery.token_dead"].Level)
	})
}

func TestDoctorBeforeTheFirstStart(t *testing.T) {
	t.Parallel()
	c := newTerminal(t)
	require.Equal(t, app.Wrong, examined(t, c, 1)["doctor.folder"].Level)
	_, _, _ = c.run(t, "", "migrate")
	found := examined(t, c, 1)
	require.Equal(t, app.Wrong, found["doctor.address_away"].Level, "no server runs")
	require.Equal(t, app.Warning, found["doctor.no_app"].Level)
	require.Equal(t, app.Fine, found["doctor.database_fine"].Level)

	c.environ = append(c.environ, "KONTOR_LOG_LEVEL=loud")
	require.Contains(t, examined(t, c, 1)["doctor.setting_wrong"].Text, "KONTOR_LOG_LEVEL")
}
