package httpapi_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/app/apptest"
	"kontor/app/httpapi"
	"kontor/domain/account"
	"kontor/domain/ids"
	"kontor/domain/staff"
	"kontor/templates"
)

// standardObject returns the account's standard object template.
func standardObject(t *testing.T, c *apptest.Client) httpapi.ObjectTemplate {
	t.Helper()
	for _, o := range apptest.Get[httpapi.Page[httpapi.ObjectTemplate]](c, "/object-templates").Items {
		if o.Standard {
			return o
		}
	}
	require.Fail(t, "no standard template")
	return httpapi.ObjectTemplate{}
}

func TestATemplateHasAHistory(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	set := standardObject(t, a.Member).StatusSetID
	made := apptest.Post[httpapi.WholeObjectTemplate](a.Admin, "/object-templates", apptest.Body{
		"name": "Repairs", "status_set_id": set, "defaults": apptest.Body{"title": "Repair: {{ message.excerpt }}", "topic": "Repairs"},
		"form": apptest.Body{"fields": []apptest.Body{{"key": "serial", "label": "Serial number", "type": "text"}}},
	})
	require.Equal(t, 1, made.Version)
	path := "/object-templates/" + made.ID.String()
	change := func(b apptest.Body) httpapi.WholeObjectTemplate {
		return apptest.Patch[httpapi.WholeObjectTemplate](a.Admin, path, b)
	}
	renamed := change(apptest.Body{"name": "Service"})
	require.Equal(t, 2, renamed.Version)
	require.Equal(t, made.Defaults, renamed.Defaults, "what is not sent stays")
	require.Equal(t, made.Form, renamed.Form)
	require.Equal(t, 2, change(apptest.Body{"name": "Service"}).Version, "no change, no version")
	again := change(apptest.Body{"defaults": apptest.Body{"title": "Service"}, "version": 2})
	require.Equal(t, 3, again.Version)
	require.Empty(t, again.Defaults.Topic, "defaults are sent whole")
	a.Admin.Do("PATCH", path, apptest.Body{"name": "Late", "version": 2}).Refused(http.StatusConflict, "template.changed_meanwhile")
	require.Equal(t, again, apptest.Get[httpapi.WholeObjectTemplate](a.Member, path))

	log := apptest.Get[httpapi.Page[httpapi.AuditEntry]](a.Admin, "/audit?object_id="+made.ID.String()).Items
	require.Equal(t, "Repairs", log[len(log)-1].Object)
	require.Contains(t, log[len(log)-1].Changes, httpapi.AuditChange{Field: "type", Label: "type", After: "task template"})

	versions := apptest.Get[httpapi.Page[httpapi.TemplateVersion]](a.Member, path+"/versions?limit=2")
	require.Equal(t, []int{3, 2}, []int{versions.Items[0].Version, versions.Items[1].Version})
	require.Equal(t, a.Admin.Staff.ID, *versions.Items[0].StaffID)
	versions = apptest.Get[httpapi.Page[httpapi.TemplateVersion]](a.Member, path+"/versions?limit=2&cursor="+versions.NextCursor)
	require.Len(t, versions.Items, 1)
	require.Equal(t, "Repairs", versions.Items[0].Name)
	require.Empty(t, versions.NextCursor)
	a.Member.Do("GET", path+"/versions?cursor=x", nil).Refused(422, "input.invalid")
	first := apptest.Get[httpapi.ObjectVersion](a.Member, path+"/versions/1")
	require.Equal(t, made.Object, first.Definition)
	a.Member.Do("GET", path+"/versions/4", nil).Refused(404, "template_version.not_found")

	back := apptest.Post[httpapi.WholeObjectTemplate](a.Admin, path+"/revert", apptest.Body{"version": 1})
	require.Equal(t, 4, back.Version, "the history goes on")
	require.Equal(t, made.Object, back.Object)
	a.Admin.Do("POST", path+"/revert", apptest.Body{"version": 9}).Refused(422, "input.invalid")

	t.Run("contact_templates_too", func(t *testing.T) {
		made := apptest.Post[httpapi.WholeContactTemplate](a.Admin, "/contact-templates", apptest.Body{"name": "Firms", "kind": "company"})
		path := "/contact-templates/" + made.ID.String()
		changed := apptest.Patch[httpapi.WholeContactTemplate](a.Admin, path, apptest.Body{"tags": []string{"b2b"}, "version": 1})
		require.Equal(t, templates.Company, changed.Kind)
		a.Admin.Do("PATCH", path, apptest.Body{"name": "Late", "version": 1}).Refused(http.StatusConflict, "template.changed_meanwhile")
		require.Len(t, apptest.Get[httpapi.Page[httpapi.TemplateVersion]](a.Member, path+"/versions").Items, 2)
		require.Equal(t, made.Contact, apptest.Get[httpapi.ContactVersion](a.Member, path+"/versions/1").Definition)
		back := apptest.Post[httpapi.WholeContactTemplate](a.Admin, path+"/revert", apptest.Body{"version": 1})
		require.Equal(t, 3, back.Version)
		require.Empty(t, back.Tags)
		apptest.Delete(a.Admin, path)
		require.NotNil(t, apptest.Get[httpapi.WholeContactTemplate](a.Member, path).DeletedAt)
	})
}

func TestWhatIsWrongWithATemplateHasItsPlace(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	german := a.Admin.With("Accept-Language", "de")
	object, contact := standardObject(t, a.Admin), apptest.Get[httpapi.Page[httpapi.ContactTemplate]](a.Admin, "/contact-templates").Items[0]
	made, _ := a.Channel(t, a.Admin)
	field := func(f apptest.Body) apptest.Body {
		return apptest.Body{"form": apptest.Body{"fields": []apptest.Body{f}}}
	}
	defaults := func(d apptest.Body) apptest.Body { return apptest.Body{"defaults": d} }
	for _, test := range []struct {
		name, kind     string
		change         apptest.Body
		location, code string
		line, column   int
	}{
		{"unknown_variable", "object", defaults(apptest.Body{"title": "Hello\n{{ contact.nmae }}"}), "defaults.title", "template.unknown_variable", 2, 4},
		{"unclosed", "object", defaults(apptest.Body{"description": "x {{ contact.name"}), "defaults.description", "template.pattern_unclosed", 1, 3},
		{"loop", "object", defaults(apptest.Body{"title": "{% for x in (1..999999999) %}x{% endfor %}"}), "defaults.title", "template.unknown_tag", 1, 1},
		{"include", "object", defaults(apptest.Body{"title": `{% include "/etc/passwd" %}`}), "defaults.title", "template.unknown_tag", 1, 1},
		{"too_long", "object", defaults(apptest.Body{"title": strings.Repeat("x", 20_000)}), "defaults.title", "template.pattern_too_long", 1, 1},
		{"unknown_filter", "object", defaults(apptest.Body{"title": "{{ message.text | shout }}"}), "defaults.title", "template.unknown_filter", 1, 19},
		{"pattern_of_a_field", "object", defaults(apptest.Body{"fields": apptest.Body{"order_number": "{% if %}"}}), "defaults.fields.order_number", "template.pattern_syntax", 1, 6},
		{"value_of_no_field", "object", defaults(apptest.Body{"fields": apptest.Body{"nothing": "x"}}), "defaults.fields.nothing", "field.unknown", 0, 0},
		{"assignee_of_nobody", "object", defaults(apptest.Body{"assignees": []apptest.Body{{"kind": "staff", "id": ids.New()}}}), "defaults.assignees[0]", "template.assignee_not_found", 0, 0},
		{"type_that_is_none", "object", field(apptest.Body{"key": "a", "label": "A", "type": "colour"}), "form.fields[0].type", "input.choice", 0, 0},
		{"key_that_is_none", "object", field(apptest.Body{"key": "A b", "label": "A", "type": "text"}), "form.fields[0].key", "template.key_invalid", 0, 0},
		{"choice_without_choices", "object", field(apptest.Body{"key": "a", "label": "A", "type": "choice"}), "form.fields[0].choices", "template.choices_missing", 0, 0},
		{"no_name", "object", apptest.Body{"name": " "}, "name", "template.required", 0, 0},
		{"name_pattern", "contact", apptest.Body{"name_pattern": "{{ profile.nmae }}"}, "name_pattern", "template.unknown_variable", 1, 4},
		{"source", "contact", apptest.Body{"mapping": []apptest.Body{{"target": "email", "sources": []string{"form.email", "nobody.knows"}}}}, "mapping[0].sources[1]", "template.unknown_variable", 1, 1},
		{"target", "contact", apptest.Body{"mapping": []apptest.Body{{"target": "field:nothing", "sources": []string{"form.email"}}}}, "mapping[0].target", "template.unknown_target", 0, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			path := "/object-templates/" + object.ID.String()
			whole := apptest.Body{"name": "N", "status_set_id": object.StatusSetID}
			if test.kind == "contact" {
				path, whole = "/contact-templates/"+contact.ID.String(), apptest.Body{"name": "N", "kind": "person"}
			}
			if test.name != "value_of_no_field" && test.name != "pattern_of_a_field" { // it would have no form
				for k, v := range test.change {
					whole[k] = v
				}
				requireFault(t, german.In(t).Do("POST", path[:strings.LastIndex(path, "/")], whole), "body."+test.location, test.code, test.line, test.column)
			}
			requireFault(t, german.In(t).Do("PATCH", path, test.change), "body."+test.location, test.code, test.line, test.column)
			draft := apptest.Body{"channel_id": made.ID, "draft": test.change}
			requireFault(t, german.In(t).Do("POST", path+"/preview", draft), "body.draft."+test.location, test.code, test.line, test.column)
		})
	}
}

func requireFault(t *testing.T, answer *apptest.Answer, location, code string, line, column int) {
	t.Helper()
	p := answer.Refused(422, "input.invalid")
	f := p.Errors[0]
	require.Equal(t, []any{location, code, line, column}, []any{f.Location, f.Code, f.Line, f.Column}, "%s", answer.Body)
	require.NotEqual(t, f.Code, f.Message, "no words")
	require.NotContains(t, f.Message, "…", "words that lack a value")
}

func TestTemplatesInUse(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	standard := standardObject(t, a.Member)
	own := apptest.Post[httpapi.WholeObjectTemplate](a.Admin, "/object-templates", apptest.Body{"name": "Own", "status_set_id": standard.StatusSetID})
	made, page := a.Channel(t, a.Admin)
	path := "/object-templates/" + own.ID.String()
	use := func(path string) []httpapi.ChannelRef {
		return apptest.Get[httpapi.WholeObjectTemplate](a.Member, path).UsedBy
	}
	standardPath := "/object-templates/" + standard.ID.String()
	require.Empty(t, use(path))
	require.Equal(t, made.ID, use(standardPath)[0].ID)

	apptest.Patch[httpapi.Channel](a.Admin, "/channels/"+made.ID.String(), apptest.Body{
		"display_name": "Our café", "settings": apptest.Body{"object_template_id": own.ID},
	})
	require.Equal(t, "Our café", use(path)[0].Name)
	require.Empty(t, use(standardPath))
	p := a.Admin.Do("DELETE", path, nil).Refused(http.StatusConflict, "template.in_use")
	require.Contains(t, p.Detail, "Our café")
	a.Admin.Do("DELETE", standardPath, nil).Refused(http.StatusConflict, "template.standard")

	require.True(t, apptest.Post[httpapi.WholeObjectTemplate](a.Admin, path+"/standard", nil).Standard)
	require.Equal(t, own.ID, standardObject(t, a.Member).ID)
	apptest.Delete(a.Admin, standardPath)
	require.NotNil(t, apptest.Get[httpapi.WholeObjectTemplate](a.Member, standardPath).DeletedAt, "its tasks keep it")
	a.Admin.Do("PATCH", standardPath, apptest.Body{"name": "x"}).Refused(http.StatusNotFound, "template.not_found")
	a.Admin.Do("PATCH", "/channels/"+made.ID.String(), apptest.Body{"settings": apptest.Body{"object_template_id": standard.ID}}).
		Refused(422, "input.invalid")

	a.Writes(t, page, a.Writer(t), "{{ contact.name }} {% raw %}")
	apptest.Eventually(t, func() bool { return tasks(t, a.Member) == 1 }, "a task")
	task := apptest.Get[httpapi.Page[httpapi.Task]](a.Member, "/tasks").Items[0]
	require.Equal(t, own.ID, task.TemplateID)
	require.Equal(t, "{{ contact.name }} {% raw %}", task.Title, "what customers write is no pattern")
}

// rowsOf counts the rows of every table that a message can leave something in.
func rowsOf(t *testing.T, a *apptest.App) map[string]int {
	t.Helper()
	found := map[string]int{"unrouted_events": apptest.Strays(t, a.DB)}
	for _, table := range []string{
		"contacts", "contact_keys", "identities", "conversations", "tasks", "active_tasks", "task_assignees", "task_whys", "comments",
		"messages", "attachments", "inbound_events", "event_keys", "due_work", "templates", "template_versions",
		"status_sets", "channels", "audit_log", "counters", "feed_events",
	} {
		n := 0
		require.NoError(t, a.DB.SQL().QueryRowContext(t.Context(), "SELECT count(*) FROM "+table).Scan(&n)) //nolint:gosec // names from above
		found[table] = n
	}
	return found
}

func TestAPreviewChangesNothing(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	made, page := a.Channel(t, a.Admin)
	team := apptest.Post[staff.Team](a.Admin, "/teams", apptest.Body{"name": "Sales", "member_ids": []ids.ID{a.Member.Staff.ID}})
	anna := a.Writer(t)
	a.Writes(t, page, anna, "Is the table still there?")
	a.Writes(t, page, anna, "Or the chair?")
	events := vault(t, a.Admin, 2, map[string][]string{"state": {"processed"}})
	apptest.Eventually(t, func() bool {
		return strings.Contains(apptest.Get[httpapi.Page[httpapi.Task]](a.Member, "/tasks").Items[0].Title, "Anna Berg")
	}, "the person is known")
	standard := standardObject(t, a.Member)
	path := "/object-templates/" + standard.ID.String() + "/preview"
	draft := apptest.Body{
		"name": "Sales", "form": apptest.Body{"fields": []apptest.Body{{"key": "wish", "label": "Wish", "type": "text"}}},
		"defaults": apptest.Body{
			"title": "{{ contact.first_name }}: {{ message.text | upcase }}", "topic": "Furniture", "tags": []string{"vip"}, "due_in": 60,
			"assignees": []apptest.Body{{"kind": "team", "id": team.ID}}, "assignee_mode": "round_robin",
			"fields": apptest.Body{"wish": "{{ message.excerpt }}"}, "participants": []ids.ID{a.Owner.Staff.ID}, "priority": "high",
		},
	}
	apptest.Eventually(t, func() bool { return rowsOf(t, a)["due_work"] == 0 }, "all is done")
	before := rowsOf(t, a)

	shown := apptest.Post[httpapi.Preview](a.Admin.With("Accept-Language", "de"), path, apptest.Body{"channel_id": made.ID, "draft": draft})
	require.Len(t, shown.Items, 2)
	first := shown.Items[1]
	require.Equal(t, events[1].ID, *first.EventID)
	require.Equal(t, "Is the table still there?", first.Message)
	require.Equal(t, "Anna Berg: Is the table still there?", first.Today.Task.Title)
	require.Equal(t, "Anna: IS THE TABLE STILL THERE?", first.Draft.Task.Title)
	require.Equal(t, a.Admin.Staff.ID, first.Today.Task.Assignees[0].ID, "who connected the channel")
	require.Equal(t, templates.LevelInstaller, first.Today.Task.AssignedBy)
	require.Equal(t, []httpapi.Party{{ID: a.Member.Staff.ID, Kind: "staff", Name: a.Member.Staff.Name}}, first.Draft.Task.Assignees)
	require.Equal(t, templates.LevelTemplate, first.Draft.Task.AssignedBy)
	require.Equal(t, map[string]any{"wish": "Is the table still there?"}, first.Draft.Task.Fields)
	require.Equal(t, []string{"vip"}, first.Draft.Task.Tags)
	require.Equal(t, templates.PriorityHigh, first.Draft.Task.Priority)
	require.NotNil(t, first.Draft.Task.DueAt)
	require.Equal(t, a.Owner.Staff.ID, first.Draft.Task.Participants[0].ID)
	require.Equal(t, "New", first.Draft.Task.Status.Name)
	require.Equal(t, "Anna Berg", first.Draft.Contact.KnownAs)
	require.Equal(t, events[1].ContactID, first.Draft.Contact.ContactID)
	for _, s := range append(first.Draft.Why, first.Today.Why...) {
		require.NotEqual(t, s.Rule+"."+s.Outcome, s.Text, "no words")
	}
	require.Empty(t, shown.Warnings)

	t.Run("of_a_pasted_event", func(t *testing.T) {
		raw := apptest.Get[httpapi.WholeEvent](a.Admin.In(t), "/events/"+events[0].ID.String()).Raw
		pasted := strings.NewReplacer("Or the chair?", "Pasted", a.Meta.State(page.ID, anna.ID).Thread.PSID, "99").Replace(*raw)
		shown := apptest.Post[httpapi.Preview](a.Admin.In(t), path, `{"channel_id":"`+made.ID.String()+`","event":`+pasted+`}`)
		require.Len(t, shown.Items, 1)
		require.Nil(t, shown.Items[0].EventID)
		require.Equal(t, "Pasted", shown.Items[0].Draft.Task.Title)
		webhook := `{"object":"page","entry":[{"id":"1","time":1,"messaging":[` + pasted + `,` + pasted + `]}]}`
		shown = apptest.Post[httpapi.Preview](a.Admin.In(t), path, `{"channel_id":"`+made.ID.String()+`","event":`+webhook+`}`)
		require.Len(t, shown.Items, 2)
		require.Equal(t, "Pasted", shown.Items[1].Draft.Task.Title)
		for _, event := range []any{42, "x", apptest.Body{"hologram": 1}} {
			answer := a.Admin.In(t).Do("POST", path, apptest.Body{"channel_id": made.ID, "event": event})
			require.NotEqual(t, 500, answer.Status, "%s", answer.Body)
		}
		a.Admin.In(t).Do("POST", path, apptest.Body{"channel_id": made.ID, "event": 42}).Refused(422, "input.invalid")
	})
	t.Run("of_a_contact_template", func(t *testing.T) {
		contact := apptest.Get[httpapi.Page[httpapi.ContactTemplate]](a.Admin.In(t), "/contact-templates").Items[0]
		shown := apptest.Post[httpapi.Preview](a.Admin.In(t), "/contact-templates/"+contact.ID.String()+"/preview", apptest.Body{
			"channel_id": made.ID, "events": 1, "draft": apptest.Body{
				"kind": "company", "name_pattern": "{{ profile.name }} & Co.", "group": "Firms",
				"form":    apptest.Body{"fields": []apptest.Body{{"key": "said", "label": "Said", "type": "text"}}},
				"mapping": []apptest.Body{{"target": "field:said", "sources": []string{"message.text"}}},
			},
		})
		require.Len(t, shown.Items, 1)
		got := shown.Items[0].Draft.Contact
		require.Equal(t, templates.Company, got.Kind)
		require.Equal(t, "Anna Berg & Co.", got.Name)
		require.Equal(t, "Firms", got.Group)
		require.Equal(t, map[string]any{"said": "Or the chair?"}, got.Fields)
		require.Equal(t, templates.Person, shown.Items[0].Today.Contact.Kind)
	})
	require.Equal(t, before, rowsOf(t, a), "something was written")
}

func TestSavingSaysWhoIsLeftOut(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	made, _ := a.Channel(t, a.Admin)
	standard := standardObject(t, a.Member)
	leaver := a.NewPerson(t, a.Account, account.Member)
	apptest.Patch[staff.Staff](a.Admin, "/staff/"+leaver.ID.String(), apptest.Body{"enabled": false})
	path := "/object-templates/" + standard.ID.String()
	change := apptest.Body{"defaults": apptest.Body{"assignees": []apptest.Body{{"kind": "staff", "id": leaver.ID}}}}

	shown := apptest.Post[httpapi.Preview](a.Admin, path+"/preview", apptest.Body{"channel_id": made.ID, "draft": change})
	require.Equal(t, "coverage.level_unusable", shown.Warnings[0].Code)
	saved := apptest.Patch[httpapi.WholeObjectTemplate](a.Admin, path, change)
	require.Equal(t, "coverage.level_unusable", saved.UsedBy[0].Warnings[0].Code)
	require.Contains(t, saved.UsedBy[0].Warnings[0].Text, "template")
	require.Contains(t, codes(apptest.Get[httpapi.Channel](a.Member, "/channels/"+made.ID.String())), "coverage.level_unusable")
	apptest.Patch[httpapi.WholeObjectTemplate](a.Admin, path, apptest.Body{"defaults": apptest.Body{}})
	require.Equal(t, []string{"channel.healthy"}, codes(apptest.Get[httpapi.Channel](a.Member, "/channels/"+made.ID.String())))
}

func TestPresetsSpeakTheAccountsLanguage(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	for language, want := range map[string][]string{
		"en": {"Client dialog", "Communication under posts", "Lead"},
		"de": {"Kundendialog", "Kommunikation unter Beiträgen", "Lead"},
	} {
		email := language + "@presets.example"
		_, err := a.Found(t.Context(), account.New{Name: language, Language: language}, staff.New{Email: email, Name: "O", Password: apptest.Password})
		require.NoError(t, err)
		c := a.SignIn(t, email)
		var objects, sets []string
		for _, o := range apptest.Get[httpapi.Page[httpapi.ObjectTemplate]](c, "/object-templates").Items {
			objects = append(objects, o.Name)
			require.NotEmpty(t, o.Preset)
			require.Equal(t, o.Preset == templates.PresetClientDialog, o.Standard)
		}
		for _, s := range apptest.Get[httpapi.Page[httpapi.StatusSet]](c, "/status-sets").Items {
			sets = append(sets, s.Name)
		}
		require.ElementsMatch(t, want, objects)
		require.Len(t, sets, 3)
		require.Len(t, apptest.Get[httpapi.Page[httpapi.ContactTemplate]](c, "/contact-templates").Items, 3)
	}
}

func TestStatusSetsOverTheAPI(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	_, page := a.Channel(t, a.Admin)
	a.Writes(t, page, a.Writer(t), "hello")
	apptest.Eventually(t, func() bool { return tasks(t, a.Member) == 1 }, "a task")
	task := apptest.Get[httpapi.Page[httpapi.Task]](a.Member, "/tasks").Items[0]
	path := "/status-sets/" + task.StatusSetID.String()
	set := apptest.Get[httpapi.StatusSet](a.Member, path)

	p := a.Admin.Do("DELETE", path, nil).Refused(http.StatusConflict, "status_set.in_use")
	require.Contains(t, p.Detail, "Client dialog")
	p = a.Admin.Do("PATCH", path, apptest.Body{"statuses": set.Statuses[1:]}).Refused(422, "input.invalid")
	require.Equal(t, "status_set.status_in_use", p.Errors[0].Code)
	renamed := apptest.Patch[httpapi.StatusSet](a.Admin, path, apptest.Body{"name": "Ours"})
	require.Equal(t, set.Statuses, renamed.Statuses)
	for i := range set.Statuses {
		if set.Statuses[i].Key == task.Status.ID {
			set.Statuses[i].Name, set.Statuses[i].Category = "Waiting for us", templates.CategoryPending
		}
	}
	apptest.Patch[httpapi.StatusSet](a.Admin, path, apptest.Body{"statuses": set.Statuses})
	moved := apptest.Get[httpapi.Task](a.Member, "/tasks/"+task.ID.String()).Status
	require.Equal(t, templates.CategoryPending, moved.Category, "the task follows")
	require.Equal(t, "Waiting for us", moved.Name)

	made := apptest.Post[httpapi.StatusSet](a.Admin, "/status-sets", statusSetDefinition(nil))
	require.True(t, made.Statuses[0].Active, "left out, it is as usual")
	require.False(t, made.Statuses[2].Active)
	for name, statuses := range map[string][]apptest.Body{
		"template.status_category_missing": {{"key": "new", "name": "New", "category": "new"}},
		"template.status_initial_missing": {
			{"key": "n", "name": "N", "category": "new", "active": false}, {"key": "p", "name": "P", "category": "pending"},
			{"key": "r", "name": "R", "category": "resolved"},
		},
		"input.choice": {{"key": "new", "name": "New", "category": "odd"}},
	} {
		p := a.Admin.Do("POST", "/status-sets", apptest.Body{"name": "X", "statuses": statuses}).Refused(422, "input.invalid")
		require.Equal(t, name, p.Errors[0].Code)
	}
	apptest.Delete(a.Admin, "/status-sets/"+made.ID.String())
	a.Member.Do("GET", "/status-sets/"+made.ID.String(), nil).Refused(404, "status_set.not_found")
}

func TestVariablesSpeakTheReadersLanguage(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	for _, language := range []string{"en", "de"} {
		all := apptest.Get[httpapi.Variables](a.Member.With("Accept-Language", language), "/template-variables")
		require.NotEmpty(t, all.Items)
		require.NotEmpty(t, all.Filters)
		for _, v := range all.Items {
			require.NotContains(t, v.Text, "template.variable.")
			require.NotEmpty(t, v.Example, v.Path)
		}
		for _, f := range all.Filters {
			require.NotContains(t, f.Text, "template.filter.")
		}
	}
}
