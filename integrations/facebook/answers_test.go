package facebook_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/channel"
	"kontor/integrations/meta"
)

// aComment is a comment that is answered, anAnswer what it is answered with.
const (
	aComment = "111_222"
	anAnswer = "111_333"
)

func answer(text string) channel.Outgoing {
	return channel.Outgoing{Token: "d:1", Mode: channel.Answer, ReplyTo: aComment, Text: text}
}

func photo(m channel.Outgoing) channel.Outgoing {
	m.File = &channel.OutFile{Type: channel.Image, Name: "ä.png", MIME: "image/png", Size: 4,
		Open: func(context.Context) (io.ReadCloser, error) {
			return io.NopCloser(bytes.NewReader([]byte("\x89PNG"))), nil
		}}
	return m
}

func TestAnswersUnderComments(t *testing.T) {
	t.Parallel()
	g, adapter, access := start(t)
	var forms []map[string][]string
	var uploaded string
	g.on("POST "+aComment+"/comments", func(w http.ResponseWriter, r *http.Request) {
		form, _ := url.ParseQuery(g.body())
		forms = append(forms, form)
		says(http.StatusOK, `{"id":"`+anAnswer+`"}`)(w, r)
	})
	g.on("POST "+page+"/photos", func(w http.ResponseWriter, r *http.Request) {
		uploaded = g.body()
		says(http.StatusOK, `{"id":"777"}`)(w, r)
	})
	sent, err := adapter.Send(t.Context(), access, answer("Ja & <gern> 👋"))
	require.NoError(t, err)
	require.Equal(t, channel.Sent{ExternalID: anAnswer}, sent)
	_, err = adapter.Send(t.Context(), access, photo(answer("")))
	require.NoError(t, err)
	_, err = adapter.Send(t.Context(), access, photo(answer("Hier")))
	require.NoError(t, err)
	require.Equal(t, "Ja & <gern> 👋", forms[0]["message"][0])
	require.Contains(t, uploaded, "\x89PNG")
	require.Contains(t, uploaded, "name=\"published\"\r\n\r\nfalse")
	require.Equal(t, map[string][]string{"attachment_id": {"777"}}, forms[1])
	require.Equal(t, map[string][]string{"attachment_id": {"777"}, "message": {"Hier"}}, forms[2])
	require.Empty(t, g.Taken(), "nothing goes as a message")
}

func TestAnswersThatDoNotGo(t *testing.T) {
	t.Parallel()
	tooLarge, document := photo(answer("x")), photo(answer("x"))
	tooLarge.File.Size, document.File.Type = 9<<20, channel.Document
	nowhere := answer("x")
	nowhere.ReplyTo = ""
	for name, c := range map[string]struct {
		out    channel.Outgoing
		answer http.HandlerFunc
		class  channel.Class
		reason string
	}{
		"empty":          {answer(""), nil, channel.Rejected, meta.BadRequest},
		"to_nothing":     {nowhere, nil, channel.Rejected, meta.BadRequest},
		"too_long":       {answer(strings.Repeat("ä", 8001)), nil, channel.Rejected, meta.TextTooLong},
		"too_large":      {tooLarge, nil, channel.Rejected, meta.FileTooLarge},
		"not_a_photo":    {document, nil, channel.Rejected, meta.FileType},
		"comment_gone":   {answer("x"), saysError(100, 33), channel.Rejected, meta.ObjectMissing},
		"no_permission":  {answer("x"), saysError(200, 0), channel.Disconnected, meta.PermissionMissing},
		"a_duplicate":    {answer("x"), saysError(506, 1455006), channel.Unconfirmed, meta.Duplicate},
		"spam":           {answer("x"), saysError(368, 0), channel.Throttled, meta.SpamBlocked},
		"no_id":          {answer("x"), says(http.StatusOK, `{}`), channel.Unconfirmed, meta.AnswerLost},
		"a_proxy_s_page": {answer("x"), says(http.StatusBadGateway, `<html>`), channel.Unconfirmed, meta.AnswerLost},
		"photo_refused":  {photo(answer("x")), nil, channel.Rejected, meta.ObjectMissing},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, adapter, access := start(t)
			if c.answer != nil {
				g.on("POST "+aComment+"/comments", c.answer)
			}
			_, err := adapter.Send(t.Context(), access, c.out)
			f := failureOf(t, err)
			require.Equal(t, c.class, f.Class)
			require.Equal(t, c.reason, f.Reason)
			if c.answer == nil {
				require.NotContains(t, g.lines(), "POST "+aComment+"/comments", "nothing was written")
			}
		})
	}
}

func TestPrivateReplies(t *testing.T) {
	t.Parallel()
	g, adapter, access := start(t)
	out := channel.Outgoing{Token: "d:1", Mode: channel.PrivateReply, ReplyTo: aComment, Text: "Hier", Rule: channel.ReplyRule{MessagingType: "RESPONSE"}}
	var body string
	g.raw = func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		body = string(b)
		says(http.StatusOK, `{"recipient_id":"5","message_id":"m_1"}`)(w, r)
	}
	sent, err := adapter.Send(t.Context(), access, out)
	require.NoError(t, err)
	require.Equal(t, channel.Sent{ExternalID: "m_1", Person: "5"}, sent)
	require.JSONEq(t, `{"recipient":{"comment_id":"111_222"},"messaging_type":"RESPONSE","message":{"text":"Hier","metadata":"d:1"}}`, body)
	for code, subcode := range map[int]int{10903: 0, 10902: 0, 100: 2018292} {
		g.raw = saysError(code, subcode)
		_, err = adapter.Send(t.Context(), access, out)
		require.Equal(t, meta.PrivateReply, failureOf(t, err).Reason)
		require.Equal(t, channel.Rejected, failureOf(t, err).Class)
	}
	both := photo(out)
	_, err = adapter.Send(t.Context(), access, both)
	require.Equal(t, channel.Rejected, failureOf(t, err).Class, "one thing only")
}

func TestLookingForAnswers(t *testing.T) {
	t.Parallel()
	written := func(id string, second int, from, rest string) string {
		return fmt.Sprintf(`{"id":%q,"created_time":%q,"from":{"id":%q}%s}`, id, noon(second).Format("2006-01-02T15:04:05-0700"), from, rest)
	}
	same := func(id string, second int) string { return written(id, second, page, `,"message":"Guten  Tag\n"`) }
	picture := `,"message":"","attachment":{"type":"photo"}`
	for name, c := range map[string]struct {
		out   channel.Outgoing
		pages [][]string
		known []string
		want  string
	}{
		"the_same_text":          {answer("Guten Tag"), [][]string{{same("1", 31)}}, nil, "1"},
		"nothing":                {answer("Guten Tag"), nil, nil, ""},
		"somebody_else_s":        {answer("Guten Tag"), [][]string{{written("1", 31, someone, `,"message":"Guten Tag"`)}}, nil, ""},
		"nobody_says_whose":      {answer("Guten Tag"), [][]string{{`{"id":"1","message":"Guten Tag"}`}}, nil, ""},
		"accounted_for":          {answer("Guten Tag"), [][]string{{same("1", 31)}}, []string{"1"}, ""},
		"the_oldest_of_several":  {answer("Guten Tag"), [][]string{{same("3", 35), same("1", 31)}}, nil, "1"},
		"on_the_next_page":       {answer("Guten Tag"), [][]string{{written("9", 40, someone, "")}, {same("1", 31)}}, nil, "1"},
		"long_before":            {answer("Guten Tag"), [][]string{{written("9", -90, someone, "")}, {same("1", -95)}}, nil, ""},
		"a_photo":                {photo(answer("")), [][]string{{written("1", 31, page, picture)}}, nil, "1"},
		"a_text_without_a_photo": {photo(answer("Guten Tag")), [][]string{{same("1", 31)}}, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, adapter, access := start(t)
			asked := 0
			var order string
			g.on("GET "+aComment+"/comments", func(w http.ResponseWriter, r *http.Request) {
				order = r.URL.Query().Get("order")
				list, next := []string{}, ""
				if asked < len(c.pages) {
					list = c.pages[asked]
				}
				if asked++; asked < len(c.pages) {
					next = `,"paging":{"cursors":{"after":"x"},"next":"https://graph/x"}`
				}
				says(http.StatusOK, `{"data":[`+strings.Join(list, ",")+`]`+next+`}`)(w, r)
			})
			got, err := adapter.ReadBack(t.Context(), access, c.out, noon(30), c.known)
			require.NoError(t, err)
			require.Equal(t, "reverse_chronological", order)
			require.Equal(t, c.want, got.ExternalID)
		})
	}
	t.Run("of_private_replies", func(t *testing.T) {
		t.Parallel()
		g, adapter, access := start(t)
		out := answer("Guten Tag")
		out.Mode = channel.PrivateReply
		g.on("GET "+aComment, says(http.StatusOK, `{"id":"111_222"}`))
		got, err := adapter.ReadBack(t.Context(), access, out, noon(30), nil)
		require.NoError(t, err)
		require.Empty(t, got)
		g.on("GET "+aComment, says(http.StatusOK, `{"private_reply_conversation":{"participants":{"data":[{"id":"5"},{"id":"`+page+`"}]},"messages":{"data":[`+
			past("m_9", 50, page, `,"message":"Anderes"`)+`,`+past("m_1", 31, page, `,"message":"Guten Tag"`)+`]}}}`))
		got, err = adapter.ReadBack(t.Context(), access, out, noon(30), nil)
		require.NoError(t, err)
		require.Equal(t, channel.Sent{ExternalID: "m_1", Person: "5"}, got)
	})
}

func TestFetchPost(t *testing.T) {
	t.Parallel()
	image := func(n string) string { return `"media":{"image":{"src":"https://a.example/` + n + `"}}` }
	for name, c := range map[string]struct {
		answer string
		want   channel.Post
	}{
		"text":       {`{"message":"Sale","permalink_url":"https://www.facebook.com/1"}`, channel.Post{Text: "Sale", URL: "https://www.facebook.com/1"}},
		"only_story": {`{"story":"Café updated their cover photo."}`, channel.Post{Text: "Café updated their cover photo."}},
		"photo": {`{"attachments":{"data":[{"media_type":"photo","title":"Timeline photos",` + image("1") + `}]}}`,
			channel.Post{Files: []channel.File{{Type: channel.Image, URL: "https://a.example/1", Kind: "photo"}}}},
		"album": {`{"attachments":{"data":[{"media_type":"album",` + image("1") + `,"subattachments":{"data":[{"media_type":"photo",` + image("1") + `},{"media_type":"photo",` + image("2") + `}]}}]}}`,
			channel.Post{Files: []channel.File{
				{Type: channel.Image, URL: "https://a.example/1", Kind: "photo"}, {Type: channel.Image, URL: "https://a.example/2", Kind: "photo"},
			}}},
		"video": {`{"attachments":{"data":[{"media_type":"video","title":"How we roast","media":{"source":"https://a.example/v.mp4","image":{"src":"https://a.example/1"}}}]}}`,
			channel.Post{Title: "How we roast", Files: []channel.File{{Type: channel.Video, URL: "https://a.example/v.mp4", Kind: "video"}}}},
		"link": {`{"attachments":{"data":[{"media_type":"link","title":"Spring sale"}]}}`, channel.Post{Title: "Spring sale"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, adapter, access := start(t)
			g.on("GET "+page+"_1", says(http.StatusOK, c.answer))
			got, err := adapter.FetchPost(t.Context(), access, page+"_1")
			require.NoError(t, err)
			require.Equal(t, c.want, got)
		})
	}
	_, adapter, access := start(t)
	_, err := adapter.FetchPost(t.Context(), access, page+"_2")
	require.Equal(t, channel.Rejected, failureOf(t, err).Class)
}

func TestModeration(t *testing.T) {
	t.Parallel()
	g, adapter, access := start(t)
	g.on("GET "+aComment, says(http.StatusOK, `{"id":"111_222","can_hide":true,"can_like":true,"can_remove":true,"can_comment":true,`+
		`"can_reply_privately":false,"is_hidden":true,"user_likes":false,"permalink_url":"https://www.facebook.com/c"}`))
	standing, err := adapter.Standing(t.Context(), access, aComment)
	require.NoError(t, err)
	require.Equal(t, channel.Standing{
		URL: "https://www.facebook.com/c", Hidden: true, CanLike: true, CanHide: true, CanDelete: true, CanReply: true,
	}, standing)
	for do, line := range map[channel.Moderation]string{
		channel.Like: "POST " + aComment + "/likes", channel.Unlike: "DELETE " + aComment + "/likes",
		channel.Hide: "POST " + aComment, channel.Unhide: "POST " + aComment, channel.Delete: "DELETE " + aComment,
	} {
		g.on(line, says(http.StatusOK, `{"success":true}`))
		require.NoError(t, adapter.Moderate(t.Context(), access, aComment, do))
		g.on(line, saysError(200, 0))
		require.Equal(t, channel.Disconnected, failureOf(t, adapter.Moderate(t.Context(), access, aComment, do)).Class)
		g.on(line, says(http.StatusBadGateway, `<html>`))
		require.Equal(t, channel.Temporary, failureOf(t, adapter.Moderate(t.Context(), access, aComment, do)).Class, "may be tried again")
	}
	g.on("DELETE "+aComment, saysError(100, 33))
	require.NoError(t, adapter.Moderate(t.Context(), access, aComment, channel.Delete), "gone is gone")
}

func TestCommentsAreSubscribedWhenTheyAreWanted(t *testing.T) {
	t.Parallel()
	for _, wanted := range []bool{false, true} {
		g, adapter, access := start(t)
		access.Settings.Comments = wanted
		c, err := adapter.Connect(t.Context(), access)
		require.NoError(t, err)
		require.Empty(t, c.LeftOut)
		for _, field := range []string{"feed", "mention"} {
			require.Equal(t, wanted, slices.Contains(g.subscribed(), field), field)
		}
	}
	g, adapter, access := start(t)
	access.Settings.Comments, g.denied = true, []string{"feed"}
	c, err := adapter.Connect(t.Context(), access)
	require.NoError(t, err, "without the permission for comments, messages still come")
	require.Equal(t, []string{"feed"}, c.LeftOut)
	require.Contains(t, g.subscribed(), "messages")
}

func TestAPastedChangeIsRead(t *testing.T) {
	t.Parallel()
	raw := []byte(`{"field":"feed","value":{"item":"comment","verb":"add","post_id":"1_2","comment_id":"2_3","parent_id":"1_2","message":"?"}}`)
	in, err := offline().Parse(channel.Item{Raw: raw, Envelope: channel.Envelope{EntryID: "1"}, OccurredAt: time.Unix(1, 0)})
	require.NoError(t, err)
	require.Equal(t, channel.Message, in.Action)
	require.Equal(t, &channel.Place{Post: "1_2"}, in.Place)
}
