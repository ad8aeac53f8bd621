package metasim

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/clock"
	"kontor/domain/clock/clocktest"
)

const (
	testSecret = "test_app_secret"
	testVerify = "test_verify_token"
)

// world is a simulator with one page, one person and a callback, at a clock that stands still.
type world struct {
	t     *testing.T
	sim   *Sim
	clock *clock.Fixed
	url   string
	hook  *hook
	page  Page
	anna  Person
}

func setup(t *testing.T) *world {
	t.Helper()
	fixed := clock.NewFixed(time.Date(2026, time.November, 21, 9, 0, 0, 0, time.UTC))
	h := newHook(t)
	sim := New(Options{
		App:   App{Secrets: []string{testSecret}, VerifyToken: testVerify, CallbackURL: h.url},
		Clock: fixed, Shift: func(d time.Duration) time.Duration { fixed.Add(d); return d },
		Seed: 1, DeliveryTimeout: 2 * time.Second,
	})
	server := httptest.NewServer(sim.Handler())
	t.Cleanup(server.Close)
	t.Cleanup(sim.Close) // runs first
	sim.ChangeApp(func(a *App) { a.PublicURL = server.URL })
	w := &world{t: t, sim: sim, clock: fixed, url: server.URL, hook: h}
	w.page = w.addPage(Page{Name: "Café Nordlicht", HumanAgent: true})
	w.anna = w.addPerson("Anna")
	return w
}

func (w *world) addPage(p Page) Page {
	w.t.Helper()
	p.SubscribedFields = []string{
		"messages", "message_echoes", "message_edits", "message_reactions", "message_reads", "message_deliveries",
		"messaging_postbacks", "messaging_referrals", "messaging_handovers", "standby",
	}
	p, err := w.sim.AddPage(p)
	require.NoError(w.t, err)
	return p
}

func (w *world) addPerson(name string) Person {
	w.t.Helper()
	p, err := w.sim.AddPerson(Person{FirstName: name, LastName: "Berg"})
	require.NoError(w.t, err)
	return p
}

// write lets Anna write to the page and returns the message.
func (w *world) write(text string) Message {
	w.t.Helper()
	m, err := w.sim.Write(Write{Page: w.page.ID, Person: w.anna.ID, Text: text})
	require.NoError(w.t, err)
	return m
}

// flush waits until every webhook that is due was tried.
func (w *world) flush() {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), clocktest.Patience)
	defer cancel()
	require.NoError(w.t, w.sim.Flush(ctx))
}

// reply is an answer of the Graph API.
type graphReply struct {
	status int
	header http.Header
	body   map[string]any
	raw    string
}

// code is the error as code/subcode, empty for none.
func (r graphReply) code() string {
	inner, _ := r.body["error"].(map[string]any)
	code, _ := inner["code"].(float64)
	subcode, _ := inner["error_subcode"].(float64)
	return ErrorRef{int(code), int(subcode)}.String()
}

// at walks into the answer: names and list positions.
func (r graphReply) at(path ...any) any {
	var v any = r.body
	for _, step := range path {
		switch s := step.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[s]
		case int:
			l, _ := v.([]any)
			if s >= len(l) {
				return nil
			}
			v = l[s]
		}
	}
	return v
}

// get reads from the Graph API with the page's token and proof.
func (w *world) get(path string, query url.Values) graphReply {
	return w.as(w.page.Token, http.MethodGet, path, query, nil)
}

// post writes JSON to the Graph API with the page's token and proof.
func (w *world) post(path string, body any) graphReply {
	return w.as(w.page.Token, http.MethodPost, path, nil, body)
}

// send sends a text as RESPONSE.
func (w *world) send(psid, text, metadata string) graphReply {
	return w.post("/me/messages", map[string]any{
		"recipient": map[string]any{"id": psid}, "messaging_type": "RESPONSE",
		"message": map[string]any{"text": text, "metadata": metadata},
	})
}

func (w *world) as(token, method, path string, query url.Values, body any) graphReply {
	w.t.Helper()
	r, err := w.try(context.Background(), token, method, path, query, body)
	require.NoError(w.t, err)
	return r
}

// try is as without insisting on an answer.
func (w *world) try(
	ctx context.Context, token, method, path string, query url.Values, body any,
) (graphReply, error) {
	q := url.Values{"appsecret_proof": {proof(testSecret, token)}}
	for k, v := range query {
		q[k] = v
	}
	encoded, err := json.Marshal(body)
	require.NoError(w.t, err)
	if body == nil {
		encoded = nil
	}
	req, err := http.NewRequestWithContext(ctx, method, w.url+"/v25.0"+path+"?"+q.Encode(), bytes.NewReader(encoded))
	require.NoError(w.t, err)
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json")
	return w.do(req)
}

func (w *world) do(req *http.Request) (graphReply, error) {
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return graphReply{}, err
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	r := graphReply{status: res.StatusCode, header: res.Header, raw: string(raw)}
	_ = json.Unmarshal(raw, &r.body) // some answers are no JSON on purpose
	return r, err
}

// control calls the control API.
func (w *world) control(method, path, body string) (int, map[string]any) {
	w.t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), method, w.url+"/control/"+path, strings.NewReader(body))
	require.NoError(w.t, err)
	r, err := w.do(req)
	require.NoError(w.t, err)
	return r.status, r.body
}

// hook is a callback that keeps what it gets.
type hook struct {
	url string

	mu      sync.Mutex
	answer  http.HandlerFunc
	got     []posted
	changed chan struct{}
}

// posted is one POST to the callback.
type posted struct {
	header http.Header
	body   string
}

func newHook(t *testing.T) *hook {
	t.Helper()
	h := &hook{changed: make(chan struct{})}
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	h.url = server.URL
	return h
}

// ServeHTTP keeps the post and answers it as told; 200 without being told.
func (h *hook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	h.mu.Lock()
	if r.Method == http.MethodPost {
		h.got = append(h.got, posted{r.Header, string(body)})
		close(h.changed)
		h.changed = make(chan struct{})
	}
	answer := h.answer
	h.mu.Unlock()
	if answer != nil {
		answer(w, r)
	}
}

// answers makes the callback answer this way from now on.
func (h *hook) answers(f http.HandlerFunc) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.answer = f
}

func (h *hook) fails() {
	h.answers(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
}

func (h *hook) posts() []posted {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]posted{}, h.got...)
}

// await waits until so many posts have come.
func (h *hook) await(t *testing.T, n int) []posted {
	t.Helper()
	limit := time.After(clocktest.Patience)
	for {
		h.mu.Lock()
		got, changed := len(h.got), h.changed
		h.mu.Unlock()
		if got >= n {
			return h.posts()
		}
		select {
		case <-changed:
		case <-limit:
			require.FailNow(t, "webhooks are missing", "got %d of %d", got, n)
		}
	}
}

// updates returns every element that came, in order, with the list it stood in.
func (h *hook) updates(t *testing.T) []map[string]any {
	t.Helper()
	var all []map[string]any
	for _, p := range h.posts() {
		var e struct {
			Entry []struct{ Messaging, Standby []map[string]any }
		}
		require.NoError(t, json.Unmarshal([]byte(p.body), &e))
		for _, entry := range e.Entry {
			all = append(all, append(entry.Messaging, entry.Standby...)...)
		}
	}
	return all
}
