package main

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestHealth(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answer int
		code   int
		says   string
	}{
		"ready":     {http.StatusOK, 0, "in words"},
		"not_ready": {http.StatusServiceUnavailable, 1, "the server is not ready: in words"},
		"away":      {0, 1, "the server does not answer"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mux := http.NewServeMux()
			mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(test.answer)
				_, _ = w.Write([]byte("in words"))
			})
			server := httptest.NewServer(mux)
			t.Cleanup(server.Close)
			if test.answer == 0 {
				server.Close()
			}
			c := newTerminal(t)
			c.environ = append(c.environ, "KONTOR_LISTEN="+server.Listener.Addr().String())
			code, out, errs := c.run(t, "", "health")
			require.Equal(t, test.code, code)
			require.Contains(t, out+errs, test.says)
		})
	}
}

func TestAServerThatListensEverywhereIsHere(t *testing.T) {
	t.Parallel()
	for listen, want := range map[string]string{
		":80": "localhost:80", "0.0.0.0:80": "localhost:80", "[::]:80": "localhost:80", "10.1.2.3:80": "10.1.2.3:80",
	} {
		require.Equal(t, want, reachable(listen))
	}
}
