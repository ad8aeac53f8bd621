package metasim

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// withPost is a world with a post, whose page subscribes its feed.
func withPost(t *testing.T) (*world, Post) {
	t.Helper()
	w := setup(t)
	_, err := w.sim.ChangePage(w.page.ID, func(p *Page) { p.SubscribedFields = append(p.SubscribedFields, "feed", "mention") })
	require.NoError(t, err)
	p, err := w.sim.AddPost(Post{Page: w.page.ID, Text: "Spring sale", Pictures: 2})
	require.NoError(t, err)
	return w, p
}

func (w *world) comment(n NewComment) Comment {
	w.t.Helper()
	c, err := w.sim.Comment(n)
	require.NoError(w.t, err)
	return c
}

// feed returns the values of the changes that came, in order.
func (w *world) feed() []map[string]any {
	w.t.Helper()
	w.flush()
	var all []map[string]any
	for _, p := range w.hook.posts() {
		var e struct {
			Entry []struct {
				Time    int64
				Changes []struct {
					Field string
					Value map[string]any
				}
			}
		}
		require.NoError(w.t, json.Unmarshal([]byte(p.body), &e))
		for _, entry := range e.Entry {
			for _, c := range entry.Changes {
				require.Less(w.t, entry.Time, int64(1e11), "seconds")
				c.Value["field"] = c.Field
				all = append(all, c.Value)
			}
		}
	}
	return all
}

func TestCommentsAreToldAsRecorded(t *testing.T) {
	t.Parallel()
	w, p := withPost(t)
	top := w.comment(NewComment{Post: p.ID, Person: w.anna.ID, Text: "How much?"})
	answer := w.comment(NewComment{Post: p.ID, Parent: top.ID, Text: "99"})
	below := w.comment(NewComment{Post: p.ID, Parent: answer.ID, Person: w.anna.ID, Attach: "photo"})
	require.Equal(t, top.ID, below.Parent, "an answer to an answer goes under the first comment")
	text, yes := "How much is it?", true
	for _, ch := range []CommentChange{{ID: top.ID, Text: &text}, {ID: top.ID, Hidden: &yes}} {
		_, err := w.sim.ChangeComment(ch)
		require.NoError(t, err)
	}
	_, err := w.sim.RemoveComment(top.ID)
	require.NoError(t, err)
	_, err = w.sim.ReactToPost(PostReaction{Post: p.ID, Person: w.anna.ID, Type: "love"})
	require.NoError(t, err)
	w.flush() // what is told of other posts may overtake it
	_, err = w.sim.Mention(Mention{Page: w.page.ID, Person: w.anna.ID, Text: "Look"})
	require.NoError(t, err)

	known := recordedKeys(t)
	var told []string
	for _, v := range w.feed() {
		told = append(told, strings.Join([]string{v["field"].(string), v["item"].(string), v["verb"].(string)}, " "))
		for key := range v {
			require.True(t, known[key] || key == "field", "%s was never recorded", key)
		}
	}
	require.Equal(t, []string{
		"feed photo add", "feed comment add", "feed comment add", "feed comment add", "feed comment edited", "feed comment hide",
		"feed comment remove", "feed comment remove", "feed comment remove", "feed reaction add", "mention post add",
	}, told)
	first := w.feed()[1]
	require.Equal(t, p.ID, first["parent_id"])
	require.Equal(t, top.ID, w.feed()[2]["parent_id"])
	require.Equal(t, w.page.ID, w.feed()[2]["from"].(map[string]any)["id"], "the page's own comments come too")
	require.Contains(t, w.feed()[3]["photo"], "/media/")
	require.NotContains(t, w.feed()[8], "message", "of what is removed there are ids only")
}

// recordedKeys are the keys that changes were recorded with.
func recordedKeys(t *testing.T) map[string]bool {
	t.Helper()
	known := map[string]bool{"sticker": true} // a guess: no sticker has been recorded
	for _, pattern := range []string{"webhook/feed_*/*.json", "webhook/mention/*.json", "fragment/feed_*/*.json"} {
		names, err := filepath.Glob(filepath.Join("../facebook/testdata", pattern))
		require.NoError(t, err)
		require.NotEmpty(t, names)
		for _, name := range names {
			raw, err := os.ReadFile(name)
			require.NoError(t, err)
			var v any
			require.NoError(t, json.Unmarshal(raw, &v))
			collect(v, known)
		}
	}
	return known
}

func collect(v any, into map[string]bool) {
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			into[k] = true
			collect(x, into)
		}
	case []any:
		for _, x := range v {
			collect(x, into)
		}
	}
}

func TestCommentsOverTheGraphAPI(t *testing.T) {
	t.Parallel()
	w, p := withPost(t)
	top := w.comment(NewComment{Post: p.ID, Person: w.anna.ID, Text: "How much?"})

	got := w.get("/"+p.ID, url.Values{"fields": {"message,permalink_url,attachments{media_type,media,subattachments{media}}"}})
	require.Equal(t, "Spring sale", got.at("message"))
	require.Equal(t, "album", got.at("attachments", "data", 0, "media_type"))
	require.Contains(t, got.at("attachments", "data", 0, "subattachments", "data", 1, "media", "image", "src"), "/media/")

	answer := w.post("/"+top.ID+"/comments", map[string]any{"message": "99"})
	require.Equal(t, 200, answer.status)
	id := answer.at("id").(string)
	require.Equal(t, "506/1455006", w.post("/"+top.ID+"/comments", map[string]any{"message": "99"}).code(), "just said")
	nested := w.post("/"+id+"/comments", map[string]any{"message": "each"})
	require.Equal(t, top.ID, w.get("/"+nested.at("id").(string), url.Values{"fields": {"parent{id}"}}).at("parent", "id"))
	require.Len(t, w.sim.Ledger(LedgerQuery{Under: top.ID}), 2)

	flags := w.get("/"+top.ID, url.Values{"fields": {"can_hide,can_remove,can_like,can_comment,can_reply_privately,is_hidden,user_likes"}})
	for _, name := range []string{"can_hide", "can_remove", "can_like", "can_comment", "can_reply_privately"} {
		require.Equal(t, true, flags.at(name), name)
	}
	require.Equal(t, false, w.get("/"+id, url.Values{"fields": {"can_hide"}}).at("can_hide"), "a page cannot hide its own")
	require.Equal(t, "200", w.post("/"+id, map[string]any{"is_hidden": true}).code())
	require.Equal(t, true, w.post("/"+top.ID, map[string]any{"is_hidden": true}).at("success"))
	require.Equal(t, true, w.post("/"+top.ID+"/likes", map[string]any{}).at("success"))
	flags = w.get("/"+top.ID, url.Values{"fields": {"is_hidden,user_likes,comment_count"}})
	require.Equal(t, true, flags.at("is_hidden"))
	require.Equal(t, true, flags.at("user_likes"))
	require.EqualValues(t, 2, flags.at("comment_count"))
	require.Equal(t, true, w.as(w.page.Token, http.MethodDelete, "/"+top.ID+"/likes", nil, nil).at("success"))
	require.Equal(t, true, w.post("/"+id, map[string]any{"message": "98"}).at("success"), "its own it can edit")
	require.Equal(t, true, w.as(w.page.Token, http.MethodDelete, "/"+id, nil, nil).at("success"))
	require.Equal(t, "100/33", w.get("/"+id, nil).code())

	other := w.addPage(Page{Name: "Another"})
	require.Equal(t, "100/33", w.as(other.Token, http.MethodGet, "/"+top.ID, nil, nil).code(), "another page sees nothing")
}

func TestListsOfCommentsHavePages(t *testing.T) {
	t.Parallel()
	w, p := withPost(t)
	var ids []string
	for i := range 5 {
		c := w.comment(NewComment{Post: p.ID, Person: w.anna.ID, Text: strings.Repeat("x", i+1)})
		ids = append([]string{c.ID}, ids...)
		w.comment(NewComment{Post: p.ID, Parent: c.ID, Person: w.anna.ID, Text: "below"})
	}
	require.Len(t, w.get("/"+p.ID+"/comments", nil).at("data"), 5, "those on the post")
	require.Len(t, w.get("/"+p.ID+"/comments", url.Values{"filter": {"stream"}}).at("data"), 10)
	require.Len(t, w.get("/"+ids[0]+"/comments", nil).at("data"), 1)
	var read []string
	query := url.Values{"order": {"reverse_chronological"}, "limit": {"2"}}
	for {
		page := w.get("/"+p.ID+"/comments", query)
		for _, c := range page.at("data").([]any) {
			read = append(read, c.(map[string]any)["id"].(string))
		}
		if page.at("paging", "next") == nil {
			break
		}
		query.Set("after", page.at("paging", "cursors", "after").(string))
	}
	require.Equal(t, ids, read)
}

func TestAPrivateReplyGoesOnceAndWithinAWeek(t *testing.T) {
	t.Parallel()
	w, p := withPost(t)
	top := w.comment(NewComment{Post: p.ID, Person: w.anna.ID, Text: "How much?"})
	own := w.comment(NewComment{Post: p.ID, Text: "Ask us"})
	late := w.comment(NewComment{Post: p.ID, Person: w.anna.ID, Text: "And this?"})
	reply := func(id string) graphReply {
		return w.post("/me/messages", map[string]any{
			"recipient": map[string]any{"comment_id": id}, "message": map[string]any{"text": "99", "metadata": "d:1"},
		})
	}
	got := reply(top.ID)
	require.Equal(t, 200, got.status)
	require.Equal(t, top.PSID, got.at("recipient_id"))
	require.Equal(t, "10903", reply(top.ID).code(), "once")
	require.Equal(t, "10902", reply(own.ID).code(), "not to the page itself")
	require.Equal(t, "100/2018292", reply("1_2").code())
	require.Equal(t, false, w.get("/"+top.ID, url.Values{"fields": {"can_reply_privately"}}).at("can_reply_privately"))
	conversation := w.get("/"+top.ID, url.Values{"fields": {"private_reply_conversation{messages{message}}"}})
	require.Equal(t, "99", conversation.at("private_reply_conversation", "messages", "data", 0, "message"))
	require.Equal(t, "10/2018278", w.send(top.PSID, "more", "").code(), "it opens no window")
	_, err := w.sim.Advance(7 * 24 * time.Hour)
	require.NoError(t, err)
	require.Equal(t, "10902", reply(late.ID).code(), "a week is over")
	require.Len(t, w.sim.Ledger(LedgerQuery{Under: top.ID}), 1)
	w.flush()
	echoes := 0
	for _, u := range w.hook.updates(t) {
		if m, ok := u["message"].(map[string]any); ok && m["is_echo"] == true {
			echoes++
		}
	}
	require.Equal(t, 1, echoes)
}

func TestPhotosOfComments(t *testing.T) {
	t.Parallel()
	w, p := withPost(t)
	_, err := w.sim.ChangePage(w.page.ID, func(x *Page) { x.NoCommenters = true })
	require.NoError(t, err)
	top := w.comment(NewComment{Post: p.ID, Person: w.anna.ID, Attach: "sticker"})
	require.Equal(t, "100", w.post("/me/photos", map[string]any{"published": "false"}).code())
	require.Equal(t, "100", w.post("/"+top.ID+"/comments", map[string]any{"attachment_id": "7"}).code())
	last := w.feed()[len(w.feed())-1]
	require.Contains(t, last["sticker"], "/media/")
	require.NotContains(t, last, "from", "without the permission nobody says who")
}
