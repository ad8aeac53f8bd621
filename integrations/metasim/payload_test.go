package metasim

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestEncode(t *testing.T) {
	t.Parallel()
	// The body of the signature's test vector.
	const want = `{"object":"page","entry":[{"id":"1111","time":1698637601363,"messaging":[{"sender":{"id":"2222"},` +
		`"recipient":{"id":"1111"},"timestamp":1698637600838,"message":{"mid":"m_test",` +
		`"text":"\u00e4\u00f6\u00e5 \ud83d\ude22 https:\/\/example.org"}}]}]}`
	e := element{
		Sender: &party{"2222"}, Recipient: &party{"1111"}, Timestamp: 1698637600838,
		Message: &messagePart{MID: "m_test", Text: "äöå 😢 https://example.org"},
	}
	body := encode(envelope{Object: "page", Entry: []entry{{ID: "1111", Time: 1698637601363, Messaging: []any{e}}}})
	require.Equal(t, want, string(body)) //nolint:testifylint // every byte is signed
	require.Len(t, body, 243)
}

func TestEscape(t *testing.T) {
	t.Parallel()
	t.Run("only_what_the_platform_escapes", func(t *testing.T) {
		t.Parallel()
		require.Equal(t, `"a<b>&\/\u20ac\ufffd\\\/"`, string(encode("a<b>&/€\xff\\/")))
	})
	t.Run("reads_back_as_it_was", rapid.MakeCheck(func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		escaped := encode(text)
		require.False(t, slices.ContainsFunc(escaped, func(b byte) bool { return b >= 0x80 }))
		require.NotRegexp(t, `(^|[^\\])/`, string(escaped))
		var back string
		require.NoError(t, json.Unmarshal(escaped, &back))
		require.Equal(t, text, back)
	}))
}

// shape is which JSON types stand at which paths of a document.
type shape map[string]map[string]bool

func (s shape) add(path string, v any) {
	kind := "null"
	switch v := v.(type) {
	case map[string]any:
		kind = "object"
		for k, inner := range v {
			s.add(path+"."+k, inner)
		}
	case []any:
		kind = "array"
		for _, inner := range v {
			s.add(path+"[]", inner)
		}
	case string:
		kind = "string"
	case float64:
		kind = "number"
	case bool:
		kind = "bool"
	}
	if s[path] == nil {
		s[path] = map[string]bool{}
	}
	s[path][kind] = true
}

// recorded reads the shapes of folders under testdata: the union, and what every file has.
func recorded(t *testing.T, wrap func(any) any, folders ...string) (union shape, common []string) {
	t.Helper()
	union = shape{}
	first := true
	for _, folder := range folders {
		files, err := filepath.Glob(filepath.Join("testdata", folder, "*.json"))
		require.NoError(t, err)
		require.NotEmpty(t, files, folder)
		for _, file := range files {
			raw, err := os.ReadFile(file)
			require.NoError(t, err)
			var v any
			require.NoError(t, json.Unmarshal(raw, &v), file)
			one := shape{}
			one.add("", wrap(v))
			for path, kinds := range one {
				for kind := range kinds {
					if union[path] == nil {
						union[path] = map[string]bool{}
					}
					union[path][kind] = true
				}
			}
			paths := make([]string, 0, len(one))
			for path := range one {
				paths = append(paths, path)
			}
			if first {
				common, first = paths, false
			} else {
				common = slices.DeleteFunc(common, func(p string) bool { return !slices.Contains(paths, p) })
			}
		}
	}
	return union, common
}

// asBody wraps an element or an entry into a whole body; a whole body stays.
func asBody(v any) any {
	m, _ := v.(map[string]any)
	switch {
	case m["entry"] != nil:
		return v
	case m["messaging"] != nil:
		return map[string]any{"object": "page", "entry": []any{v}}
	}
	return map[string]any{"object": "page", "entry": []any{
		map[string]any{"id": "1", "time": 1.0, "messaging": []any{v}},
	}}
}

// requireShape checks a document against recordings: nothing they do not have, and everything that all of them have.
// Documented lists paths that are in the platform's documentation but in no recording, with their type.
func requireShape(t *testing.T, document string, wrap func(any) any, documented map[string]string, folders ...string) {
	t.Helper()
	union, common := recorded(t, wrap, folders...)
	var v any
	require.NoError(t, json.Unmarshal([]byte(document), &v))
	ours := shape{}
	ours.add("", v)
	for path, kinds := range ours {
		for kind := range kinds {
			if documented[path] == kind {
				continue
			}
			require.Contains(t, union, path, "never recorded")
			require.Contains(t, union[path], kind, "%s was never recorded as %s", path, kind)
		}
	}
	for _, path := range common {
		require.Contains(t, ours, path, "always recorded")
	}
}

func TestWebhookShapes(t *testing.T) {
	t.Parallel()
	const el = ".entry[].messaging[]"
	adText := Arrival{Ref: "r", AdID: "120200000000001", AdTitle: "Herbst", AdPost: "1_2", Text: "Hallo"}
	cases := map[string]struct {
		act        func(*world, Message) error
		posts      int // how many the act leads to; the last one is compared
		folders    []string
		documented map[string]string
	}{
		"text": {func(w *world, _ Message) error { w.write("Grüße"); return nil }, 1, []string{"webhook/message_text"}, nil},
		"quick_reply": {func(w *world, _ Message) error {
			_, err := w.sim.Write(Write{Page: w.page.ID, Person: w.anna.ID, Text: "Ja", QuickReply: "YES"})
			return err
		}, 1, []string{"fragment/message_quick_reply"}, nil},
		"reply": {func(w *world, m Message) error {
			_, err := w.sim.Write(Write{Page: w.page.ID, Person: w.anna.ID, Text: "Ja", ReplyTo: m.MID})
			return err
		}, 1, []string{"fragment/message_reply"}, nil},
		"image":   {attachFile("image"), 1, []string{"webhook/message_attachment", "fragment/message_attachment"}, nil},
		"sticker": {attachFile("sticker"), 1, []string{"webhook/message_sticker", "fragment/message_sticker"}, nil},
		"link": {func(w *world, _ Message) error {
			_, err := w.sim.Write(Write{Page: w.page.ID, Person: w.anna.ID, Text: "sieh mal", Attachments: []Attachment{
				{Type: "fallback", Payload: json.RawMessage(`{"url":"https://example.org/","title":"Example"}`)},
			}})
			return err
		}, 1, []string{"webhook/message_attachment", "fragment/message_attachment"}, nil},
		"edit": {func(w *world, m Message) error {
			_, err := w.sim.Edit(Edit{MID: m.MID, Text: "anders"})
			return err
			// samples print num_edit as a text, the documentation's table says it is a number
		}, 1, []string{"webhook/message_edit", "fragment/message_edit"}, map[string]string{el + ".message_edit.num_edit": "number"}},
		"unsend": {func(w *world, m Message) error { _, err := w.sim.Unsend(m.MID); return err }, 1,
			[]string{"webhook/message_deleted"}, ids(el)},
		"react": {func(w *world, m Message) error { _, err := w.sim.React(React{m.MID, "❤️"}); return err }, 1,
			[]string{"webhook/reaction"}, nil},
		"read": {func(w *world, _ Message) error {
			if _, err := w.sim.AnswerInInbox(InboxAnswer{w.page.ID, w.anna.ID, "Hallo"}); err != nil {
				return err
			}
			_, err := w.sim.Read(Read{w.page.ID, w.anna.ID})
			return err
		}, 2, []string{"webhook/read"}, nil},
		"tap": {func(w *world, _ Message) error {
			_, err := w.sim.Tap(Tap{w.page.ID, w.anna.ID, "Los", "GO"})
			return err
		}, 1, []string{"webhook/postback", "fragment/postback"}, map[string]string{
			el + ".postback.mid": "string", // documented since version 11
		}},
		"link_into_thread": {func(w *world, _ Message) error {
			_, err := w.sim.Arrive(Arrival{Page: w.page.ID, Person: w.anna.ID, Ref: "shop"})
			return err
		}, 1, []string{"webhook/referral"}, nil},
		"ad_with_message": {func(w *world, _ Message) error {
			a := adText
			a.Page, a.Person = w.page.ID, w.anna.ID
			_, err := w.sim.Arrive(a)
			return err
		}, 1, []string{"webhook/message_text", "fragment/referral"}, nil},
		"hand_over": {func(w *world, _ Message) error {
			_, err := w.sim.ChangeThread(w.page.ID, w.anna.ID, func(t *Thread) { t.OwnerApp = "200000000000001" })
			return err
		}, 1, []string{"webhook/handover"}, map[string]string{el + ".take_thread_control.new_owner_app_id": "number"}},
		"api_echo": {func(w *world, m Message) error {
			w.send(m.PSID, "Guten Tag", "out:1")
			return nil
		}, 2, nil, nil},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := setup(t)
			m := w.write("Hallo")
			w.flush()
			require.NoError(t, c.act(w, m))
			posts := w.hook.await(t, 1+c.posts)
			if c.folders == nil { // an accepted send: echo, then receipt
				requireShape(t, posts[1].body, asBody, nil, "webhook/message_echo", "fragment/message_echo")
				requireShape(t, posts[2].body, asBody, nil, "webhook/delivery")
				return
			}
			requireShape(t, posts[c.posts].body, asBody, c.documented, c.folders...)
		})
	}
}

// ids allows texts where old recordings have numbers.
func ids(el string) map[string]string {
	return map[string]string{".entry[].id": "string", el + ".sender.id": "string", el + ".recipient.id": "string"}
}

func attachFile(kind string) func(*world, Message) error {
	return func(w *world, _ Message) error {
		_, err := w.sim.Write(Write{Page: w.page.ID, Person: w.anna.ID, Attachments: []Attachment{{Type: kind}}})
		return err
	}
}

func TestGraphShapes(t *testing.T) {
	t.Parallel()
	w := setup(t)
	m := w.write("Hallo")
	same := func(v any) any { return v }
	fields := func(f string) map[string][]string { return map[string][]string{"fields": {f}} }

	sent := w.send(m.PSID, "Guten Tag", "")
	requireShape(t, sent.raw, same, nil, "graph/send")
	requireShape(t, w.get("/"+m.PSID, nil).raw, same, map[string]string{".id": "string"}, "graph/user_profile")
	requireShape(t, w.get("/me/conversations", nil).raw, same, map[string]string{
		".paging": "object", ".paging.cursors": "object", ".paging.cursors.before": "string",
		".paging.cursors.after": "string",
	}, "graph/conversation")
	thread := w.get("/me/conversations", fields("snippet,message_count,unread_count,can_reply,participants,link"))
	id, _ := thread.at("data", 0, "id").(string)
	one := w.get("/"+id, fields("snippet,updated_time,message_count,unread_count,can_reply,is_subscribed,participants,"+
		"senders,link,messages{created_time,from,to,message,tags}"))
	requireShape(t, strings.ReplaceAll(one.raw, `"cursors"`, `"links"`), same, map[string]string{
		".messages.paging.links": "object", ".messages.paging.links.before": "string",
		".messages.paging.links.after": "string",
	}, "graph/conversation")
	requireShape(t, w.get("/"+m.MID, fields("created_time,from,to,message,tags")).raw, same,
		map[string]string{".tags": "object", ".tags.data": "array", ".tags.data[]": "object", ".tags.data[].name": "string"},
		"graph/message")
	requireShape(t, w.send("1", "x", "").raw, same, nil, "graph/error")
}
