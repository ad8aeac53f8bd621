package facebook_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/domain/channel"
	"kontor/integrations/meta"
)

func failureOf(t *testing.T, err error) *channel.Failure {
	t.Helper()
	f, ok := errors.AsType[*channel.Failure](err)
	require.True(t, ok, "%v", err)
	return f
}

func rule(i int) channel.ReplyRule { return offline().Describe().Capabilities.Rules[i] }

// recorder keeps the requests to send, and takes them.
func recorder(t *testing.T, g *graph) chan string {
	t.Helper()
	got := make(chan string, 1)
	g.mu.Lock()
	defer g.mu.Unlock()
	g.raw = func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
			b, _ := io.ReadAll(r.Body)
			got <- r.RequestURI + " " + string(b)
		} else {
			_ = r.ParseMultipartForm(1 << 20)
			fields := map[string]string{}
			for name, values := range r.MultipartForm.Value {
				fields[name] = values[0]
			}
			f := r.MultipartForm.File["filedata"][0]
			fields["filedata"] = f.Filename + " " + f.Header.Get("Content-Type")
			b, _ := json.Marshal(fields)
			got <- string(b)
		}
		says(http.StatusOK, `{"recipient_id":"`+someone+`","message_id":"m_9"}`)(w, r)
	}
	return got
}

func TestSendTextAsThePlatformWantsIt(t *testing.T) {
	t.Parallel()
	g, adapter, access := start(t)
	got := recorder(t, g)
	for _, c := range []struct {
		out  channel.Outgoing
		want string
	}{
		{
			channel.Outgoing{Token: "d:1", Person: someone, Text: "Guten Tag", Rule: rule(0)},
			`{"recipient":{"id":"` + someone + `"},"messaging_type":"RESPONSE","message":{"text":"Guten Tag","metadata":"d:1"}}`,
		},
		{
			channel.Outgoing{Token: "d:2", Person: someone, Text: "Ja", Rule: rule(1), ReplyTo: "m_1"},
			`{"recipient":{"id":"` + someone + `"},"messaging_type":"MESSAGE_TAG","tag":"HUMAN_AGENT",` +
				`"message":{"text":"Ja","metadata":"d:2"},"reply_to":{"mid":"m_1"}}`,
		},
	} {
		sent, err := adapter.Send(t.Context(), access, c.out)
		require.NoError(t, err)
		require.Equal(t, channel.Sent{ExternalID: "m_9", Person: someone}, sent)
		uri, body, _ := strings.Cut(<-got, " ")
		require.JSONEq(t, c.want, body)
		require.True(t, strings.HasPrefix(uri, "/v25.0/"+page+"/messages?appsecret_proof="), uri)
		require.NotContains(t, uri, pageToken)
	}
}

func TestSendFileAsThePlatformWantsIt(t *testing.T) {
	t.Parallel()
	g, adapter, access := start(t)
	got := recorder(t, g)
	_, err := adapter.Send(t.Context(), access, channel.Outgoing{
		Token: "d:1", Person: someone, Rule: rule(1), ReplyTo: "m_1", File: &channel.OutFile{
			Type: channel.Document, Name: "Rechnung.pdf", MIME: "application/pdf\r\nX: y", Size: 3,
			Open: func(context.Context) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("abc")), nil },
		},
	})
	require.NoError(t, err)
	require.JSONEq(t, `{
		"recipient": "{\"id\":\"`+someone+`\"}", "messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT",
		"message": "{\"attachment\":{\"type\":\"file\",\"payload\":{\"is_reusable\":true}},\"metadata\":\"d:1\"}",
		"reply_to": "{\"mid\":\"m_1\"}", "filedata": "Rechnung.pdf application/octet-stream"
	}`, <-got)
}

func TestWhatTheAnswerToASendMeans(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer                http.HandlerFunc
		class                 channel.Class
		reason                string
		doubtful, unreachable bool
	}{
		"window":              {saysError(10, 2018278), channel.OutsideWindow, meta.WindowClosed, false, false},
		"blocked_as_551":      {saysError(551, 1545041), channel.Rejected, meta.PersonUnavailable, false, true},
		"blocked_as_200":      {saysError(200, 1545041), channel.Rejected, meta.PersonUnavailable, false, true},
		"limit":               {saysError(613, 0), channel.Throttled, meta.RateLimited, false, false},
		"token":               {saysError(190, 463), channel.Disconnected, meta.TokenDead, false, false},
		"unknown_1":           {saysError(1, 0), channel.Temporary, meta.PlatformTrouble, true, false},
		"temporary_2":         {saysError(2, 0), channel.Temporary, meta.PlatformTrouble, true, false},
		"temporary_1200":      {saysError(1200, 2018024), channel.Temporary, meta.PlatformTrouble, true, false},
		"sent_all_the_same":   {saysError(1, 1357046), channel.Unconfirmed, meta.AnswerLost, false, false},
		"html_503":            {says(503, "<html>"), channel.Unconfirmed, meta.AnswerLost, false, false},
		"accepted_without_id": {says(200, `{"recipient_id":"1"}`), channel.Unconfirmed, meta.AnswerLost, false, false},
		"cut":                 {says(200, `{"recipient_id":"1","message_id":"m_`), channel.Unconfirmed, meta.AnswerLost, false, false},
		"nothing":             {says(200, ``), channel.Unconfirmed, meta.AnswerLost, false, false},
		"nobody_knows":        {saysError(424242, 0), channel.Rejected, meta.Unknown, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, adapter, access := start(t)
			g.set(c.answer, nil)
			_, err := adapter.Send(t.Context(), access, channel.Outgoing{Token: "d:1", Person: someone, Text: "x", Rule: rule(0)})
			f := failureOf(t, err)
			require.Equal(t, c.class, f.Class)
			require.Equal(t, c.reason, f.Reason)
			require.Equal(t, c.doubtful, f.Doubtful)
			require.Equal(t, c.unreachable, f.Unreachable)
		})
	}
}

func TestPersonsAreNoPaths(t *testing.T) {
	t.Parallel()
	g, adapter, access := start(t)
	p, err := adapter.FetchProfile(t.Context(), access, "../"+page+"/messages?x=")
	require.NoError(t, err)
	require.Equal(t, channel.Profile{}, p)
	require.False(t, slices.ContainsFunc(g.lines(), func(l string) bool { return strings.Contains(l, "/v25.0") || l == "GET "+page+"/messages" }))
	_, err = adapter.FetchProfile(t.Context(), access, "..")
	require.NoError(t, err)
}
