package httpapi_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/app/apptest"
	"kontor/app/web"
)

func TestScreensAreServedBesideTheAPI(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	for _, path := range []string{"//", "//sign-in", "//tasks/0192?queue=new", "//apiary", "//documents"} {
		answer := a.Anonymous.Do("GET", path, nil)
		require.Equal(t, http.StatusOK, answer.Status, path)
		require.Equal(t, "text/html; charset=utf-8", answer.Header.Get("Content-Type"))
		require.Equal(t, web.Policy, answer.Header.Get("Content-Security-Policy"))
		require.Equal(t, "no-cache", answer.Header.Get("Cache-Control"))
		require.Equal(t, "nosniff", answer.Header.Get("X-Content-Type-Options"))
	}
	require.Equal(t, http.StatusOK, a.Anonymous.Do("HEAD", "//tasks", nil).Status)
}

func TestServersOwnAddressesAreNoScreens(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	for _, path := range []string{
		"//api", "//api/", "//api/v2/tasks", "//webhooks/nothing", "//oauth/x", "//deletion", "//docs", "//healthz/x", "//assets/gone.js",
		"//favicon.ico",
	} {
		a.Anonymous.Do("GET", path, nil).Refused(http.StatusNotFound, "request.not_found")
	}
	for _, method := range []string{"POST", "PUT", "DELETE"} {
		a.Anonymous.Do(method, "//tasks", nil).Refused(http.StatusNotFound, "request.not_found")
	}
	require.Equal(t, http.StatusNotFound, a.Anonymous.Do("HEAD", "//api/v1/nothing", nil).Status)
}
