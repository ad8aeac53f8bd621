package httpapi_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/app/apptest"
	"kontor/app/httpapi"
	"kontor/domain/access"
	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/ids"
	"kontor/domain/staff"
	"kontor/integrations/metasim"
)

// connection is what connects a page.
func connection(p metasim.Page, more ...apptest.Body) apptest.Body {
	b := apptest.Body{"kind": metasim.PageKind, "external_id": p.ID, "access_token": p.Token}
	for _, m := range more {
		for k, v := range m {
			b[k] = v
		}
	}
	return b
}

func codes(c httpapi.Channel) (all []string) {
	for _, f := range c.Health.Findings {
		all = append(all, f.Code)
	}
	return all
}

func TestConnectAPage(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	page := a.Page(t)
	made := apptest.Post[httpapi.Channel](a.Admin, "/channels", connection(page, apptest.Body{
		"settings": apptest.Body{"history_count": 20, "assignee_ids": []ids.ID{a.Member.Staff.ID}},
	}))
	require.Equal(t, page.Name, made.Name)
	require.Equal(t, page.ID, made.ExternalID)
	require.Equal(t, channel.On, made.State)
	require.Equal(t, []string{"channel.healthy"}, codes(made))
	require.NotNil(t, made.Health.CheckedAt)
	require.Equal(t, a.Admin.Staff.ID, *made.SetUpBy)
	want := channel.DefaultSettings()
	want.HistoryCount, want.AssigneeIDs = 20, []ids.ID{a.Member.Staff.ID}
	require.Equal(t, want, made.Settings, "what is not sent is as usual")
	require.Zero(t, *made.Held)

	path := "/channels/" + made.ID.String()
	seen := apptest.Get[httpapi.Channel](a.Member, path)
	require.Equal(t, access.Contributor, seen.MyRole)
	seen.MyRole = made.MyRole
	require.Equal(t, made, seen)
	list := apptest.Get[httpapi.Page[httpapi.Channel]](a.Member, "/channels").Items
	require.Len(t, list, 1)
	require.Zero(t, *list[0].Held)
	subscribed, err := a.Meta.Page(page.ID)
	require.NoError(t, err)
	require.Contains(t, subscribed.SubscribedFields, "messages")

	for _, answer := range []*apptest.Answer{
		a.Admin.Do("GET", path, nil), a.Admin.Do("GET", "/channels", nil), a.Owner.Do("GET", "/audit", nil),
		a.Admin.Do("PATCH", path, apptest.Body{"access_token": page.Token}),
	} {
		require.Equal(t, 200, answer.Status)
		require.NotContains(t, string(answer.Body), page.Token)
	}
	require.NotContains(t, a.Log.String(), page.Token)
	require.NotContains(t, dump(t, a), page.Token, "the token is sealed")
}

func TestConnectingAgainKeepsEverything(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	made, page := a.Channel(t, a.Admin)
	path := "/channels/" + made.ID.String()
	apptest.Patch[httpapi.Channel](a.Admin, path, apptest.Body{"display_name": "Our café", "settings": apptest.Body{"media": "link"}})
	again := apptest.Post[httpapi.Channel](a.Owner, "/channels", connection(page))
	require.Equal(t, made.ID, again.ID)
	require.Equal(t, "Our café", again.DisplayName)
	require.Equal(t, channel.LinkMedia, again.Settings.Media)

	apptest.Delete(a.Admin, path)
	apptest.Delete(a.Admin, path)
	require.Empty(t, apptest.Get[httpapi.Page[httpapi.Channel]](a.Member, "/channels").Items)
	gone := apptest.Get[httpapi.Channel](a.Member, path)
	require.Equal(t, channel.Off, gone.State, "its tasks still name it")
	require.NotNil(t, gone.RemovedAt)
	a.Admin.Do("PATCH", path, apptest.Body{"enabled": true}).Refused(http.StatusConflict, "channel.removed")
	a.Admin.Do("POST", path+"/check", nil).Refused(http.StatusConflict, "channel.removed")
	left, err := a.Meta.Page(page.ID)
	require.NoError(t, err)
	require.Empty(t, left.SubscribedFields)

	theirs := apptest.Post[httpapi.Channel](a.ForeignOwner, "/channels", connection(page))
	require.NotEqual(t, made.ID, theirs.ID, "a page that was given up is free")
	a.Admin.Do("POST", "/channels", connection(page)).Refused(http.StatusConflict, "channel.claimed")
	apptest.Delete(a.ForeignOwner, "/channels/"+theirs.ID.String())
	back := apptest.Post[httpapi.Channel](a.Admin, "/channels", connection(page))
	require.Equal(t, made.ID, back.ID)
	require.Equal(t, channel.On, back.State)
	require.Equal(t, "Our café", back.DisplayName)
}

func TestConnectionsThatAreRefused(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	page, other := a.Page(t), a.Page(t)
	_, taken := a.Channel(t, a.ForeignOwner)
	dead := a.Page(t)
	_, err := a.Meta.ChangePage(dead.ID, func(p *metasim.Page) { p.TokenError = metasim.ErrorRef{Code: 190, Subcode: 463} })
	require.NoError(t, err)
	denied := a.Page(t)
	_, err = a.Meta.ChangePage(denied.ID, func(p *metasim.Page) { p.DeniedFields = []string{"messages"} })
	require.NoError(t, err)
	for _, test := range []struct {
		name     string
		body     apptest.Body
		status   int
		code     string
		location string
	}{
		{"token_of_another_page", connection(page, apptest.Body{"access_token": other.Token}), 422, "connection.wrong_page", "body.access_token"},
		{"page_that_is_none", connection(metasim.Page{ID: "1", Token: page.Token}), 422, "connection.wrong_page", "body.access_token"},
		{"page_of_another_account", connection(taken), 409, "channel.claimed", ""},
		{"dead_token", connection(dead), 422, "delivery.token_dead", "body.access_token"},
		{"no_permission", connection(denied), 422, "delivery.permission_missing", "body.access_token"},
		{"token_of_nothing", connection(page, apptest.Body{"access_token": "nonsense"}), 422, "delivery.token_dead", "body.access_token"},
		{"no_token", connection(page, apptest.Body{"access_token": ""}), 422, "input.invalid", "body.access_token"},
		{"kind_that_is_none", connection(page, apptest.Body{"kind": "fax"}), 422, "channel.unknown_kind", ""},
		{"setting_that_is_none", connection(page, apptest.Body{"settings": apptest.Body{"colour": "red"}}), 422, "input.invalid", "body.settings.colour"},
		{"value_that_is_none", connection(page, apptest.Body{"settings": apptest.Body{"history_count": 7}}), 422, "input.invalid", "body.settings.history_count"},
		{"template_of_nobody", connection(page, apptest.Body{"settings": apptest.Body{"object_template_id": ids.New()}}), 422, "input.invalid", "body.settings.object_template_id"},
		{"settings_that_are_null", connection(page, apptest.Body{"settings": nil}), 422, "input.invalid", "body.settings"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p := a.Admin.In(t).Do("POST", "/channels", test.body).Refused(test.status, test.code)
			require.NotEqual(t, p.Code, p.Detail, "no words")
			if test.location != "" {
				require.Equal(t, test.location, p.Errors[0].Location)
				require.NotEqual(t, p.Errors[0].Code, p.Errors[0].Message, "no words")
			}
		})
	}
	t.Run("are_remembered", func(t *testing.T) {
		t.Parallel()
		refused := apptest.Start(t)
		_, taken := refused.Channel(t, refused.ForeignOwner)
		refused.Admin.Do("POST", "/channels", connection(taken)).Refused(http.StatusConflict, "channel.claimed")
		require.Contains(t, actions(t, refused, refused.Account), "channel.refused")
	})
	t.Run("leave_nothing_behind", func(t *testing.T) {
		t.Parallel()
		require.Empty(t, apptest.Get[httpapi.Page[httpapi.Channel]](a.Owner.In(t), "/channels").Items)
	})
	t.Run("platform_that_is_away", func(t *testing.T) {
		t.Parallel()
		away := apptest.Start(t)
		_, err := away.Meta.AddFault(metasim.Fault{Call: "*", Count: -1, Answer: metasim.AnswerHTML, Status: 503})
		require.NoError(t, err)
		away.Admin.Do("POST", "/channels", connection(away.Page(t))).Refused(http.StatusServiceUnavailable, "delivery.platform_trouble")
	})
}

func TestAConnectionThatLacksAPermissionSaysSo(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	page := a.Page(t)
	_, err := a.Meta.ChangePage(page.ID, func(p *metasim.Page) { p.DeniedFields = []string{"message_edits"} })
	require.NoError(t, err)
	german := a.Admin.With("Accept-Language", "de")
	made := apptest.Post[httpapi.Channel](german, "/channels", connection(page))
	require.Equal(t, []string{"channel.events_left_out"}, codes(made))
	require.Contains(t, made.Health.Findings[0].Text, "message_edits")
	require.Contains(t, made.Health.Findings[0].Text, "Berechtigung")
	require.Equal(t, "warning", made.Health.Findings[0].Level)
}

func TestChangeAChannel(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	made, page := a.Channel(t, a.Admin)
	path := "/channels/" + made.ID.String()
	change := func(b apptest.Body) httpapi.Channel { return apptest.Patch[httpapi.Channel](a.Admin, path, b) }

	longest := strings.Repeat("ü", channel.MaxDisplayName)
	require.Equal(t, longest, change(apptest.Body{"display_name": longest}).DisplayName)
	a.Admin.Do("PATCH", path, apptest.Body{"display_name": longest + "x"}).Refused(422, "input.invalid")

	one := change(apptest.Body{"settings": apptest.Body{"new_task": "reopen_last", "assignee_ids": []ids.ID{a.Member.Staff.ID}}})
	two := change(apptest.Body{"settings": apptest.Body{"resolve_new_after_days": 0, "object_template_id": nil}})
	require.Equal(t, channel.ReopenLast, two.Settings.NewTask, "what is not sent stays")
	require.Equal(t, one.Settings.AssigneeIDs, two.Settings.AssigneeIDs)
	require.Zero(t, two.Settings.ResolveNewAfterDays)
	require.Equal(t, 30, two.Settings.ResolvePendingAfterDays)
	require.Equal(t, longest, two.DisplayName)
	require.Empty(t, change(apptest.Body{"settings": apptest.Body{"assignee_ids": []ids.ID{}}}).Settings.AssigneeIDs)

	t.Run("somebody_who_left_is_not_in_the_way", func(t *testing.T) {
		leaver := a.NewPerson(t, a.Account, account.Member)
		change(apptest.Body{"settings": apptest.Body{"assignee_ids": []ids.ID{leaver.ID}}})
		apptest.Patch[staff.Staff](a.Admin, "/staff/"+leaver.ID.String(), apptest.Body{"enabled": false})
		kept := change(apptest.Body{"settings": apptest.Body{"auto_ownership": false}})
		require.Equal(t, []ids.ID{leaver.ID}, kept.Settings.AssigneeIDs)
		require.Contains(t, codes(kept), "coverage.level_unusable")
		text := kept.Health.Findings[len(kept.Health.Findings)-1].Text
		require.NotContains(t, text, "coverage.")
		change(apptest.Body{"access_token": page.Token})
	})
	entries := apptest.Get[httpapi.Page[httpapi.AuditEntry]](a.Owner, "/audit?object_id="+made.ID.String()).Items
	require.Equal(t, "channel.changed", entries[0].Action)
}

// heard counts what came in for an account, by what became of it.
func heard(t *testing.T, c *apptest.Client, state string) int {
	t.Helper()
	return len(apptest.Get[httpapi.Page[httpapi.Event]](c, "/events?limit=200&state="+state).Items)
}

func tasks(t *testing.T, c *apptest.Client) int {
	t.Helper()
	return len(apptest.Get[httpapi.Page[httpapi.Task]](c, "/tasks").Items)
}

func TestOffMeansHold(t *testing.T) {
	t.Parallel()
	for name, flip := range map[string]func(a *apptest.App, c httpapi.Channel, on bool){
		"channel": func(a *apptest.App, c httpapi.Channel, on bool) {
			apptest.Patch[httpapi.Channel](a.Admin, "/channels/"+c.ID.String(), apptest.Body{"enabled": on})
		},
		"kind": func(a *apptest.App, c httpapi.Channel, on bool) {
			paused := []string{c.Kind}
			if on {
				paused = []string{}
			}
			apptest.Patch[account.Account](a.Admin, "/account", apptest.Body{"paused_kinds": paused})
			a.Admin.Do("PATCH", "/account", apptest.Body{"paused_kinds": []string{"fax"}}).Refused(422, "input.invalid")
			require.Equal(t, on, apptest.Get[httpapi.Page[httpapi.Kind]](a.Member, "/channel-kinds").Items[0].Enabled)
		},
		"account": func(a *apptest.App, _ httpapi.Channel, on bool) {
			apptest.Patch[account.Account](a.Admin, "/account", apptest.Body{"enabled": on})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := apptest.Start(t)
			made, page := a.Channel(t, a.Admin)
			path := "/channels/" + made.ID.String()
			anna := a.Writer(t)
			state := func() channel.State { return apptest.Get[httpapi.Channel](a.Member, path).State }

			flip(a, made, false)
			require.Equal(t, channel.Off, state())
			a.Writes(t, page, anna, "one")
			a.Writes(t, page, anna, "two")
			apptest.Eventually(t, func() bool { return *apptest.Get[httpapi.Channel](a.Member, path).Held == 2 }, "held")
			a.Admin.Do("POST", path+"/held/import", nil).Refused(http.StatusConflict, "channel.off")
			require.Zero(t, tasks(t, a.Member))

			flip(a, made, true)
			require.Equal(t, channel.On, state())
			require.Equal(t, int64(2), apptest.Post[httpapi.Count](a.Admin, path+"/held/import", nil).Count)
			apptest.Eventually(t, func() bool { return tasks(t, a.Member) == 1 }, "imported")
			apptest.Eventually(t, func() bool { return heard(t, a.Admin, "processed") == 2 }, "both")

			flip(a, made, false)
			a.Writes(t, page, anna, "three")
			apptest.Eventually(t, func() bool { return heard(t, a.Admin, "held") == 1 }, "held again")
			require.Equal(t, int64(1), apptest.Post[httpapi.Count](a.Admin, path+"/held/decline", nil).Count, "declining needs no channel that is on")
			require.Zero(t, *apptest.Get[httpapi.Channel](a.Member, path).Held)
			require.Equal(t, 1, heard(t, a.Admin, "ignored"))
		})
	}
}

func TestAChannelThatIsIll(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	made, page := a.Channel(t, a.Admin)
	path := "/channels/" + made.ID.String()
	check := func(c *apptest.Client) httpapi.Channel { return apptest.Post[httpapi.Channel](c, path+"/check", nil) }
	ill := func(code, subcode int) {
		_, err := a.Meta.ChangePage(page.ID, func(p *metasim.Page) { p.TokenError = metasim.ErrorRef{Code: code, Subcode: subcode} })
		require.NoError(t, err)
	}
	ill(190, 460)
	found := check(a.Admin.With("Accept-Language", "de"))
	require.Equal(t, channel.Reconnect, found.State)
	require.Equal(t, "delivery.token_dead", found.Reason.Code)
	require.Contains(t, found.Reason.Text, "Zugang")
	require.Equal(t, []string{"delivery.token_dead"}, codes(found))
	require.Equal(t, "error", found.Health.Findings[0].Level)
	a.Admin.Do("PATCH", path, apptest.Body{"access_token": page.Token}).Refused(422, "delivery.token_dead")

	ill(0, 0)
	require.Equal(t, channel.Reconnect, apptest.Get[httpapi.Channel](a.Member, path).State)
	mended := apptest.Patch[httpapi.Channel](a.Admin, path, apptest.Body{"access_token": page.Token})
	require.Equal(t, channel.On, mended.State)
	require.Nil(t, mended.Reason)
	require.Equal(t, []string{"channel.healthy"}, codes(mended))

	ill(190, 460)
	require.Equal(t, channel.Reconnect, check(a.Admin).State)
	ill(0, 0)
	require.Equal(t, channel.On, check(a.Admin).State, "the platform takes the token after all")

	_, err := a.Meta.AddFault(metasim.Fault{Call: "*", Count: -1, Answer: metasim.AnswerHTML, Status: 503})
	require.NoError(t, err)
	require.Equal(t, channel.On, check(a.Admin).State, "trouble at the platform is not the channel's")
}

func TestKindsSpeakTheReadersLanguage(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	seen := map[string]bool{}
	for _, language := range []string{"en", "de"} {
		kinds := apptest.Get[httpapi.Page[httpapi.Kind]](a.Member.With("Accept-Language", language), "/channel-kinds").Items
		require.NotEmpty(t, kinds)
		for _, k := range kinds {
			require.True(t, k.Enabled)
			require.Positive(t, k.Capabilities.TextLimit)
			require.NotEmpty(t, k.Capabilities.Rules)
			for _, s := range k.Settings {
				words := []string{s.Label, s.Help}
				for _, c := range s.Choices {
					words = append(words, c.Label)
				}
				for _, w := range words {
					require.NotEmpty(t, w)
					require.NotContains(t, w, "setting.", "%s in %s has no words", s.Key, language)
				}
				require.False(t, seen[s.Label], "%s is the same in both languages", s.Label)
				seen[s.Label] = true
				if s.Type == "choice" {
					require.Contains(t, s.Choices, httpapi.KindChoice{Value: s.Default, Label: labelOf(s)}, s.Key)
				}
			}
		}
	}
}

func labelOf(s httpapi.KindSetting) string {
	for _, c := range s.Choices {
		if c.Value == s.Default {
			return c.Label
		}
	}
	return ""
}

// A platform that is slow must not hold up anybody else, also when the request is to be repeatable.
func TestAskingThePlatformHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	page := a.Page(t)
	_, err := a.Meta.AddFault(metasim.Fault{Call: "debug_token", DelayMS: 1000})
	require.NoError(t, err)
	admin := a.Admin.With("Idempotency-Key", "connect")
	done := make(chan *apptest.Answer, 1)
	go func() { done <- admin.Do("POST", "/channels", connection(page)) }()
	apptest.Eventually(t, func() bool {
		n := 0
		require.NoError(t, a.DB.SQL().QueryRowContext(t.Context(), "SELECT count(*) FROM idempotency_keys").Scan(&n))
		return n == 1
	}, "it runs")
	admin.Do("POST", "/channels", connection(page)).Refused(http.StatusConflict, "idempotency.running")
	apptest.Post[staff.Team](a.Owner, "/teams", apptest.Body{"name": "Meanwhile"})
	require.Empty(t, done, "the platform has not answered yet")
	var made, again httpapi.Channel
	(<-done).Into(&made)
	repeated := admin.Do("POST", "/channels", connection(page))
	require.Equal(t, "true", repeated.Header.Get("Idempotency-Replayed"))
	repeated.Into(&again)
	require.Equal(t, made.ID, again.ID)

	refused := a.Admin.With("Idempotency-Key", "refused")
	refused.Do("POST", "/channels", connection(page, apptest.Body{"access_token": "wrong"})).Refused(422, "delivery.token_dead")
	refused.Do("POST", "/channels", connection(page, apptest.Body{"access_token": "wrong"})).Refused(422, "delivery.token_dead")
	require.Equal(t, http.StatusCreated, refused.Do("POST", "/channels", connection(page)).Status, "what was refused is forgotten")
}
