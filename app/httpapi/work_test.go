package httpapi_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/app/apptest"
	"kontor/app/httpapi"
	"kontor/domain/account"
	"kontor/domain/ids"
	"kontor/domain/outbound"
	"kontor/domain/task"
	"kontor/integrations/metasim"
	"kontor/templates"
)

func commentsOf(c *apptest.Client, t task.Task) []httpapi.Comment {
	return apptest.Get[httpapi.Page[httpapi.Comment]](c, "/tasks/"+t.ID.String()+"/comments").Items
}

func answer(c *apptest.Client, t task.Task, body apptest.Body) httpapi.Comment {
	return apptest.Post[httpapi.Comment](c, "/tasks/"+t.ID.String()+"/comments", body)
}

// accepted are the texts that the platform has taken for a page.
func accepted(a *apptest.App, p apptest.Page) []string {
	var texts []string
	for _, sent := range a.Meta.Ledger(metasim.LedgerQuery{Page: p.ID}) {
		texts = append(texts, sent.Text)
	}
	return texts
}

// The main job as a program sees it: a message is a task with a contact and an explanation; the answer goes back.
func TestAMessageIsAnsweredOverTheAPI(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	p := a.Connect(t, a.Account)
	made, person := p.Hear(t, "Anna", "Is the table still there?")

	shown := apptest.Get[httpapi.Task](a.Member, "/tasks/"+made.ID.String())
	require.Equal(t, p.Channel.Name, shown.ChannelName)
	require.Equal(t, templates.CategoryNew, shown.Status.Category)
	require.NotEmpty(t, shown.Status.Name)
	require.True(t, shown.Unread)
	require.Len(t, shown.Assignees, 1)
	require.Equal(t, a.Owner.Staff.Name, shown.Assignees[0].Name)
	why := apptest.Get[httpapi.Why](a.Member, "/tasks/"+made.ID.String()+"/why")
	require.NotEmpty(t, why.Steps)
	for _, s := range why.Steps {
		require.NotEqual(t, s.Rule+"."+s.Outcome, s.Text, "a step has words")
		require.NotContains(t, s.Text, "…", "and all its values")
	}
	window := apptest.Get[httpapi.ReplyWindow](a.Member, "/tasks/"+made.ID.String()+"/reply-window")
	require.True(t, window.MayWrite)
	require.Equal(t, "response", window.As)

	c := answer(a.Member, made, apptest.Body{"text": "Yes, it is", "visibility": "public", "undo_seconds": 0})
	require.Equal(t, "messenger", *c.Transport)
	apptest.Eventually(t, func() bool {
		got := commentsOf(a.Member, made)[1]
		return got.DeliveryState != nil && *got.DeliveryState == outbound.Delivered
	}, "the answer is delivered")
	require.Equal(t, []string{"Yes, it is"}, accepted(a, p))
	d := commentsOf(a.Member, made)[1].Deliveries[0]
	require.Equal(t, "RESPONSE", d.MessagingType)
	require.Equal(t, 1, d.Attempts)
	apptest.Eventually(t, func() bool { // the receipt may be faster than the note of the attempt
		tries := apptest.Get[httpapi.MessageAttempts](a.Member, "/messages/"+d.MessageID.String()).Tries
		return len(tries) == 1 && tries[0].Outcome == "sent"
	}, "the attempt is noted")

	shown = apptest.Get[httpapi.Task](a.Member, "/tasks/"+made.ID.String())
	require.False(t, shown.Unread)
	require.Equal(t, templates.CategoryPending, shown.Status.Category)
	require.Equal(t, person.FirstName, strings.Fields(shown.ContactName)[0])
	found := apptest.Get[httpapi.Contact](a.Member, "/contacts/"+shown.ContactID.String())
	require.Equal(t, metasim.PageKind, found.Identities[0].Kind)
}

func TestAnAnswerCanBeUndone(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	p := a.Connect(t, a.Account)
	made, _ := p.Hear(t, "Anna", "hello")
	c := answer(a.Member, made, apptest.Body{"text": "oh no", "visibility": "public"})
	require.Equal(t, outbound.Queued, *c.DeliveryState)
	require.True(t, c.Deliveries[0].NotBefore.After(c.CreatedAt), "at a screen there is time to think better of it")
	undone := apptest.Post[httpapi.Message](a.Member, "/messages/"+c.Deliveries[0].MessageID.String()+"/cancel", apptest.Body{})
	require.Equal(t, outbound.Cancelled, undone.State)
	a.Member.Do("POST", "/messages/"+c.Deliveries[0].MessageID.String()+"/cancel", nil).Refused(409, "message.too_late")
	answer(a.Member, made, apptest.Body{"text": "better", "visibility": "public", "undo_seconds": 0})
	apptest.Eventually(t, func() bool { return len(accepted(a, p)) == 1 }, "the next one goes")
	require.Equal(t, []string{"better"}, accepted(a, p))
}

func TestARepeatedAnswerIsSentOnce(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	p := a.Connect(t, a.Account)
	made, _ := p.Hear(t, "Anna", "hello")
	bot, _ := a.Token(t, a.Member.Staff, account.Staff)
	once := bot.With("Idempotency-Key", "answer-1")
	first := answer(once, made, apptest.Body{"text": "once", "visibility": "public"})
	second := answer(once, made, apptest.Body{"text": "once", "visibility": "public"})
	require.Equal(t, first.ID, second.ID)
	once.Do("POST", "/tasks/"+made.ID.String()+"/comments", apptest.Body{"text": "other", "visibility": "public"}).
		Refused(422, "idempotency.other_request")
	apptest.Eventually(t, func() bool { return len(accepted(a, p)) == 1 }, "it is sent")
	require.Len(t, commentsOf(a.Member, made), 2)
}

func TestFilesGoUpAndDown(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	p := a.Connect(t, a.Account)
	made, _ := p.Hear(t, "Anna", "hello")
	var file httpapi.File
	a.Member.Upload("/attachments", `..\..\evil "näme".html`, []byte("<script>alert(1)</script>")).Into(&file)
	require.Equal(t, "evil _näme_.html", file.Name)

	down := a.Member.Do("GET", strings.TrimPrefix(file.URL, httpapi.Base), nil)
	require.Equal(t, 200, down.Status)
	require.Equal(t, "<script>alert(1)</script>", string(down.Body))
	require.True(t, strings.HasPrefix(down.Header.Get("Content-Disposition"), "attachment;"), down.Header.Get("Content-Disposition"))
	require.Equal(t, "nosniff", down.Header.Get("X-Content-Type-Options"))
	require.Contains(t, down.Header.Get("Content-Security-Policy"), "sandbox")

	c := answer(a.Member, made, apptest.Body{
		"text": "see there", "visibility": "public", "attachment_ids": []ids.ID{file.ID}, "undo_seconds": 0,
	})
	require.Len(t, c.Deliveries, 2, "text and file are messages of their own")
	require.Equal(t, file.ID, c.Attachments[0].ID)
	apptest.Eventually(t, func() bool { return len(accepted(a, p)) == 2 }, "both arrive")
	a.Member.Do("POST", "/tasks/"+made.ID.String()+"/comments", apptest.Body{
		"text": "again", "visibility": "public", "attachment_ids": []ids.ID{file.ID},
	}).Refused(422, "input.invalid")

	a.Member.Upload("/attachments", "big", make([]byte, 26<<20)).Refused(413, "attachment.too_large")
	a.Member.Upload("/attachments", "empty", nil).Refused(422, "attachment.empty")
	a.Member.Do("POST", "/attachments", apptest.Body{}).Problem()
}

func TestTasksAreFiltered(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	p := a.Connect(t, a.Account)
	one, _ := p.Hear(t, "Anna", "one")
	two, _ := p.Hear(t, "Ben", "two")
	hand := apptest.Post[httpapi.Task](a.Member, "/tasks", apptest.Body{
		"title": "Call the printer", "assignee_ids": []ids.ID{a.Member.Staff.ID}, "tags": []string{"print"}, "topic": "paper",
		"priority": "high",
	})
	apptest.Patch[httpapi.Task](a.Member, "/tasks/"+two.ID.String(), apptest.Body{"assignee_ids": []ids.ID{}, "status": "resolved"})
	for query, want := range map[string][]ids.ID{
		"":                                      {hand.ID, two.ID, one.ID},
		"sort=last_comment_at":                  {one.ID, two.ID, hand.ID},
		"sort=-created_at":                      {hand.ID, two.ID, one.ID},
		"category=resolved":                     {two.ID},
		"category=new":                          {hand.ID, one.ID},
		"assignee=me":                           {hand.ID},
		"assignee=none":                         {two.ID},
		"assignee=" + a.Owner.Staff.ID.String(): {one.ID},
		"tag=print":                             {hand.ID},
		"topic=paper":                           {hand.ID},
		"channel_id=" + p.Channel.ID.String():   {two.ID, one.ID},
		"contact_id=" + one.ContactID.String():  {one.ID},
		"unread=true":                           {one.ID},
		"window=open":                           {two.ID, one.ID},
		"window=closed":                         {},
		"window=ending":                         {},
	} {
		got := []ids.ID{}
		for cursor, pages := "", 0; pages == 0 || cursor != ""; pages++ {
			page := apptest.Get[httpapi.Page[httpapi.Task]](a.Member, "/tasks?limit=1&"+query+"&cursor="+url.QueryEscape(cursor))
			for _, x := range page.Items {
				got = append(got, x.ID)
			}
			cursor = page.NextCursor
		}
		require.Equal(t, want, got, query)
	}
	a.Member.Do("GET", "/tasks?assignee=nobody", nil).Refused(422, "input.invalid")
}

func TestPeopleAreNamedAndChecked(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	made := apptest.Post[httpapi.Task](a.Member, "/tasks", apptest.Body{"title": "Something"})
	got := apptest.Patch[httpapi.Task](a.Member, "/tasks/"+made.ID.String(), apptest.Body{
		"assignee_ids": []ids.ID{a.Admin.Staff.ID}, "participant_ids": []ids.ID{a.Owner.Staff.ID}, "due_at": "2030-01-02T03:04:05Z",
	})
	require.Equal(t, []httpapi.Party{{ID: a.Admin.Staff.ID, Kind: "staff", Name: a.Admin.Staff.Name}}, got.Assignees)
	require.Equal(t, a.Owner.Staff.Name, got.Participants[0].Name)
	require.NotNil(t, got.DueAt)
	got = apptest.Patch[httpapi.Task](a.Member, "/tasks/"+made.ID.String(), apptest.Body{"due_at": nil})
	require.Nil(t, got.DueAt)
	a.Member.Do("POST", "/tasks/"+made.ID.String()+"/comments", apptest.Body{"text": "x", "visibility": "public"}).
		Refused(422, "input.invalid")
	require.Equal(t, "none", apptest.Get[httpapi.ReplyWindow](a.Member, "/tasks/"+made.ID.String()+"/reply-window").As)
}

func TestTasksAreFoundByWords(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	p := a.Connect(t, a.Account)
	one, _ := p.Hear(t, "Jörg", "Die Lieferung nach Köln fehlt: Rechnung RE-2026-17")
	two, _ := p.Hear(t, "Ben", "Where is my parcel? Write to ben.smith@example.com")
	answer(a.Member, two, apptest.Body{"text": "Der Lieferant weiß nichts", "visibility": "internal"})
	q := a.Connect(t, a.Foreign)
	q.Hear(t, "Anna", "Lieferung in another account")
	apptest.Eventually(t, func() bool {
		return strings.HasPrefix(apptest.Get[httpapi.Task](a.Member, "/tasks/"+one.ID.String()).Title, "Jörg")
	}, "the profile names the task")
	for query, want := range map[string][]ids.ID{
		"lieferung": {one.ID}, "LIEFER": {two.ID, one.ID}, "köln": {one.ID}, "koln rechnung": {one.ID}, "Jörg": {one.ID},
		"jorg fehlt": {one.ID}, "RE-2026-17": {one.ID}, "ben.smith@example.com": {two.ID}, "ben.smith": {two.ID}, "parcel nothing": {},
		"2": {two.ID}, "#1": {one.ID}, "!!!": {}, `"`: {}, `'; DROP TABLE tasks; --`: {}, "x & y | !z": {}, "* : ( )": {}, "NEAR AND OR NOT": {},
		"мир": {},
	} {
		got := []ids.ID{}
		for _, x := range apptest.Get[httpapi.Page[httpapi.Task]](a.Member, "/tasks?q="+url.QueryEscape(query)).Items {
			got = append(got, x.ID)
		}
		require.Equal(t, want, got, query)
	}
	made := apptest.Post[httpapi.Contact](a.Member, "/contacts", apptest.Body{"name": "Łukasz Müller", "emails": []string{"l.mueller@example.com"}})
	for _, query := range []string{"muller", "łukasz", "l.mueller@exa"} {
		found := apptest.Get[httpapi.Page[httpapi.Contact]](a.Member, "/contacts?q="+url.QueryEscape(query)).Items
		require.Len(t, found, 1, query)
		require.Equal(t, made.ID, found[0].ID)
	}
	apptest.Patch[httpapi.Contact](a.Member, "/contacts/"+made.ID.String(), apptest.Body{"name": "Somebody Else"})
	require.Empty(t, apptest.Get[httpapi.Page[httpapi.Contact]](a.Member, "/contacts?q=lukasz").Items)
}
