package metasim

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	testBack   = "http://kontor.example/oauth/meta/callback"
	testScopes = "pages_show_list,pages_manage_metadata,pages_messaging,business_management"
)

// manager adds a user with n pages, and returns both.
func (w *world) manager(n int) (User, []string) {
	w.t.Helper()
	u := User{Name: "Mia Manager"}
	var pages []string
	for i := range n {
		p, err := w.sim.AddPage(Page{Name: fmt.Sprintf("Filiale %02d", i+1)})
		require.NoError(w.t, err)
		u.Pages = append(u.Pages, Managed{Page: p.ID})
		pages = append(pages, p.ID)
	}
	u, err := w.sim.AddUser(u)
	require.NoError(w.t, err)
	return u, pages
}

func (w *world) dialogURL() string {
	q := url.Values{
		"client_id": {w.sim.State("", "").App.ID}, "redirect_uri": {testBack}, "state": {"s t&te"}, "scope": {testScopes},
		"response_type": {"code"},
	}
	return w.url + "/v25.0/dialog/oauth?" + q.Encode()
}

// comeBack ends the dialog and returns what the browser brings back.
func (w *world) comeBack(l Login) url.Values {
	w.t.Helper()
	l.URL = w.dialogURL()
	end, err := w.sim.Login(l)
	require.NoError(w.t, err)
	to, err := url.Parse(end.Location)
	require.NoError(w.t, err)
	require.Equal(w.t, "/oauth/meta/callback", to.Path)
	require.Equal(w.t, "s t&te", to.Query().Get("state"))
	return to.Query()
}

func (w *world) exchange(form url.Values) graphReply {
	w.t.Helper()
	for name, value := range map[string]string{"client_id": w.sim.State("", "").App.ID, "client_secret": testSecret} {
		if form.Get(name) == "" {
			form.Set(name, value)
		}
	}
	req, err := http.NewRequest(http.MethodPost, w.url+"/v25.0/oauth/access_token", strings.NewReader(form.Encode()))
	require.NoError(w.t, err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r, err := w.do(req)
	require.NoError(w.t, err)
	return r
}

// token is a user's long-lived token after a login.
func (w *world) token(l Login) string {
	w.t.Helper()
	code := w.comeBack(l).Get("code")
	short, _ := w.exchange(url.Values{"code": {code}, "redirect_uri": {testBack}}).at("access_token").(string)
	long := w.exchange(url.Values{"grant_type": {"fb_exchange_token"}, "fb_exchange_token": {short}})
	require.Equal(w.t, http.StatusOK, long.status, long.raw)
	require.InDelta(w.t, 5183944, long.at("expires_in"), 0)
	token, _ := long.at("access_token").(string)
	require.NotEqual(w.t, short, token)
	return token
}

func (w *world) asUser(token, method, path string) graphReply {
	return w.as(token, method, path, nil, nil)
}

func TestCodesAreGoodOnceAndNotForLong(t *testing.T) {
	t.Parallel()
	w := setup(t)
	u, pages := w.manager(1)
	redeem := func(code, back string) string {
		return w.exchange(url.Values{"code": {code}, "redirect_uri": {back}, "grant_type": {"authorization_code"}}).code()
	}
	login := Login{User: u.ID, Pages: pages}
	code := w.comeBack(login).Get("code")
	require.Equal(t, "100/36008", redeem(code, testBack+"/"), "another address")
	require.Empty(t, redeem(code, testBack))
	require.Equal(t, "100/36009", redeem(code, testBack), "once")
	require.Equal(t, "100/36008", redeem("made up", testBack))
	late := w.comeBack(login).Get("code")
	w.clock.Add(11 * time.Minute)
	require.Equal(t, "100/36007", redeem(late, testBack))
	require.Equal(t, "1", w.exchange(url.Values{"code": {code}, "client_secret": {"wrong"}}).code())
	require.Equal(t, "101", w.exchange(url.Values{"code": {code}, "client_id": {"1"}}).code())

	denied := w.comeBack(Login{User: u.ID, Deny: true})
	require.Equal(t, "access_denied", denied.Get("error"))
	require.Equal(t, "user_denied", denied.Get("error_reason"))
	require.Empty(t, denied.Get("code"))
}

func TestAccountsComeInPages(t *testing.T) {
	t.Parallel()
	w := setup(t)
	u, pages := w.manager(30)
	token := w.token(Login{User: u.ID, All: true})
	first := w.asUser(token, "GET", "/me/accounts")
	require.Len(t, first.at("data"), 25)
	after, _ := first.at("paging", "cursors", "after").(string)
	second := w.as(token, "GET", "/me/accounts", url.Values{"after": {after}}, nil)
	require.Len(t, second.at("data"), 5)
	require.Nil(t, second.at("paging", "next"))
	require.Equal(t, pages[29], second.at("data", 4, "id"))
	require.Equal(t, "MANAGE", second.at("data", 4, "tasks", 5))
	require.Equal(t, u.ID, w.asUser(token, "GET", "/me").at("id"))

	require.Equal(t, "100/33", w.asUser(token, "GET", "/"+w.page.ID).code(), "a page of others")
	two := w.token(Login{User: u.ID, Pages: pages[:2]})
	require.Len(t, w.asUser(two, "GET", "/me/accounts").at("data"), 2)
	require.Equal(t, "100/33", w.asUser(two, "GET", "/"+pages[2]).code(), "a page not ticked")
}

func TestPageTokensDoWhatWasGranted(t *testing.T) {
	t.Parallel()
	w := setup(t)
	u, pages := w.manager(2)
	token := w.token(Login{
		User: u.ID, Pages: pages, Declined: []string{"business_management"},
		Unticked: map[string][]string{"pages_messaging": pages[1:]},
	})
	pageToken := func(i int) string {
		text, _ := w.as(token, "GET", "/"+pages[i], url.Values{"fields": {"access_token"}}, nil).at("access_token").(string)
		return text
	}
	first := pageToken(0)
	require.Equal(t, first, pageToken(0), "the same while it lives")
	subscribe := func(i int, fields string) string {
		return w.as(pageToken(i), "POST", "/"+pages[i]+"/subscribed_apps", nil, map[string]any{"subscribed_fields": fields}).code()
	}
	require.Empty(t, subscribe(0, "messages,feed"))
	require.Equal(t, "200", subscribe(0, "messages,leadgen"))
	require.Equal(t, "200", subscribe(1, "messages"), "not ticked for this page")
	require.Equal(t, "230", w.as(pageToken(1), "GET", "/"+pages[1]+"/conversations", nil, nil).code())

	app := w.sim.State("", "").App
	about := w.as(app.ID+"|"+testSecret, "GET", "/debug_token", url.Values{"input_token": {token}}, nil)
	require.Equal(t, u.ID, about.at("data", "user_id"))
	require.Equal(t, []any{"pages_manage_metadata", "pages_messaging", "pages_show_list", "public_profile"}, about.at("data", "scopes"))
	require.Equal(t, []any{pages[0]}, about.at("data", "granular_scopes", 1, "target_ids"))
	require.InDelta(t, w.clock.Now().Add(longLife).Unix(), about.at("data", "expires_at"), 0)
	about = w.as(app.ID+"|"+testSecret, "GET", "/debug_token", url.Values{"input_token": {pageToken(0)}}, nil)
	require.Equal(t, "PAGE", about.at("data", "type"))
	require.InDelta(t, 0, about.at("data", "expires_at"), 0, "never")
	permissions := w.asUser(token, "GET", "/me/permissions")
	require.Equal(t, "declined", permissions.at("data", 4, "status"))

	_, err := w.sim.ChangeUser(u.ID, func(u *User) { u.Pages[0].Tasks = []string{"ADVERTISE"} })
	require.NoError(t, err)
	require.Equal(t, "200", subscribe(0, "messages"), "the person lacks the task")
}

func TestPagesOfABusiness(t *testing.T) {
	t.Parallel()
	w := setup(t)
	u, pages := w.manager(2)
	_, err := w.sim.ChangeUser(u.ID, func(u *User) { u.Pages[1].Business = "Holding" })
	require.NoError(t, err)
	token := w.token(Login{User: u.ID, All: true, Declined: []string{"business_management"}})
	require.Len(t, w.asUser(token, "GET", "/me/accounts").at("data"), 1)
	require.Equal(t, "100/33", w.asUser(token, "GET", "/"+pages[1]).code())
	token = w.token(Login{User: u.ID, All: true})
	require.Len(t, w.asUser(token, "GET", "/me/accounts").at("data"), 2)
}

func TestTokensDie(t *testing.T) {
	t.Parallel()
	w := setup(t)
	u, pages := w.manager(1)
	login := Login{User: u.ID, Pages: pages}
	token := w.token(login)
	_, err := w.sim.LogOut(u.ID)
	require.NoError(t, err)
	require.Equal(t, "190/460", w.asUser(token, "GET", "/me").code())
	token = w.token(login)
	require.Empty(t, w.asUser(token, "DELETE", "/me/permissions").code())
	require.Equal(t, "190/458", w.asUser(token, "GET", "/me").code())
	token = w.token(login)
	w.clock.Add(61 * 24 * time.Hour)
	require.Equal(t, "190/463", w.asUser(token, "GET", "/me").code())
	again := w.exchange(url.Values{"grant_type": {"fb_exchange_token"}, "fb_exchange_token": {token}})
	require.Equal(t, "190/463", again.code())
}

func TestDialogInABrowser(t *testing.T) {
	t.Parallel()
	w := setup(t)
	u, pages := w.manager(2)
	browser := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	get := func(address string) (int, string) {
		req, err := http.NewRequest(http.MethodGet, address, nil)
		require.NoError(t, err)
		req.Header.Set("Accept-Language", "de-DE,de;q=0.9")
		res, err := browser.Do(req)
		require.NoError(t, err)
		defer func() { _ = res.Body.Close() }()
		body, err := io.ReadAll(res.Body)
		require.NoError(t, err)
		require.Contains(t, res.Header.Get("Content-Security-Policy"), "default-src 'none'")
		return res.StatusCode, string(body)
	}
	status, body := get(w.dialogURL())
	require.Equal(t, http.StatusOK, status)
	require.Contains(t, body, "Mia Manager")
	status, body = get(w.dialogURL() + "&user=" + u.ID)
	require.Equal(t, http.StatusOK, status)
	require.Contains(t, body, "Filiale 02")
	require.Contains(t, body, "Liste der Seiten sehen")
	status, body = get(strings.Replace(w.dialogURL(), "client_id=", "client_id=9", 1))
	require.Equal(t, http.StatusBadRequest, status)
	require.Contains(t, body, "Ungültige App-ID")

	form := url.Values{
		"user": {u.ID}, "decision": {"continue"}, "page": pages, "scope": strings.Split(testScopes, ","), "detailed": {"1"},
		"allow": {"pages_show_list@" + pages[0], "pages_show_list@" + pages[1], "pages_messaging@" + pages[0]},
	}
	res, err := browser.PostForm(w.dialogURL(), form)
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	require.Equal(t, http.StatusFound, res.StatusCode)
	require.Contains(t, res.Header.Get("Location"), "code=AQ")
	got, err := w.sim.User(u.ID)
	require.NoError(t, err)
	require.Equal(t, pages, got.Granted["pages_show_list"])
	require.Equal(t, pages[:1], got.Granted["pages_messaging"])
	require.Empty(t, got.Granted["pages_manage_metadata"])

	form.Set("decision", "cancel")
	res, err = browser.PostForm(w.dialogURL(), form)
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	require.Contains(t, res.Header.Get("Location"), "error=access_denied")

	w.sim.ChangeApp(func(a *App) { a.RedirectURIs = []string{"http://other.example/"} })
	_, body = get(w.dialogURL())
	require.Contains(t, body, "URL blockiert")
	res, err = browser.Get(w.url + "/login/dialog.css")
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	require.Equal(t, http.StatusOK, res.StatusCode)
}

func TestDialogTextsSayTheSameThings(t *testing.T) {
	t.Parallel()
	english, german := loginTexts("en"), loginTexts("de")
	for key := range english {
		require.NotEmpty(t, german[key], key)
	}
	require.Len(t, german, len(english))
}

func TestNotices(t *testing.T) {
	t.Parallel()
	w := setup(t)
	u, pages := w.manager(1)
	token := w.token(Login{User: u.ID, Pages: pages})
	w.hook.answers(func(rw http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(rw, `{"url":"x"}`) })
	answer, err := w.sim.DeleteData(t.Context(), Notice{User: u.ID})
	require.NoError(t, err)
	require.JSONEq(t, `{"url":"x"}`, answer.Body)
	require.Empty(t, w.asUser(token, "GET", "/me").code(), "asking for deletion takes nothing back")

	_, err = w.sim.Deauthorize(t.Context(), Notice{User: u.ID, Sign: "wrong"})
	require.NoError(t, err)
	require.Empty(t, w.asUser(token, "GET", "/me").code(), "a forged notice is somebody else's")
	_, err = w.sim.Deauthorize(t.Context(), Notice{User: u.ID})
	require.NoError(t, err)
	require.Equal(t, "190/458", w.asUser(token, "GET", "/me").code())
	_, err = w.sim.Deauthorize(t.Context(), Notice{User: "1"})
	require.ErrorIs(t, err, Refusal("user.unknown"))

	posts := w.hook.await(t, 3)
	signed := func(i int) (sig, payload string) {
		form, err := url.ParseQuery(posts[i].body)
		require.NoError(t, err)
		sig, payload, _ = strings.Cut(form.Get("signed_request"), ".")
		return sig, payload
	}
	sig, payload := signed(2)
	m := hmac.New(sha256.New, []byte(testSecret))
	m.Write([]byte(payload))
	require.Equal(t, base64.RawURLEncoding.EncodeToString(m.Sum(nil)), sig)
	raw, err := base64.RawURLEncoding.DecodeString(payload)
	require.NoError(t, err)
	var said map[string]any
	require.NoError(t, json.Unmarshal(raw, &said))
	require.Equal(t, u.ID, said["user_id"])
	require.Equal(t, "HMAC-SHA256", said["algorithm"])
	forged, _ := signed(1)
	require.NotEqual(t, sig, forged)
}
