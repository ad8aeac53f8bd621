package meta

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPages(t *testing.T) {
	t.Parallel()
	recorded, err := os.ReadFile("testdata/paging/paging-02.json")
	require.NoError(t, err)
	pages := map[string]string{
		"":                 string(recorded),
		"NzU1MjI1MjU0":     `{"data":[],"paging":{"cursors":{"after":"second"},"next":"https://elsewhere.example/?access_token=x"}}`,
		"second":           `{"data":[{"id":"9"}],"paging":{"cursors":{"after":"third"}}}`,
		"third":            `{"error":{"code":100}}`,
		"never_asked_for!": "",
	}
	c := graph(t, func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		if q.Get("fields") != "id" {
			t.Error("the query is lost on the way")
		}
		_, _ = io.WriteString(w, pages[q.Get("after")])
	})
	request := Request{Method: http.MethodGet, Path: []string{"me", "accounts"}, Query: url.Values{"fields": {"id"}}}
	count := func(stopAfter int) (got []int) {
		err := c.Pages(t.Context(), request, func(data json.RawMessage) bool {
			var list []any
			require.NoError(t, json.Unmarshal(data, &list))
			got = append(got, len(list))
			return len(got) != stopAfter
		})
		require.NoError(t, err)
		return got
	}
	require.Equal(t, []int{6, 0, 1}, count(0), "an empty page is not the last; one without a link is")
	require.Equal(t, []int{6}, count(1))
	require.Error(t, graph(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, pages["third"])
	}).Pages(t.Context(), request, func(json.RawMessage) bool { return true }))
}

func TestPagesThatGoRoundInCirclesEnd(t *testing.T) {
	t.Parallel()
	c := graph(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"data":[],"paging":{"cursors":{"after":"same"},"next":"x"}}`)
	})
	asked := 0
	require.NoError(t, c.Pages(t.Context(), Request{Method: http.MethodGet, Path: []string{"x"}}, func(json.RawMessage) bool {
		asked++
		return true
	}))
	require.Equal(t, maxPages, asked)
}
