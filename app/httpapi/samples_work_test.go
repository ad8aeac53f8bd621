package httpapi_test

import (
	"time"

	"github.com/stretchr/testify/require"

	"kontor/app/apptest"
	"kontor/app/httpapi"
	"kontor/domain/account"
	"kontor/domain/ids"
	"kontor/domain/outbound"
	"kontor/domain/reply"
	"kontor/domain/staff"
	"kontor/domain/task"
)

// workSamples are those of what staff do all day.
func workSamples() map[string]sample {
	text := func(*scene) apptest.Body { return apptest.Body{"text": "a note", "visibility": "internal"} }
	people := map[string]maker{"assignee_ids[]": person, "participant_ids[]": person}
	empty := func(*scene) apptest.Body { return apptest.Body{} }
	name := func(*scene) apptest.Body { return apptest.Body{"name": "L " + ids.New().String()} }
	title := func(*scene) apptest.Body { return apptest.Body{"title": "By hand " + ids.New().String()} }
	return map[string]sample{
		"list-tasks":  {query: taskFilterIDs()},
		"count-tasks": {query: taskFilterIDs()},
		"tally-tasks": {},
		"bulk-change-tasks": {
			body: func(w *scene) apptest.Body {
				return apptest.Body{"items": []apptest.Body{{"id": taskID(w), "topic": "Furniture"}}}
			},
			refs: map[string]maker{"items[].id": taskID, "items[].assignee_ids[]": person, "items[].participant_ids[]": person},
		},
		"list-saved-replies": {query: map[string]maker{"category_id": replyCategoryID}},
		"create-saved-reply": {
			body: func(*scene) apptest.Body { return apptest.Body{"name": "Thanks", "text": "Thank you!"} },
			refs: map[string]maker{"category_id": replyCategoryID, "attachment_ids[]": fileID},
		},
		"get-saved-reply": {path: map[string]maker{"id": savedReplyID}},
		"change-saved-reply": {
			path: map[string]maker{"id": savedReplyID}, body: func(*scene) apptest.Body { return apptest.Body{"text": "Thanks!"} },
			refs: map[string]maker{"category_id": replyCategoryID, "attachment_ids[]": fileID},
		},
		"delete-saved-reply": {path: map[string]maker{"id": savedReplyID}},
		"render-saved-reply": {
			path: map[string]maker{"id": savedReplyID}, refs: map[string]maker{"task_id": taskID},
			body: func(w *scene) apptest.Body { return apptest.Body{"task_id": taskID(w)} },
		},
		"list-saved-reply-categories": {},
		"create-saved-reply-category": {body: func(*scene) apptest.Body { return apptest.Body{"name": ids.New().String()} }},
		"change-saved-reply-category": {
			path: map[string]maker{"id": replyCategoryID}, body: func(*scene) apptest.Body { return apptest.Body{"position": 3} },
		},
		"delete-saved-reply-category": {path: map[string]maker{"id": replyCategoryID}},
		"list-task-views":             {},
		"create-task-view": {body: func(*scene) apptest.Body {
			return apptest.Body{"name": "Mine", "filter": apptest.Body{"assignee": "me"}}
		}},
		"change-task-view": {path: map[string]maker{"id": viewID}, body: func(*scene) apptest.Body { return apptest.Body{"shared": true} }},
		"delete-task-view": {path: map[string]maker{"id": viewID}},
		"order-task-views": {body: empty, refs: map[string]maker{"ids[]": viewID}},
		"create-task": {body: title, refs: map[string]maker{
			"template_id": objectTemplateID, "contact_id": contactID, "assignee_ids[]": person, "participant_ids[]": person,
		}},
		"get-task":          {path: map[string]maker{"id": taskID}},
		"change-task":       {path: map[string]maker{"id": taskID}, body: title, refs: people},
		"list-comments":     {path: map[string]maker{"id": taskID}},
		"explain-task":      {path: map[string]maker{"id": taskID}},
		"list-task-history": {path: map[string]maker{"id": taskID}},
		"accept-task":       {path: map[string]maker{"id": offeredTaskID}},
		"merge-task":        {path: map[string]maker{"id": taskID}, body: empty, refs: map[string]maker{"into_id": taskID}},
		"unmerge-task":      {path: map[string]maker{"id": mergedTaskID}},
		"split-task": {
			path: map[string]maker{"id": knownTaskID}, body: empty, refs: map[string]maker{"comment_ids[]": commentID},
		},
		"note-presence": {
			path: map[string]maker{"id": taskID}, body: func(*scene) apptest.Body { return apptest.Body{"tab": "one"} },
		},
		"list-reminders":     {path: map[string]maker{"id": taskID}},
		"add-reminder":       {path: map[string]maker{"id": taskID}, body: tomorrow},
		"delete-reminder":    {path: map[string]maker{"id": ownReminder}},
		"list-notifications": {},
		"read-notifications": {body: empty, refs: map[string]maker{"task_id": taskID}},
		"list-tags":          {},
		"set-tag":            {body: name},
		"list-topics":        {},
		"rename-tag":         {body: labelRename(task.TagLabel)},
		"rename-topic":       {body: labelRename(task.TopicLabel)},
		"delete-tag":         {body: labelDelete(task.TagLabel)},
		"delete-topic":       {body: labelDelete(task.TopicLabel)},
		"set-topic":          {body: name},
		"get-reply-window":   {path: map[string]maker{"id": taskID}},
		"split-text":         {path: map[string]maker{"id": taskID}, body: func(*scene) apptest.Body { return apptest.Body{"text": "Good morning"} }},
		"list-draft-marks":   {},
		"list-drafts":        {path: map[string]maker{"id": taskID}},
		"set-draft": {
			path: map[string]maker{"id": knownTaskID}, words: map[string]string{"way": "public"},
			body: func(*scene) apptest.Body { return apptest.Body{"text": "Half an answer"} },
			refs: map[string]maker{"attachment_ids[]": fileID, "reply_to": commentID},
		},
		"delete-draft": {path: map[string]maker{"id": taskID}, words: map[string]string{"way": "public"}},
		"add-comment": {path: map[string]maker{"id": knownTaskID}, body: text, refs: map[string]maker{
			"attachment_ids[]": fileID, "reply_to": commentID, "saved_reply_id": savedReplyID,
		}},

		"get-comment-window": {path: map[string]maker{"id": postCommentID}},
		"moderate-comment": {
			path: map[string]maker{"id": postCommentID}, body: func(*scene) apptest.Body { return apptest.Body{"action": "like"} },
		},

		"list-message-templates": {path: map[string]maker{"id": channelID}},
		"list-messages":          {query: map[string]maker{"channel_id": channelID}},
		"get-delivery-report":    {query: map[string]maker{"channel_id": channelID}},
		"export-delivery-report": {query: map[string]maker{"channel_id": channelID}},
		"retry-messages": {
			body: func(*scene) apptest.Body { return apptest.Body{"reason": "delivery.unknown"} },
			refs: map[string]maker{"channel_id": channelID},
		},
		"leave-messages":   {body: failedOnes},
		"take-up-messages": {body: failedOnes},

		"get-message":    {path: map[string]maker{"id": messageIn("")}},
		"retry-message":  {path: map[string]maker{"id": messageIn(outbound.Failed)}},
		"settle-message": {path: map[string]maker{"id": messageIn(outbound.Unconfirmed)}, body: func(*scene) apptest.Body { return apptest.Body{"outcome": "sent"} }},
		"cancel-message": {path: map[string]maker{"id": messageIn(outbound.Queued)}},
		"leave-message":  {path: map[string]maker{"id": messageIn(outbound.Failed)}},

		"list-contacts":   {query: map[string]maker{"channel_id": channelID, "company_id": contactID}},
		"export-contacts": {query: map[string]maker{"channel_id": channelID, "company_id": contactID}},
		"bulk-change-contacts": {
			body: func(w *scene) apptest.Body {
				return apptest.Body{"ids": []string{contactID(w)}, "add_tags": []string{"vip"}}
			},
			refs: map[string]maker{"ids[]": contactID},
		},
		"list-duplicates": {query: map[string]maker{"contact_id": contactID}},
		"dismiss-duplicate": {
			body: func(w *scene) apptest.Body { return apptest.Body{"first_id": contactID(w), "second_id": contactID(w)} },
			refs: map[string]maker{"first_id": contactID, "second_id": contactID},
		},
		"list-contact-comments": {path: map[string]maker{"id": contactID}},
		"list-mergers":          {path: map[string]maker{"id": mergedID}},
		"list-contact-notes":    {path: map[string]maker{"id": contactID}},
		"add-contact-note":      {path: map[string]maker{"id": contactID}, body: noteText},
		"change-contact-note":   {path: map[string]maker{"id": noteID}, body: noteText},
		"delete-contact-note":   {path: map[string]maker{"id": noteID}},
		"list-contact-tags":     {},
		"merge-contacts": {
			path: map[string]maker{"id": contactID}, body: func(w *scene) apptest.Body { return apptest.Body{"contact_id": contactID(w)} },
			refs: map[string]maker{"contact_id": contactID},
		},
		"unmerge-contact": {path: map[string]maker{"id": mergedID}},
		"export-contact":  {path: map[string]maker{"id": contactID}},
		"erase-contact": {
			path: map[string]maker{"id": contactID}, body: func(w *scene) apptest.Body { return apptest.Body{"name": w.account.Name} },
		},
		"list-contact-groups":  {},
		"create-contact-group": {body: groupName},
		"change-contact-group": {path: map[string]maker{"id": groupID}, body: groupName},
		"delete-contact-group": {path: map[string]maker{"id": groupID}},
		"list-contact-imports": {},
		"upload-contacts":      {file: "Name\na note\n"},
		"get-contact-import":   {path: map[string]maker{"id": importID}},
		"start-contact-import": {path: map[string]maker{"id": importID}, body: func(*scene) apptest.Body {
			return apptest.Body{"mapping": []string{"name"}, "existing": "skip"}
		}},
		"download-refused-lines": {path: map[string]maker{"id": importID}},
		"create-contact": {
			body: func(*scene) apptest.Body { return apptest.Body{"name": "Ada"} }, refs: map[string]maker{"company_id": contactID},
		},
		"get-contact": {path: map[string]maker{"id": contactID}},
		"change-contact": {
			path: map[string]maker{"id": contactID}, body: func(*scene) apptest.Body { return apptest.Body{"group": "Regulars"} },
			refs: map[string]maker{"company_id": contactID},
		},

		"upload-file":      {file: "Name\na note\n"},
		"download-file":    {path: map[string]maker{"id": fileID}},
		"revoke-file-link": {path: map[string]maker{"id": linkedFileID}},
	}
}

func taskFilterIDs() map[string]maker {
	return map[string]maker{
		"channel_id": channelID, "contact_id": contactID, "conversation_id": conversationID, "template_id": objectTemplateID, "team": team,
	}
}

// viewID is a view of the caller's own.
func viewID(w *scene) string {
	name := "A view"
	by := account.Actor{AccountID: w.account.ID, Kind: account.Staff, StaffID: w.caller.ID, Role: account.Member}
	v, err := w.app.Services.Tasks.CreateView(w.t.Context(), by, task.ViewChange{Name: &name})
	require.NoError(w.t, err)
	return v.ID.String()
}

// tomorrow is when to be reminded, by the clock of the server.
func tomorrow(w *scene) apptest.Body {
	return apptest.Body{"at": w.app.API.Clock.Now().Add(24 * time.Hour)}
}

// offeredTaskID is a task that is offered to a team of the caller's.
func offeredTaskID(w *scene) string {
	team := apptest.Post[staff.Team](w.owner, "/teams", apptest.Body{
		"name": ids.New().String(), "member_ids": []ids.ID{w.caller.ID},
	})
	offered := taskID(w)
	apptest.Patch[httpapi.Task](w.owner, "/tasks/"+offered, apptest.Body{"assignee_ids": []ids.ID{team.ID}})
	return offered
}

func mergedTaskID(w *scene) string {
	from := taskID(w)
	apptest.Post[httpapi.Task](w.owner, "/tasks/"+from+"/merge", apptest.Body{"into_id": taskID(w)})
	return from
}

func ownReminder(w *scene) string {
	task, err := ids.Parse(taskID(w))
	require.NoError(w.t, err)
	by := account.Actor{AccountID: w.account.ID, Kind: account.Staff, StaffID: w.caller.ID, Role: account.Member}
	r, err := w.app.Services.Tasks.Remind(w.t.Context(), by, task, taskReminder(w))
	require.NoError(w.t, err)
	return w.hide(r.ID.String())
}

func taskReminder(w *scene) task.NewReminder {
	return task.NewReminder{At: w.app.API.Clock.Now().Add(time.Hour)}
}

// savedReplyID is a saved reply of the caller's own.
func savedReplyID(w *scene) string {
	name, text := "A reply", w.account.Name
	by := account.Actor{AccountID: w.account.ID, Kind: account.Staff, StaffID: w.caller.ID, Role: account.Member}
	r, err := w.app.Services.Replies.Create(w.t.Context(), by, reply.Change{Name: &name, Text: &text})
	require.NoError(w.t, err)
	return r.ID.String()
}

func replyCategoryID(w *scene) string {
	return apptest.Post[httpapi.ReplyCategory](w.owner, "/saved-reply-categories", apptest.Body{"name": ids.New().String()}).ID.String()
}

func channelID(w *scene) string { return w.app.PageOf(w.t, w.account).Channel.ID.String() }

// writtenTo makes a task that a message to the account's page has become.
func writtenTo(w *scene) task.Task {
	made, _ := w.app.PageOf(w.t, w.account).Hear(w.t, w.account.Name, w.words()+" writes "+ids.New().String())
	w.hide(made.ID.String())
	return made
}

// known is a task by which a sample's parts belong together: the same one each time in a scene.
func known(w *scene) task.Task {
	if w.known.ID == ids.Nil {
		w.known = writtenTo(w)
	}
	return w.known
}

func knownTaskID(w *scene) string { return known(w).ID.String() }

func conversationID(w *scene) string { return w.hide(known(w).ConversationID.String()) }

func taskID(w *scene) string {
	if w.blind {
		return writtenTo(w).ID.String()
	}
	return apptest.Post[httpapi.Task](w.owner, "/tasks", apptest.Body{"title": w.account.Name}).ID.String()
}

func commentID(w *scene) string {
	path := "/tasks/" + known(w).ID.String() + "/comments"
	return w.hide(apptest.Get[httpapi.Page[httpapi.Comment]](w.owner, path).Items[0].ID.String())
}

// postCommentID is a comment that somebody wrote under a post of the account's page.
func postCommentID(w *scene) string {
	return w.hide(w.app.PageOf(w.t, w.account).Comment(w.t, w.words()+" comments "+ids.New().String()).ID.String())
}

func contactID(w *scene) string {
	if w.blind {
		return writtenTo(w).ContactID.String() // contacts are there for everybody
	}
	return apptest.Post[httpapi.Contact](w.owner, "/contacts", apptest.Body{"name": w.account.Name}).ID.String()
}

// mergedID is a contact of which another one is part.
func mergedID(w *scene) string {
	id := contactID(w)
	apptest.Post[httpapi.Contact](w.owner, "/contacts/"+id+"/merge", apptest.Body{"contact_id": contactID(w)})
	return id
}

func groupName(*scene) apptest.Body { return apptest.Body{"name": "Group " + ids.New().String()} }

func groupID(w *scene) string {
	return apptest.Post[httpapi.ContactGroup](w.owner, "/contact-groups", groupName(w)).ID.String()
}

func importID(w *scene) string {
	answer := w.owner.Upload("/contact-imports", "people.csv", []byte("Name\n"+w.account.Name+"\n"))
	require.Equal(w.t, 201, answer.Status, "%s", answer.Body)
	var m httpapi.ContactImport
	answer.Into(&m)
	return m.ID.String()
}

func fileID(w *scene) string {
	answer := w.owner.Upload("/attachments", w.account.Name+".txt", []byte(w.account.Name))
	require.Equal(w.t, 201, answer.Status, "%s", answer.Body)
	var f httpapi.File
	answer.Into(&f)
	return f.ID.String()
}

func objectTemplateID(w *scene) string {
	template, _, err := w.app.Services.Templates.ObjectFor(w.t.Context(), w.account.ID, nil)
	require.NoError(w.t, err)
	return template.ID.String()
}

// messageIn makes a message in a state: of an answer that waits to be undone, put there as if it had got that far.
func failedOnes(w *scene) apptest.Body {
	return apptest.Body{"ids": []string{messageIn(outbound.Failed)(w)}}
}

func messageIn(state outbound.State) maker {
	return func(w *scene) string {
		by := account.Actor{
			AccountID: w.account.ID, Kind: account.Staff, StaffID: someone(w).ID, Role: account.Owner, Name: w.account.Name,
		}
		c, err := w.app.Services.Tasks.AddComment(w.t.Context(), by, known(w).ID, task.NewComment{
			Text: w.words(), Visibility: task.Public, Undo: task.MaxUndo,
		})
		require.NoError(w.t, err)
		messages, err := w.app.Services.Outbound.Of(w.t.Context(), w.account.ID, []ids.ID{c.ID})
		require.NoError(w.t, err)
		m := messages[c.ID][0]
		if state != "" {
			require.NoError(w.t, w.app.DB.Of(w.t.Context(), w.account.ID).Model(&outbound.Message{}).Where("id = ?", m.ID).
				Update("state", state).Error)
		}
		return w.hide(m.ID.String())
	}
}

func someone(w *scene) staff.Staff { return w.app.NewPerson(w.t, w.account, account.Member) }

// linkedFileID is a file that has a public link.
func linkedFileID(w *scene) string {
	file := fileID(w)
	answer(w.owner, known(w), apptest.Body{
		"visibility": "public", "attachments": []apptest.Body{{"id": file, "as_link": true}}, "undo_seconds": 60,
	})
	return w.hide(file)
}

func labelRename(of task.LabelType) func(*scene) apptest.Body {
	return func(w *scene) apptest.Body {
		return apptest.Body{"name": aLabel(w, of), "to": "Other " + ids.New().String()}
	}
}

func labelDelete(of task.LabelType) func(*scene) apptest.Body {
	return func(w *scene) apptest.Body { return apptest.Body{"name": aLabel(w, of)} }
}

func aLabel(w *scene, of task.LabelType) string {
	made := "Label " + ids.New().String()
	apptest.Post[task.Label](w.owner, "/"+string(of)+"s", apptest.Body{"name": made})
	return made
}

func noteText(*scene) apptest.Body { return apptest.Body{"text": "Calls on Mondays"} }

// noteID is a note of the caller's own.
func noteID(w *scene) string {
	contact, err := ids.Parse(contactID(w))
	require.NoError(w.t, err)
	by := account.Actor{AccountID: w.account.ID, Kind: account.Staff, StaffID: w.caller.ID, Role: account.Member}
	n, err := w.app.Services.Contacts.AddNote(w.t.Context(), by, contact, "Calls on Mondays")
	require.NoError(w.t, err)
	return n.ID.String()
}
