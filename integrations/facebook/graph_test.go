package facebook_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/domain/channel"
	"kontor/domain/clock"
	"kontor/domain/ids"
	"kontor/domain/secret"
	"kontor/integrations/channeltest"
	"kontor/integrations/facebook"
	"kontor/integrations/guardhttp"
	"kontor/integrations/meta"
)

const (
	pageToken   = "EAAPpagetoken"
	systemToken = "EAAPsystemuser"
	appSecret   = "0123appsecret"
	appID       = "1162849923571152"
	someone     = "1263168107239692"
)

// graph is a small Graph API: one page, which does as it is told and keeps what it has taken.
type graph struct {
	mu        sync.Mutex
	answer    http.HandlerFunc // to sends, whatever they say; nil is to accept
	raw       http.HandlerFunc // the same, with the body still to be read
	hang      func()
	taken     []channeltest.Taken
	requests  []request
	handlers  map[string]http.HandlerFunc // by method and path, instead of its own
	subscribe []string
	denied    []string // fields that lack a permission
	last      string   // the body of the last call but sends
}

// body is that of the last call but sends.
func (g *graph) body() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.last
}

type request struct {
	Line, Token string
}

// start starts a Graph API and returns an adapter that talks to it, through the guarded client.
func start(t *testing.T) (*graph, *facebook.Adapter, channel.Access) {
	t.Helper()
	g := &graph{handlers: map[string]http.HandlerFunc{}}
	s := httptest.NewServer(g)
	t.Cleanup(s.Close)
	out, err := guardhttp.New(guardhttp.Options{Exempt: []string{s.URL}})
	require.NoError(t, err)
	client := meta.NewClient(meta.Settings{
		GraphURL: s.URL, LoginURL: "https://login.example", PublicURL: "https://kontor.example", Version: "v25.0", AppID: appID, AppSecrets: []secret.Text{secret.New(appSecret)},
	}, out, clock.System{})
	return g, facebook.New(client), channel.Access{
		AccountID: ids.New(), ChannelID: ids.New(), ExternalID: page, Token: secret.New(pageToken),
	}
}

func (g *graph) on(line string, h http.HandlerFunc) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.handlers[line] = h
}

func says(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript; charset=UTF-8")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func saysError(code, subcode int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		says(http.StatusBadRequest, fmt.Sprintf(
			`{"error":{"message":"(#%d) %s %s %s","code":%d,"error_subcode":%d,"fbtrace_id":"AxII"}}`,
			code, token, r.URL.Query().Get("appsecret_proof"), appSecret, code, subcode))(w, r)
	}
}

// ServeHTTP answers a call.
func (g *graph) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	line := r.Method + " " + strings.TrimPrefix(r.URL.Path, "/v25.0/")
	token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	if r.URL.Query().Get("appsecret_proof") == "" && line != "POST oauth/access_token" { // that one carries the secret itself
		says(http.StatusBadRequest, `{"error":{"code":100,"message":"API calls from the server require an appsecret_proof argument"}}`)(w, r)
		return
	}
	if line == "POST "+page+"/messages" {
		g.send(w, r)
		return
	}
	body, _ := io.ReadAll(r.Body)
	r.PostForm, _ = url.ParseQuery(string(body))
	g.mu.Lock()
	g.last = string(body)
	g.requests = append(g.requests, request{line, token})
	own := g.handlers[line]
	g.mu.Unlock()
	if own != nil {
		own(w, r)
		return
	}
	if token != pageToken && token != systemToken && !strings.HasPrefix(token, appID+"|") {
		saysError(190, 0)(w, r)
		return
	}
	g.serve(w, r, line, token, string(body))
}

func (g *graph) serve(w http.ResponseWriter, r *http.Request, line, token, body string) {
	switch line {
	case "GET debug_token":
		says(http.StatusOK, `{"data":{"app_id":`+appID+`,"is_valid":true,"scopes":["pages_messaging","leads_retrieval","pages_read_engagement","pages_read_user_content"]}}`)(w, r)
	case "GET me":
		id := page
		if token == systemToken {
			id = "99"
		}
		says(http.StatusOK, `{"id":"`+id+`","name":"Möbel & Mehr"}`)(w, r)
	case "GET " + page:
		says(http.StatusOK, `{"id":"`+page+`","name":"Möbel & Mehr","access_token":"`+pageToken+`"}`)(w, r)
	case "POST " + page + "/subscribed_apps":
		g.subscribes(w, r, body)
	case "DELETE " + page + "/subscribed_apps":
		says(http.StatusOK, `{"success":"true"}`)(w, r)
	case "GET " + page + "/conversations":
		g.conversations(w)
	default:
		saysError(100, 33)(w, r)
	}
}

func (g *graph) subscribes(w http.ResponseWriter, r *http.Request, body string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	fields := strings.Split(strings.TrimPrefix(strings.ReplaceAll(body, "%2C", ","), "subscribed_fields="), ",")
	for _, f := range fields {
		if slices.Contains(g.denied, f) {
			saysError(200, 0)(w, r)
			return
		}
	}
	g.subscribe = fields
	says(http.StatusOK, `{"success":true}`)(w, r)
}

func (g *graph) conversations(w http.ResponseWriter) {
	g.mu.Lock()
	defer g.mu.Unlock()
	messages := []any{}
	for _, m := range slices.Backward(g.taken) {
		messages = append(messages, map[string]any{
			"id": m.ID, "created_time": clock.System{}.Now().Format("2006-01-02T15:04:05-0700"),
			"from": map[string]any{"id": page}, "message": m.Text,
		})
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"data": []any{map[string]any{
		"message_count": len(messages), "messages": map[string]any{"data": messages},
	}}})
}

// send is POST /{page}/messages: JSON, or multipart with a file.
func (g *graph) send(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	answer, raw, hang := g.answer, g.raw, g.hang
	g.mu.Unlock()
	if raw != nil {
		raw(w, r)
		return
	}
	if answer != nil {
		_, _ = io.Copy(io.Discard, r.Body)
		answer(w, r)
		return
	}
	taken, err := decode(r)
	if err != nil {
		return // a request that broke off
	}
	g.mu.Lock()
	taken.ID = "m_" + strconv.Itoa(len(g.taken)+1)
	g.taken = append(g.taken, taken)
	g.mu.Unlock()
	if hang != nil {
		hang()
		<-r.Context().Done()
		return
	}
	says(http.StatusOK, `{"recipient_id":"`+taken.Person+`","message_id":"`+taken.ID+`"}`)(w, r)
}

func decode(r *http.Request) (channeltest.Taken, error) {
	var m struct {
		Recipient struct{ ID string }
		Message   struct{ Text, Metadata string }
	}
	var taken channeltest.Taken
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		if err := json.NewDecoder(r.Body).Decode(&m); err != nil {
			return taken, err
		}
	} else {
		if err := r.ParseMultipartForm(1 << 20); err != nil {
			return taken, err
		}
		for name, into := range map[string]any{"recipient": &m.Recipient, "message": &m.Message} {
			if err := json.Unmarshal([]byte(r.FormValue(name)), into); err != nil {
				return taken, err
			}
		}
		f, _, err := r.FormFile("filedata")
		if err != nil {
			return taken, err
		}
		if taken.File, err = io.ReadAll(f); err != nil {
			return taken, err
		}
	}
	taken.Person, taken.Text, taken.Token = m.Recipient.ID, m.Message.Text, m.Message.Metadata
	return taken, nil
}

// Accept makes it take everything.
func (g *graph) Accept() { g.set(nil, nil) }

// Hang makes it take what comes and never answer.
func (g *graph) Hang(took func()) { g.set(nil, took) }

// Refuse makes it answer with an error of a class.
func (g *graph) Refuse(class channel.Class) bool {
	g.set(map[channel.Class]http.HandlerFunc{
		channel.Rejected:      saysError(551, 1545041),
		channel.OutsideWindow: saysError(10, 2018278),
		channel.Throttled:     saysError(80006, 0),
		channel.Temporary:     saysError(1200, 2018024),
		channel.Disconnected:  saysError(190, 460),
		channel.Unconfirmed:   saysError(1, 1357046),
	}[class], nil)
	return true
}

func (g *graph) set(answer http.HandlerFunc, hang func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.answer, g.hang = answer, hang
}

// Taken is what it has taken.
func (g *graph) Taken() []channeltest.Taken {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.taken)
}

func (g *graph) lines() (lines []string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, r := range g.requests {
		lines = append(lines, r.Line)
	}
	return lines
}

func (g *graph) subscribed() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.subscribe)
}

// lastToken is the token of the last call.
func (g *graph) lastToken() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.requests[len(g.requests)-1].Token
}
