package httpapi_test

import (
	"bytes"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/app"
	"kontor/app/apptest"
	"kontor/app/config"
	"kontor/app/httpapi"
	"kontor/domain/account"
	"kontor/domain/session"
	"kontor/domain/staff"
)

func TestEveryAnswerCarriesTheSecurityHeaders(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	for _, path := range []string{"/me", "/session", "//healthz", "//readyz", "//metrics", "//api/docs", "/openapi.json", "//nothing"} {
		h := a.Owner.Do("GET", path, nil).Header
		require.Equal(t, "nosniff", h.Get("X-Content-Type-Options"), path)
		require.Equal(t, "no-referrer", h.Get("Referrer-Policy"), path)
		require.Contains(t, h.Get("Content-Security-Policy"), "frame-ancestors 'none'", path)
		require.NotEmpty(t, h.Get("X-Request-Id"), path)
		require.Contains(t, []string{"no-store", "no-cache"}, h.Get("Cache-Control"), path)
		require.Empty(t, h.Get("Server"), path)
		require.Empty(t, h.Get("Access-Control-Allow-Origin"), path)
	}
}

func TestOtherWebsitesCannotChangeAnything(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t, func(c *config.Config, _ *app.Options) { c.PublicURL = "https://kontor.example" })
	person := a.NewPerson(t, a.Account, account.Member)
	value, _, err := a.Services.Sessions.Open(t.Context(), session.Opening{
		AccountID: person.AccountID, StaffID: person.ID, LoginID: person.LoginID,
	})
	require.NoError(t, err)
	browser := a.Anonymous.With("Cookie", "__Host-kontor_session="+value.Reveal())
	bot, _ := a.Token(t, person, account.Staff)
	for _, test := range []struct {
		name, header, value string
		allowed             bool
	}{
		{"cross_site", "Sec-Fetch-Site", "cross-site", false},
		{"same_site_is_another_host", "Sec-Fetch-Site", "same-site", false},
		{"same_origin", "Sec-Fetch-Site", "same-origin", true},
		{"typed_by_the_user", "Sec-Fetch-Site", "none", true},
		{"foreign_origin", "Origin", "https://evil.example", false},
		{"null_origin", "Origin", "null", false},
		{"origin_of_a_longer_name", "Origin", "https://kontor.example.evil.example", false},
		{"own_origin", "Origin", "https://kontor.example", true},
		{"no_browser", "X-Nothing", "", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			answer := browser.In(t).With(test.header, test.value).Do("PATCH", "/me", apptest.Body{"available": true})
			if test.allowed {
				require.Equal(t, 200, answer.Status, "%s", answer.Body)
			} else {
				answer.Refused(http.StatusForbidden, "request.foreign_origin")
			}
			sent := bot.In(t).With(test.header, test.value).Do("GET", "/me", nil)
			require.Equal(t, 200, sent.Status, "a token is nothing that a browser adds by itself")
		})
	}
	t.Run("sign_in", func(t *testing.T) {
		t.Parallel()
		a.Anonymous.In(t).With("Sec-Fetch-Site", "cross-site").
			Do("POST", "/session", credentials(person.Email, apptest.Password)).
			Refused(http.StatusForbidden, "request.foreign_origin")
	})
	t.Run("form_that_looks_like_json", func(t *testing.T) {
		t.Parallel()
		browser.In(t).With("Content-Type", "text/plain").Do("PATCH", "/me", apptest.Body{"available": true}).
			Refused(http.StatusUnsupportedMediaType, "request.media_type")
	})
}

func TestTheCallersAddressCannotBeMadeUp(t *testing.T) {
	t.Parallel()
	seen := func(t *testing.T, a *apptest.App, forwarded string) string {
		t.Helper()
		c := *a.Anonymous.In(t).With("X-Forwarded-For", forwarded).With("X-Real-Ip", "9.9.9.9")
		apptest.Post[httpapi.Me](&c, "/session", credentials(a.Member.Staff.Email, apptest.Password))
		for _, s := range apptest.Get[httpapi.Page[session.Session]](&c, "/sessions").Items {
			if s.Current {
				return s.IP
			}
		}
		return ""
	}
	direct := apptest.Start(t)
	require.Equal(t, "127.0.0.1", seen(t, direct, "9.9.9.9"))
	proxied := apptest.Start(t, func(c *config.Config, _ *app.Options) {
		require.NoError(t, c.TrustedProxies.UnmarshalText([]byte("127.0.0.1,10.0.0.0/8")))
	})
	require.Equal(t, "5.5.5.5", seen(t, proxied, "9.9.9.9, 5.5.5.5, 10.1.1.1"))
	require.Equal(t, "127.0.0.1", seen(t, proxied, ""))
}

func TestStrangersAreSlowedDown(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t, func(_ *config.Config, o *app.Options) { o.Anonymous = httpapi.Rate{PerSecond: 0.001, Burst: 20} })
	statuses := map[int]int{}
	for range 40 {
		statuses[a.Anonymous.Do("GET", "/me", nil).Status]++
	}
	require.Positive(t, statuses[http.StatusUnauthorized])
	require.Positive(t, statuses[http.StatusTooManyRequests])
	require.Equal(t, 200, a.Owner.Do("GET", "/me", nil).Status, "whoever has signed in is not slowed down with them")
}

func TestMeasurements(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	a.Owner.Do("GET", "/me", nil)
	a.Owner.Do("GET", "/staff/"+a.Owner.Staff.ID.String(), nil)
	for _, path := range []string{"/canary-1", "//api/canary-2", "/staff/canary-3", "//canary-4", "//canary-5"} {
		a.Owner.Do("GET", path, nil)
	}
	a.Owner.Do("CANARY", "/me", nil)
	text := string(a.Anonymous.Do("GET", "//metrics", nil).Body)
	require.Contains(t, text, `kontor_http_request_duration_seconds_count{method="GET",route="/api/v1/staff/:id",status="200"} 1`)
	require.Contains(t, text, `kontor_http_request_duration_seconds_count{method="GET",route="",status="404"} 3`)
	require.Contains(t, text, `kontor_http_request_duration_seconds_count{method="GET",route="/*",status="200"} 2`)
	require.Contains(t, text, "go_sql_open_connections")
	require.NotContains(t, text, "canary")
	require.NotContains(t, text, "CANARY")
	require.NotContains(t, text, a.Owner.Staff.ID.String())
}

func TestSecretsAreNotStoredOrLogged(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	issued := apptest.Post[httpapi.IssuedToken](a.Owner.With("Idempotency-Key", "k1"), "/tokens", apptest.Body{"name": "x"})
	again := a.Owner.With("Idempotency-Key", "k1").Do("POST", "/tokens", apptest.Body{"name": "x"})
	require.Equal(t, "true", again.Header.Get("Idempotency-Replayed"))
	require.Contains(t, string(again.Body), issued.ID.String())
	require.NotContains(t, string(again.Body), issued.Value)
	dump := dump(t, a)
	for _, secret := range []string{issued.Value, a.Owner.Cookie, apptest.Password} {
		require.NotContains(t, dump, secret)
		require.NotContains(t, a.Log.String(), secret)
	}
	require.Contains(t, dump, issued.Prefix, "the dump is one")
}

// dump returns every value of the tables in which secrets could be.
func dump(t *testing.T, a *apptest.App) string {
	t.Helper()
	var all bytes.Buffer
	for _, table := range []string{
		"sessions", "api_tokens", "logins", "staff", "audit_log", "idempotency_keys", "feed_events", "channels", "connections",
		"oauth_states", "deletions",
	} {
		rows, err := a.DB.SQL().QueryContext(t.Context(), "SELECT * FROM "+table) //nolint:gosec // names from above
		require.NoError(t, err)
		columns, err := rows.Columns()
		require.NoError(t, err)
		for rows.Next() {
			values := make([][]byte, len(columns))
			into := make([]any, len(columns))
			for i := range values {
				into[i] = &values[i]
			}
			require.NoError(t, rows.Scan(into...))
			all.Write(bytes.Join(values, []byte("|")))
		}
		require.NoError(t, errors.Join(rows.Err(), rows.Close()))
	}
	return all.String()
}

func TestIdempotencyKey(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	create := func(c *apptest.Client, key, name string) *apptest.Answer {
		return c.With("Idempotency-Key", key).Do("POST", "/teams", apptest.Body{"name": name})
	}
	var first, second staff.Team
	t.Run("repeats_the_answer_and_not_the_effect", func(t *testing.T) {
		answer := create(a.Admin.In(t), "one", "Sales")
		require.Equal(t, http.StatusCreated, answer.Status)
		require.Empty(t, answer.Header.Get("Idempotency-Replayed"))
		answer.Into(&first)
		answer = create(a.Admin.In(t), "one", "Sales")
		require.Equal(t, http.StatusCreated, answer.Status)
		require.Equal(t, "true", answer.Header.Get("Idempotency-Replayed"))
		answer.Into(&second)
		require.Equal(t, first, second)
	})
	t.Run("is_for_one_request", func(t *testing.T) {
		create(a.Admin.In(t), "one", "Other").Refused(http.StatusUnprocessableEntity, "idempotency.other_request")
	})
	t.Run("is_each_callers_own", func(t *testing.T) {
		create(a.Owner.In(t), "one", "Sales").Refused(http.StatusConflict, "team.name_taken")
		require.Equal(t, http.StatusCreated, create(a.ForeignOwner.In(t), "one", "Sales").Status)
	})
	t.Run("forgets_what_was_refused", func(t *testing.T) {
		create(a.Admin.In(t), "two", "Sales").Refused(http.StatusConflict, "team.name_taken")
		apptest.Delete(a.Admin.In(t), "/teams/"+first.ID.String())
		require.Equal(t, http.StatusCreated, create(a.Admin.In(t), "two", "Sales").Status)
	})
	t.Run("has_a_form", func(t *testing.T) {
		create(a.Admin.In(t), strings.Repeat("x", 256), "X").Refused(http.StatusUnprocessableEntity, "input.invalid")
		create(a.Admin.In(t), "ü", "X").Refused(http.StatusUnprocessableEntity, "input.invalid")
	})
	t.Run("holds_when_many_come_at_once", func(t *testing.T) {
		var wg sync.WaitGroup
		answers := make([]*apptest.Answer, 8)
		for i := range answers {
			wg.Go(func() { answers[i] = create(a.Admin, "many", "Many") })
		}
		wg.Wait()
		made := map[string]bool{}
		for _, answer := range answers {
			require.Contains(t, []int{http.StatusCreated, http.StatusConflict}, answer.Status, "%s", answer.Body)
			if answer.Status == http.StatusCreated {
				made[string(answer.Body)] = true
			}
		}
		require.Len(t, made, 1)
	})
}
