package metasim

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/clock/clocktest"
)

// TestControl plays a whole story over HTTP alone, as the tests of a separate process do.
func TestControl(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ok := func(method, path, body string) map[string]any {
		t.Helper()
		status, answer := w.control(method, path, body)
		require.Equal(t, 200, status, "%s: %v", path, answer)
		return answer
	}
	page, _ := ok("POST", "pages", `{"name":"Werkstatt","token":"EAAcontrol","subscribed_fields":["messages"]}`)["id"].(string)
	person, _ := ok("POST", "people", `{"first_name":"Jonas"}`)["id"].(string)
	both := fmt.Sprintf(`"page":%q,"person":%q`, page, person)
	m := ok("POST", "write", `{`+both+`,"text":"Hallo"}`)
	mid, _ := m["mid"].(string)
	ok("POST", "edit", `{"mid":"`+mid+`","text":"Hallo!"}`)
	ok("POST", "react", `{"mid":"`+mid+`","emoji":"👍"}`)
	ok("POST", "tap", `{`+both+`,"title":"Los","payload":"GO"}`)
	ok("POST", "arrive", `{`+both+`,"ref":"shop"}`)
	ok("POST", "inbox", `{`+both+`,"text":"Moin"}`)
	ok("POST", "read", `{`+both+`}`)
	ok("POST", "emit", `{"page":"`+page+`","field":"x","element":{"y":1}}`)
	ok("POST", "flush", ``)
	ok("PATCH", "pages/"+page, `{"token_error":"190/460"}`)
	require.Equal(t, "190/460", ok("PATCH", "pages/"+page, `{"human_agent":true}`)["token_error"], "other keys stay")
	ok("PATCH", "people/"+person, `{"profile":"phone"}`)
	require.Equal(t, "551/1545041", ok("PATCH", "threads/"+page+"/"+person, `{"unavailable":"551/1545041"}`)["unavailable"])
	app := ok("PATCH", "app", `{"name":"Kontor","secrets":["new","test_app_secret"]}`)
	require.NotContains(t, app, "secrets")
	fault := ok("POST", "faults", `{"call":"send","answer":"hang","accept":true,"count":-1}`)
	id, _ := fault["id"].(string)
	ok("DELETE", "faults/"+id, ``)
	require.Empty(t, w.sim.Faults())
	before := w.clock.Now()
	ok("POST", "advance", `{"by":"25h"}`)
	require.Equal(t, before.Add(25*time.Hour), w.clock.Now())
	ok("PATCH", "webhooks", `{"hold":true}`)
	ok("POST", "write", `{`+both+`,"text":"gehalten"}`)
	require.InDelta(t, 0, ok("POST", "release", `{"batch":10}`)["pending"], 0)
	ok("POST", "redeliver", `{"id":"1"}`)
	ok("POST", "dashboard-test", `{"shape":"message"}`)
	require.InDelta(t, 200, ok("POST", "post", `{"body":"{","sign":"wrong"}`)["status"], 0)
	ok("POST", "unsend", `{"mid":"`+mid+`"}`)
	state := ok("GET", "state?page="+page+"&person="+person, "")
	thread, _ := state["thread"].(map[string]any)
	require.Len(t, thread["messages"], 3)
	for _, path := range []string{"ledger", "doubles", "deliveries", "calls", "faults", "errors"} {
		status, _ := w.control("GET", path, "")
		require.Equal(t, 200, status, path)
	}
}

func TestControlRefusals(t *testing.T) {
	t.Parallel()
	w := setup(t)
	cases := []struct {
		method, path, body string
		status             int
		code               string
	}{
		{"POST", "write", `{"page":"1","person":"2","text":"x"}`, 404, "page.unknown"},
		{"POST", "write", `{"page":"` + w.page.ID + `","person":"2","text":"x"}`, 404, "person.unknown"},
		{"POST", "write", `{"page":"` + w.page.ID + `","person":"` + w.anna.ID + `"}`, 422, "message.empty"},
		{"POST", "write", `{"pagge":"1"}`, 422, "body.malformed"},
		{"PATCH", "pages/" + w.page.ID, `{"tokken":"1"}`, 422, "body.malformed"},
		{"PATCH", "pages/1", `{}`, 404, "page.unknown"},
		{"POST", "pages", `{"id":"` + w.page.ID + `"}`, 422, "page.exists"},
		{"POST", "edit", `{"mid":"m_1","text":"x"}`, 404, "message.unknown"},
		{"POST", "advance", `{"by":"tomorrow"}`, 422, "advance.by"},
		{"POST", "handshake", `{}`, 422, "callback.refused"},
		{"POST", "files", ``, 422, "file.size"},
	}
	for _, c := range cases {
		status, body := w.control(c.method, c.path, c.body)
		require.Equal(t, c.status, status, c.path)
		require.Equal(t, c.code, body["error"], c.path)
	}
	fixed := New(Options{Seed: 1})
	t.Cleanup(fixed.Close)
	_, err := fixed.Advance(time.Hour)
	require.ErrorIs(t, err, Refusal("clock.fixed"))
}

func TestReadmeNamesEveryDoor(t *testing.T) {
	t.Parallel()
	routes, err := os.ReadFile("control_routes.go")
	require.NoError(t, err)
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	doors := regexp.MustCompile(`"[A-Z]+ /control/([a-z-]+)`).FindAllStringSubmatch(string(routes), -1)
	require.Greater(t, len(doors), 25)
	for _, door := range doors {
		require.Regexp(t, `(post|patch) `+door[1]+`\b|\$SIM/`+door[1]+`\b`, string(readme))
	}
}

func TestControlRefusesOtherOrigins(t *testing.T) {
	t.Parallel()
	w := setup(t)
	req, err := http.NewRequest(http.MethodPost, w.url+"/control/people", strings.NewReader(`{}`))
	require.NoError(t, err)
	req.Header.Set("Origin", "https://elsewhere.example")
	got, err := w.do(req)
	require.NoError(t, err)
	require.Equal(t, http.StatusForbidden, got.status)
	require.Len(t, w.sim.State("", "").People, 1)
}

func TestFilesOfPeople(t *testing.T) {
	t.Parallel()
	w := setup(t)
	status, f := w.control("POST", "files?name=a/b.png", string(drawSticker()))
	require.Equal(t, 200, status)
	require.Equal(t, "a_b.png", f["name"])
	require.Equal(t, "image/png", f["type"])
	id, _ := f["id"].(string)
	_, err := w.sim.Write(Write{Page: w.page.ID, Person: w.anna.ID, Attachments: []Attachment{{Type: "image", File: id}}})
	require.NoError(t, err)
	_, err = w.sim.Write(Write{Page: w.page.ID, Person: w.anna.ID, Attachments: []Attachment{{Type: "image", File: "1"}}})
	require.ErrorIs(t, err, Refusal("file.unknown"))
}

func TestEditsAreLimited(t *testing.T) {
	t.Parallel()
	w := setup(t)
	m := w.write("0")
	for i := range maxEdits {
		_, err := w.sim.Edit(Edit{m.MID, fmt.Sprint(i + 1)})
		require.NoError(t, err)
	}
	_, err := w.sim.Edit(Edit{m.MID, "6"})
	require.ErrorIs(t, err, Refusal("message.edits"))
}

func TestStreamTellsOfChanges(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ctx, cancel := context.WithTimeout(context.Background(), clocktest.Patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, w.url+"/control/stream", nil)
	require.NoError(t, err)
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer func() { _ = res.Body.Close() }()
	require.Equal(t, "text/event-stream", res.Header.Get("Content-Type"))
	lines := bufio.NewScanner(res.Body)
	next := func() int64 {
		for lines.Scan() {
			if data, is := strings.CutPrefix(lines.Text(), "data: "); is {
				var v struct{ Revision int64 }
				require.NoError(t, json.Unmarshal([]byte(data), &v))
				return v.Revision
			}
		}
		require.FailNow(t, "the stream ended")
		return 0
	}
	first := next()
	w.write("Hallo")
	require.Greater(t, next(), first)
}

func TestSameSeedSameIDs(t *testing.T) {
	t.Parallel()
	a, b := setup(t), setup(t)
	require.Equal(t, a.page, b.page)
	require.Equal(t, a.write("x").MID, b.write("x").MID)
	require.Regexp(t, `^m_[A-Za-z0-9]{64}$`, a.write("y").MID)
	other := New(Options{})
	t.Cleanup(other.Close)
	p, err := other.AddPage(Page{})
	require.NoError(t, err)
	require.NotEqual(t, a.page.Token, p.Token)
}

// TestManyAtOnce is for the race detector: people write, the page answers, a reader looks on, settings change.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	w := setup(t)
	const people, each = 8, 10
	var all sync.WaitGroup
	for i := range people {
		who := w.addPerson(fmt.Sprintf("P%d", i))
		all.Go(func() {
			for n := range each {
				m, err := w.sim.Write(Write{Page: w.page.ID, Person: who.ID, Text: fmt.Sprint(n)})
				if err != nil {
					t.Errorf("write: %v", err)
					return
				}
				w.send(m.PSID, "re "+fmt.Sprint(n), fmt.Sprintf("%s:%d", who.ID, n))
				w.sim.State(w.page.ID, who.ID)
				w.sim.ChangeWebhooks(func(s *Webhooks) { s.Batch = n % 4 })
			}
		})
	}
	all.Wait()
	w.flush()
	require.Len(t, w.sim.Ledger(LedgerQuery{}), people*each)
	require.Empty(t, w.sim.Doubles())
	require.Len(t, w.hook.updates(t), 3*people*each, "message, echo and receipt of each")
}
