package metasim

import (
	"bytes"
	"context"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestSendEncodings(t *testing.T) {
	t.Parallel()
	message := `{"text":"Grüße","metadata":"out:1"}`
	cases := map[string]func(w *world, psid string) *http.Request{
		"json": func(w *world, psid string) *http.Request {
			return w.request("application/json", `{"recipient":{"id":"`+psid+`"},"message":`+message+`}`)
		},
		"json_with_a_number_for_the_id": func(w *world, psid string) *http.Request {
			return w.request("application/json", `{"recipient":{"id":`+psid+`},"message":`+message+`}`)
		},
		"json_with_objects_as_text": func(w *world, psid string) *http.Request {
			body, _ := json.Marshal(map[string]string{"recipient": `{"id":"` + psid + `"}`, "message": message})
			return w.request("application/json", string(body))
		},
		"form": func(w *world, psid string) *http.Request {
			form := url.Values{"recipient": {`{"id":"` + psid + `"}`}, "message": {message}}
			return w.request("application/x-www-form-urlencoded", form.Encode())
		},
		"multipart": func(w *world, psid string) *http.Request {
			body, kind := multipartBody(t, map[string]string{"recipient": `{"id":"` + psid + `"}`, "message": message}, nil)
			return w.request(kind, body)
		},
	}
	for name, build := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := setup(t)
			got, err := w.do(build(w, w.write("Hallo").PSID))
			require.NoError(t, err)
			require.Equal(t, 200, got.status, got.raw)
			sent := w.sim.Ledger(LedgerQuery{})
			require.Len(t, sent, 1)
			require.Equal(t, "Grüße", sent[0].Text)
			require.Equal(t, hashOf([]byte("Grüße")), sent[0].TextHash)
			require.Equal(t, "out:1", sent[0].Metadata)
			require.Equal(t, sent[0].MID, got.body["message_id"])
			require.Equal(t, sent[0].PSID, got.body["recipient_id"])
			require.Equal(t, sent[0].Call, got.header.Get("X-Fb-Trace-Id"))
		})
	}
}

// request is a send with the token in the query and the proof beside it.
func (w *world) request(contentType, body string) *http.Request {
	w.t.Helper()
	q := url.Values{"access_token": {w.page.Token}, "appsecret_proof": {proof(testSecret, w.page.Token)}}
	address := w.url + "/" + w.page.ID + "/messages?" + q.Encode()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, address, strings.NewReader(body))
	require.NoError(w.t, err)
	req.Header.Set("Content-Type", contentType)
	return req
}

type filePart struct {
	name, contentType string
	data              []byte
}

func multipartBody(t *testing.T, fields map[string]string, file *filePart) (body, contentType string) {
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for k, v := range fields {
		require.NoError(t, m.WriteField(k, v))
	}
	if file != nil {
		part, err := m.CreatePart(textproto.MIMEHeader{
			"Content-Disposition": {`form-data; name="filedata"; filename="` + file.name + `"`},
			"Content-Type":        {file.contentType},
		})
		require.NoError(t, err)
		_, err = part.Write(file.data)
		require.NoError(t, err)
	}
	require.NoError(t, m.Close())
	return b.String(), m.FormDataContentType()
}

func TestSendRefusals(t *testing.T) {
	t.Parallel()
	text := map[string]any{"text": "x"}
	image := map[string]any{"type": "image", "payload": map[string]any{"attachment_id": "1"}}
	reply := map[string]any{"content_type": "text", "title": "Ja", "payload": "YES"}
	replies := func(n int) []any {
		out := make([]any, 0, n)
		for range n {
			out = append(out, reply)
		}
		return out
	}
	cases := map[string]struct {
		body map[string]any
		want string
	}{
		"no_message":              {map[string]any{}, "100"},
		"empty_message":           {map[string]any{"message": map[string]any{}}, "100"},
		"text_and_attachment":     {map[string]any{"message": map[string]any{"text": "x", "attachment": image}}, "100"},
		"attachment_not_ours":     {map[string]any{"message": map[string]any{"attachment": image}}, "100/2018074"},
		"long_metadata":           {map[string]any{"message": map[string]any{"text": "x", "metadata": repeated("m", 1001)}}, "100"},
		"14_quick_replies":        {map[string]any{"message": map[string]any{"text": "x", "quick_replies": replies(14)}}, "100"},
		"message_and_action":      {map[string]any{"message": text, "sender_action": "typing_on"}, "100/2018014"},
		"unknown_action":          {map[string]any{"sender_action": "wave"}, "100"},
		"reaction_to_nothing":     {map[string]any{"sender_action": "react"}, "100/2018048"},
		"reply_to_nothing":        {map[string]any{"message": text, "reply_to": map[string]any{"mid": "m_x"}}, "100"},
		"no_recipient":            {map[string]any{"message": text, "recipient": map[string]any{}}, "100"},
		"recipient_is_no_object":  {map[string]any{"message": text, "recipient": "Anna"}, "100"},
		"attachment_type_unknown": {map[string]any{"message": map[string]any{"attachment": map[string]any{"type": "fax"}}}, "100"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := setup(t)
			psid := w.write("Hallo").PSID
			if _, given := c.body["recipient"]; !given {
				withRecipient := map[string]any{"recipient": map[string]any{"id": psid}}
				for k, v := range c.body {
					withRecipient[k] = v
				}
				c.body = withRecipient
			}
			got := w.post("/me/messages", c.body)
			require.Equal(t, c.want, got.code(), got.raw)
			require.NotEmpty(t, got.at("error", "fbtrace_id"))
			require.Empty(t, w.sim.Ledger(LedgerQuery{}))
		})
	}
}

func TestSendAttachments(t *testing.T) {
	t.Parallel()
	picture := drawSticker()
	files := http.NewServeMux()
	serve := func(path, kind string, status int, data []byte) {
		files.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			w.WriteHeader(status)
			_, _ = w.Write(data)
		})
	}
	serve("/ok.png", "image/png", 200, picture)
	serve("/page.html", "text/html", 200, []byte("<html>"))
	serve("/gone.png", "image/png", 404, picture)
	serve("/big.png", "image/png", 200, make([]byte, maxImage+1))
	origin := httptest.NewServer(files)
	t.Cleanup(origin.Close)

	byURL := func(path string) map[string]any {
		return map[string]any{"attachment": map[string]any{
			"type": "image", "payload": map[string]any{"url": origin.URL + path, "is_reusable": true},
		}}
	}
	for path, want := range map[string]string{
		"/ok.png": "", "/page.html": "100/2018047", "/gone.png": "100/2018008", "/big.png": "100/2018109",
	} {
		t.Run("url"+path, func(t *testing.T) {
			t.Parallel()
			w := setup(t)
			psid := w.write("Hallo").PSID
			got := w.post("/me/messages", map[string]any{"recipient": map[string]any{"id": psid}, "message": byURL(path)})
			require.Equal(t, want, got.code(), got.raw)
			if want == "" {
				require.Equal(t, []string{hashOf(picture)}, w.sim.Ledger(LedgerQuery{})[0].Attachments)
				require.NotEmpty(t, got.body["attachment_id"])
			}
		})
	}
	t.Run("filedata_and_reuse_for_90_days", func(t *testing.T) {
		t.Parallel()
		w := setup(t)
		psid := w.write("Hallo").PSID
		body, kind := multipartBody(t, map[string]string{
			"message": `{"attachment":{"type":"image","payload":{"is_reusable":true}}}`,
		}, &filePart{"a.png", "image/png", picture})
		req := w.request(kind, body)
		req.URL.Path = "/" + w.page.ID + "/message_attachments"
		up, err := w.do(req)
		require.NoError(t, err)
		id := up.body["attachment_id"]
		require.NotEmpty(t, id, up.raw)

		reuse := map[string]any{"recipient": map[string]any{"id": psid}, "message": map[string]any{
			"attachment": map[string]any{"type": "image", "payload": map[string]any{"attachment_id": id}},
		}}
		require.Empty(t, w.post("/me/messages", reuse).code())
		require.Equal(t, []string{hashOf(picture)}, w.sim.Ledger(LedgerQuery{})[0].Attachments)
		w.clock.Add(90 * 24 * time.Hour)
		w.write("noch da?")
		require.Equal(t, "100/2018074", w.post("/me/messages", reuse).code())
	})
	t.Run("filedata_in_the_send", func(t *testing.T) {
		t.Parallel()
		w := setup(t)
		body, kind := multipartBody(t, map[string]string{
			"recipient": `{"id":"` + w.write("Hallo").PSID + `"}`,
			"message":   `{"attachment":{"type":"image","payload":{}}}`,
		}, &filePart{"a.png", "image/png", picture})
		got, err := w.do(w.request(kind, body))
		require.NoError(t, err)
		require.Equal(t, 200, got.status, got.raw)
		require.Equal(t, []string{hashOf(picture)}, w.sim.Ledger(LedgerQuery{})[0].Attachments)
	})
	t.Run("button_template", func(t *testing.T) {
		t.Parallel()
		w := setup(t)
		psid := w.write("Hallo").PSID
		got := w.post("/me/messages", map[string]any{"recipient": map[string]any{"id": psid}, "message": map[string]any{
			"attachment": map[string]any{"type": "template", "payload": map[string]any{
				"template_type": "button", "text": "Tisch?",
				"buttons": []any{map[string]any{"type": "postback", "title": "Ja", "payload": "YES"}},
			}},
		}})
		require.Equal(t, 200, got.status, got.raw)
		thread, err := w.sim.Thread(w.page.ID, w.anna.ID)
		require.NoError(t, err)
		require.Equal(t, "Tisch?", thread.Messages[1].Text)
		require.Equal(t, []Button{{Type: "postback", Title: "Ja", Payload: "YES"}}, thread.Messages[1].Buttons)
		w.flush()
		require.Contains(t, w.hook.posts()[1].body, `"template_type":"button"`)
	})
}

func TestSenderActions(t *testing.T) {
	t.Parallel()
	w := setup(t)
	m := w.write("Hallo")
	action := func(name string, payload any) graphReply {
		return w.post("/me/messages", map[string]any{
			"recipient": map[string]any{"id": m.PSID}, "sender_action": name, "payload": payload,
		})
	}
	thread := func() Thread {
		v, err := w.sim.Thread(w.page.ID, w.anna.ID)
		require.NoError(t, err)
		return v
	}
	require.False(t, thread().Messages[0].Read)
	got := action("typing_on", nil)
	require.Equal(t, map[string]any{"recipient_id": m.PSID}, got.body)
	require.True(t, thread().Typing)
	w.clock.Add(typingLasts)
	require.False(t, thread().Typing, "typing ends by itself")

	require.Empty(t, action("MARK_SEEN", nil).code())
	require.True(t, thread().Messages[0].Read)
	require.Empty(t, action("react", map[string]any{"message_id": m.MID, "reaction": "❤️"}).code())
	require.Equal(t, map[string]string{"page": "❤️"}, thread().Messages[0].Reactions)
	require.Empty(t, w.sim.Ledger(LedgerQuery{}))
}
