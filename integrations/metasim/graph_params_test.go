package metasim

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAnyID(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{`"92233720368547758071"`, `92233720368547758071`} {
		var id anyID
		require.NoError(t, json.Unmarshal([]byte(raw), &id))
		require.Equal(t, anyID("92233720368547758071"), id, "no digit is lost beyond 2^53")
	}
	var id anyID
	require.Error(t, json.Unmarshal([]byte(`{}`), &id))
}

func TestIsVersion(t *testing.T) {
	t.Parallel()
	for part, want := range map[string]bool{"v25.0": true, "v2.12": true, "v": false, "video": false, "25.0": false, "v1e3": false} {
		require.Equal(t, want, isVersion(part), part)
	}
}

// FuzzSend reads a send from whatever bytes come, in each encoding.
func FuzzSend(f *testing.F) {
	f.Add("application/json", `{"recipient":{"id":"1"},"message":{"text":"x"}}`)
	f.Add("application/x-www-form-urlencoded", `recipient={"id":1}&message={"attachment":{"type":"image"}}`)
	f.Add("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"message\"\r\n\r\n{}\r\n--x--\r\n")
	f.Add("application/json", `{"recipient":"{\"id\":\"1\"}","sender_action":"typing_on"}`)
	s := New(Options{Seed: 1})
	f.Cleanup(s.Close)
	f.Fuzz(func(t *testing.T, contentType, body string) {
		r := httptest.NewRequest(http.MethodPost, "/me/messages", strings.NewReader(body))
		r.Header.Set("Content-Type", contentType)
		p, upload, err := readParams(httptest.NewRecorder(), r)
		if err != nil {
			return
		}
		got, failure := s.readSend(&graphRequest{http: r, params: p, upload: upload})
		if failure == nil && got.Action == "" {
			require.NotNil(t, got.Message)
			require.NotEmpty(t, got.Recipient.ID)
		}
	})
}
