package httpapi_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/app"
	"kontor/app/apptest"
	"kontor/app/config"
	"kontor/app/httpapi"
	"kontor/domain/account"
	"kontor/domain/clock"
	"kontor/domain/session"
	"kontor/domain/staff"
)

func credentials(email, password string) apptest.Body {
	return apptest.Body{"email": email, "password": password}
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	email := a.Member.Staff.Email

	t.Run("says_who_has_signed_in", func(t *testing.T) {
		t.Parallel()
		me := apptest.Get[httpapi.Me](a.SignIn(t, email), "/me")
		require.Equal(t, a.Member.Staff.ID, me.ID)
		require.Equal(t, a.Account.ID, me.Account.ID)
		require.Equal(t, account.Member, me.Role)
		require.Equal(t, []staff.Seat{{AccountID: a.Account.ID, AccountName: a.Account.Name}}, me.Accounts)
	})
	t.Run("takes_an_e_mail_address_as_people_write_it", func(t *testing.T) {
		t.Parallel()
		c := *a.Anonymous
		require.Equal(t, 200, c.Do("POST", "/session", credentials(" "+upper(email)+" ", apptest.Password)).Status)
	})
	t.Run("does_not_tell_what_is_wrong", func(t *testing.T) {
		t.Parallel()
		var bodies []httpapi.Problem
		for _, body := range []apptest.Body{
			credentials(email, "not the password"), credentials("nobody@people.example", apptest.Password), credentials("nonsense", "x"),
		} {
			p := a.Anonymous.In(t).Do("POST", "/session", body).Refused(http.StatusUnauthorized, "session.bad_credentials")
			p.RequestID = ""
			bodies = append(bodies, p)
		}
		require.Equal(t, bodies[0], bodies[1])
		require.Equal(t, bodies[0], bodies[2])
	})
	t.Run("gives_a_new_session_and_ends_the_one_before", func(t *testing.T) {
		t.Parallel()
		c := a.Person(t, a.Account, account.Member)
		before := *c
		apptest.Post[httpapi.Me](c, "/session", credentials(c.Staff.Email, apptest.Password))
		require.NotEqual(t, before.Cookie, c.Cookie)
		before.Do("GET", "/me", nil).Refused(http.StatusUnauthorized, "session.required")
		apptest.Get[httpapi.Me](c, "/me")
	})
	t.Run("does_not_take_up_a_session_that_was_planted", func(t *testing.T) {
		t.Parallel()
		c := *a.Anonymous.In(t)
		c.Cookie = "planted"
		apptest.Post[httpapi.Me](&c, "/session", credentials(email, apptest.Password))
		require.NotEqual(t, "planted", c.Cookie)
	})
	t.Run("ends_at_sign_out", func(t *testing.T) {
		t.Parallel()
		c := a.Person(t, a.Account, account.Member)
		before := *c
		answer := c.Do("DELETE", "/session", nil)
		require.Equal(t, http.StatusNoContent, answer.Status)
		require.Contains(t, answer.Header.Get("Set-Cookie"), "kontor_session=;")
		before.Do("GET", "/me", nil).Refused(http.StatusUnauthorized, "session.required")
	})
}

func upper(s string) string { return string(append([]byte{s[0] &^ 32}, s[1:]...)) }

func TestCookie(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		url  string
		want string
		not  string
	}{
		"http":  {"http://kontor.example", "kontor_session=", "Secure"},
		"https": {"https://kontor.example", "__Host-kontor_session=", "Domain"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := apptest.Start(t, func(c *config.Config, _ *app.Options) { c.PublicURL = test.url })
			c := *a.Anonymous.In(t)
			answer := c.Do("POST", "/session", credentials(a.Member.Staff.Email, apptest.Password))
			cookie := answer.Header.Get("Set-Cookie")
			require.Regexp(t, "^"+test.want, cookie)
			for _, attribute := range []string{"HttpOnly", "SameSite=Lax", "Path=/"} {
				require.Contains(t, cookie, attribute)
			}
			require.NotContains(t, cookie, test.not)
			if name == "https" {
				require.Contains(t, cookie, "Secure")
				require.NotEmpty(t, answer.Header.Get("Strict-Transport-Security"))
			}
		})
	}
}

func TestSessionsEndByThemselves(t *testing.T) {
	t.Parallel()
	now := clock.NewFixed(clock.System{}.Now())
	a := apptest.Start(t, apptest.WithClock(now))
	idle, used := a.Person(t, a.Account, account.Member), a.Person(t, a.Account, account.Member)
	for range 59 {
		now.Add(24 * time.Hour)
		require.Equal(t, 200, used.Do("GET", "/me", nil).Status)
	}
	idle.Do("GET", "/me", nil).Refused(http.StatusUnauthorized, "session.required")
	now.Add(25 * time.Hour)
	used.Do("GET", "/me", nil).Refused(http.StatusUnauthorized, "session.required")
	require.NoError(t, a.Services.Sessions.Prune(t.Context()))
}

func TestSessionsCanBeSeenAndEnded(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	one := a.Person(t, a.Account, account.Member)
	other := a.Open(t, one.Staff)
	page := apptest.Get[httpapi.Page[session.Session]](one, "/sessions")
	require.Len(t, page.Items, 2)
	for _, s := range page.Items {
		if !s.Current {
			apptest.Delete(one, "/sessions/"+s.ID.String())
		}
	}
	other.Do("GET", "/me", nil).Refused(http.StatusUnauthorized, "session.required")
	require.Len(t, apptest.Get[httpapi.Page[session.Session]](one, "/sessions").Items, 1)
}

func TestGuessingIsSlowedDown(t *testing.T) {
	t.Parallel()
	now := clock.NewFixed(clock.System{}.Now())
	a := apptest.Start(t, apptest.WithClock(now))
	email := a.Member.Staff.Email
	guess := func(password string) *apptest.Answer {
		return a.Anonymous.Do("POST", "/session", credentials(email, password))
	}
	refused := 0
	for range 10 {
		if answer := guess("guess guess guess"); answer.Status == http.StatusTooManyRequests {
			answer.Refused(http.StatusTooManyRequests, "session.slow_down")
			require.NotEmpty(t, answer.Header.Get("Retry-After"))
			refused++
		}
	}
	require.Positive(t, refused)
	guess(apptest.Password).Refused(http.StatusTooManyRequests, "session.slow_down")
	now.Add(3 * time.Minute)
	c := *a.Anonymous
	require.Equal(t, 200, c.Do("POST", "/session", credentials(email, apptest.Password)).Status)
	require.Equal(t, 401, guess("guess guess guess").Status, "a success starts the count anew")
}

func TestPasswordChange(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	here := a.Person(t, a.Account, account.Member)
	there := a.Open(t, here.Staff)
	change := func(present, next string) *apptest.Answer {
		return here.Do("POST", "/me/password", apptest.Body{"current_password": present, "password": next})
	}
	for next, fault := range map[string]string{
		"short": "staff.password_short", "Passwort1234": "staff.password_common", here.Staff.Email: "staff.password_common",
	} {
		p := change(apptest.Password, next).Refused(http.StatusUnprocessableEntity, "input.invalid")
		require.Equal(t, fault, p.Errors[0].Code)
		require.Equal(t, "body.password", p.Errors[0].Location)
	}
	require.Equal(t, "staff.password_wrong", change("not the present one", "wide blue tricycle").Problem().Errors[0].Code)
	require.Equal(t, http.StatusNoContent, change(apptest.Password, "wide blue tricycle").Status)
	apptest.Get[httpapi.Me](here, "/me")
	there.Do("GET", "/me", nil).Refused(http.StatusUnauthorized, "session.required")
	c := *a.Anonymous
	c.Do("POST", "/session", credentials(here.Staff.Email, apptest.Password)).Refused(http.StatusUnauthorized, "session.bad_credentials")
	require.Equal(t, 200, c.Do("POST", "/session", credentials(here.Staff.Email, "wide blue tricycle")).Status)
}

func TestOnePersonInTwoAccounts(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	second, owner := a.NewAccount(t, "Second")
	c := a.Person(t, a.Account, account.Admin)
	email := c.Staff.Email
	invite := func(password string) *apptest.Answer {
		return owner.Do("POST", "/staff", apptest.Body{"email": email, "name": "Guest", "password": password})
	}
	// Whoever made the login first must not get into an account its address is invited to later.
	invite("another password").Refused(http.StatusConflict, "staff.email_taken")
	require.Equal(t, http.StatusCreated, invite(apptest.Password).Status)
	invite(apptest.Password).Refused(http.StatusConflict, "staff.exists")

	me := apptest.Get[httpapi.Me](c, "/me")
	require.Len(t, me.Accounts, 2)
	before := *c
	me = apptest.Patch[httpapi.Me](c, "/session", apptest.Body{"account_id": second.ID})
	require.Equal(t, second.ID, me.Account.ID)
	require.Equal(t, account.Member, me.Role, "the role is the account's, not the login's")
	before.Do("GET", "/me", nil).Refused(http.StatusUnauthorized, "session.required")

	direct := *a.Anonymous
	me = apptest.Post[httpapi.Me](&direct, "/session", apptest.Body{
		"email": email, "password": apptest.Password, "account_id": second.ID,
	})
	require.Equal(t, second.ID, me.Account.ID)

	bot, _ := a.Token(t, before.Staff, account.Bot)
	require.Len(t, apptest.Get[httpapi.Me](bot, "/me").Accounts, 1, "a token sees its own account only")
}
