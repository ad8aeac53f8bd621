package httpapi_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/app"
	"kontor/app/apptest"
	"kontor/app/config"
	"kontor/app/httpapi"
	"kontor/domain/account"
	"kontor/domain/staff"
)

// start begins a single sign-on in a fresh browser; it returns the browser, and where the issuer is.
func start(t *testing.T, a *apptest.App) (*apptest.Client, string) {
	t.Helper()
	c := *a.Anonymous.In(t)
	answer := c.Browse("//oauth/oidc/start?back=/tasks%3Fqueue=pending")
	require.Equal(t, http.StatusSeeOther, answer.Status)
	return c.With("Cookie", cookieOf(t, answer, "kontor_sso")), answer.Header.Get("Location")
}

// come goes through a single sign-on to its end and returns the answer, whose cookies tell who has come.
func come(t *testing.T, a *apptest.App, issuer *apptest.Issuer, claims map[string]any) *apptest.Answer {
	t.Helper()
	c, address := start(t, a)
	return c.Browse("/" + issuer.SignIn(t, address, claims)[1:])
}

// person is who came in.
func personOf(t *testing.T, a *apptest.App, answer *apptest.Answer) httpapi.Me {
	t.Helper()
	require.Equal(t, http.StatusSeeOther, answer.Status)
	require.Equal(t, "/sign-in?back=%2Ftasks%3Fqueue%3Dpending&entered=true", answer.Header.Get("Location"))
	return apptest.Get[httpapi.Me](a.Anonymous.In(t).With("Cookie", cookieOf(t, answer, "kontor_session")), "/me")
}

func claims(email, subject string, verified bool) map[string]any {
	return map[string]any{"sub": subject, "email": email, "email_verified": verified, "name": "Ana Acme"}
}

func TestSingleSignOn(t *testing.T) {
	t.Parallel()
	issuer, sso := apptest.NewIssuer(t)
	a := apptest.Start(t, sso)
	require.Equal(t, "Acme ID", apptest.Get[httpapi.Ways](a.Anonymous, "/sign-in").SSO)
	refused := func(answer *apptest.Answer, code string) {
		t.Helper()
		require.Equal(t, http.StatusSeeOther, answer.Status)
		require.Equal(t, code, answer.Parameter("problem"))
		for _, line := range answer.Header.Values("Set-Cookie") {
			require.False(t, strings.HasPrefix(line, "kontor_session="), line)
		}
	}
	invite := func(email string) {
		t.Helper()
		apptest.Post[httpapi.Invited](a.Admin, "/invitations", apptest.Body{"email": email, "role": "admin"})
	}

	t.Run("lets_in_whom_the_account_knows_and_nobody_else", func(t *testing.T) {
		refused(come(t, a, issuer, claims("stranger@people.example", "s1", true)), "sso.unknown")
		refused(come(t, a, issuer, claims(a.Member.Staff.Email, "s2", false)), "sso.unverified")
		require.Equal(t, a.Member.Staff.ID, personOf(t, a, come(t, a, issuer, claims(a.Member.Staff.Email, "s3", true))).ID)
		// From now on by the issuer's name for them, whatever their address is.
		require.Equal(t, a.Member.Staff.ID, personOf(t, a, come(t, a, issuer, claims("other@people.example", "s3", false))).ID)
	})
	t.Run("accepts_an_invitation", func(t *testing.T) {
		invite("invited@people.example")
		me := personOf(t, a, come(t, a, issuer, claims("Invited@people.example", "i1", true)))
		require.Equal(t, "Ana Acme", me.Name)
		require.Equal(t, account.Admin, me.Role)
		require.Empty(t, apptest.Get[httpapi.Page[staff.Invitation]](a.Admin, "/invitations").Items)
		require.Equal(t, http.StatusUnauthorized, a.Anonymous.Do("POST", "/session",
			apptest.Body{"email": "invited@people.example", "password": ""}).Status, "there is no password")
	})
	t.Run("takes_an_address_back_from_whoever_made_its_login_first", func(t *testing.T) {
		squatted := a.NewPerson(t, a.Foreign, account.Member)
		invite(squatted.Email)
		squatter := a.Open(t, squatted)
		me := personOf(t, a, come(t, a, issuer, claims(squatted.Email, "q1", true)))
		require.Len(t, me.Accounts, 2)
		require.Equal(t, http.StatusUnauthorized, squatter.Do("GET", "/me", nil).Status)
		a.Anonymous.Do("POST", "/session", apptest.Body{"email": squatted.Email, "password": apptest.Password}).
			Refused(http.StatusUnauthorized, "session.bad_credentials")
	})
	t.Run("asks_for_no_second_factor_of_ours", func(t *testing.T) {
		apptest.Patch[account.Account](a.ForeignOwner, "/account", apptest.Body{"require_second_factor": true})
		person := a.NewPerson(t, a.Foreign, account.Member)
		require.False(t, personOf(t, a, come(t, a, issuer, claims(person.Email, "f1", true))).MustEnrol)
		require.True(t, a.SignInMust(t, a.NewPerson(t, a.Foreign, account.Member)).MustEnrol)
	})
	t.Run("belongs_to_one_browser_and_counts_once", func(t *testing.T) {
		_, address := start(t, a)
		other, _ := start(t, a)
		path := "/" + issuer.SignIn(t, address, claims(a.Member.Staff.Email, "s3", true))[1:]
		refused(other.Browse(path), "sso.state")
		c, address := start(t, a)
		path = "/" + issuer.SignIn(t, address, claims(a.Member.Staff.Email, "s3", true))[1:]
		personOf(t, a, c.Browse(path))
		refused(c.Browse(path), "sso.state")
		refused(a.Anonymous.Browse("//oauth/oidc/callback?state=x&code=y"), "sso.state")
	})
	t.Run("believes_no_other_token", func(t *testing.T) {
		for name, wrong := range map[string]map[string]any{
			"nonce": {"nonce": "x"}, "audience": {"aud": "others"}, "issuer": {"iss": "https://evil.example"}, "expiry": {"exp": 1},
		} {
			all := claims(a.Member.Staff.Email, "s3", true)
			for k, v := range wrong {
				all[k] = v
			}
			refused(come(t, a, issuer, all), "sso.refused")
			require.NotEmpty(t, name)
		}
		c, address := start(t, a)
		path := issuer.SignIn(t, address, claims(a.Member.Staff.Email, "s3", true))
		before, _, _ := strings.Cut(path, "code=")
		_, state, _ := strings.Cut(path, "&state=")
		refused(c.Browse("/"+before[1:]+"code=guessed&state="+state), "sso.refused")
		c, address = start(t, a)
		_, state, _ = strings.Cut(issuer.SignIn(t, address, claims("x@people.example", "x", true)), "&state=")
		refused(c.Browse("//oauth/oidc/callback?error=access_denied&state="+state), "sso.declined")
	})
	t.Run("lets_out_whom_the_account_has_disabled", func(t *testing.T) {
		person := a.NewPerson(t, a.Account, account.Member)
		personOf(t, a, come(t, a, issuer, claims(person.Email, "d1", true)))
		disable(t, a, person)
		refused(come(t, a, issuer, claims(person.Email, "d1", true)), "sso.unknown")
	})
}

func TestSingleSignOnOfDomainsMakesStaff(t *testing.T) {
	t.Parallel()
	issuer, sso := apptest.NewIssuer(t)
	a := apptest.StartEmpty(t, sso, func(c *config.Config, _ *app.Options) {
		c.OIDCDomains, c.OIDCCreateStaff = "acme.example", "on"
	})
	_, err := a.Found(t.Context(), account.New{Name: "Only"}, staff.New{Email: "o@acme.example", Name: "O", Password: apptest.Password})
	require.NoError(t, err)
	me := personOf(t, a, come(t, a, issuer, claims("new@acme.example", "n1", true)))
	require.Equal(t, account.Member, me.Role)
	require.Equal(t, "Only", me.Account.Name)
	require.Equal(t, "sso.domain", come(t, a, issuer, claims("new@elsewhere.example", "n2", true)).Parameter("problem"))
}
