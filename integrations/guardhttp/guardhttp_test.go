package guardhttp_test

import (
	"compress/gzip"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/domain/errs"
	"kontor/integrations/guardhttp"
)

// server starts a server that the client may reach although it is local.
func server(t *testing.T, h http.HandlerFunc) (*guardhttp.Client, string) {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return client(t, s.URL), s.URL
}

func client(t *testing.T, exempt ...string) *guardhttp.Client {
	t.Helper()
	c, err := guardhttp.New(guardhttp.Options{Exempt: exempt})
	require.NoError(t, err)
	return c
}

func TestAddressesThatAreRefused(t *testing.T) {
	t.Parallel()
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("a refused address was reached")
	}))
	t.Cleanup(inside.Close)
	port := inside.URL[strings.LastIndex(inside.URL, ":"):]
	c := client(t)
	for name, address := range map[string]string{
		"another_port":         inside.URL,
		"loopback":             "http://127.0.0.1/",
		"loopback_by_name":     "http://localhost/",
		"loopback_in_v6":       "http://[::1]/",
		"mapped_loopback":      "http://[::ffff:127.0.0.1]/",
		"metadata_service":     "http://169.254.169.254/latest/meta-data/",
		"private":              "https://10.0.0.1/",
		"carrier_grade_nat":    "https://100.64.0.1/",
		"unspecified":          "http://0.0.0.0/",
		"unspecified_in_v6":    "http://[::]/",
		"decimal":              "http://2130706433/",
		"octal":                "http://0177.0.0.1/",
		"hexadecimal":          "http://0x7f000001/",
		"hexadecimal_parts":    "http://0x7f.0.0.0x1/",
		"short":                "http://127.1/",
		"trailing_dot":         "http://127.0.0.1./",
		"only_a_dot":           "http://./",
		"user":                 "http://example.org@127.0.0.1/",
		"user_at_exempt_port":  "http://user" + port + "@example.org/",
		"file":                 "file:///etc/passwd",
		"gopher":               "gopher://127.0.0.1:6379/_FLUSHALL",
		"data":                 "data:text/plain,x",
		"no_scheme":            "//127.0.0.1/",
		"no_address":           "3424f5d4779e",
		"no_host":              "http:///x",
		"malformed":            "http://[::1",
		"port_of_other_scheme": "http://157.240.1.35:443/",
		"redis":                "http://157.240.1.35:6379/",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := c.Fetch(t.Context(), address, 1000)
			require.ErrorIs(t, err, guardhttp.ErrAddress)
			require.Equal(t, errs.Invalid, errs.KindOf(err))
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader("x"))
			if err == nil {
				_, err = c.Do(req) //nolint:bodyclose // there is none
				require.ErrorIs(t, err, guardhttp.ErrAddress)
			}
		})
	}
}

func TestExemptionIsExact(t *testing.T) {
	t.Parallel()
	c, address := server(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "here") })
	body, _, err := c.Fetch(t.Context(), address+"/x", 1000)
	require.NoError(t, err)
	require.NoError(t, body.Close())

	other := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(other.Close)
	_, _, err = c.Fetch(t.Context(), other.URL, 1000)
	require.ErrorIs(t, err, guardhttp.ErrAddress, "another port of the same host")
	_, _, err = c.Fetch(t.Context(), strings.Replace(address, "127.0.0.1", "localhost", 1), 1000)
	require.ErrorIs(t, err, guardhttp.ErrAddress, "another name of the same host")

	_, err = guardhttp.New(guardhttp.Options{Exempt: []string{"127.0.0.1:80"}})
	require.Error(t, err)
}

func TestRedirectsAreCheckedHopByHop(t *testing.T) {
	t.Parallel()
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("the redirect was followed")
	}))
	t.Cleanup(inside.Close)
	var targets = map[string]string{
		"/metadata": "http://169.254.169.254/latest/meta-data/",
		"/loopback": inside.URL + "/",
		"/file":     "file:///etc/passwd",
		"/loop":     "/loop",
		"/two":      "/metadata",
	}
	c, address := server(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, targets[r.URL.Path], http.StatusFound)
	})
	for path := range targets {
		t.Run(strings.TrimPrefix(path, "/"), func(t *testing.T) {
			t.Parallel()
			_, _, err := c.Fetch(t.Context(), address+path, 1000)
			require.ErrorIs(t, err, guardhttp.ErrAddress)
		})
	}
}

func TestRedirectToAnotherHostCarriesNothing(t *testing.T) {
	t.Parallel()
	got := make(chan http.Header, 1)
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got <- r.Header }))
	t.Cleanup(other.Close)
	first := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/here" {
			http.Redirect(w, r, "/same", http.StatusFound)
			return
		}
		if r.URL.Path == "/same" {
			got <- r.Header
			return
		}
		code := http.StatusFound
		if r.URL.Path == "/body" {
			code = http.StatusTemporaryRedirect
		}
		http.Redirect(w, r, other.URL+"/x", code)
	}))
	t.Cleanup(first.Close)
	c := client(t, first.URL, other.URL)
	ask := func(method, path string) error {
		req, err := http.NewRequestWithContext(t.Context(), method, first.URL+path, strings.NewReader("text of a customer"))
		require.NoError(t, err)
		req.Header.Set("Authorization", "Bearer canary")
		req.Header.Set("Cookie", "canary")
		resp, err := c.Do(req)
		if err == nil {
			_ = resp.Body.Close()
		}
		return err
	}

	require.NoError(t, ask(http.MethodGet, "/elsewhere?signature=canary"))
	header := <-got
	for name, values := range header {
		require.NotContains(t, strings.Join(values, " "), "canary", name)
	}
	require.NoError(t, ask(http.MethodGet, "/here"))
	require.Equal(t, "Bearer canary", (<-got).Get("Authorization"), "the same host is still asked as us")
	require.ErrorIs(t, ask(http.MethodPost, "/body"), guardhttp.ErrAddress)
}

func TestDoCapsWhatAnAnswerUnpacksTo(t *testing.T) {
	t.Parallel()
	c, address := server(t, func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			t.Error("compression was not offered")
		}
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		_, _ = z.Write(make([]byte, guardhttp.MaxAnswer+1))
		_ = z.Close()
	})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	require.NoError(t, err)
	resp, err := c.Do(req)
	require.NoError(t, err)
	n, err := io.Copy(io.Discard, resp.Body)
	require.ErrorIs(t, err, guardhttp.ErrTooLarge)
	require.Equal(t, int64(guardhttp.MaxAnswer), n)
	require.NoError(t, resp.Body.Close())
}

func TestTLS(t *testing.T) {
	t.Parallel()
	plain := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(plain.Close)
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/down" {
			http.Redirect(w, r, plain.URL, http.StatusFound)
		}
	}))
	t.Cleanup(s.Close)
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	trusting, err := guardhttp.New(guardhttp.Options{
		Exempt: []string{s.URL, plain.URL}, TLS: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
	})
	require.NoError(t, err)

	body, _, err := trusting.Fetch(t.Context(), s.URL, 10)
	require.NoError(t, err)
	require.NoError(t, body.Close())
	_, _, err = client(t, s.URL).Fetch(t.Context(), s.URL, 10)
	require.ErrorIs(t, err, guardhttp.ErrTemporary, "an unknown certificate")
	_, _, err = trusting.Fetch(t.Context(), s.URL+"/down", 10)
	require.ErrorIs(t, err, guardhttp.ErrAddress, "from https down to http")
}

func TestNoProxyFromTheEnvironment(t *testing.T) { // not parallel: it sets the environment
	proxy := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("the proxy was asked")
	}))
	t.Cleanup(proxy.Close)
	t.Setenv("HTTP_PROXY", proxy.URL)
	t.Setenv("http_proxy", proxy.URL)
	_, _, err := client(t).Fetch(t.Context(), "http://127.0.0.1/", 10)
	require.ErrorIs(t, err, guardhttp.ErrAddress)
}
