package metasim

import (
	"encoding/json"
	"io/fs"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func phoneTexts(t *testing.T, language string) map[string]string {
	t.Helper()
	raw, err := phoneFiles.ReadFile("phone/texts/" + language + ".json")
	require.NoError(t, err)
	texts := map[string]string{}
	require.NoError(t, json.Unmarshal(raw, &texts))
	return texts
}

func TestPhoneTexts(t *testing.T) {
	t.Parallel()
	en, de := phoneTexts(t, "en"), phoneTexts(t, "de")
	placeholder := regexp.MustCompile(`\{\w+\}`)
	for key, text := range en {
		require.NotEmpty(t, de[key], "%s has no German words", key)
		require.ElementsMatch(t, placeholder.FindAllString(text, -1), placeholder.FindAllString(de[key], -1), key)
	}
	require.Len(t, de, len(en))

	// Keys stand in the sources as "area.word"; a key that is put together has its beginning before ${.
	literal := regexp.MustCompile("[\"`]((?:app|view|cast|page|person|field|dialog|arrive|chat|tick|kind|composer|attach|time|" +
		"window|panel|post|inbox|token|echo|subscription|blocked|profile|owner|webhooks|release|fault|log|delivery|lead)" +
		`\.[a-z_]*)(\$\{)?`)
	used := map[string]bool{}
	require.NoError(t, fs.WalkDir(phoneFiles, "phone", func(path string, _ fs.DirEntry, err error) error {
		require.NoError(t, err)
		if !strings.HasSuffix(path, ".js") && !strings.HasSuffix(path, ".html") {
			return nil
		}
		source, err := phoneFiles.ReadFile(path)
		require.NoError(t, err)
		for _, found := range literal.FindAllStringSubmatch(string(source), -1) {
			matched := false
			for key := range en {
				if key == found[1] || found[2] != "" && strings.HasPrefix(key, found[1]) {
					used[key], matched = true, true
				}
			}
			require.True(t, matched, "%s uses %s", path, found[1])
		}
		return nil
	}))
	for key := range en {
		require.True(t, used[key] || strings.HasPrefix(key, "error."), "%s is used nowhere", key)
	}
}

func TestPhonePage(t *testing.T) {
	t.Parallel()
	w := setup(t)
	get := func(path string) graphReply {
		req, err := http.NewRequest(http.MethodGet, w.url+path, nil)
		require.NoError(t, err)
		got, err := w.do(req)
		require.NoError(t, err)
		require.Equal(t, 200, got.status, path)
		return got
	}
	for _, path := range []string{"/", "/phone", "/phone/"} {
		page := get(path)
		require.Contains(t, page.header.Get("Content-Security-Policy"), "default-src 'none'; script-src 'self'")
		require.NotRegexp(t, `<script>|<style|\sstyle=|\son\w+=|https?://`, page.raw, "nothing inline, nothing from outside")
	}
	files := regexp.MustCompile(`(?:src|href)="([^"]+)"`).FindAllStringSubmatch(get("/phone/").raw, -1)
	require.NotEmpty(t, files)
	for _, f := range files {
		get("/phone/" + f[1])
	}
	require.Equal(t, "text/javascript; charset=utf-8", get("/phone/js/app.js").header.Get("Content-Type"))
}

func TestStateHidesSecrets(t *testing.T) {
	t.Parallel()
	w := setup(t)
	raw, err := json.Marshal(w.sim.State(w.page.ID, w.anna.ID))
	require.NoError(t, err)
	require.NotContains(t, string(raw), testSecret)
	require.NotContains(t, string(raw), testVerify)
}
