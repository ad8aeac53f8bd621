package sandbox_test

import (
	"encoding/json"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/app/sandbox"
	"kontor/domain/account"
	"kontor/domain/task"
	"kontor/integrations/metasim"
)

// browser goes to addresses as a browser does: with cookies, from page to page.
type browser struct {
	t    *testing.T
	http *http.Client
	url  string
}

// post posts JSON to the API and decodes the answer.
func (b *browser) post(path string, body string, into any) {
	b.t.Helper()
	raw, _ := b.send(http.MethodPost, b.url+"/api/v1"+path, "application/json", body)
	require.NoError(b.t, json.Unmarshal([]byte(raw), into), raw)
}

// send goes to an address, and returns what is there and where that was in the end.
func (b *browser) send(method, address, contentType, body string) (page string, at *url.URL) {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), method, address, strings.NewReader(body))
	require.NoError(b.t, err)
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	res, err := b.http.Do(req)
	require.NoError(b.t, err)
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	require.NoError(b.t, err)
	require.Equal(b.t, 2, res.StatusCode/100, "%s: %s", address, raw)
	return string(raw), res.Request.URL
}

var links = regexp.MustCompile(`<a href="(\?[^"]*user=[^"]*)">([^<]*)</a>`)

// What somebody does who tries connecting in the sandbox, with nothing but a browser: the dialog's own pages and forms, and
// the session's cookie on the way back.
func TestConnectingInTheSandboxWithABrowser(t *testing.T) {
	t.Parallel()
	w := start(t)
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	b := &browser{t, &http.Client{Jar: jar}, w.URL}
	var me, terms struct{ ID string }
	b.post("/session", `{"email":"`+sandbox.OwnerEmail+`","password":"`+sandbox.Password+`"}`, &me)
	b.post("/account/terms", `{"version":"`+account.TermsVersion+`"}`, &terms)
	var begun struct{ URL string }
	b.post("/channels/connect/facebook", "", &begun)

	who, _ := b.send(http.MethodGet, begun.URL, "", "")
	users := links.FindAllStringSubmatch(who, -1)
	require.Len(t, users, 2)
	base, err := url.Parse(begun.URL)
	require.NoError(t, err)
	next, err := base.Parse(html.UnescapeString(users[0][1]))
	require.NoError(t, err)
	dialog, _ := b.send(http.MethodGet, next.String(), "", "")
	values := func(name string) []string {
		var all []string
		for _, m := range regexp.MustCompile(`name="`+name+`" value="([^"]*)"`).FindAllStringSubmatch(dialog, -1) {
			all = append(all, m[1])
		}
		return all
	}
	pages := values("page")
	require.Len(t, pages, 31)
	form := url.Values{
		"user": values("user"), "page": pages, "scope": values("scope"), "allow": values("allow"), "detailed": {"1"},
		"decision": {"continue"},
	}
	landed, at := b.send(http.MethodPost, next.String(), "application/x-www-form-urlencoded", form.Encode())
	require.Equal(t, "/oauth/meta/callback", at.Path)
	require.Contains(t, landed, "Almost done")
	id := regexp.MustCompile(`connection=([0-9a-f-]{36})`).FindStringSubmatch(landed)[1]

	var outcomes struct {
		Items []struct{ Outcome string }
	}
	b.post("/channels/connections/"+id+"/pages", `{"external_ids":["`+pages[1]+`","`+pages[30]+`"]}`, &outcomes)
	require.Equal(t, "connected", outcomes.Items[0].Outcome)
	require.Equal(t, "connected", outcomes.Items[1].Outcome)
	_, err = w.Sim.Write(metasim.Write{Page: pages[1], Person: w.anna.ID, Text: "hello, branch"})
	require.NoError(t, err)
	w.soon(func() bool {
		return slices.ContainsFunc(w.tasks(), func(x task.Task) bool { return x.Snippet == "hello, branch" })
	}, "data flows at once")
}
