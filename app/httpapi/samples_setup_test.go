package httpapi_test

import (
	"github.com/stretchr/testify/require"

	"kontor/app/apptest"
	"kontor/app/httpapi"
	"kontor/domain/storage"
	"kontor/domain/task"
	"kontor/integrations/metasim"
)

// samplesOfSetup are the right calls of what admins set up: channels, templates, and what came in.
func samplesOfSetup() map[string]sample {
	nothing := func(*scene) apptest.Body { return apptest.Body{} }
	settings := map[string]maker{
		"settings.object_template_id": objectTemplate, "settings.contact_template_id": contactTemplate,
		"settings.comment_template_id": objectTemplate,
		"settings.assignee_ids[]":      person,
	}
	return map[string]sample{
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
		"import-held-events":  {path: map[string]maker{"id": aChannel}},
		"decline-held-events": {path: map[string]maker{"id": aChannel}},

		"list-lead-forms":    {path: map[string]maker{"id": aChannel}},
		"sync-lead-forms":    {path: map[string]maker{"id": aChannel}},
		"get-lead-form":      {path: map[string]maker{"id": aForm}},
		"backfill-lead-form": {path: map[string]maker{"id": aForm}, body: nothing},
		"change-lead-form": {path: map[string]maker{"id": aForm}, body: nothing, refs: map[string]maker{
			"object_template_id": objectTemplate, "contact_template_id": contactTemplate, "assignee_ids[]": person,
		}},
		"list-task-leads": {path: map[string]maker{"id": aLead}},

		"list-events": {query: map[string]maker{"channel_id": aChannel}},
		"get-event":   {path: map[string]maker{"id": anEvent}},
		"replay-events": {
			body: nothing, refs: map[string]maker{"ids[]": anEvent, "channel_id": aChannel},
		},
	}
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

func objectTemplate(w *scene) string {
	list, _, err := w.app.Services.Templates.Objects(w.t.Context(), w.account.ID, storage.Page{})
	require.NoError(w.t, err)
	return list[0].ID.String()
}

func contactTemplate(w *scene) string {
	list, _, err := w.app.Services.Templates.Contacts(w.t.Context(), w.account.ID, storage.Page{})
	require.NoError(w.t, err)
	return list[0].ID.String()
}
