package httpapi_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/app/apptest"
	"kontor/app/httpapi"
	"kontor/domain/ids"
	"kontor/domain/outbound"
)

func draftsOf(c *apptest.Client, task ids.ID) []httpapi.Draft {
	return apptest.Get[httpapi.Drafts](c, "/tasks/"+task.String()+"/drafts").Items
}

func marksOf(c *apptest.Client) []httpapi.DraftMark {
	return apptest.Get[httpapi.DraftMarks](c, "/drafts").Items
}

func TestADraftIsItsWritersUntilItIsSent(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	page := a.PageOf(t, a.Account)
	made, _ := page.Hear(t, "Anna", "Are you open?")
	path := "/tasks/" + made.ID.String()
	var file httpapi.File
	a.Member.Upload("/attachments", "menu.txt", []byte("soup")).Into(&file)
	put := func(way string, body apptest.Body) *apptest.Answer {
		return a.Member.Do("PUT", path+"/drafts/"+way, body)
	}

	require.Empty(t, draftsOf(a.Member, made.ID))
	first := put("public", apptest.Body{"text": "We are", "attachment_ids": []ids.ID{file.ID}})
	require.Equal(t, http.StatusOK, first.Status, string(first.Body))
	require.Equal(t, http.StatusOK, put("public", apptest.Body{"text": "We are open", "attachment_ids": []ids.ID{file.ID}}).Status)
	require.Equal(t, http.StatusOK, put("internal", apptest.Body{"text": "Ask Ben"}).Status)
	drafts := draftsOf(a.Member, made.ID)
	require.Len(t, drafts, 2)
	require.Equal(t, "Ask Ben", drafts[0].Text)
	require.Equal(t, "We are open", drafts[1].Text)
	require.Equal(t, file.ID, drafts[1].Attachments[0].ID)
	require.Len(t, marksOf(a.Member), 2)
	require.Empty(t, draftsOf(a.Owner, made.ID), "nobody else sees it")
	require.Empty(t, marksOf(a.Owner))

	for _, bad := range []apptest.Body{
		{"text": strings.Repeat("x", 20_001)}, {"text": "x", "attachment_ids": []ids.ID{ids.New()}}, {"text": "x", "reply_to": ids.New()},
	} {
		put("public", bad).Refused(http.StatusUnprocessableEntity, "input.invalid")
	}
	put("shouted", apptest.Body{"text": "x"}).Refused(http.StatusNotFound, "request.not_found")

	apptest.Post[httpapi.Comment](a.Member, path+"/comments", apptest.Body{
		"text": "We are open", "visibility": "public", "attachment_ids": []ids.ID{file.ID},
	})
	drafts = draftsOf(a.Member, made.ID)
	require.Len(t, drafts, 1, "what was sent is no draft any more, and the note still is")
	require.Equal(t, "Ask Ben", drafts[0].Text)
	put("internal", apptest.Body{"text": " "})
	require.Empty(t, draftsOf(a.Member, made.ID), "an empty one is none")
	apptest.Delete(a.Member, path+"/drafts/internal")
}

func TestDraftsFollowAMergedTask(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	from := apptest.Post[httpapi.Task](a.Member, "/tasks", apptest.Body{"title": "One"})
	into := apptest.Post[httpapi.Task](a.Member, "/tasks", apptest.Body{"title": "Two"})
	put := func(c *apptest.Client, id ids.ID, text string) *apptest.Answer {
		return c.Do("PUT", "/tasks/"+id.String()+"/drafts/internal", apptest.Body{"text": text})
	}
	put(a.Member, from.ID, "second")
	put(a.Member, into.ID, "first")
	put(a.Owner, from.ID, "only")
	apptest.Post[httpapi.Task](a.Admin, "/tasks/"+from.ID.String()+"/merge", apptest.Body{"into_id": into.ID})

	require.Equal(t, "first\n\nsecond", draftsOf(a.Member, into.ID)[0].Text)
	require.Equal(t, "only", draftsOf(a.Owner, into.ID)[0].Text)
	require.Empty(t, draftsOf(a.Member, from.ID))
	put(a.Member, from.ID, "late").Refused(http.StatusConflict, "task.merged")
}

func TestALongTextIsSplitWhenAskedFor(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	page := a.PageOf(t, a.Account)
	made, _ := page.Hear(t, "Anna", "Tell me everything")
	path := "/tasks/" + made.ID.String() + "/comments"
	text := strings.Repeat("This is one of many sentences. ", 100)
	parts := apptest.Post[httpapi.CommentParts](a.Member, path+"/parts", apptest.Body{"text": text})
	require.Len(t, parts.Parts, 2)
	require.Positive(t, parts.TextLimit)
	a.Member.Do("POST", path, apptest.Body{"text": text, "visibility": "public"}).Refused(http.StatusUnprocessableEntity, "input.invalid")
	sent := apptest.Post[httpapi.Comment](a.Member, path, apptest.Body{
		"text": text, "visibility": "public", "split": true, "undo_seconds": 0,
	})
	require.Equal(t, strings.TrimSpace(text), sent.Text)
	require.Len(t, sent.Deliveries, 2)
	apptest.Eventually(t, func() bool {
		all := apptest.Get[httpapi.Page[httpapi.Comment]](a.Member, path).Items
		return len(all) == 2 && slices.Contains([]outbound.State{outbound.Sent, outbound.Delivered, outbound.Read}, *all[1].DeliveryState)
	}, "both arrived, and their echoes are no comments of their own")
}
