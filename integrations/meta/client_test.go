package meta

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/channel"
	"kontor/domain/clock"
	"kontor/domain/secret"
)

var testNow = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC) //nolint:gochecknoglobals // a constant

const (
	testToken  = "EAAtesttoken"
	testSecret = "test_app_secret"
	testProof  = "2f6c99f265a9e1644d725e8f9c96e439fcbf40a73357d1d98ba8b98fbfe445e4"
)

func graph(t *testing.T, h http.HandlerFunc) *Client {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return clientOf(s.URL)
}

func clientOf(address string) *Client {
	return NewClient(Settings{
		GraphURL: address, Version: "v25.0", AppID: "1", AppSecrets: []secret.Text{secret.New(testSecret), secret.New("older")},
	}, &http.Client{Transport: &http.Transport{}}, clock.NewFixed(testNow))
}

func post(body *Body) Request {
	return Request{Method: http.MethodPost, Path: []string{"1", "messages"}, Token: secret.New(testToken), Body: body, Once: true}
}

func failureOf(t *testing.T, err error) *channel.Failure {
	t.Helper()
	f, ok := errors.AsType[*channel.Failure](err)
	require.True(t, ok, "%v", err)
	return f
}

func TestCallsAreSignedAndCarryTheTokenInAHeader(t *testing.T) {
	t.Parallel()
	c := graph(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("Facebook-Api-Version", "v25.0")
		w.Header().Set("X-App-Usage", `{"call_count":3}`)
		_ = json.NewEncoder(w).Encode(map[string]any{
			"uri": r.RequestURI, "auth": r.Header.Get("Authorization"), "body": string(body), "type": r.Header.Get("Content-Type"),
			"length": r.ContentLength,
		})
	})
	for name, s := range map[string]struct {
		request Request
		want    map[string]any
	}{
		"json": {post(JSON(map[string]string{"a": "ö"})), map[string]any{
			"uri": "/v25.0/1/messages?appsecret_proof=" + testProof, "auth": "Bearer " + testToken, "body": `{"a":"ö"}`,
			"type": "application/json", "length": 10.0,
		}},
		"form": {post(Form(url.Values{"fields": {"a,b"}})), map[string]any{
			"uri": "/v25.0/1/messages?appsecret_proof=" + testProof, "auth": "Bearer " + testToken, "body": `fields=a%2Cb`,
			"type": "application/x-www-form-urlencoded", "length": 12.0,
		}},
		"query": {
			Request{Method: http.MethodGet, Path: []string{"a/../b"}, Query: url.Values{"fields": {"id"}}, Token: secret.New(testToken)},
			map[string]any{
				"uri": "/v25.0/a%2F..%2Fb?appsecret_proof=" + testProof + "&fields=id", "auth": "Bearer " + testToken, "body": "",
				"type": "", "length": 0.0,
			},
		},
		"no_token": {Request{Method: http.MethodGet, Path: []string{"x"}}, map[string]any{
			"uri": "/v25.0/x", "auth": "", "body": "", "type": "", "length": 0.0,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got map[string]any
			a, err := c.Call(t.Context(), s.request, &got)
			require.NoError(t, err)
			require.Equal(t, s.want, got)
			require.Equal(t, []channel.Usage{{Limit: "app", Percent: 3}}, a.Usage)
			require.Equal(t, 200, a.Status)
			require.Equal(t, "v25.0", a.Version)
			require.False(t, a.At.IsZero(), "the platform's time")
			require.NotContains(t, s.request.Query, "appsecret_proof", "the caller's query is its own")
		})
	}
}

func TestPathsThatLeadElsewhere(t *testing.T) {
	t.Parallel()
	c := graph(t, func(http.ResponseWriter, *http.Request) { t.Error("called") })
	for _, path := range [][]string{{".."}, {"1", "."}, {"", "messages"}} {
		closed := &closer{Reader: strings.NewReader("x")}
		_, err := c.Call(t.Context(), Request{
			Method: http.MethodPost, Path: path, Body: Multipart(nil, Part{Size: 1, Bytes: closed}),
		}, nil)
		f := failureOf(t, err)
		require.Equal(t, channel.Rejected, f.Class)
		require.Equal(t, BadRequest, f.Reason)
		require.True(t, closed.done)
	}
}

// TestWhatAnAnswerMeans covers what the platform, and what stands before it, may answer to a message and to a question.
func TestWhatAnAnswerMeans(t *testing.T) {
	t.Parallel()
	answer := func(status int, contentType, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", contentType)
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}
	}
	const js, html = "text/javascript; charset=UTF-8", "text/html"
	const page = "<!DOCTYPE html><title>Sorry</title>"
	for name, c := range map[string]struct {
		handler http.HandlerFunc
		message channel.Failure // Class, Reason, Doubtful of a call that must not happen twice
		read    channel.Failure // of one that may
	}{
		"error_as_javascript": {
			answer(400, js, `{"error":{"code":10,"error_subcode":2018278}}`),
			channel.Failure{Class: channel.OutsideWindow, Reason: WindowClosed}, channel.Failure{Class: channel.OutsideWindow, Reason: WindowClosed},
		},
		"error_with_status_200": {
			answer(200, js, `{"error":{"code":190}}`),
			channel.Failure{Class: channel.Disconnected, Reason: TokenDead}, channel.Failure{Class: channel.Disconnected, Reason: TokenDead},
		},
		"sent_although_it_fails": {
			answer(500, js, `{"error":{"code":1,"error_subcode":1357046}}`),
			channel.Failure{Class: channel.Unconfirmed, Reason: AnswerLost}, channel.Failure{Class: channel.Temporary, Reason: AnswerLost},
		},
		"json_trouble": {
			answer(500, js, `{"error":{"code":2}}`),
			channel.Failure{Class: channel.Temporary, Reason: PlatformTrouble, Doubtful: true},
			channel.Failure{Class: channel.Temporary, Reason: PlatformTrouble},
		},
		"html_5xx": {
			answer(502, html, page),
			channel.Failure{Class: channel.Unconfirmed, Reason: AnswerLost}, channel.Failure{Class: channel.Temporary, Reason: PlatformTrouble},
		},
		"html_4xx_of_a_proxy": {
			answer(403, html, page),
			channel.Failure{Class: channel.Temporary, Reason: PlatformTrouble, Doubtful: true},
			channel.Failure{Class: channel.Temporary, Reason: PlatformTrouble},
		},
		"html_200": {
			answer(200, html, page),
			channel.Failure{Class: channel.Unconfirmed, Reason: AnswerLost}, channel.Failure{Class: channel.Temporary, Reason: PlatformTrouble},
		},
		"empty_200": {
			answer(200, js, ""),
			channel.Failure{Class: channel.Unconfirmed, Reason: AnswerLost}, channel.Failure{Class: channel.Temporary, Reason: PlatformTrouble},
		},
		"result_of_another_shape": {
			answer(200, js, `{"message_id":[1]}`),
			channel.Failure{Class: channel.Unconfirmed, Reason: AnswerLost}, channel.Failure{Class: channel.Temporary, Reason: PlatformTrouble},
		},
		"cut_answer": {
			func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Length", "100")
				_, _ = io.WriteString(w, `{"message_id":"m_1"`)
			},
			channel.Failure{Class: channel.Unconfirmed, Reason: AnswerLost}, channel.Failure{Class: channel.Temporary, Reason: PlatformTrouble},
		},
		"hung_up": {
			func(_ http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				panic(http.ErrAbortHandler)
			},
			channel.Failure{Class: channel.Unconfirmed, Reason: AnswerLost}, channel.Failure{Class: channel.Temporary, Reason: Network},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := graph(t, c.handler)
			var result struct {
				ID string `json:"message_id"`
			}
			for once, want := range map[bool]channel.Failure{true: c.message, false: c.read} {
				r := post(JSON(map[string]int{"x": 1}))
				r.Once = once
				_, err := client.Call(t.Context(), r, &result)
				f := failureOf(t, err)
				require.Equal(t, want, channel.Failure{Class: f.Class, Reason: f.Reason, Doubtful: f.Doubtful}, "once: %v: %v", once, f)
			}
		})
	}
}

func TestEndOfTimeAfterTheRequestHasLeftIsUnconfirmed(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	c := graph(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		cancel() // accepted, and then silence
		<-r.Context().Done()
	})
	_, err := c.Call(ctx, post(JSON(1)), nil)
	f := failureOf(t, err)
	require.Equal(t, channel.Unconfirmed, f.Class)
	require.Equal(t, AnswerLost, f.Reason)
	require.ErrorIs(t, f, context.Canceled)
}

func TestWhatNeverLeftIsTemporary(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	closed := "http://" + listener.Addr().String()
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	plain := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(plain.Close)

	for name, c := range map[string]struct {
		ctx     context.Context
		address string
	}{
		"nobody_listens": {t.Context(), closed},
		"no_such_name":   {t.Context(), "http://graph.invalid"},
		"no_time_at_all": {ended, closed},
		"no_tls_there":   {t.Context(), strings.Replace(plain.URL, "http:", "https:", 1)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := clientOf(c.address).Call(c.ctx, post(JSON(1)), nil)
			f := failureOf(t, err)
			require.Equal(t, channel.Temporary, f.Class)
			require.Equal(t, Network, f.Reason)
			require.False(t, f.Doubtful)
			require.NotContains(t, f.Error(), "appsecret_proof")
		})
	}
}

func TestThrottledSaysUntilWhen(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		body, header string
		until        time.Time
	}{
		"by_the_header":    {`{"error":{"code":80006}}`, `{"1":[{"estimated_time_to_regain_access":7}]}`, testNow.Add(7 * time.Minute)},
		"nothing_said":     {`{"error":{"code":4}}`, "", time.Time{}},
		"restricted_page":  {`{"error":{"code":10,"error_subcode":1893063}}`, "", testNow.Add(3 * time.Hour)},
		"not_a_limit":      {`{"error":{"code":100}}`, `{"1":[{"estimated_time_to_regain_access":7}]}`, time.Time{}},
		"header_is_longer": {`{"error":{"code":368}}`, `{"1":[{"estimated_time_to_regain_access":600}]}`, testNow.Add(10 * time.Hour)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := graph(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("X-Business-Use-Case-Usage", c.header)
				w.WriteHeader(http.StatusBadRequest)
				_, _ = io.WriteString(w, c.body)
			})
			_, err := client.Call(t.Context(), post(JSON(1)), nil)
			require.Equal(t, c.until, failureOf(t, err).Until)
		})
	}
}

func TestFailuresKeepThePlatformsWordsAndNoSecret(t *testing.T) {
	t.Parallel()
	c := graph(t, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		_ = json.NewEncoder(w).Encode(map[string]any{"error": map[string]any{
			"message": "Malformed access token " + testToken + " " + testProof + " " + r.URL.RawQuery, "code": 190, "fbtrace_id": "AxII",
			"error_user_msg": "secret " + testSecret,
		}})
	})
	r := post(JSON(1))
	r.Query = url.Values{InputToken: {"EAAother"}}
	_, err := c.Call(t.Context(), r, nil)
	f := failureOf(t, err)
	require.Equal(t, 190, f.Code)
	require.Equal(t, "AxII", f.TraceID)
	require.Equal(t, 400, f.Status)
	require.Contains(t, f.Message, "Malformed access token [hidden]")

	asJSON, err := json.Marshal(f)
	require.NoError(t, err)
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("attempt", "error", f)
	for _, shown := range []string{f.Error(), string(asJSON), log.String(), fmt.Sprintf("%+v", c.settings)} {
		for _, s := range []string{testToken, testProof, testSecret, "EAAother"} {
			require.NotContains(t, shown, s)
		}
	}
}

func TestAppToken(t *testing.T) {
	t.Parallel()
	require.Equal(t, "1|"+testSecret, clientOf("").Settings().AppToken().Reveal())
	require.True(t, Settings{AppID: "1"}.AppToken().Empty())
	require.True(t, Settings{AppSecrets: []secret.Text{secret.New("x")}}.AppToken().Empty())
}
