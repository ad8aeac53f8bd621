package meta

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"kontor/domain/channel"
	"kontor/domain/clock"
	"kontor/domain/secret"
)

// recordings are the bytes of recorded answers.
func recordings(f *testing.F, pattern string) (all [][]byte) {
	f.Helper()
	names, err := filepath.Glob(filepath.Join("testdata", pattern))
	require.NoError(f, err)
	require.NotEmpty(f, names)
	for _, name := range names {
		b, err := os.ReadFile(name)
		require.NoError(f, err)
		all = append(all, b)
	}
	return all
}

// doer answers calls without a network.
type doer func(*http.Request) *http.Response

func (d doer) Do(r *http.Request) (*http.Response, error) { return d(r), nil }

func clientWith(d doer) *Client {
	return NewClient(Settings{
		GraphURL: "https://graph.example", Version: "v25.0", AppSecrets: []secret.Text{secret.New(testSecret)},
	}, d, clock.NewFixed(testNow))
}

func answerOf(status int, body []byte) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(body))}
}

// FuzzAnswer: whatever the Graph API answers, it is judged: an error that it tells of by its number is found whatever else
// is broken, only a whole 2xx counts as done, a sent message whose answer is lost is never "try again", and no secret of
// ours comes back in the words.
func FuzzAnswer(f *testing.F) {
	for _, b := range recordings(f, "error/*.json") {
		f.Add(b, 400, true)
	}
	f.Add([]byte(`{"error":{"code":"190","message":"Malformed access token EAAtesttoken"}}`), 400, false)
	f.Add([]byte(`{"error":{"code":4,"message":{"a":1}},"error_message":5}`), 400, true)
	f.Add([]byte(`{"error":null,"id":"1"}`), 200, true)
	f.Add([]byte(`<html>`), 502, true)
	f.Add([]byte(`{"error":{"code":100,"message":"\u0000\ud800"}}`), 500, true)
	f.Fuzz(func(t *testing.T, body []byte, status int, once bool) {
		if status < 200 || status > 599 {
			return
		}
		c := clientWith(func(*http.Request) *http.Response { return answerOf(status, body) })
		r := Request{Method: http.MethodPost, Path: []string{"me"}, Token: secret.New(testToken), Once: once}
		var result map[string]json.RawMessage
		_, err := c.Call(t.Context(), r, &result)
		said, isError := numbered(body)
		if err == nil {
			require.True(t, status < 300 && json.Valid(body) && !isError, "what is no answer counts as one")
			return
		}
		failure := failureOf(t, err)
		require.NotEmpty(t, failure.Class)
		require.NotEmpty(t, failure.Reason)
		require.NotContains(t, failure.Error()+failure.Message, testToken)
		require.NotContains(t, failure.Error()+failure.Message, testSecret)
		switch {
		case isError:
			require.Equal(t, said, failure.Code, "the platform's number is lost")
		case once && (status < 300 || status >= 500):
			require.Equal(t, channel.Unconfirmed, failure.Class, "the message may have arrived")
		}
		if !once {
			require.NotEqual(t, channel.Unconfirmed, failure.Class)
			require.False(t, failure.Doubtful)
		}
	})
}

// numbered is the number of an error in an answer, read without our types: only where it is plain what the platform says.
func numbered(body []byte) (int, bool) {
	var answer map[string]json.RawMessage
	if json.Unmarshal(body, &answer) != nil {
		return 0, false
	}
	for name := range answer { // encoding/json takes ERROR for error
		if name != "error" && strings.EqualFold(name, "error") {
			return 0, false
		}
	}
	var e map[string]json.RawMessage
	if json.Unmarshal(answer["error"], &e) != nil {
		return 0, false
	}
	for name := range e {
		if name != "code" && strings.EqualFold(name, "code") {
			return 0, false
		}
	}
	var code int
	return code, json.Unmarshal(e["code"], &code) == nil && e["code"] != nil && string(e["code"]) != "null"
}

// FuzzUsage: whatever the headers of an answer say of limits, what is believed is bounded and can be stored.
func FuzzUsage(f *testing.F) {
	for _, b := range recordings(f, "rate_limit_header/*.json") {
		f.Add(string(b), string(b), string(b))
	}
	f.Add(`{"call_count":1e300,"total_time":"NaN"}`, `{"call_volume":-1}`, `{"1":[{"type":"\u0000","estimated_time_to_regain_access":1e308}]}`)
	f.Fuzz(func(t *testing.T, app, page, business string) {
		list := usageOf(http.Header{
			"X-App-Usage": {app}, "X-Page-Usage": {page}, "X-Business-Use-Case-Usage": {business},
		})
		require.LessOrEqual(t, len(list), maxUsages)
		for _, u := range list {
			require.True(t, u.Percent >= 0 && u.Percent <= maxPercent)
			require.True(t, u.Regain >= 0 && u.Regain <= maxRegain)
			require.Equal(t, channel.CleanText(u.Limit+u.ExternalID), u.Limit+u.ExternalID)
		}
		require.LessOrEqual(t, regain(list, "1"), maxRegain)
	})
}

// FuzzValues: a value of any form costs nobody the message it stands in, an id keeps every digit it came with, and times
// can be written.
func FuzzValues(f *testing.F) {
	for _, s := range []string{
		`9007199254740993`, `"9007199254740993"`, `123456789012345678901234567890`, `1e3`, `-5`, `null`, `[1]`, `{"a":1}`, `true`,
		`"2026-11-21T12:00:00+0000"`, `1698637601363`, `1698637601`, `253402300799999`, `253402300800000`, `"0000-00-00T00:00:00+0000"`,
		`"\ud800"`, `"NaN"`, `1e400`, `0`, `""`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		if !json.Valid(raw) {
			return
		}
		var all struct {
			ID    ID
			Int   Int
			Float Float
			Bool  Bool
			Time  Time
			After string
		}
		whole := []byte(`{"id":` + string(raw) + `,"int":` + string(raw) + `,"float":` + string(raw) + `,"bool":` + string(raw) +
			`,"time":` + string(raw) + `,"after":"still here"}`)
		require.NoError(t, json.Unmarshal(whole, &all))
		require.Equal(t, "still here", all.After, "a value takes its neighbours with it")
		token := string(bytes.TrimSpace(raw))
		if token != "" && strings.Trim(token, "0123456789") == "" {
			require.Equal(t, token, string(all.ID), "digits are lost")
		}
		require.True(t, utf8.ValidString(string(all.ID)))
		if token[0] != '"' {
			require.False(t, strings.ContainsAny(string(all.ID), "eE.+-"), "a number that is no id")
		}
		_, err := json.Marshal(struct {
			Time  time.Time
			Float float64
		}{all.Time.Time, float64(all.Float)})
		require.NoError(t, err)
		require.True(t, all.Time.IsZero() || all.Time.Year() >= 1 && all.Time.Year() <= 9999)
		require.Equal(t, all.Time, ParseTime(all.Time.Format(time.RFC3339Nano)), "a time that does not come back")
	})
}

// FuzzPages: whatever a list says of its next page, the next call goes to the same address of the same server with the
// cursor as a parameter, the link beside it is not followed, and the walk ends.
func FuzzPages(f *testing.F) {
	for _, b := range recordings(f, "paging/*.json") {
		f.Add(b)
	}
	f.Add([]byte(`{"data":[],"paging":{"cursors":{"after":"../../../etc?x=1&access_token=y#"},"next":"http://169.254.169.254/"}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		asked := 0
		c := clientWith(func(r *http.Request) *http.Response {
			asked++
			q := r.URL.Query()
			require.Equal(t, "https://graph.example/v25.0/me/accounts", r.URL.Scheme+"://"+r.URL.Host+r.URL.EscapedPath())
			require.Equal(t, []string{"id"}, q["fields"])
			require.LessOrEqual(t, len(q["after"]), 1)
			q.Del("fields")
			q.Del("after")
			require.Empty(t, q, "a cursor became other parameters")
			return answerOf(http.StatusOK, body)
		})
		r := Request{Method: http.MethodGet, Path: []string{"me", "accounts"}, Query: url.Values{"fields": {"id"}}}
		given := 0
		err := c.Pages(t.Context(), r, func(json.RawMessage) bool {
			given++
			return true
		})
		require.LessOrEqual(t, asked, maxPages)
		if err == nil {
			require.Equal(t, asked, given, "a page is lost")
		}
	})
}

// FuzzPath: an id from outside never leads a call to another place.
func FuzzPath(f *testing.F) {
	for _, s := range []string{"1_2", "..", "../me", "%2e%2e", "a/b", "a?b=c", "a#b", "\x00", "//evil.example", "", ".", "ö", "a\r\nHost: b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, id string) {
		c := clientWith(nil)
		r, err := c.request(context.Background(), Request{Method: http.MethodGet, Path: []string{id, "comments"}})
		if err != nil {
			require.NotContains(t, err.Error(), "https://")
			return
		}
		sent, err := url.Parse(r.URL.String())
		require.NoError(t, err)
		require.Equal(t, "graph.example", sent.Host)
		require.Empty(t, sent.RawQuery)
		require.Empty(t, sent.Fragment)
		parts := strings.Split(strings.TrimPrefix(sent.EscapedPath(), "/"), "/")
		require.Len(t, parts, 3)
		got, err := url.PathUnescape(parts[1])
		require.NoError(t, err)
		require.Equal(t, id, got)
		require.NotContains(t, []string{"", ".", ".."}, got)
	})
}

// FuzzCallbacks: whoever asks with whatever query, the handshake answers only who knows the token, and then with exactly
// what was asked; and what a login brings back is read as it stands.
func FuzzCallbacks(f *testing.F) {
	for _, s := range []string{
		"hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=meatyhamhock", "hub.mode=subscribe&hub.challenge=%3Cscript%3E&hub.verify_token=meatyhamhoc",
		"hub.verify_token=x&hub.verify_token=meatyhamhock&hub.mode=subscribe", "state=a&code=b", "error=access_denied&error_reason=user_denied&state=c",
		"error_message=%00", "code=a&code=b;state=c", "%zz",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		q, _ := url.ParseQuery(text) //nolint:errcheck // as net/http, which takes what it can read
		challenge, err := testDoor("s").Handshake(q)
		if err == nil {
			require.Equal(t, "meatyhamhock", q.Get("hub.verify_token"))
			require.Equal(t, "subscribe", q.Get("hub.mode"))
			require.Equal(t, q.Get("hub.challenge"), challenge)
		} else {
			require.Empty(t, challenge)
		}
		r := testDoor("s").Landed(q)
		require.Equal(t, q.Get("state"), r.State)
		require.Equal(t, q.Get("code"), r.Code.Reveal())
		if q.Get("error") == "access_denied" {
			require.True(t, r.Denied)
		}
	})
}

// FuzzSignedNotice: what Meta has signed is read for what it is about, whatever else stands in it: whose or which page's it
// is keeps its digits, and another algorithm is refused.
func FuzzSignedNotice(f *testing.F) {
	for _, s := range []string{
		`{"algorithm":"HMAC-SHA256","user_id":"218471","issued_at":1291836800}`, `{"algorithm":"HMAC-SHA256","profile_id":9007199254740993,"user_id":0}`,
		`{"algorithm":"none","user_id":"1"}`, `{"algorithm":"HMAC-SHA256","user_id":{}}`, `[]`, `null`, ``,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		r, err := noticeDoor("key").Revocation(signedRequest("key", string(payload)))
		if err != nil {
			require.ErrorIs(t, err, ErrSignedRequest)
			return
		}
		var said map[string]any
		d := json.NewDecoder(bytes.NewReader(payload))
		d.UseNumber()
		require.NoError(t, d.Decode(&said))
		require.NotEqual(t, "0", r.UserID)
		require.True(t, r.IssuedAt.IsZero() || r.IssuedAt.Unix() > 0)
		_, err = noticeDoor("another key").Revocation(signedRequest("key", string(payload)))
		require.ErrorIs(t, err, ErrSignedRequest)
	})
}
