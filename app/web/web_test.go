package web_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"kontor/app/web"
)

func built(t *testing.T) *web.UI {
	t.Helper()
	u, err := web.From(fstest.MapFS{
		".gitkeep":             {Data: nil},
		"index.html":           {Data: []byte("<!doctype html>screens")},
		"boot.js":              {Data: []byte("boot")},
		"favicon.svg":          {Data: []byte("<svg/>")},
		"assets/main-1a.js":    {Data: []byte("plain")},
		"assets/main-1a.js.br": {Data: []byte("brotli")},
		"assets/main-1a.js.gz": {Data: []byte("gzipped")},
		"assets/main-1a.css":   {Data: []byte("css")},
	})
	require.NoError(t, err)
	return u
}

func get(t *testing.T, u *web.UI, method, path string, headers ...string) (*httptest.ResponseRecorder, bool) {
	t.Helper()
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	return w, u.Serve(w, r)
}

func TestEveryScreenIsTheIndex(t *testing.T) {
	t.Parallel()
	u := built(t)
	for _, path := range []string{"/", "/index.html", "/sign-in", "/tasks/0192-aa?queue=new", "/tasks//x/", "/a/../tasks"} {
		w, found := get(t, u, http.MethodGet, path)
		require.True(t, found, path)
		require.Equal(t, http.StatusOK, w.Code)
		require.Equal(t, "<!doctype html>screens", w.Body.String())
		require.Equal(t, "text/html; charset=utf-8", w.Header().Get("Content-Type"))
		require.Equal(t, "no-cache", w.Header().Get("Cache-Control"))
		require.Equal(t, web.Policy, w.Header().Get("Content-Security-Policy"))
	}
}

func TestPolicyIsStrict(t *testing.T) {
	t.Parallel()
	require.NotContains(t, web.Policy, "unsafe")
	require.NotContains(t, web.Policy, "nonce")
	require.NotContains(t, web.Policy, "*")
	require.NotContains(t, web.Policy, "data:")
	require.Contains(t, web.Policy, "default-src 'none'")
	require.Contains(t, web.Policy, "frame-ancestors 'none'")
}

func TestAssets(t *testing.T) {
	t.Parallel()
	u := built(t)
	for _, test := range []struct{ accept, body, encoding string }{
		{"", "plain", ""},
		{"gzip, deflate, br, zstd", "brotli", "br"},
		{"gzip;q=1.0, br;q=0", "gzipped", "gzip"},
		{"gzip", "gzipped", "gzip"},
		{"brotli, x-gzip", "plain", ""},
	} {
		w, found := get(t, u, http.MethodGet, "/assets/main-1a.js", "Accept-Encoding", test.accept)
		require.True(t, found)
		require.Equal(t, test.body, w.Body.String(), test.accept)
		require.Equal(t, test.encoding, w.Header().Get("Content-Encoding"))
		require.Equal(t, "Accept-Encoding", w.Header().Get("Vary"))
		require.Equal(t, "text/javascript; charset=utf-8", w.Header().Get("Content-Type"))
		require.Equal(t, "public, max-age=31536000, immutable", w.Header().Get("Cache-Control"))
	}
}

func TestWhatIsNotThere(t *testing.T) {
	t.Parallel()
	u := built(t)
	for _, path := range []string{
		"/assets/main-0b.js", "/assets/main", "/favicon.ico", "/robots.txt", "/tasks/app.js", "/.gitkeep", "/assets/main-1a.js.br",
		"/../web.go", "/%2e%2e/web.go", "/.env",
	} {
		w, found := get(t, u, http.MethodGet, path)
		require.False(t, found, path)
		require.Empty(t, w.Body.String())
		require.Empty(t, w.Header())
	}
}

func TestKnownVersionIsNotSentAgain(t *testing.T) {
	t.Parallel()
	u := built(t)
	w, _ := get(t, u, http.MethodGet, "/boot.js")
	etag := w.Header().Get("ETag")
	require.NotEmpty(t, etag)
	for _, sent := range []string{etag, "W/" + etag, `"other", ` + etag} {
		again, found := get(t, u, http.MethodGet, "/boot.js", "If-None-Match", sent)
		require.True(t, found)
		require.Equal(t, http.StatusNotModified, again.Code)
		require.Empty(t, again.Body.String())
		require.Equal(t, "no-cache", again.Header().Get("Cache-Control"))
	}
	changed, _ := get(t, u, http.MethodGet, "/boot.js", "If-None-Match", `"other"`)
	require.Equal(t, http.StatusOK, changed.Code)
}

func TestHead(t *testing.T) {
	t.Parallel()
	w, found := get(t, built(t), http.MethodHead, "/tasks")
	require.True(t, found)
	require.Equal(t, http.StatusOK, w.Code)
	require.Equal(t, "22", w.Header().Get("Content-Length"))
	require.Empty(t, w.Body.String())
}

func TestProgramWithoutUISaysHowToBuildIt(t *testing.T) {
	t.Parallel()
	u, err := web.From(fstest.MapFS{".gitkeep": {}})
	require.NoError(t, err)
	w, found := get(t, u, http.MethodGet, "/tasks")
	require.True(t, found)
	require.Contains(t, w.Body.String(), "npm run build")
	require.Equal(t, web.Policy, w.Header().Get("Content-Security-Policy"))
	require.NotContains(t, w.Body.String(), "style=")

	_, err = web.New()
	require.NoError(t, err)
}
