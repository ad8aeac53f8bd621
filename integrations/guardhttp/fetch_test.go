package guardhttp_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/integrations/guardhttp"
)

func TestFetchTellsTheTypeByTheBytes(t *testing.T) {
	t.Parallel()
	c, address := server(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "image/png")
		if r.URL.Path == "/named.bin" {
			w.Header().Set("Content-Disposition", `attachment; filename="../bill.pdf"`)
		}
		_, _ = io.WriteString(w, "%PDF-1.7\n"+strings.Repeat("x", 10_000))
	})
	for path, name := range map[string]string{"/named.bin": "../bill.pdf", "/a/photo.png?sig=1": "photo.png", "/": ""} {
		body, info, err := c.Fetch(t.Context(), address+path, 20_000)
		require.NoError(t, err)
		require.Equal(t, "application/pdf", info.MIME)
		require.Equal(t, name, info.Name)
		all, err := io.ReadAll(body)
		require.NoError(t, err)
		require.Len(t, all, 10_009)
		require.NoError(t, body.Close())
	}
}

func TestFetchFailures(t *testing.T) {
	t.Parallel()
	status := map[string]int{
		"/403": 403, "/404": 404, "/410": 410, "/400": 400, "/429": 429, "/408": 408, "/500": 500, "/503": 503, "/204": 204,
	}
	c, address := server(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/honest":
			w.Header().Set("Content-Length", "100000")
			_, _ = w.Write(make([]byte, 100_000))
		case "/endless":
			for {
				if _, err := w.Write(make([]byte, 10_000)); err != nil {
					return
				}
			}
		case "/short": // promises more than it sends
			w.Header().Set("Content-Length", "5000")
			_, _ = w.Write(make([]byte, 4000))
		case "/hangup":
			panic(http.ErrAbortHandler)
		case "/packed":
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write([]byte("x"))
		default:
			w.WriteHeader(status[r.URL.Path])
		}
	})
	read := func(ctx context.Context, path string) error {
		body, _, err := c.Fetch(ctx, address+path, 50_000)
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, body)
		require.NoError(t, body.Close())
		return err
	}
	for path, want := range map[string]error{
		"/403": guardhttp.ErrGone, "/404": guardhttp.ErrGone, "/410": guardhttp.ErrGone, "/400": guardhttp.ErrGone,
		"/429": guardhttp.ErrTemporary, "/408": guardhttp.ErrTemporary, "/500": guardhttp.ErrTemporary,
		"/503": guardhttp.ErrTemporary, "/204": guardhttp.ErrTemporary, "/hangup": guardhttp.ErrTemporary,
		"/short": guardhttp.ErrTemporary, "/honest": guardhttp.ErrTooLarge, "/endless": guardhttp.ErrTooLarge,
		"/packed": guardhttp.ErrGone,
	} {
		t.Run(strings.TrimPrefix(path, "/"), func(t *testing.T) {
			t.Parallel()
			err := read(t.Context(), path)
			require.ErrorIs(t, err, want)
			require.NotContains(t, err.Error(), address, "addresses may be signed")
		})
	}
	t.Run("out_of_time", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		require.ErrorIs(t, read(ctx, "/204"), guardhttp.ErrTemporary)
	})
	t.Run("nobody_there", func(t *testing.T) {
		t.Parallel()
		s := httptest.NewServer(http.NotFoundHandler())
		s.Close()
		_, _, err := client(t, s.URL).Fetch(t.Context(), s.URL, 10)
		require.ErrorIs(t, err, guardhttp.ErrTemporary)
	})
}

func TestFetchTakesExactlyTheLimit(t *testing.T) {
	t.Parallel()
	c, address := server(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, 5000)) })
	for limit, want := range map[int64]error{5000: nil, 4999: guardhttp.ErrTooLarge, 100: guardhttp.ErrTooLarge} {
		body, _, err := c.Fetch(t.Context(), address, limit)
		if err == nil {
			_, err = io.Copy(io.Discard, body)
			_ = body.Close()
		}
		require.ErrorIs(t, err, want)
	}
}
