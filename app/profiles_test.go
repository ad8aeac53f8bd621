package app_test

import (
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/app"
	"kontor/app/apptest"
	"kontor/app/config"
	"kontor/app/servers"
	"kontor/domain/clock/clocktest"
)

// TestProfiles are to be had where the settings say, and nowhere else.
func TestProfiles(t *testing.T) {
	t.Parallel()
	port, err := servers.FreePort()
	require.NoError(t, err)
	a := apptest.Start(t, func(c *config.Config, _ *app.Options) { c.ProfileListen = "127.0.0.1:" + port })
	read := func(url string) (int, string) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
		require.NoError(t, err)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			return 0, ""
		}
		defer func() { _ = answer.Body.Close() }()
		text, err := io.ReadAll(answer.Body)
		require.NoError(t, err)
		return answer.StatusCode, string(text)
	}
	clocktest.Soon(t, func() bool {
		status, text := read("http://127.0.0.1:" + port + "/debug/pprof/goroutine?debug=1")
		return status == http.StatusOK && text != ""
	}, "the profiles are there")
	_, text := read(a.URL + "/debug/pprof/goroutine?debug=1")
	require.NotContains(t, text, "goroutine profile")
}
