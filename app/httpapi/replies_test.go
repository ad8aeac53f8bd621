package httpapi_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/app/apptest"
	"kontor/app/httpapi"
	"kontor/integrations/metasim"
)

func TestASavedReplyBecomesAnAnswer(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	page := a.PageOf(t, a.Account)
	made, _ := page.Hear(t, "Anna", "{{ account.name }} {% raw %}")
	upload := a.Member.Upload("/attachments", "menu.txt", []byte("soup"))
	var file httpapi.File
	upload.Into(&file)
	category := apptest.Post[httpapi.ReplyCategory](a.Member, "/saved-reply-categories", apptest.Body{"name": "Greetings"})
	saved := apptest.Post[httpapi.SavedReply](a.Member, "/saved-replies", apptest.Body{
		"name": "Hello", "shortcut": "hi", "shared": true, "category_id": category.ID, "attachment_ids": []any{file.ID},
		"text":     "Hello {{ contact.first_name }}, {{ contact.email }} – {{ staff.first_name }}",
		"variants": apptest.Body{metasim.PageKind: "Hi {{ contact.first_name }}! {{ contact.email }}{{ staff.name }}"},
	})
	require.Len(t, saved.Attachments, 1)
	apptest.Eventually(t, func() bool {
		return strings.Contains(apptest.Get[httpapi.Task](a.Member, "/tasks/"+made.ID.String()).Title, "Anna")
	}, "the person is known")
	path := "/saved-replies/" + saved.ID.String()
	got := apptest.Post[httpapi.RenderedReply](a.Member, path+"/render", apptest.Body{"task_id": made.ID})
	require.Equal(t, "Hi Anna! "+a.Member.Staff.Name, got.Text, "the variant of the channel's kind")
	require.Equal(t, []string{"contact.email"}, got.Missing)
	require.Positive(t, got.TextLimit)
	require.False(t, got.TooLong)
	require.Equal(t, file.ID, got.Attachments[0].ID, "nothing is copied as long as nothing is sent")

	sent := apptest.Post[httpapi.Comment](a.Member, "/tasks/"+made.ID.String()+"/comments", apptest.Body{
		"text": got.Text, "visibility": "public", "attachment_ids": []any{got.Attachments[0].ID}, "saved_reply_id": saved.ID,
	})
	require.Len(t, sent.Attachments, 1)
	require.NotEqual(t, file.ID, sent.Attachments[0].ID, "each answer has files of its own")
	require.Equal(t, "menu.txt", sent.Attachments[0].Name)
	require.Len(t, apptest.Get[httpapi.SavedReply](a.Member, path).Attachments, 1, "and the reply keeps its own")
	require.Equal(t, int64(1), apptest.Get[httpapi.SavedReply](a.Member, path).Used)

	long := apptest.Post[httpapi.SavedReply](a.Member, "/saved-replies", apptest.Body{"name": "Long", "text": strings.Repeat("x", 2001)})
	require.True(t, apptest.Post[httpapi.RenderedReply](a.Member, "/saved-replies/"+long.ID.String()+"/render", apptest.Body{"task_id": made.ID}).TooLong)
}

func TestWhoseSavedRepliesAre(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	list := func(c *apptest.Client, query string) (names []string) {
		for _, r := range apptest.Get[httpapi.Page[httpapi.SavedReply]](c, "/saved-replies"+query).Items {
			names = append(names, r.Name)
		}
		return names
	}
	own := apptest.Post[httpapi.SavedReply](a.Member, "/saved-replies", apptest.Body{"name": "Mine 50%", "text": "x"})
	path := "/saved-replies/" + own.ID.String()
	require.Equal(t, []string{"Mine 50%"}, list(a.Member, "?q=50%25"))
	require.Empty(t, list(a.Member, "?q=5%25%25"), "signs are signs")
	require.Empty(t, list(a.Owner, ""))
	a.Owner.Do("GET", path, nil).Refused(http.StatusNotFound, "saved_reply.not_found")
	apptest.Patch[httpapi.SavedReply](a.Member, path, apptest.Body{"shared": true})
	require.Equal(t, []string{"Mine 50%"}, list(a.Owner, ""))
	apptest.Patch[httpapi.SavedReply](a.Admin, path, apptest.Body{"name": "Ours"})
	other := apptest.Post[httpapi.SavedReply](a.Owner, "/saved-replies", apptest.Body{"name": "Boss", "text": "x", "shared": true})
	a.Member.Do("DELETE", "/saved-replies/"+other.ID.String(), nil).Refused(http.StatusForbidden, "account.role")

	category := apptest.Post[httpapi.ReplyCategory](a.Member, "/saved-reply-categories", apptest.Body{"name": "A"})
	a.Member.Do("POST", "/saved-reply-categories", apptest.Body{"name": "A"}).Refused(http.StatusConflict, "saved_reply.category_exists")
	apptest.Patch[httpapi.SavedReply](a.Member, path, apptest.Body{"category_id": category.ID})
	require.Equal(t, []string{"Ours"}, list(a.Member, "?category_id="+category.ID.String()))
	apptest.Delete(a.Member, "/saved-reply-categories/"+category.ID.String())
	require.Nil(t, apptest.Get[httpapi.SavedReply](a.Member, path).CategoryID)

	for _, bad := range []struct {
		body     apptest.Body
		location string
	}{
		{apptest.Body{"name": "", "text": "x"}, "body.name"},
		{apptest.Body{"name": "x"}, "body.text"},
		{apptest.Body{"name": "x", "text": "x", "shortcut": "a b"}, "body.shortcut"},
		{apptest.Body{"name": "x", "text": "one\n{{ contact.nonsense }}"}, "body.text"},
		{apptest.Body{"name": "x", "text": "{% for x in y %}"}, "body.text"},
		{apptest.Body{"name": "x", "text": "x", "variants": apptest.Body{"carrier_pigeon": "x"}}, "body.variants.carrier_pigeon"},
	} {
		p := a.Member.Do("POST", "/saved-replies", bad.body).Refused(http.StatusUnprocessableEntity, "input.invalid")
		require.Equal(t, bad.location, p.Errors[0].Location)
		require.NotContains(t, p.Errors[0].Message, "reply.")
	}
}
