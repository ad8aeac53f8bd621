package httpapi_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/app/apptest"
)

func TestLongAnswersAreCompressedForWhoTakesIt(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	browser := a.Owner.With("Accept-Encoding", "gzip, br")
	long := browser.Do("GET", "/channel-kinds", nil)
	require.Equal(t, "gzip", long.Header.Get("Content-Encoding"))
	require.Contains(t, long.Header.Values("Vary"), "Accept-Encoding")
	plain, err := gzip.NewReader(bytes.NewReader(long.Body))
	require.NoError(t, err)
	var kinds map[string]any
	require.NoError(t, json.NewDecoder(plain).Decode(&kinds))
	require.NotEmpty(t, kinds["items"])

	for path, who := range map[string]*apptest.Client{
		"/channel-kinds": a.Owner.With("Accept-Encoding", "identity"),
		"/tags":          browser, // too short to gain
		"/stream":        browser, // no event waits for others
	} {
		require.Empty(t, who.Do("GET", path, nil).Header.Get("Content-Encoding"), path)
	}
}
