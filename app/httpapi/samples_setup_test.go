package httpapi_test

import (
	"github.com/stretchr/testify/require"

	"kontor/app/apptest"
	"kontor/app/httpapi"
	"kontor/domain/ids"
	"kontor/domain/storage"
	"kontor/domain/task"
	"kontor/integrations/metasim"
)

// samplesOfSetup are the right calls of what admins set up: channels, templates, and what came in.
func samplesOfSetup() map[string]sample {
	nothing := func(*scene) apptest.Body { return apptest.Body{} }
	settings := map[string]maker{
		"settings.object_template_id": ownObjectTemplate, "settings.contact_template_id": ownContactTemplate,
		"settings.comment_template_id": ownObjectTemplate,
		"settings.assignee_ids[]":      person,
	}
	objects, contacts := aPath(ownObjectTemplate), aPath(ownContactTemplate)
	inDraft := map[string]maker{}
	for place, make := range templateRefs() {
		inDraft["draft."+place] = make
	}
	inDraft["channel_id"] = aChannel
	assignee := func(w *scene) apptest.Body {
		return apptest.Body{"name": "N " + ids.New().String(), "defaults": apptest.Body{
			"assignees": []apptest.Body{{"kind": "staff"}},
		}}
	}
	return map[string]sample{
		"get-report":    {query: map[string]maker{"channel_id": aChannel}},
		"export-report": {query: map[string]maker{"channel_id": aChannel}},

		"list-channel-kinds": {},
		"list-channels":      {},
		"connect-channel": {
			body: func(w *scene) apptest.Body {
				page := w.app.Page(w.t)
				return apptest.Body{"kind": metasim.PageKind, "external_id": page.ID, "access_token": page.Token}
			},
			refs: settings,
		},
		"get-channel":         {path: map[string]maker{"id": aChannel}},
		"change-channel":      {path: map[string]maker{"id": aChannel}, body: nothing, refs: settings},
		"remove-channel":      {path: map[string]maker{"id": aChannel}},
		"check-channel":       {path: map[string]maker{"id": aChannel}},
		"get-reconciliation":  {path: map[string]maker{"id": aChannel}},
		"import-held-events":  {path: map[string]maker{"id": aChannel}},
		"decline-held-events": {path: map[string]maker{"id": aChannel}},

		"get-what-if":         {path: map[string]maker{"id": aChannel}},
		"get-lead-figures":    {query: map[string]maker{"channel_id": aChannel}},
		"export-lead-figures": {query: map[string]maker{"channel_id": aChannel}},

		"list-lead-forms":    {path: map[string]maker{"id": aChannel}},
		"sync-lead-forms":    {path: map[string]maker{"id": aChannel}},
		"get-lead-form":      {path: map[string]maker{"id": aForm}},
		"backfill-lead-form": {path: map[string]maker{"id": aForm}, body: nothing},
		"make-test-lead":     {path: map[string]maker{"id": aForm}, body: nothing},
		"change-lead-form": {path: map[string]maker{"id": aForm}, body: nothing, refs: map[string]maker{
			"object_template_id": ownObjectTemplate, "contact_template_id": ownContactTemplate, "assignee_ids[]": person,
		}},
		"list-task-leads": {path: map[string]maker{"id": aLead}},

		"list-object-templates":         {},
		"create-object-template":        {body: assignee, refs: templateRefs()},
		"get-object-template":           {path: objects},
		"change-object-template":        {path: objects, body: assignee, refs: templateRefs()},
		"delete-object-template":        {path: objects},
		"list-object-template-versions": {path: objects},
		"get-object-template-version":   {path: objects, words: map[string]string{"version": "1"}},
		"revert-object-template":        {path: objects, body: firstVersion},
		"make-object-template-standard": {path: objects},
		"preview-object-template": {
			path: objects, refs: inDraft,
			body: func(w *scene) apptest.Body { return apptest.Body{"draft": assignee(w)} },
		},

		"week-of-object-template": {
			path: objects, refs: inDraft,
			body: func(w *scene) apptest.Body { return apptest.Body{"draft": assignee(w)} },
		},

		"list-contact-templates":         {},
		"create-contact-template":        {body: contactDefinition},
		"get-contact-template":           {path: contacts},
		"change-contact-template":        {path: contacts, body: contactDefinition},
		"delete-contact-template":        {path: contacts},
		"list-contact-template-versions": {path: contacts},
		"get-contact-template-version":   {path: contacts, words: map[string]string{"version": "1"}},
		"revert-contact-template":        {path: contacts, body: firstVersion},
		"make-contact-template-standard": {path: contacts},
		"preview-contact-template": {
			path: contacts, refs: map[string]maker{"channel_id": aChannel},
			body: func(w *scene) apptest.Body { return apptest.Body{"draft": contactDefinition(w)} },
		},
		"list-template-variables": {},
		"try-pattern":             {body: func(*scene) apptest.Body { return apptest.Body{"pattern": "{{ contact.name }}"} }},

		"list-status-sets":  {},
		"create-status-set": {body: statusSetDefinition},
		"get-status-set":    {path: aPath(ownStatusSet)},
		"change-status-set": {path: aPath(ownStatusSet), body: statusSetDefinition},
		"delete-status-set": {path: aPath(ownStatusSet)},

		"list-events":  {query: map[string]maker{"channel_id": aChannel, "replay_id": aReplay}},
		"count-events": {query: map[string]maker{"channel_id": aChannel, "replay_id": aReplay}},
		"list-replays": {},
		"get-replay":   {path: aPath(aReplay)},
		"stop-replay":  {path: aPath(aReplay)},
		"get-event":    {path: map[string]maker{"id": anEvent}},
		"replay-events": {
			body: nothing, refs: map[string]maker{"ids[]": anEvent, "channel_id": aChannel, "replay_id": aReplay},
		},
	}
}

func aPath(make maker) map[string]maker { return map[string]maker{"id": make} }

func firstVersion(*scene) apptest.Body { return apptest.Body{"version": 1} }

// templateRefs are the places of an object template that hold ids.
func templateRefs() map[string]maker {
	return map[string]maker{
		"status_set_id": ownStatusSet, "defaults.assignees[].id": person, "defaults.participants[]": person,
	}
}

func contactDefinition(*scene) apptest.Body {
	return apptest.Body{"name": "N " + ids.New().String(), "kind": "company", "name_pattern": "{{ profile.name }}"}
}

func statusSetDefinition(*scene) apptest.Body {
	return apptest.Body{"name": "N " + ids.New().String(), "statuses": []apptest.Body{
		{"key": "new", "name": "New", "category": "new"}, {"key": "wait", "name": "Waiting", "category": "pending"},
		{"key": "done", "name": "Done", "category": "resolved"},
	}}
}

func ownStatusSet(w *scene) string {
	return apptest.Post[httpapi.StatusSet](w.owner, "/status-sets", statusSetDefinition(w)).ID.String()
}

func ownObjectTemplate(w *scene) string {
	return apptest.Post[httpapi.WholeObjectTemplate](w.owner, "/object-templates", apptest.Body{
		"name": w.account.Name, "status_set_id": ownStatusSet(w),
	}).ID.String()
}

func ownContactTemplate(w *scene) string {
	return apptest.Post[httpapi.WholeContactTemplate](w.owner, "/contact-templates", contactDefinition(w)).ID.String()
}

func aChannel(w *scene) string {
	c, _ := w.app.Channel(w.t, w.owner)
	return c.ID.String()
}

// aForm is a form of a page's ads that the program knows.
func aForm(w *scene) string {
	c, page := w.app.Channel(w.t, w.owner)
	_, err := w.app.Meta.AddForm(metasim.LeadForm{Page: page.ID, Name: w.account.Name + "'s form"})
	require.NoError(w.t, err)
	forms := apptest.Post[httpapi.Page[httpapi.LeadForm]](w.owner, "/channels/"+c.ID.String()+"/lead-forms/sync", nil)
	return forms.Items[0].ID.String()
}

// aLead is the task that a submitted form has become.
func aLead(w *scene) string {
	c, page := w.app.Channel(w.t, w.owner)
	form, err := w.app.Meta.AddForm(metasim.LeadForm{Page: page.ID, Name: w.account.Name + "'s form"})
	require.NoError(w.t, err)
	_, err = w.app.Meta.SubmitLead(metasim.Submission{Form: form.ID, Answers: []metasim.LeadAnswer{
		{Name: "full_name", Values: []string{w.account.Name}},
	}})
	require.NoError(w.t, err)
	var id string
	apptest.Eventually(w.t, func() bool {
		list, _, err := w.app.Services.Tasks.List(w.t.Context(), w.account.ID, task.Filter{ChannelID: &c.ID}, storage.Page{})
		require.NoError(w.t, err)
		if len(list) == 1 {
			id = list[0].ID.String()
		}
		return id != ""
	}, "the lead becomes a task")
	return id
}

// anEvent is a message that has become a task.
func aReplay(w *scene) string {
	return apptest.Post[httpapi.Replay](w.owner, "/events/replay", apptest.Body{"ids": []string{anEvent(w)}}).ID.String()
}

func anEvent(w *scene) string {
	c, page := w.app.Channel(w.t, w.owner)
	w.app.Writes(w.t, page, w.app.Writer(w.t), w.account.Name+" writes")
	path := "/events?state=processed&channel_id=" + c.ID.String()
	var id string
	apptest.Eventually(w.t, func() bool {
		events := apptest.Get[httpapi.Page[httpapi.Event]](w.owner, path).Items
		if len(events) == 1 {
			id = events[0].ID.String()
		}
		return id != ""
	}, "the message is processed")
	return id
}
