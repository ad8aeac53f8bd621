package meta

import (
	"encoding/base64"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/secret"
)

const recordedRequest = "jTvGo4P6ZdxYiZj-0-weXUGYxBmDJ6sTwKbKd-UjGCs." +
	"eyJ1c2VyX2lkIjoiMjE4NDcxIiwiYWxnb3JpdGhtIjoiSE1BQy1TSEEyNTYiLCJpc3N1ZWRfYXQiOjEyOTE4MzY4MDB9"

func noticeDoor(secrets ...string) *Door {
	var s Settings
	for _, text := range secrets {
		s.AppSecrets = append(s.AppSecrets, secret.New(text))
	}
	return NewDoor(s)
}

func signedRequest(key, payload string) url.Values {
	encoded := base64.RawURLEncoding.EncodeToString([]byte(payload))
	mac := base64.RawURLEncoding.EncodeToString(sign(secret.New(key), []byte(encoded)))
	return url.Values{"signed_request": {mac + "." + encoded}}
}

func TestSignedRequests(t *testing.T) {
	t.Parallel()
	d := noticeDoor("newer_secret", "test_app_secret")
	r, err := d.Revocation(url.Values{"signed_request": {recordedRequest}})
	require.NoError(t, err)
	require.Equal(t, "218471", r.UserID)
	require.Equal(t, time.Unix(1291836800, 0).UTC(), r.IssuedAt)

	for name, c := range map[string]struct{ payload, user, page string }{
		"page_removed":       {`{"algorithm":"HMAC-SHA256","issued_at":"1485964826","profile_id":"104","user_id":0}`, "", "104"},
		"page_without_user":  {`{"algorithm":"HMAC-SHA256","issued_at":1485964826,"profile_id":104,"user_id":null}`, "", "104"},
		"number":             {`{"algorithm":"hmac-sha256","user_id":90071992547409931}`, "90071992547409931", ""},
		"more_than_we_know":  {`{"algorithm":"HMAC-SHA256","user_id":"7","user":{"country":"de"}}`, "7", ""},
		"of_nobody_at_all":   {`{"algorithm":"HMAC-SHA256"}`, "", ""},
		"time_that_is_none":  {`{"algorithm":"HMAC-SHA256","user_id":"7","issued_at":-5}`, "7", ""},
		"padded_is_fine_too": {`{"algorithm":"HMAC-SHA256","user_id":"12345"}`, "12345", ""},
	} {
		r, err := d.Revocation(signedRequest("newer_secret", c.payload))
		require.NoError(t, err, name)
		require.Equal(t, c.user, r.UserID, name)
		require.Equal(t, c.page, r.ExternalID, name)
	}
}

func TestForgedSignedRequests(t *testing.T) {
	t.Parallel()
	d := noticeDoor("test_app_secret")
	mac, payload, _ := strings.Cut(recordedRequest, ".")
	other := base64.RawURLEncoding.EncodeToString([]byte(`{"user_id":"1","algorithm":"HMAC-SHA256"}`))
	for name, text := range map[string]string{
		"none": "", "garbage": "garbage", "unsigned": "." + payload, "only_signed": mac + ".", "another_payload": mac + "." + other,
		"short_signature": mac[:20] + "." + payload, "no_base64": "!!!." + payload, "two": recordedRequest + "." + payload,
	} {
		_, err := d.Revocation(url.Values{"signed_request": {text}})
		require.ErrorIs(t, err, ErrSignedRequest, name)
	}
	for name, payload := range map[string]string{
		"another_algorithm": `{"user_id":"1","algorithm":"HMAC-MD5"}`, "no_algorithm": `{"user_id":"1"}`, "no_json": `user_id=1`,
		"none": `{"user_id":"1","algorithm":"none"}`,
	} {
		_, err := d.Revocation(signedRequest("test_app_secret", payload))
		require.ErrorIs(t, err, ErrSignedRequest, name)
	}
	_, err := d.Revocation(signedRequest("another", `{"user_id":"1","algorithm":"HMAC-SHA256"}`))
	require.ErrorIs(t, err, ErrSignedRequest)
	for _, without := range []*Door{noticeDoor(), noticeDoor("")} {
		_, err = without.Revocation(signedRequest("", `{"user_id":"1","algorithm":"HMAC-SHA256"}`))
		require.ErrorIs(t, err, ErrSignedRequest, "a door without secrets believes nobody")
	}
}

func FuzzSignedRequest(f *testing.F) {
	f.Add(recordedRequest)
	f.Add("a.b.c")
	f.Add(".")
	d := noticeDoor("some other secret")
	f.Fuzz(func(t *testing.T, text string) {
		_, err := d.Revocation(url.Values{"signed_request": {text}})
		require.ErrorIs(t, err, ErrSignedRequest)
	})
}

func TestLanded(t *testing.T) {
	t.Parallel()
	d := noticeDoor()
	r := d.Landed(url.Values{"state": {"s"}, "code": {"c"}})
	require.Equal(t, "s", r.State)
	require.Equal(t, "c", r.Code.Reveal())
	require.False(t, r.Denied)
	require.Empty(t, r.Error)
	r = d.Landed(url.Values{
		"state": {"s"}, "error": {"access_denied"}, "error_reason": {"user_denied"}, "error_description": {"Permissions error"},
	})
	require.True(t, r.Denied)
	require.Equal(t, "Permissions error", r.Error)
	r = d.Landed(url.Values{"error_code": {"1349048"}, "error_message": {"Can't load URL"}})
	require.False(t, r.Denied)
	require.Equal(t, "Can't load URL", r.Error)
}
