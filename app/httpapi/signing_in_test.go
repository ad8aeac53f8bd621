package httpapi_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/app/apptest"
	"kontor/app/httpapi"
	"kontor/domain/account"
	"kontor/domain/clock"
	"kontor/domain/ids"
	"kontor/domain/staff"
)

// cookieOf is a cookie that an answer sets, as a browser sends it back.
func cookieOf(t *testing.T, a *apptest.Answer, name string) string {
	t.Helper()
	for _, line := range a.Header.Values("Set-Cookie") {
		c, err := http.ParseSetCookie(line)
		require.NoError(t, err)
		if c.Name == name && c.MaxAge > 0 {
			require.True(t, c.HttpOnly)
			require.Equal(t, http.SameSiteLaxMode, c.SameSite)
			return name + "=" + c.Value
		}
	}
	require.Fail(t, "the cookie is not set", name)
	return ""
}

// firstStep signs in with the password and returns a caller who is to give the second factor.
func firstStep(t *testing.T, a *apptest.App, s staff.Staff) *apptest.Client {
	t.Helper()
	answer := a.Anonymous.In(t).Do("POST", "/session", apptest.Body{"email": s.Email, "password": apptest.Password})
	answer.Refused(http.StatusUnauthorized, "session.second_factor")
	return a.Anonymous.In(t).With("Cookie", cookieOf(t, answer, "kontor_challenge"))
}

func code(text string) apptest.Body { return apptest.Body{"code": text} }

func TestSecondFactor(t *testing.T) {
	t.Parallel()
	now := clock.NewFixed(clock.System{}.Now())
	a := apptest.Start(t, apptest.WithClock(now))
	person := a.NewPerson(t, a.Account, account.Member)
	key, codes := a.Enrol(t, person)
	further := func(c *apptest.Client, text string) *apptest.Answer {
		return c.Do("POST", "/session/second-factor", code(text))
	}

	t.Run("is_asked_for_after_the_password", func(t *testing.T) {
		c := firstStep(t, a, person)
		require.Empty(t, c.Cookie, "nobody is in yet")
		further(c, "000000").Refused(http.StatusUnauthorized, "session.wrong_code")
		require.Equal(t, http.StatusOK, further(c, a.Code(t, key, 0)).Status)
		require.NotEmpty(t, c.Cookie)
		require.True(t, apptest.Get[httpapi.Me](c, "/me").SecondFactor)
	})
	t.Run("a_code_counts_once", func(t *testing.T) {
		further(firstStep(t, a, person), a.Code(t, key, 0)).Refused(http.StatusUnauthorized, "session.wrong_code")
		further(firstStep(t, a, person), a.Code(t, key, -30*time.Second)).Refused(http.StatusUnauthorized, "session.wrong_code")
		require.Equal(t, http.StatusOK, further(firstStep(t, a, person), a.Code(t, key, 30*time.Second)).Status)
	})
	t.Run("a_recovery_code_counts_once_however_it_is_typed", func(t *testing.T) {
		typed := strings.ToLower(strings.ReplaceAll(codes[0], "-", " "))
		require.Equal(t, http.StatusOK, further(firstStep(t, a, person), typed).Status)
		further(firstStep(t, a, person), codes[0]).Refused(http.StatusUnauthorized, "session.wrong_code")
	})
	t.Run("a_challenge_counts_once_and_ends", func(t *testing.T) {
		now.Add(time.Hour)
		c := firstStep(t, a, person)
		require.Equal(t, http.StatusOK, further(c, a.Code(t, key, 0)).Status)
		further(c, codes[1]).Refused(http.StatusUnauthorized, "session.challenge_ended")
		c = firstStep(t, a, person)
		now.Add(5 * time.Minute)
		further(c, a.Code(t, key, 0)).Refused(http.StatusUnauthorized, "session.challenge_ended")
		further(a.Anonymous.In(t), a.Code(t, key, 0)).Refused(http.StatusUnauthorized, "session.challenge_ended")
	})
	t.Run("guesses_are_few", func(t *testing.T) {
		now.Add(time.Hour)
		c := firstStep(t, a, person)
		for range 5 {
			further(c, "000000").Refused(http.StatusUnauthorized, "session.wrong_code")
		}
		further(c, a.Code(t, key, 0)).Refused(http.StatusUnauthorized, "session.challenge_ended")
		for range 2 { // another sign-in does not help
			answer := further(firstStep(t, a, person), "000000")
			if answer.Status == http.StatusTooManyRequests {
				answer.Refused(http.StatusTooManyRequests, "session.slow_down")
				return
			}
		}
		require.Fail(t, "nobody slowed the guesses down")
	})
	t.Run("goes_with_password_and_code", func(t *testing.T) {
		now.Add(time.Hour)
		c := a.Open(t, person)
		body := apptest.Body{"password": "not the password", "code": codes[2]}
		c.Do("POST", "/me/second-factor/disable", body).Refused(http.StatusUnprocessableEntity, "input.invalid")
		body["password"], body["code"] = apptest.Password, "000000"
		c.Do("POST", "/me/second-factor/disable", body).Refused(http.StatusUnprocessableEntity, "input.invalid")
		body["code"] = codes[2]
		require.Equal(t, http.StatusNoContent, c.Do("POST", "/me/second-factor/disable", body).Status)
		require.False(t, apptest.Get[staff.Factor](c, "/me/second-factor").Enabled)
		a.SignIn(t, person.Email)
	})
}

func TestAdminsTakeASecondFactorAway(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	person := a.NewPerson(t, a.Account, account.Member)
	a.Enrol(t, person)
	path := "/staff/" + person.ID.String() + "/second-factor"
	session := a.Open(t, person)
	require.Equal(t, http.StatusNoContent, a.Admin.Do("DELETE", path, nil).Status)
	require.Equal(t, http.StatusUnauthorized, session.Do("GET", "/me", nil).Status, "signed out")
	a.SignIn(t, person.Email)
	require.Contains(t, string(a.Admin.Do("GET", "/audit?object_id="+person.ID.String(), nil).Body), "second_factor.reset")

	a.Admin.Do("DELETE", "/staff/"+a.Owner.Staff.ID.String()+"/second-factor", nil).Refused(http.StatusForbidden, "account.role")

	// Whoever works elsewhere too is not for one account's admins to let in.
	_, err := a.Services.Staff.Create(t.Context(), account.SystemActor(a.Foreign.ID), staff.New{
		Email: person.Email, Name: "Both", Password: apptest.Password, Role: account.Member,
	})
	require.NoError(t, err)
	a.Owner.Do("DELETE", path, nil).Refused(http.StatusConflict, "staff.works_elsewhere")
	a.Owner.Do("POST", "/staff/"+person.ID.String()+"/password-reset", nil).Refused(http.StatusConflict, "staff.works_elsewhere")
}

func TestAnAccountDemandsASecondFactor(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	person := a.NewPerson(t, a.Account, account.Member)
	c := a.Open(t, person)
	apptest.Patch[account.Account](a.Admin, "/account", apptest.Body{"require_second_factor": true})
	require.True(t, apptest.Get[httpapi.Me](c, "/me").MustEnrol)
	for _, path := range []string{"/tasks", "/staff", "/stream"} {
		c.Do("GET", path, nil).Refused(http.StatusForbidden, "session.must_enrol")
	}
	begun := apptest.Post[httpapi.Enrolment](c, "/me/second-factor", apptest.Body{"password": apptest.Password})
	require.Len(t, apptest.Post[httpapi.RecoveryCodes](c, "/me/second-factor/confirm", code(a.Code(t, begun.Secret, 0))).Codes, 10)
	require.False(t, apptest.Get[httpapi.Me](c, "/me").MustEnrol)
	require.Equal(t, http.StatusOK, c.Do("GET", "/tasks", nil).Status)
	require.True(t, a.SignInMust(t, a.NewPerson(t, a.Account, account.Member)).MustEnrol)
}

func TestInvitationsByMail(t *testing.T) {
	t.Parallel()
	now := clock.NewFixed(clock.System{}.Now())
	box, mails := apptest.NewMailbox(t)
	a := apptest.Start(t, mails, apptest.WithClock(now))
	accept := func(letter apptest.Letter, more apptest.Body) *apptest.Answer {
		body := apptest.Body{"token": apptest.Secret(t, letter.Link(t)), "name": "Neu", "password": "hohes grünes Fahrrad"}
		for k, v := range more {
			body[k] = v
		}
		return a.Anonymous.In(t).Do("POST", "/invitations/accept", body)
	}

	i := apptest.Post[httpapi.Invited](a.Admin, "/invitations", apptest.Body{"email": "Neu@Acme.example", "language": "de"})
	require.Empty(t, i.Link, "the link is in the mail alone")
	require.Contains(t, []string{"queued", "sent"}, i.Mail)
	letter := box.Next(t, 0)
	require.Equal(t, "neu@acme.example", letter.To)
	require.Equal(t, "kontor@acme.example", letter.From)
	require.Contains(t, letter.Subject, "lädt Sie zu Acme ein")
	require.Contains(t, letter.Text, a.URL+"/join#")
	require.Contains(t, letter.HTML, letter.Link(t))
	require.Contains(t, letter.HTML, "Einladung annehmen")
	a.Admin.Do("POST", "/invitations", apptest.Body{"email": "neu@acme.example"}).Refused(http.StatusConflict, "invitation.exists")
	apptest.Eventually(t, func() bool {
		return apptest.Get[httpapi.Page[staff.Invitation]](a.Admin, "/invitations").Items[0].Mail == "sent"
	}, "the screen is told that the mail was sent")

	welcome := apptest.Post[staff.Welcome](a.Anonymous, "/invitations/welcome", apptest.Body{"token": apptest.Secret(t, letter.Link(t))})
	require.Equal(t, staff.Welcome{
		AccountName: "Acme", InvitedBy: a.Admin.Staff.Name, Email: "neu@acme.example", Role: account.Member, Language: "de",
	}, welcome)
	accept(letter, apptest.Body{"password": "short"}).Refused(http.StatusUnprocessableEntity, "input.invalid")
	require.Equal(t, http.StatusOK, accept(letter, nil).Status)
	accept(letter, nil).Refused(http.StatusNotFound, "invitation.not_found")
	a.Admin.Do("POST", "/invitations", apptest.Body{"email": "neu@acme.example"}).Refused(http.StatusConflict, "staff.exists")

	// Somebody who signs in here already comes with the password they have, and with no other.
	apptest.Post[httpapi.Invited](a.ForeignOwner, "/invitations", apptest.Body{"email": "neu@acme.example"})
	second := box.Next(t, 1)
	accept(second, apptest.Body{"password": "another password"}).Refused(http.StatusUnprocessableEntity, "input.invalid")
	require.Equal(t, http.StatusOK, accept(second, nil).Status)

	// Sent again, the first link is void; taken back, or after a week, every one.
	i = apptest.Post[httpapi.Invited](a.Admin, "/invitations", apptest.Body{"email": "third@acme.example"})
	third := box.Next(t, 2)
	apptest.Post[httpapi.Invited](a.Admin, "/invitations/"+i.ID.String()+"/resend", nil)
	fourth := box.Next(t, 3)
	accept(third, nil).Refused(http.StatusNotFound, "invitation.not_found")
	now.Add(staff.InvitationLasts)
	accept(fourth, nil).Refused(http.StatusNotFound, "invitation.not_found")
	apptest.Post[httpapi.Invited](a.Admin, "/invitations/"+i.ID.String()+"/resend", nil)
	fifth := box.Next(t, 4)
	apptest.Delete(a.Admin, "/invitations/"+i.ID.String())
	accept(fifth, nil).Refused(http.StatusNotFound, "invitation.not_found")

	box.Refuse(550)
	apptest.Post[httpapi.Invited](a.Admin, "/invitations", apptest.Body{"email": "gone@acme.example"})
	apptest.Eventually(t, func() bool {
		x := apptest.Get[httpapi.Page[staff.Invitation]](a.Admin, "/invitations").Items[0]
		return x.Mail == "failed" && x.Problem == "mail.refused"
	}, "the screen is told that the mail was refused")
	require.NotContains(t, a.Log.String(), apptest.Secret(t, fifth.Link(t)))
}

func TestPasswordResetByMail(t *testing.T) {
	t.Parallel()
	now := clock.NewFixed(clock.System{}.Now())
	box, mails := apptest.NewMailbox(t)
	a := apptest.Start(t, mails, apptest.WithClock(now))
	person := a.NewPerson(t, a.Account, account.Member)
	ask := func(email string) *apptest.Answer {
		return a.Anonymous.With("Accept-Language", "de").Do("POST", "/password-resets", apptest.Body{"email": email})
	}
	redeem := func(l apptest.Letter, password string) *apptest.Answer {
		return a.Anonymous.Do("POST", "/password-resets/redeem",
			apptest.Body{"token": apptest.Secret(t, l.Link(t)), "password": password})
	}

	nobody, somebody := ask("nobody@people.example"), ask(strings.ToUpper(person.Email))
	require.Equal(t, http.StatusNoContent, nobody.Status)
	require.Equal(t, http.StatusNoContent, somebody.Status)
	letter := box.Next(t, 0)
	require.Equal(t, strings.ToLower(person.Email), letter.To)
	require.Equal(t, "Neues Passwort wählen", letter.Subject)
	require.Contains(t, letter.Text, a.URL+"/reset#")

	session := a.Open(t, person)
	redeem(letter, "password12").Refused(http.StatusUnprocessableEntity, "input.invalid")
	require.Equal(t, http.StatusNoContent, redeem(letter, "wide blue tricycle").Status)
	require.Equal(t, http.StatusUnauthorized, session.Do("GET", "/me", nil).Status, "signed out everywhere")
	redeem(letter, "wide blue tricycle").Refused(http.StatusNotFound, "reset.not_found")
	a.Anonymous.Do("POST", "/session", apptest.Body{"email": person.Email, "password": "wide blue tricycle"}).Into(&httpapi.Me{})
	require.Contains(t, string(a.Admin.Do("GET", "/audit?object_id="+person.ID.String(), nil).Body), "staff.password_reset")

	ask(person.Email)
	second := box.Next(t, 1)
	now.Add(staff.ResetLasts)
	redeem(second, "tall red bicycle").Refused(http.StatusNotFound, "reset.not_found")
	require.Len(t, box.Letters(), 2, "nobody's address got no mail")

	now.Add(time.Hour)
	last := http.StatusNoContent
	for range 5 {
		last = ask("nobody@people.example").Status
	}
	require.Equal(t, http.StatusTooManyRequests, last, "whether anybody has the address or not")
	require.NotContains(t, a.Log.String(), apptest.Secret(t, second.Link(t)))
}

func TestMailsAreTriedAgain(t *testing.T) {
	t.Parallel()
	now := clock.NewFixed(clock.System{}.Now())
	box, mails := apptest.NewMailbox(t)
	a := apptest.Start(t, mails, apptest.WithClock(now))
	box.Refuse(451)
	apptest.Post[httpapi.Invited](a.Admin, "/invitations", apptest.Body{"email": "later@acme.example"})
	state := func() staff.Invitation {
		return apptest.Get[httpapi.Page[staff.Invitation]](a.Admin, "/invitations").Items[0]
	}
	apptest.Eventually(t, func() bool { return state().Problem == "mail.unreachable" }, "the first try has failed")
	require.Equal(t, "queued", state().Mail)
	box.Refuse(0)
	now.Add(time.Hour)
	box.Next(t, 0)
	apptest.Eventually(t, func() bool { return state().Mail == "sent" && state().Problem == "" }, "the second try went well")
}

// TestSetUp is about an installation without accounts.
func TestSetUp(t *testing.T) {
	t.Parallel()
	for name, public := range map[string]string{"on_the_machine": "", "behind_a_proxy": "https://kontor.example.com"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			options := []apptest.Option{}
			if public != "" {
				options = append(options, apptest.WithPublicURL(public))
			}
			a := apptest.StartEmpty(t, options...)
			ways := apptest.Get[httpapi.Ways](a.Anonymous, "/sign-in")
			require.True(t, ways.SetUp)
			require.Equal(t, public != "", ways.SetUpToken)
			body := func(token string) apptest.Body {
				return apptest.Body{
					"token": token, "account_name": "First", "name": "Ana", "email": ids.New().String() + "@first.example",
					"password": apptest.Password, "language": "de", "time_zone": "Europe/Berlin", "country": "DE",
				}
			}
			token := ""
			if public != "" {
				a.Anonymous.Do("POST", "/set-up", body("")).Refused(http.StatusForbidden, "setup.token")
				a.Anonymous.Do("POST", "/set-up", body("guessed")).Refused(http.StatusForbidden, "setup.token")
				token = a.SetupToken(t)
			} else { // a page whose own name was made to mean this machine
				c := a.Anonymous.With("Host", "evil.example")
				require.True(t, apptest.Get[httpapi.Ways](c, "/sign-in").SetUpToken)
			}
			won := make(chan int)
			for range 4 {
				go func() {
					c := *a.Anonymous
					won <- c.Do("POST", "/set-up", body(token)).Status
				}()
			}
			statuses := map[int]int{}
			for range 4 {
				statuses[<-won]++
			}
			require.Equal(t, map[int]int{http.StatusOK: 1, http.StatusConflict: 3}, statuses, "one wins")
			accounts, err := a.Services.Accounts.IDs(t.Context())
			require.NoError(t, err)
			require.Len(t, accounts, 1)
			require.False(t, apptest.Get[httpapi.Ways](a.Anonymous, "/sign-in").SetUp)
			a.Anonymous.Do("POST", "/set-up", body(token)).Refused(http.StatusConflict, "setup.closed")
		})
	}
}
