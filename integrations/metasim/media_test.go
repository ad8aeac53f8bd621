package metasim

import (
	"bytes"
	"context"
	"encoding/json"
	"image/png"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// mediaLink is the link of an attachment as the app gets it.
func (w *world) mediaLink(kind string) string {
	w.t.Helper()
	_, err := w.sim.Write(Write{Page: w.page.ID, Person: w.anna.ID, Attachments: []Attachment{{Type: kind}}})
	require.NoError(w.t, err)
	w.flush()
	updates := w.hook.updates(w.t)
	raw, err := json.Marshal(updates[len(updates)-1]["message"])
	require.NoError(w.t, err)
	var m struct {
		Attachments []struct{ Payload struct{ URL string } }
	}
	require.NoError(w.t, json.Unmarshal(raw, &m))
	return m.Attachments[0].Payload.URL
}

// downloaded is what came of a link.
type downloaded struct {
	status int
	header http.Header
	length int64 // as announced; -1 when it was not
	data   []byte
}

func (w *world) download(link string, limit int64) (downloaded, error) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, link, nil)
	require.NoError(w.t, err)
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	if err != nil {
		return downloaded{}, err
	}
	defer func() { _ = res.Body.Close() }()
	data, err := io.ReadAll(io.LimitReader(res.Body, limit))
	return downloaded{res.StatusCode, res.Header, res.ContentLength, data}, err
}

func TestMedia(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string]string{
		"image": "image/png", "sticker": "image/png", "audio": "audio/wav", "video": "video/mp4", "file": "application/pdf",
	} {
		t.Run("serves_"+kind, func(t *testing.T) {
			t.Parallel()
			w := setup(t)
			got, err := w.download(w.mediaLink(kind), maxFile)
			require.NoError(t, err)
			require.Equal(t, 200, got.status)
			require.Equal(t, want, got.header.Get("Content-Type"))
			require.Equal(t, int64(len(got.data)), got.length)
			if strings.HasPrefix(want, "image/") {
				_, err := png.Decode(bytes.NewReader(got.data))
				require.NoError(t, err)
			} else {
				require.Equal(t, want, strings.Replace(http.DetectContentType(got.data), "wave", "wav", 1), "the bytes are what they say")
			}
		})
	}
	t.Run("expires", func(t *testing.T) {
		t.Parallel()
		w := setup(t)
		w.sim.ChangeApp(func(a *App) { a.MediaHours = 2 })
		link := w.mediaLink("image")
		w.clock.Add(2*time.Hour - time.Second)
		got, err := w.download(link, maxFile)
		require.NoError(t, err)
		require.Equal(t, 200, got.status)
		w.clock.Add(time.Second)
		got, err = w.download(link, maxFile)
		require.NoError(t, err)
		require.Equal(t, 403, got.status)
	})
	t.Run("changed_link_is_refused", func(t *testing.T) {
		t.Parallel()
		w := setup(t)
		link := w.mediaLink("image")
		got, err := w.download(strings.Replace(link, "oe=", "oe=f", 1), maxFile)
		require.NoError(t, err)
		require.Equal(t, 403, got.status)
		got, err = w.download(strings.Replace(link, "/media/", "/media/9", 1), maxFile)
		require.NoError(t, err)
		require.Equal(t, 404, got.status)
	})
}

func TestMediaFaults(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		fault Fault
		check func(*testing.T, downloaded, error)
	}{
		"redirect": {Fault{Answer: AnswerRedirect, Location: "http://169.254.169.254/"}, func(t *testing.T, r downloaded, _ error) {
			require.Equal(t, http.StatusFound, r.status)
			require.Equal(t, "http://169.254.169.254/", r.header.Get("Location"))
		}},
		"wrong_type": {Fault{Answer: AnswerWrongType}, func(t *testing.T, r downloaded, _ error) {
			require.Equal(t, "text/html; charset=utf-8", r.header.Get("Content-Type"))
			require.Contains(t, string(r.data), "<html")
		}},
		"too_large": {Fault{Answer: AnswerTooLarge}, func(t *testing.T, r downloaded, _ error) {
			require.Greater(t, r.length, int64(4*maxFile)-1)
		}},
		"endless": {Fault{Answer: AnswerEndless}, func(t *testing.T, r downloaded, _ error) {
			require.Equal(t, int64(-1), r.length)
			require.Len(t, r.data, maxFile)
		}},
		"cut": {Fault{Answer: AnswerCut}, func(t *testing.T, _ downloaded, err error) { require.Error(t, err) }},
		"drop": {Fault{Answer: AnswerDrop}, func(t *testing.T, _ downloaded, err error) {
			require.Error(t, err)
		}},
		"html": {Fault{Answer: AnswerHTML, Status: 503}, func(t *testing.T, r downloaded, _ error) {
			require.Equal(t, 503, r.status)
		}},
		"star_is_for_graph_calls": {Fault{Call: "*", Answer: AnswerDrop}, func(t *testing.T, r downloaded, _ error) {
			require.Equal(t, 200, r.status)
		}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := setup(t)
			link := w.mediaLink("image")
			if c.fault.Call == "" {
				c.fault.Call = "media"
			}
			_, err := w.sim.AddFault(c.fault)
			require.NoError(t, err)
			got, err := w.download(link, maxFile)
			c.check(t, got, err)
		})
	}
}
