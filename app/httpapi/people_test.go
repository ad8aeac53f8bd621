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
	"kontor/domain/audit"
	"kontor/domain/clock"
	"kontor/domain/ids"
	"kontor/domain/session"
	"kontor/domain/staff"
)

func TestWhoMayChangeWhom(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	callers := map[account.Role]*apptest.Client{account.Admin: a.Admin, account.Owner: a.Owner}
	for _, test := range []struct {
		name   string
		as     account.Role
		target account.Role
		change apptest.Body
		status int
	}{
		{"admin_renames_member", account.Admin, account.Member, apptest.Body{"name": "X"}, 200},
		{"admin_makes_admin", account.Admin, account.Member, apptest.Body{"role": "admin"}, 200},
		{"admin_makes_member", account.Admin, account.Admin, apptest.Body{"role": "member"}, 200},
		{"admin_disables_member", account.Admin, account.Member, apptest.Body{"enabled": false}, 200},
		{"admin_makes_no_owner", account.Admin, account.Member, apptest.Body{"role": "owner"}, 403},
		{"admin_renames_no_owner", account.Admin, account.Owner, apptest.Body{"name": "X"}, 403},
		{"admin_demotes_no_owner", account.Admin, account.Owner, apptest.Body{"role": "member"}, 403},
		{"admin_disables_no_owner", account.Admin, account.Owner, apptest.Body{"enabled": false}, 403},
		{"owner_makes_owner", account.Owner, account.Member, apptest.Body{"role": "owner"}, 200},
		{"owner_demotes_owner", account.Owner, account.Owner, apptest.Body{"role": "admin"}, 200},
		{"owner_disables_owner", account.Owner, account.Owner, apptest.Body{"enabled": false}, 200},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			target := a.NewPerson(t, a.Account, test.target)
			answer := callers[test.as].In(t).Do("PATCH", "/staff/"+target.ID.String(), test.change)
			require.Equal(t, test.status, answer.Status, "%s", answer.Body)
		})
	}
	t.Run("admin_adds_no_owner", func(t *testing.T) {
		t.Parallel()
		a.Admin.In(t).Do("POST", "/staff", apptest.Body{
			"email": "new@people.example", "name": "New", "password": apptest.Password, "role": "owner",
		}).Refused(http.StatusForbidden, "account.role")
	})
}

func TestAnAccountKeepsAnOwner(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	owner := a.Owner.Staff
	for _, change := range []apptest.Body{{"role": "admin"}, {"enabled": false}} {
		a.Owner.Do("PATCH", "/staff/"+owner.ID.String(), change).Refused(http.StatusConflict, "staff.last_owner")
	}
	a.NewPerson(t, a.Account, account.Owner)
	apptest.Patch[staff.Staff](a.Owner, "/staff/"+owner.ID.String(), apptest.Body{"role": "member"})
	a.Owner.Do("PATCH", "/account", apptest.Body{"name": "Mine"}).Refused(http.StatusForbidden, "account.role")
}

func TestDisablingSignsOutEverywhereAtOnce(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	person := a.Person(t, a.Account, account.Member)
	bot, _ := a.Token(t, person.Staff, account.Bot)
	set := func(enabled bool) {
		apptest.Patch[staff.Staff](a.Admin, "/staff/"+person.Staff.ID.String(), apptest.Body{"enabled": enabled})
	}
	set(false)
	person.Do("GET", "/me", nil).Refused(http.StatusUnauthorized, "session.required")
	bot.Do("GET", "/me", nil).Refused(http.StatusUnauthorized, "session.required")
	a.Anonymous.Do("POST", "/session", credentials(person.Staff.Email, apptest.Password)).
		Refused(http.StatusUnauthorized, "session.bad_credentials")
	set(true)
	person.Do("GET", "/me", nil).Refused(http.StatusUnauthorized, "session.required")
	bot.Do("GET", "/me", nil).Refused(http.StatusUnauthorized, "session.required")
	a.SignIn(t, person.Staff.Email)
}

func TestTeams(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	one, two := a.Member.Staff.ID, a.Admin.Staff.ID
	made := apptest.Post[staff.Team](a.Admin, "/teams", apptest.Body{"name": " Sales ", "member_ids": []ids.ID{one, two, one}})
	require.Equal(t, "Sales", made.Name)
	require.ElementsMatch(t, []ids.ID{one, two}, made.MemberIDs)
	path := "/teams/" + made.ID.String()
	require.Equal(t, made, apptest.Get[staff.Team](a.Member, path))
	a.Admin.Do("POST", "/teams", apptest.Body{"name": "Sales"}).Refused(http.StatusConflict, "team.name_taken")

	renamed := apptest.Patch[staff.Team](a.Admin, path, apptest.Body{"name": "Service"})
	require.ElementsMatch(t, []ids.ID{one, two}, renamed.MemberIDs, "members stay when they are not sent")
	emptied := apptest.Patch[staff.Team](a.Admin, path, apptest.Body{"member_ids": []ids.ID{}})
	require.Equal(t, "Service", emptied.Name)
	require.Empty(t, emptied.MemberIDs)
	apptest.Post[staff.Team](a.Admin, "/teams", apptest.Body{"name": "Sales"})
	a.Admin.Do("PATCH", path, apptest.Body{"name": "Sales"}).Refused(http.StatusConflict, "team.name_taken")

	apptest.Delete(a.Admin, path)
	a.Admin.Do("GET", path, nil).Refused(http.StatusNotFound, "team.not_found")
}

func TestListsArePaged(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	for _, name := range []string{"d", "b", "a", "c", "e"} {
		apptest.Post[staff.Team](a.Admin, "/teams", apptest.Body{"name": name})
	}
	var names, cursors []string
	for cursor := ""; ; {
		page := apptest.Get[httpapi.Page[staff.Team]](a.Member, "/teams?limit=2&cursor="+cursor)
		for _, team := range page.Items {
			names = append(names, team.Name)
		}
		cursors = append(cursors, page.NextCursor)
		if cursor = page.NextCursor; cursor == "" {
			break
		}
	}
	require.Equal(t, "abcde", strings.Join(names, ""))
	require.Len(t, cursors, 3)
	require.Contains(t, string(a.ForeignOwner.Do("GET", "/teams", nil).Body), `"items":[]`, "an empty list is no null")
}

func TestTokens(t *testing.T) {
	t.Parallel()
	now := clock.NewFixed(clock.System{}.Now())
	a := apptest.Start(t, apptest.WithClock(now))
	issued := apptest.Post[httpapi.IssuedToken](a.Member, "/tokens", apptest.Body{"name": "CRM", "expires_at": now.Now().Add(time.Hour)})
	require.Regexp(t, `^kt_[A-Za-z0-9_-]{43}$`, issued.Value)
	require.True(t, strings.HasPrefix(issued.Value, issued.Prefix))
	require.Equal(t, account.Bot, issued.ActsAs)

	c := *a.Anonymous
	c.Bearer = issued.Value
	require.Equal(t, account.Bot, apptest.Get[httpapi.Me](&c, "/me").ActsAs)
	list := a.Member.Do("GET", "/tokens", nil)
	require.NotContains(t, string(list.Body), issued.Value)
	var page httpapi.Page[session.Token]
	list.Into(&page)
	require.Len(t, page.Items, 1)
	require.NotNil(t, page.Items[0].LastUsedAt)

	t.Run("cannot_make_tokens", func(t *testing.T) {
		c.In(t).Do("POST", "/tokens", apptest.Body{"name": "more"}).Refused(http.StatusForbidden, "token.in_person")
	})
	t.Run("of_others_are_an_admins_to_revoke", func(t *testing.T) {
		other := a.Person(t, a.Account, account.Member)
		other.Do("DELETE", "/tokens/"+issued.ID.String(), nil).Refused(http.StatusNotFound, "token.not_found")
		require.Empty(t, apptest.Get[httpapi.Page[session.Token]](other, "/tokens").Items)
		require.NotEmpty(t, apptest.Get[httpapi.Page[session.Token]](a.Admin.In(t), "/tokens").Items)
		forAdmin, token := a.Token(t, other.Staff, account.Staff)
		apptest.Delete(a.Admin.In(t), "/tokens/"+token.ID.String())
		forAdmin.Do("GET", "/me", nil).Refused(http.StatusUnauthorized, "session.required")
	})
	t.Run("expire", func(t *testing.T) {
		now.Add(61 * time.Minute)
		c.In(t).Do("GET", "/me", nil).Refused(http.StatusUnauthorized, "session.required")
	})
	t.Run("that_are_wrong_are_refused", func(t *testing.T) {
		for _, value := range []string{"kt_", "kt_x", "x", strings.ToLower(issued.Value), issued.Value + "x"} {
			wrong := *a.Anonymous.In(t)
			wrong.Bearer = value
			wrong.Do("GET", "/me", nil).Refused(http.StatusUnauthorized, "session.required")
		}
	})
}

func TestChangesStandInTheAuditLog(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	apptest.Patch[account.Account](a.Admin, "/account", apptest.Body{"name": "Renamed", "paused_kinds": []string{"facebook"}})
	apptest.Patch[account.Account](a.Admin, "/account", apptest.Body{"name": "Renamed"})
	made := apptest.Post[staff.Team](a.Admin, "/teams", apptest.Body{"name": "Sales"})
	all := apptest.Get[httpapi.Page[httpapi.AuditEntry]](a.Owner, "/audit").Items
	require.Equal(t, "team.created", all[0].Action)
	require.Equal(t, "account.changed", all[1].Action)
	require.Equal(t, map[string]any{
		"name": "Renamed", "paused_kinds": []any{"facebook"}, audit.Before: map[string]any{"name": "Acme", "paused_kinds": []any{}},
	}, all[1].Details)
	require.Equal(t, a.Admin.Staff.ID, *all[1].ActorID)
	require.Equal(t, "127.0.0.1", all[1].IP)
	require.NotEmpty(t, all[1].RequestID)
	require.NotEqual(t, "account.changed", all[2].Action, "what changes nothing is no change")
	of := apptest.Get[httpapi.Page[httpapi.AuditEntry]](a.Owner, "/audit?object_type=team&object_id="+made.ID.String()).Items
	require.Len(t, of, 1)
}

func TestAccountSettings(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	for key, test := range map[string]struct {
		good, bad any
		fault     string
	}{
		"time_zone":    {"Europe/Berlin", "Berlin", "account.time_zone"},
		"country":      {"DE", "XY", "account.country"},
		"language":     {"de", "fr", "input.choice"},
		"paused_kinds": {[]string{"facebook"}, []string{"Face book"}, "channel.unknown_kind"},
		"name":         {"Acme Ltd", "", "input.required"},
	} {
		p := a.Admin.Do("PATCH", "/account", apptest.Body{key: test.bad}).Refused(http.StatusUnprocessableEntity, "input.invalid")
		require.Equal(t, test.fault, p.Errors[0].Code)
		apptest.Patch[account.Account](a.Admin, "/account", apptest.Body{key: test.good})
	}
	now := apptest.Get[account.Account](a.Member, "/account")
	require.Equal(t, "Europe/Berlin", now.TimeZone)
	require.Equal(t, []string{"facebook"}, now.PausedKinds)
	require.True(t, now.Enabled)
}

// What the log says to people: who, what, from what to what, with names for ids; by person, action and time; page by page;
// and as files that no spreadsheet takes for formulas.
func TestTheAuditLogInWords(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	p := a.Connect(t, a.Account)
	path := "/channels/" + p.Channel.ID.String()
	template := apptest.Get[httpapi.Page[httpapi.ObjectTemplate]](a.Admin, "/object-templates").Items[0]
	apptest.Patch[httpapi.Channel](a.Admin, path, apptest.Body{
		"display_name": "=cmd|x", "settings": apptest.Body{"new_task": "reopen_last", "assignee_ids": []string{a.Member.Staff.ID.String()}},
	})
	apptest.Patch[account.Account](a.Owner, "/account", apptest.Body{"name": "Renamed"})
	get := func(c *apptest.Client, query string) httpapi.Page[httpapi.AuditEntry] {
		return apptest.Get[httpapi.Page[httpapi.AuditEntry]](c, "/audit?"+query)
	}
	changed := get(a.Owner, "action=channel.changed").Items
	require.Len(t, changed, 1)
	require.Equal(t, "changed a channel", changed[0].Text)
	require.Equal(t, "=cmd|x", changed[0].Object)
	by := map[string]httpapi.AuditChange{}
	for _, c := range changed[0].Changes {
		by[c.Field] = c
	}
	require.Equal(t, "Make a new task", *by["new_task"].Before)
	require.Equal(t, "Re-open the last task", by["new_task"].After)
	require.Equal(t, "nothing", *by["assignee_ids"].Before)
	require.Equal(t, a.Member.Staff.Name, by["assignee_ids"].After)
	require.NotContains(t, by, "history_count", "what stayed is not told")
	require.NotEqual(t, ids.Nil, template.ID)
	german := get(a.Owner.With("Accept-Language", "de"), "action=channel.changed").Items[0]
	require.Equal(t, "hat einen Kanal geändert", german.Text)

	for _, e := range get(a.Owner, "actor_id="+a.Owner.Staff.ID.String()).Items {
		require.Equal(t, a.Owner.Staff.ID, *e.ActorID)
	}
	require.Empty(t, get(a.Owner, "from=2100-01-01T00:00:00Z").Items)
	require.Empty(t, get(a.Owner, "to=2000-01-01T00:00:00Z").Items)
	all := get(a.Owner, "limit=200").Items
	var paged []ids.ID
	for cursor := ""; ; {
		page := get(a.Owner, "limit=3&cursor="+cursor)
		for _, e := range page.Items {
			paged = append(paged, e.ID)
		}
		if cursor = page.NextCursor; cursor == "" {
			break
		}
	}
	require.Len(t, paged, len(all))

	table := a.Owner.Do("GET", "/audit.csv?action=channel.changed", nil)
	require.Contains(t, table.Header.Get("Content-Disposition"), "audit-log.csv")
	require.Contains(t, string(table.Body), ",'=cmd|x,")
	require.Contains(t, string(table.Body), "Make a new task → Re-open the last task")
	lines := strings.Split(strings.TrimSpace(string(a.Owner.Do("GET", "/audit.ndjson", nil).Body)), "\n")
	require.Len(t, lines, len(all)+1, "the first export is in the second")
	require.Contains(t, lines[0], `"audit.exported"`)
	require.NotContains(t, string(a.ForeignOwner.Do("GET", "/audit.csv", nil).Body), "cmd")
	known := apptest.Get[httpapi.Page[httpapi.AuditAction]](a.Admin, "/audit/actions").Items
	require.Len(t, known, len(audit.Actions()))
}

// Hours of the account and of people have one form; what they were before is told in words.
func TestWorkingHoursStandInTheAuditLog(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	me := "/staff/" + a.Member.Staff.ID.String()
	hours := apptest.Body{
		"monday": []string{"09:00-12:00", "13:00-17:00"}, "tuesday": []string{"09:00-12:00", "13:00-17:00"}, "sunday": []string{"10:00-24:00"},
		"holidays": []apptest.Body{{"date": "2026-12-25", "name": "Christmas"}, {"date": "2026-12-26"}},
	}
	apptest.Patch[account.Account](a.Admin, "/account", apptest.Body{"working_hours": hours})
	hours["time_zone"] = "Asia/Tokyo"
	apptest.Patch[httpapi.Me](a.Member, "/me", apptest.Body{"working_hours": hours})
	changed := apptest.Patch[staff.Staff](a.Admin, me, apptest.Body{"working_hours": apptest.Body{}})
	require.True(t, changed.WorkingHours.Always())

	const words = "Monday–Tuesday 09:00-12:00, 13:00-17:00; Sunday 10:00-24:00; holiday 2026-12-25 (Christmas); holiday 2026-12-26"
	told := func(query string) (changes []httpapi.AuditChange) {
		for _, e := range apptest.Get[httpapi.Page[httpapi.AuditEntry]](a.Owner, "/audit?"+query).Items {
			changes = append(changes, e.Changes...)
		}
		return changes
	}
	change := func(before, after string) httpapi.AuditChange {
		return httpapi.AuditChange{Field: "working_hours", Label: "working hours", Before: &before, After: after}
	}
	require.Equal(t, []httpapi.AuditChange{change("always", words)}, told("action=account.changed"))
	require.Equal(t, []httpapi.AuditChange{change(words+"; Asia/Tokyo", "always"), change("always", words+"; Asia/Tokyo")}, told("action=staff.changed"))

	for _, path := range []string{"/account", me} {
		for code, bad := range map[string]apptest.Body{
			"hours.span_invalid": {"monday": []string{"12:00-09:00"}}, "hours.time_zone": {"time_zone": "Mars"},
			"input.format": {"holidays": []apptest.Body{{"date": "2026-02-30"}}},
		} {
			p := a.Admin.Do("PATCH", path, apptest.Body{"working_hours": bad}).Refused(http.StatusUnprocessableEntity, "input.invalid")
			require.Equal(t, code, p.Errors[0].Code)
			require.Contains(t, p.Errors[0].Location, "body.working_hours.")
		}
	}
	a.Member.Do("PATCH", me, apptest.Body{"working_hours": hours}).Refused(http.StatusForbidden, "account.role")
}

// Which of its parts an installation has, and how they are. Who shares it with others is not told what those systems said.
func TestTheInstallationsHealth(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	health := apptest.Get[httpapi.InstallationHealth](a.Admin, "/installation/health")
	found := map[string]string{}
	for _, f := range health.Findings {
		found[f.Code] = f.Level
		require.NotEqual(t, f.Code, f.Text)
	}
	for _, code := range []string{
		"doctor.settings_fine", "doctor.keys_fine", "doctor.database_fine", "doctor.files_fine", "doctor.address_fine", "doctor.mail_none",
		"doctor.sso_none", "doctor.events_fine",
	} {
		require.Equal(t, "ok", found[code], code)
	}
	require.NotContains(t, found, "doctor.work_fine", "with two accounts it is about all of them, and for the operator only")
	again := apptest.Get[httpapi.InstallationHealth](a.Admin, "/installation/health")
	require.Equal(t, health.CheckedAt, again.CheckedAt, "nobody is asked twice for two who look")
}
