package metasim

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAuthorisation(t *testing.T) {
	t.Parallel()
	w := setup(t)
	call := func(change func(*http.Request)) graphReply {
		req, err := http.NewRequest(http.MethodGet, w.url+"/v25.0/me", nil)
		require.NoError(t, err)
		change(req)
		got, err := w.do(req)
		require.NoError(t, err)
		return got
	}
	query := func(kv ...string) func(*http.Request) {
		return func(r *http.Request) {
			q := url.Values{}
			for i := 0; i < len(kv); i += 2 {
				q.Set(kv[i], kv[i+1])
			}
			r.URL.RawQuery = q.Encode()
		}
	}
	good := proof(testSecret, w.page.Token)
	cases := map[string]struct {
		change   func(*http.Request)
		code     string
		contains string
	}{
		"no_token":               {query(), "104", ""},
		"unknown_token":          {query("access_token", "EAAx", "appsecret_proof", proof(testSecret, "EAAx")), "190", ""},
		"no_proof":               {query("access_token", w.page.Token), "100", "require an appsecret_proof"},
		"wrong_proof":            {query("access_token", w.page.Token, "appsecret_proof", proof("x", w.page.Token)), "100", "Invalid appsecret_proof"},
		"proof_of_another_token": {query("access_token", w.page.Token, "appsecret_proof", proof(testSecret, "y")), "100", "Invalid appsecret_proof"},
		"token_in_query":         {query("access_token", w.page.Token, "appsecret_proof", good), "", w.page.ID},
		"token_in_header": {func(r *http.Request) {
			query("appsecret_proof", good)(r)
			r.Header.Set("Authorization", "Bearer "+w.page.Token)
		}, "", w.page.ID},
		"me_of_an_app": {query("access_token", w.sim.State("", "").App.ID+"|"+testSecret), "2500", ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got := call(c.change)
			require.Equal(t, c.code, got.code(), got.raw)
			require.Contains(t, got.raw, c.contains)
			require.Equal(t, "v25.0", got.header.Get("Facebook-Api-Version"))
			require.NotEmpty(t, got.header.Get("X-Fb-Trace-Id"))
			require.NotEmpty(t, got.header.Get("X-App-Usage"))
			if c.code != "" {
				require.Equal(t, got.header.Get("X-Fb-Trace-Id"), got.at("error", "fbtrace_id"))
			}
		})
	}
	w.sim.ChangeApp(func(a *App) { a.ProofOptional = true })
	require.Empty(t, call(query("access_token", w.page.Token)).code())
	require.Equal(t, "100", call(query("access_token", w.page.Token, "appsecret_proof", "00")).code())
}

func TestDeadToken(t *testing.T) {
	t.Parallel()
	w := setup(t)
	psid := w.write("Hallo").PSID
	for _, subcode := range []int{458, 459, 460, 463, 464, 466, 467, 492} {
		w.change(func(p *Page) { p.TokenError = ErrorRef{190, subcode} })
		require.Equal(t, fmt.Sprintf("190/%d", subcode), w.send(psid, "x", "").code())
		require.Equal(t, fmt.Sprintf("190/%d", subcode), w.get("/me/subscribed_apps", nil).code())
	}
	debug := w.as(w.sim.State("", "").App.UserToken, http.MethodGet, "/debug_token", url.Values{"input_token": {w.page.Token}}, nil)
	require.Equal(t, false, debug.at("data", "is_valid"))
	require.InDelta(t, 492, debug.at("data", "error", "subcode"), 0)
	w.change(func(p *Page) { p.TokenError = ErrorRef{} })
	require.Empty(t, w.send(psid, "x", "").code())
	w.change(func(p *Page) { p.Token = "EAArotated" })
	require.Equal(t, "190", w.send(psid, "x", "").code(), "the old token is unknown")
}

func TestOnlyOwnObjects(t *testing.T) {
	t.Parallel()
	w := setup(t)
	other := w.addPage(Page{Name: "Andere Seite"})
	theirs, err := w.sim.Write(Write{Page: other.ID, Person: w.anna.ID, Text: "Hallo"})
	require.NoError(t, err)
	for path, want := range map[string]string{
		"/" + other.ID: "100/33", "/" + other.ID + "/conversations": "100/33", "/" + other.ID + "/subscribed_apps": "100/33",
		"/" + theirs.MID: "100/33", "/" + theirs.PSID: "100/33", "/me/accounts": "100/33", "/t_1/messages": "100/33",
		"/PAGE-ID": "803", "/me/photos": "100/33", "/a/b/c": "100/33", "/debug_token": "100",
	} {
		require.Equal(t, want, w.get(path, nil).code(), path)
	}
	sent := w.post("/"+other.ID+"/messages", map[string]any{
		"recipient": map[string]any{"id": theirs.PSID}, "message": map[string]any{"text": "x"},
	})
	require.Equal(t, "100/33", sent.code())
	require.Contains(t, sent.at("error", "message"), "Unsupported post request. Object with ID '"+other.ID+"'")
}

func TestVersions(t *testing.T) {
	t.Parallel()
	w := setup(t)
	served := func(prefix string) string {
		req, err := http.NewRequest(http.MethodGet, w.url+prefix+"/me", nil)
		require.NoError(t, err)
		got, err := w.do(req)
		require.NoError(t, err)
		return got.header.Get("Facebook-Api-Version")
	}
	require.Equal(t, "v26.0", served("/v26.0"))
	require.Equal(t, "v21.0", served(""), "without a version: the oldest that lives")
	require.Equal(t, "v21.0", served("/v19.0"), "a dead one is served by the oldest that lives")
	w.clock.Set(time.Date(2027, time.January, 21, 0, 0, 0, 0, time.UTC))
	require.Equal(t, "v22.0", served("/v21.0"))
}

// all follows a list by its cursors, as the research advises, and returns the ids of every page.
func (w *world) all(token, path string, query url.Values) [][]string {
	w.t.Helper()
	var lists [][]string
	for {
		got := w.as(token, http.MethodGet, path, query, nil)
		require.Empty(w.t, got.code(), got.raw)
		data, _ := got.body["data"].([]any)
		var list []string
		for i := range data {
			id, _ := got.at("data", i, "id").(string)
			list = append(list, id)
		}
		lists = append(lists, list)
		if got.at("paging", "next") == nil {
			return lists
		}
		after, _ := got.at("paging", "cursors", "after").(string)
		query = url.Values{"after": {after}, "limit": query["limit"], "fields": query["fields"]}
	}
}

func lengths(lists [][]string) []int {
	var n []int
	for _, l := range lists {
		n = append(n, len(l))
	}
	return n
}

func TestAccounts(t *testing.T) {
	t.Parallel()
	w := setup(t)
	for i := range 59 {
		w.addPage(Page{Name: fmt.Sprintf("Filiale %d", i)})
	}
	token := w.sim.State("", "").App.UserToken
	require.Equal(t, []int{25, 25, 10}, lengths(w.all(token, "/me/accounts", nil)))
	require.Equal(t, []int{40, 20}, lengths(w.all(token, "/me/accounts", url.Values{"limit": {"40"}})))
	require.Equal(t, []int{60}, lengths(w.all(token, "/me/accounts", url.Values{"limit": {"60"}})), "a full last page has no next")

	first := w.as(token, http.MethodGet, "/me/accounts", nil, nil)
	requireShape(t, first.raw, func(v any) any { return v }, nil, "graph/accounts")
	next, _ := first.at("paging", "next").(string)
	require.Contains(t, next, "access_token="+token)
	req, err := http.NewRequest(http.MethodGet, next+"&appsecret_proof="+proof(testSecret, token), nil)
	require.NoError(t, err)
	second, err := w.do(req)
	require.NoError(t, err)
	require.NotEqual(t, first.body["data"], second.body["data"])
	previous, _ := second.at("paging", "previous").(string)
	req, err = http.NewRequest(http.MethodGet, previous+"&appsecret_proof="+proof(testSecret, token), nil)
	require.NoError(t, err)
	back, err := w.do(req)
	require.NoError(t, err)
	require.Equal(t, first.body["data"], back.body["data"])
	require.Equal(t, "100", w.as(token, http.MethodGet, "/me/accounts", url.Values{"after": {"bm9uc2Vuc2U"}}, nil).code())
}

func TestConversations(t *testing.T) {
	t.Parallel()
	w := setup(t)
	for i := range 30 {
		p := w.addPerson(fmt.Sprintf("Person%d", i))
		w.clock.Add(time.Second)
		_, err := w.sim.Write(Write{Page: w.page.ID, Person: p.ID, Text: "Hallo"})
		require.NoError(t, err)
	}
	w.clock.Add(time.Second)
	m := w.write("zuletzt")
	require.Equal(t, []int{25, 6}, lengths(w.all(w.page.Token, "/me/conversations", nil)))
	newest := w.get("/me/conversations", url.Values{"fields": {"snippet,unread_count,can_reply"}, "limit": {"1"}})
	require.Equal(t, "zuletzt", newest.at("data", 0, "snippet"))
	require.Equal(t, true, newest.at("data", 0, "can_reply"))
	one := w.get("/"+w.page.ID+"/conversations", url.Values{
		"user_id": {m.PSID}, "fields": {"participants,messages.limit(5){message,from,to}"},
	})
	require.Len(t, one.body["data"], 1)
	require.Equal(t, "zuletzt", one.at("data", 0, "messages", "data", 0, "message"))
	require.Equal(t, "Anna Berg", one.at("data", 0, "messages", "data", 0, "from", "name"))
	require.Equal(t, w.page.ID, one.at("data", 0, "messages", "data", 0, "to", "data", 0, "id"))
	require.Equal(t, m.PSID+"@facebook.com", one.at("data", 0, "participants", "data", 0, "email"))
	require.JSONEq(t, `{"data":[]}`, w.get("/me/conversations", url.Values{"platform": {"instagram"}}).raw)
	require.JSONEq(t, `{"data":[]}`, w.get("/me/conversations", url.Values{"user_id": {"1"}}).raw)
}

func TestTwentyNewestMessages(t *testing.T) {
	t.Parallel()
	w := setup(t)
	var mids []string
	for i := range 27 {
		mids = append(mids, w.write(fmt.Sprint(i)).MID)
	}
	fields := url.Values{"fields": {"message"}}
	require.Equal(t, "9000001", w.get("/"+mids[6], fields).code())
	require.Equal(t, "7", w.get("/"+mids[7], fields).at("message"))
	_, err := w.sim.Unsend(mids[26])
	require.NoError(t, err)
	require.Equal(t, "9000001", w.get("/"+mids[26], fields).code())

	thread, err := w.sim.Thread(w.page.ID, w.anna.ID)
	require.NoError(t, err)
	require.Equal(t, []int{25, 2}, lengths(w.all(w.page.Token, "/"+thread.ID+"/messages", fields)))
	list := w.get("/"+thread.ID+"/messages", fields)
	require.Equal(t, "7", list.at("data", 19, "message"))
	require.Nil(t, list.at("data", 20, "message"), "older ones are listed without content")
	require.Equal(t, mids[6], list.at("data", 20, "id"))
}

func TestMessageMedia(t *testing.T) {
	t.Parallel()
	w := setup(t)
	m, err := w.sim.Write(Write{Page: w.page.ID, Person: w.anna.ID, Attachments: []Attachment{{Type: "image"}, {Type: "file"}}})
	require.NoError(t, err)
	fields := url.Values{"fields": {"attachments{mime_type,size,image_data,file_url,name},sticker,shares"}}
	got := w.get("/"+m.MID, fields)
	require.Equal(t, "image/png", got.at("attachments", "data", 0, "mime_type"))
	require.NotEmpty(t, got.at("attachments", "data", 0, "image_data", "url"))
	require.NotEmpty(t, got.at("attachments", "data", 1, "file_url"))
	require.NotContains(t, got.body, "sticker")

	w.change(func(p *Page) { p.HiddenMedia = true })
	hidden := w.get("/"+m.MID, fields)
	requireShape(t, hidden.raw, func(v any) any { return v }, nil, "graph/message")
	require.Contains(t, hidden.at("attachments", "data", 0, "name"), "Media not available")
	require.Nil(t, hidden.at("attachments", "data", 0, "image_data"))
}

func TestProfile(t *testing.T) {
	t.Parallel()
	w := setup(t)
	psid := w.write("Hallo").PSID
	got := w.get("/"+psid, url.Values{"fields": {"first_name,last_name,name,profile_pic,locale,timezone"}})
	require.Equal(t, "Anna", got.at("first_name"))
	require.Equal(t, "Anna Berg", got.at("name"))
	picture, _ := got.at("profile_pic").(string)
	req, err := http.NewRequest(http.MethodGet, picture, nil)
	require.NoError(t, err)
	served, err := w.do(req)
	require.NoError(t, err)
	require.Equal(t, "image/png", served.header.Get("Content-Type"))

	for mode, want := range map[ProfileMode]string{ProfileHidden: "100/33", ProfilePhone: "2018218", ProfileRefused: "2018247", ProfileEmpty: ""} {
		_, err := w.sim.ChangePerson(w.anna.ID, func(p *Person) { p.Profile = mode })
		require.NoError(t, err)
		got := w.get("/"+psid, nil)
		require.Equal(t, want, got.code())
		if mode == ProfileEmpty {
			require.Equal(t, "{}", got.raw)
		}
	}
}

func TestSubscribedApps(t *testing.T) {
	t.Parallel()
	w := setup(t)
	subscribe := func(fields string) graphReply {
		return w.post("/me/subscribed_apps", map[string]any{"subscribed_fields": fields})
	}
	require.Equal(t, map[string]any{"success": true}, subscribe("messages,message_echoes").body)
	require.Equal(t, map[string]any{"success": true}, subscribe("messages, messaging_postbacks").body)
	got := w.get("/"+w.page.ID+"/subscribed_apps", nil)
	require.Equal(t, []any{"messages", "messaging_postbacks"}, got.at("data", 0, "subscribed_fields"), "the list is replaced")
	require.Equal(t, w.sim.State("", "").App.ID, got.at("data", 0, "id"))

	require.Contains(t, w.post("/me/subscribed_apps", map[string]any{}).raw, "(#100) The parameter subscribed_fields is required")
	empty := subscribe("")
	require.Equal(t, 500, empty.status)
	unknown := subscribe("messages,messaging_seen")
	require.Equal(t, "100", unknown.code())
	require.Contains(t, unknown.raw, "subscribed_fields[1] must be one of {")
	w.change(func(p *Page) { p.DeniedFields = []string{"feed"} })
	denied := subscribe("messages,feed")
	require.Equal(t, "200", denied.code())
	require.Contains(t, denied.raw, "To subscribe to the feed field")
	require.Equal(t, got.body, w.get("/me/subscribed_apps", nil).body, "a refused call changes nothing")

	gone := w.as(w.page.Token, http.MethodDelete, "/me/subscribed_apps", nil, nil)
	require.Equal(t, map[string]any{"success": true}, gone.body)
	require.JSONEq(t, `{"data":[]}`, w.get("/me/subscribed_apps", nil).raw)
}

func TestDebugToken(t *testing.T) {
	t.Parallel()
	w := setup(t)
	app := w.sim.State("", "").App
	debug := func(token string) graphReply {
		return w.as(app.ID+"|"+testSecret, http.MethodGet, "/debug_token", url.Values{"input_token": {token}}, nil)
	}
	page := debug(w.page.Token)
	require.Equal(t, true, page.at("data", "is_valid"))
	require.Equal(t, "PAGE", page.at("data", "type"))
	require.Equal(t, w.page.ID, page.at("data", "profile_id"))
	require.Equal(t, "USER", debug(app.UserToken).at("data", "type"))
	require.Equal(t, false, debug("EAAnonsense").at("data", "is_valid"))
	require.Equal(t, "100", debug("").code())
}

func TestPageHeadersAndLocale(t *testing.T) {
	t.Parallel()
	w := setup(t)
	usage := `{"` + w.page.ID + `":[{"type":"messenger","call_count":208,"estimated_time_to_regain_access":7}]}`
	w.change(func(p *Page) { p.Headers = map[string]string{"X-Business-Use-Case-Usage": usage} })
	require.Equal(t, usage, w.get("/me", nil).header.Get("X-Business-Use-Case-Usage"))
	w.sim.ChangeApp(func(a *App) { a.Locale = "de_DE" })
	psid := w.write("Hallo").PSID
	w.clock.Add(standardWindow)
	late := w.send(psid, "x", "")
	require.Equal(t, "10/2018278", late.code())
	require.True(t, strings.HasPrefix(late.at("error", "message").(string), "(#10) Diese Nachricht"), late.raw)
}

func TestCalls(t *testing.T) {
	t.Parallel()
	w := setup(t)
	m := w.write("Hallo")
	thread, err := w.sim.Thread(w.page.ID, w.anna.ID)
	require.NoError(t, err)
	w.get("/me", nil)
	w.get("/"+m.PSID, nil)
	w.get("/"+m.MID, nil)
	w.get("/"+thread.ID, nil)
	w.get("/"+thread.ID+"/messages", nil)
	w.send("1", "x", "")
	var names []string
	calls := w.sim.Calls(0)
	for _, c := range calls {
		names = append(names, c.Name)
		require.Equal(t, w.page.ID, c.Page)
		require.NotContains(t, c.Path, w.page.Token)
	}
	require.Equal(t, []string{"page", "profile", "message", "conversation", "messages", "send"}, names)
	require.Equal(t, ErrorRef{100, 2018001}, calls[5].Error)
	require.Equal(t, 400, calls[5].Status)
	require.Len(t, w.sim.Calls(2), 2)
}
