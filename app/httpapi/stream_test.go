package httpapi_test

import (
	"bufio"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/app/apptest"
	"kontor/app/httpapi"
	"kontor/app/realtime"
	"kontor/domain/clock"
)

func TestAStreamGoesOnFromAMoment(t *testing.T) {
	t.Parallel()
	now := clock.NewFixed(time.Now())
	a := apptest.Start(t, apptest.WithClock(now))
	now.Add(realtime.Overlap + time.Second) // the people came before that, and with them the rights
	path := func(since time.Time) string {
		return "/stream?" + url.Values{"since": {since.Format(time.RFC3339Nano)}}.Encode()
	}
	began := apptest.Get[httpapi.Me](a.Member, "/me").Now
	first := func(path string) string { return string(a.Member.Do("GET", path, nil).Body) }
	require.Contains(t, first("/stream"), "event: resync")
	require.Contains(t, first(path(began.Add(-time.Hour))), "event: resync", "loading everything is less")
	require.Contains(t, first(path(began)), "event: ready")

	mine := apptest.Post[httpapi.Task](a.Member, "/tasks", apptest.Body{"title": "One"})
	theirs := apptest.Post[httpapi.Task](a.ForeignOwner, "/tasks", apptest.Body{"title": "Another account's"})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, a.URL+httpapi.Base+path(began), http.NoBody)
	require.NoError(t, err)
	req.AddCookie(&http.Cookie{Name: "kontor_session", Value: a.Member.Cookie})
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer func() { _ = res.Body.Close() }()
	lines := bufio.NewScanner(res.Body)
	for lines.Scan() && !strings.Contains(lines.Text(), mine.ID.String()) {
		require.NotContains(t, lines.Text(), theirs.ID.String())
	}
	require.NoError(t, lines.Err())
	require.Contains(t, lines.Text(), `"type":"task.`)
}
