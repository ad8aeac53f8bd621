package facebook_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/domain/channel"
	"kontor/domain/clock"
	"kontor/domain/secret"
	"kontor/integrations/facebook"
	"kontor/integrations/meta"
)

const (
	shortToken = "EAAUshort"
	longToken  = "EAAUlong"
	loginCode  = "AQcode"
)

// exchanges answers the one call that goes without a proof: it carries the secret itself.
func (g *graph) exchanges(forms *[]url.Values) {
	g.on("POST oauth/access_token", func(w http.ResponseWriter, r *http.Request) {
		form := r.PostForm
		form.Set("in the address", r.URL.RawQuery)
		*forms = append(*forms, form)
		if form.Get("grant_type") == "fb_exchange_token" {
			says(http.StatusOK, `{"access_token":"`+longToken+`","token_type":"bearer","expires_in":5183944}`)(w, r)
			return
		}
		says(http.StatusOK, `{"access_token":"`+shortToken+`","token_type":"bearer","expires_in":3600}`)(w, r)
	})
	g.on("GET me", says(http.StatusOK, `{"id":"218471","name":"Mia"}`))
}

func TestALoginsAddress(t *testing.T) {
	t.Parallel()
	_, adapter, _ := start(t)
	address, err := adapter.LoginURL("the state")
	require.NoError(t, err)
	at, err := url.Parse(address)
	require.NoError(t, err)
	require.Equal(t, "https://login.example/v25.0/dialog/oauth", "https://"+at.Host+at.Path)
	q := at.Query()
	require.Equal(t, appID, q.Get("client_id"))
	require.Equal(t, "https://kontor.example/oauth/meta/callback", q.Get("redirect_uri"))
	require.Equal(t, "code", q.Get("response_type"))
	require.Equal(t, "rerequest", q.Get("auth_type"))
	for _, scope := range []string{"pages_show_list", "pages_messaging", "leads_retrieval", "business_management"} {
		require.Contains(t, strings.Fields(q.Get("scope")), scope)
	}
	for name, s := range map[string]meta.Settings{
		"no_app":    {LoginURL: "https://x", PublicURL: "https://y", AppSecrets: []secret.Text{secret.New("s")}},
		"no_secret": {LoginURL: "https://x", PublicURL: "https://y", AppID: "1"},
		"no_login":  {PublicURL: "https://y", AppID: "1", AppSecrets: []secret.Text{secret.New("s")}},
	} {
		_, err := facebook.New(meta.NewClient(s, nil, clock.System{})).LoginURL("x")
		require.Equal(t, meta.NotConfigured, failureOf(t, err).Reason, name)
	}
}

func TestWhatALoginAsksForCanBeNarrowed(t *testing.T) {
	t.Parallel()
	ask := func(change func(*meta.Settings)) url.Values {
		s := meta.Settings{LoginURL: "https://x", PublicURL: "https://y", AppID: "1", AppSecrets: []secret.Text{secret.New("s")}}
		change(&s)
		address, err := facebook.New(meta.NewClient(s, nil, clock.System{})).LoginURL("x")
		require.NoError(t, err)
		at, err := url.Parse(address)
		require.NoError(t, err)
		return at.Query()
	}
	few := ask(func(s *meta.Settings) { s.Permissions = []string{"pages_messaging", "pages_show_list", "made_up"} })
	require.Equal(t, "pages_show_list pages_messaging", few.Get("scope"))
	business := ask(func(s *meta.Settings) { s.LoginConfig = "77" })
	require.Equal(t, "77", business.Get("config_id"))
	require.Empty(t, business.Get("scope"), "the configuration says what is asked for")
}

func TestACodeBecomesALongLivedToken(t *testing.T) {
	t.Parallel()
	g, adapter, _ := start(t)
	var forms []url.Values
	g.exchanges(&forms)
	grant, err := adapter.Redeem(t.Context(), secret.New(loginCode))
	require.NoError(t, err)
	require.Equal(t, "218471", grant.UserID)
	require.Equal(t, "Mia", grant.UserName)
	require.Equal(t, longToken, grant.Token.Reveal())
	require.InDelta(t, 5183944, grant.ExpiresAt.Sub(clock.System{}.Now()).Seconds(), 60)
	require.Len(t, forms, 2)
	require.Equal(t, longToken, g.lastToken())
	require.Equal(t, loginCode, forms[0].Get("code"))
	require.Equal(t, "https://kontor.example/oauth/meta/callback", forms[0].Get("redirect_uri"))
	for _, f := range forms {
		require.Equal(t, appID, f.Get("client_id"))
		require.Equal(t, appSecret, f.Get("client_secret"))
		require.Empty(t, f.Get("in the address"), "nothing secret is in an address")
	}
	require.Equal(t, shortToken, forms[1].Get("fb_exchange_token"))
}

func TestACodeThatIsNoGood(t *testing.T) {
	t.Parallel()
	echoing := func(status, code, subcode int) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			says(status, fmt.Sprintf(`{"error":{"message":"%s %s %s %s","code":%d,"error_subcode":%d,"fbtrace_id":"T"}}`,
				r.PostForm.Get("code"), r.PostForm.Get("client_secret"), r.PostForm.Get("fb_exchange_token"), appSecret, code, subcode))(w, r)
		}
	}
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		class  channel.Class
		reason string
	}{
		"used":           {echoing(400, 100, 36009), channel.Rejected, meta.LoginCode},
		"expired":        {echoing(400, 100, 36007), channel.Rejected, meta.LoginCode},
		"other_address":  {echoing(400, 100, 36008), channel.Rejected, meta.LoginCode},
		"wrong_secret":   {echoing(400, 1, 0), channel.Rejected, meta.AppSettings},
		"wrong_app":      {echoing(400, 101, 0), channel.Rejected, meta.AppSettings},
		"trouble":        {echoing(500, 1, 0), channel.Temporary, meta.PlatformTrouble},
		"limit":          {echoing(400, 4, 0), channel.Throttled, meta.RateLimited},
		"html":           {says(502, "<html>"), channel.Temporary, meta.PlatformTrouble},
		"nothing_in_it":  {says(200, "{}"), channel.Temporary, meta.PlatformTrouble},
		"no_json_at_all": {says(200, "ok"), channel.Temporary, meta.PlatformTrouble},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, adapter, _ := start(t)
			g.on("POST oauth/access_token", c.answer)
			_, err := adapter.Redeem(t.Context(), secret.New(loginCode))
			f := failureOf(t, err)
			require.Equal(t, c.class, f.Class, "%v", err)
			require.Equal(t, c.reason, f.Reason, "%v", err)
			require.NotContains(t, err.Error(), loginCode)
			require.NotContains(t, err.Error(), appSecret)
		})
	}
	t.Run("the_second_exchange", func(t *testing.T) {
		t.Parallel()
		g, adapter, _ := start(t)
		g.on("POST oauth/access_token", func(w http.ResponseWriter, r *http.Request) {
			if r.PostForm.Get("grant_type") == "fb_exchange_token" {
				echoing(400, 190, 463)(w, r)
				return
			}
			says(200, `{"access_token":"`+shortToken+`","expires_in":3600}`)(w, r)
		})
		_, err := adapter.Redeem(t.Context(), secret.New(loginCode))
		require.Equal(t, meta.TokenDead, failureOf(t, err).Reason)
		require.NotContains(t, err.Error(), shortToken)
		require.NotContains(t, err.Error(), appSecret)
	})
}

// granted makes the platform say what a token is good for.
func (g *graph) granted(granular string, scopes ...string) {
	g.on("GET debug_token", says(http.StatusOK, `{"data":{"app_id":"`+appID+`","user_id":"218471","is_valid":true,"scopes":["`+
		strings.Join(scopes, `","`)+`"],"granular_scopes":[`+granular+`]}}`))
}

func TestReachFollowsCursorsAndNotLinks(t *testing.T) {
	t.Parallel()
	g, adapter, _ := start(t)
	g.granted("", "pages_show_list", "pages_manage_metadata", "pages_messaging")
	var fields string
	g.on("GET me/accounts", func(w http.ResponseWriter, r *http.Request) {
		fields = r.URL.Query().Get("fields")
		next := `"next":"https://evil.example/steal?access_token=x"`
		switch r.URL.Query().Get("after") {
		case "":
			says(200, `{"data":[{"id":"3","name":"Zoo","tasks":["MANAGE"]}],"paging":{"cursors":{"after":"B"},`+next+`}}`)(w, r)
		case "B":
			says(200, `{"data":[],"paging":{"cursors":{"after":"C"},`+next+`}}`)(w, r)
		default:
			says(200, `{"data":[{"id":1,"name":"Ämter","tasks":["MANAGE"]},{"id":"3","name":"Zoo"}],"paging":{"cursors":{"after":"D"}}}`)(w, r)
		}
	})
	r, err := adapter.Reach(t.Context(), channel.Grant{Token: secret.New(systemToken)})
	require.NoError(t, err)
	require.NotContains(t, fields, "access_token", "tokens of pages nobody has chosen are not wanted")
	require.Len(t, r.Channels, 2, "a page that moved while it was read is there once")
	require.Equal(t, "3", r.Channels[0].ExternalID)
	require.Equal(t, "1", r.Channels[1].ExternalID)
	require.Empty(t, r.Channels[0].Lacks)
	require.Equal(t, 3, strings.Count(strings.Join(g.lines(), " "), "GET me/accounts"))
}

func TestReachNamesWhatIsMissing(t *testing.T) {
	t.Parallel()
	g, adapter, _ := start(t)
	g.granted(`{"scope":"pages_show_list","target_ids":["1","2","77"]},{"scope":"pages_messaging","target_ids":["2"]},
		{"scope":"ads_management","target_ids":["900"]}`,
		"pages_show_list", "pages_manage_metadata", "pages_messaging", "ads_management")
	g.on("GET me/accounts", says(200, `{"data":[{"id":"1","name":"A","tasks":["MANAGE"]},{"id":"2","name":"B","tasks":["MESSAGING"]}]}`))
	r, err := adapter.Reach(t.Context(), channel.Grant{Token: secret.New(systemToken)})
	require.NoError(t, err)
	lacks := func(i int) (all []string) {
		for _, f := range r.Channels[i].Lacks {
			all = append(all, f.Level+" "+f.Code)
		}
		return all
	}
	require.Equal(t, "77", r.Channels[0].ExternalID)
	require.Equal(t, []string{"error " + meta.InBusiness}, lacks(0), "ticked and not to be seen")
	require.Equal(t, []string{"error " + meta.PageNotTicked}, lacks(1))
	require.Equal(t, []string{"error " + meta.TaskMissing, "warning " + meta.TaskMissing, "warning " + meta.TaskMissing}, lacks(2))
	var levels []string
	for _, f := range r.Findings {
		levels = append(levels, f.Level)
	}
	require.Equal(t, []string{"warning", "warning", "warning", "warning", "warning", "info", "info"}, levels)

	g.on("GET 77", saysError(4, 0))
	_, err = adapter.Reach(t.Context(), channel.Grant{Token: secret.New(systemToken)})
	require.Equal(t, channel.Throttled, failureOf(t, err).Class)
}

func TestReachWithATokenThatIsDead(t *testing.T) {
	t.Parallel()
	for name, on := range map[string][2]string{
		"says_the_inspection": {"GET debug_token", `{"data":{"app_id":"` + appID + `","is_valid":false}}`},
		"of_another_app":      {"GET debug_token", `{"data":{"app_id":"7","is_valid":true}}`},
		"says_the_list":       {"GET me/accounts", `{"error":{"code":190,"error_subcode":460,"message":"x"}}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, adapter, _ := start(t)
			g.on(on[0], says(200, on[1]))
			_, err := adapter.Reach(t.Context(), channel.Grant{Token: secret.New(systemToken)})
			require.Equal(t, channel.Disconnected, failureOf(t, err).Class)
		})
	}
	g, adapter, _ := start(t)
	g.on("GET me/accounts", says(200, `{"data":"what"}`))
	_, err := adapter.Reach(t.Context(), channel.Grant{Token: secret.New(systemToken)})
	require.Equal(t, channel.Temporary, failureOf(t, err).Class)
}

func TestEventsAreSubscribedByWhatWasGranted(t *testing.T) {
	t.Parallel()
	g, adapter, access := start(t)
	g.granted(`{"scope":"pages_messaging","target_ids":["1"]}`, "pages_manage_metadata", "pages_messaging")
	c, err := adapter.Connect(t.Context(), access)
	require.NoError(t, err)
	require.Equal(t, "218471", c.UserID)
	require.Equal(t, []string{"messages", "messaging_postbacks", "message_echoes"}, g.subscribed(), "what a page cannot do without is asked for all the same")
	require.Contains(t, c.LeftOut, "message_reads")
	require.Equal(t, 1, strings.Count(strings.Join(g.lines(), " "), "subscribed_apps"), "in one call")
}
