package facebook_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/channel"
	"kontor/integrations/meta"
)

// What an element of messaging about a lead becomes.
func TestLeadsInMessenger(t *testing.T) {
	t.Parallel()
	parse := func(element string) channel.Inbound {
		t.Helper()
		raw := fmt.Sprintf(`{"sender":{"id":"7"},"recipient":{"id":%q},"timestamp":1665424533,%s}`, page, element)
		routed, _ := door().Split(fmt.Appendf(nil, `{"object":"page","entry":[{"id":%q,"time":1665424582475,"messaging":[%s]}]}`, page, raw))
		require.Len(t, routed, 1)
		in, err := offline().Parse(routed[0].Item)
		require.NoError(t, err)
		require.Equal(t, channel.Submit, in.Action)
		require.Equal(t, "messenger", in.Transport)
		require.Equal(t, "7", in.Person.ExternalID)
		require.Equal(t, time.Unix(1665424533, 0).UTC(), in.OccurredAt)
		return in
	}
	answer := func(question, text string) channel.LeadAnswer {
		return channel.LeadAnswer{Key: question, Question: question, Values: []string{text}}
	}
	t.Run("a_summary_that_nobody_typed", func(t *testing.T) {
		t.Parallel()
		in := parse(`"message":{"mid":"m_1","text":"Lead summary:\nAre you a reseller?: Yes\nCity: Menlo Park\nwith a second line\n"},` +
			`"hop_context":{"app_id":498721317747541,"metadata":"messenger_lead_gen_complete"}`)
		require.True(t, in.Lead.Automatic)
		require.False(t, in.Lead.Incomplete)
		require.Equal(t, "m_1", in.ExternalID)
		require.Equal(t, []channel.LeadAnswer{
			answer("Are you a reseller?", "Yes"), answer("City", "Menlo Park\nwith a second line"),
		}, in.Lead.Answers)
		require.Equal(t, channel.Opening("referral"), in.Opens)
	})
	t.Run("an_incomplete_one", func(t *testing.T) {
		t.Parallel()
		in := parse(`"referral":{"source":"ADS","type":"LEAD_INCOMPLETE","ad_id":11799,"ads_context_data":{"ad_title":"Bike"}},` +
			`"lead":{"data":[{"question":"City?","answer":"Bonn"}]}`)
		require.True(t, in.Lead.Incomplete)
		require.False(t, in.Lead.Automatic)
		require.Equal(t, "11799", in.Lead.AdID)
		require.Equal(t, "Bike", in.Lead.AdName)
		require.Equal(t, []channel.LeadAnswer{answer("City?", "Bonn")}, in.Lead.Answers)
	})
	t.Run("a_form_with_an_id", func(t *testing.T) {
		t.Parallel()
		in := parse(`"in_thread_lead_form_submit":{"leadgen_id":1636129430026801,"form_id":"12345"}`)
		require.Equal(t, "1636129430026801", in.Lead.ID)
		require.Equal(t, "12345", in.Lead.FormID)
		require.Nil(t, in.Lead.Answers, "to be fetched")
	})
	t.Run("a_form_with_its_answers", func(t *testing.T) {
		t.Parallel()
		in := parse(`"in_thread_lead_form_submit":{"form_id":"12345","field_data":[{"name":"email","values":["a@b.example","c@d.example"]}]}`)
		require.Empty(t, in.Lead.ID)
		require.Equal(t, []channel.LeadAnswer{{Key: "email", Values: []string{"a@b.example", "c@d.example"}}}, in.Lead.Answers)
	})
}

// The webhook of a lead and the form inside a conversation that tells of the same one are the same event.
func TestALeadHasOneKey(t *testing.T) {
	t.Parallel()
	body := fmt.Appendf(nil, `{"object":"page","entry":[{"id":%q,"time":1485964826,"changes":[`+
		`{"field":"leadgen","value":{"leadgen_id":1636129430026801,"form_id":12345,"page_id":%q,"ad_id":0,"created_time":1485964825}},`+
		`{"field":"leadgen","value":{"leadgen_id":"1636129430026801","form_id":"12345"}}],`+
		`"messaging":[{"sender":{"id":"7"},"in_thread_lead_form_submit":{"lead_id":"1636129430026801"}}]}]}`, page, page)
	routed, _ := door().Split(body)
	require.Len(t, routed, 3)
	for _, r := range routed {
		require.Equal(t, "lead:1636129430026801", r.Item.Key)
	}
	in, err := offline().Parse(routed[1].Item)
	require.NoError(t, err)
	require.True(t, in.Lead.Organic, "0 is no ad")
	require.Equal(t, "lead_ad", in.Transport)
	require.Empty(t, in.Person.ExternalID)
}

func TestALeadWithoutAnIDIsQuarantined(t *testing.T) {
	t.Parallel()
	routed, _ := door().Split(fmt.Appendf(nil, `{"object":"page","entry":[{"id":%q,"time":1,"changes":[{"field":"leadgen","value":{"form_id":"1"}}]}]}`, page))
	_, err := offline().Parse(routed[0].Item)
	require.Error(t, err)
}

func TestFetchLead(t *testing.T) {
	t.Parallel()
	t.Run("recorded", func(t *testing.T) {
		t.Parallel()
		g, adapter, access := start(t)
		g.on("GET 1323104002784629", says(http.StatusOK, string(read(t, "testdata/graph/lead/lead-02.json"))))
		l, err := adapter.FetchLead(t.Context(), access, "1323104002784629")
		require.NoError(t, err)
		require.Equal(t, "1277273558577106", l.FormID)
		require.Equal(t, "1741724973847673", l.AdID)
		require.False(t, l.Organic)
		require.False(t, l.Test)
		require.Equal(t, time.Date(2015, 2, 28, 8, 49, 14, 0, time.UTC), l.SubmittedAt)
		require.Equal(t, []channel.LeadAnswer{
			{Key: "Ayşe Demir", Values: []string{"Honda"}}, {Key: "Mia O'Connor", Values: []string{"Hi! Do you ship to Austria?"}},
			{Key: "Phạm Anh", Values: []string{"lead.53a7fa58@mail.example"}},
		}, l.Answers)
	})
	t.Run("whole", func(t *testing.T) {
		t.Parallel()
		g, adapter, access := start(t)
		g.on("GET 5", says(http.StatusOK, `{"id":5,"created_time":1485964825,"form_id":9,"ad_id":"1","ad_name":"Bike","adset_id":"2",
			"adset_name":"Berlin","campaign_id":"3","campaign_name":"Spring","is_organic":false,"platform":"ig",
			"field_data":[{"name":"full_name","values":["<test lead: dummy data for full_name>"]},{"name":"when","values":["Mo","Di"]},{"name":"none","values":[]}],
			"custom_disclaimer_responses":[{"checkbox_key":"newsletter","is_checked":"1"}]}`))
		l, err := adapter.FetchLead(t.Context(), access, "5")
		require.NoError(t, err)
		require.Equal(t, "Spring", l.Campaign)
		require.Equal(t, "Berlin", l.AdSetName)
		require.Equal(t, "ig", l.Platform)
		require.True(t, l.Test)
		require.Equal(t, []string{"Mo", "Di"}, l.Answers[1].Values)
		require.Equal(t, []string{}, l.Answers[2].Values)
		require.Equal(t, channel.LeadAnswer{Key: "newsletter", Values: []string{"yes"}}, l.Answers[3])
	})
	t.Run("without_what_ads_need", func(t *testing.T) {
		t.Parallel()
		g, adapter, access := start(t)
		g.on("GET 5", func(w http.ResponseWriter, r *http.Request) {
			if strings.Contains(r.URL.Query().Get("fields"), "campaign_name") {
				saysError(200, 0)(w, r)
				return
			}
			says(http.StatusOK, `{"id":"5","created_time":"2026-01-01T00:00:00+0000","field_data":[{"name":"a","values":["b"]}]}`)(w, r)
		})
		l, err := adapter.FetchLead(t.Context(), access, "5")
		require.NoError(t, err)
		require.Len(t, l.Answers, 1)
		require.True(t, l.Organic)
	})
}

// What a refusal to show a lead means, by what the page says of who may see its leads.
func TestWhyALeadCannotBeRead(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		code, subcode int
		access        string
		class         channel.Class
		reason        string
	}{
		"left out by the manager": {100, 33, `{"can_access_lead":false,"app_has_leads_permission":false,"enabled_lead_access_manager":true}`,
			channel.Rejected, "leads.access_manager"},
		"a person without the task": {100, 33, `{"can_access_lead":false,"app_has_leads_permission":true,"user_has_leads_permission":false}`,
			channel.Rejected, "leads.advertise_task"},
		"an app without the permission": {200, 0, `{"can_access_lead":"false","app_has_leads_permission":0}`,
			channel.Rejected, "leads.permission_missing"},
		"for no reason":           {100, 33, `{"can_access_lead":false}`, channel.Rejected, "leads.not_readable"},
		"not there yet":           {100, 33, `{"can_access_lead":true}`, channel.Temporary, "leads.not_there"},
		"nothing is said":         {100, 33, `null`, channel.Temporary, "leads.not_there"},
		"refused, nothing's said": {200, 0, `null`, channel.Rejected, "leads.permission_missing"},
		"a dead token":            {190, 460, `null`, channel.Disconnected, meta.TokenDead},
		"too many calls":          {80005, 0, `null`, channel.Throttled, meta.RateLimited},
		"trouble":                 {2, 0, `null`, channel.Temporary, meta.PlatformTrouble},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, adapter, access := start(t)
			g.on("GET 5", saysError(c.code, c.subcode))
			g.on("GET "+page, says(http.StatusOK, `{"id":"`+page+`","has_lead_access":`+c.access+`}`))
			_, err := adapter.FetchLead(t.Context(), access, "5")
			f := failureOf(t, err)
			require.Equal(t, c.class, f.Class)
			require.Equal(t, c.reason, f.Reason)
			require.Equal(t, c.code, f.Code, "the platform's own error stays beside it")
			require.NotContains(t, f.Message, pageToken)
		})
	}
}

func TestLeadFormsOfAPage(t *testing.T) {
	t.Parallel()
	g, adapter, access := start(t)
	g.on("GET "+page+"/leadgen_forms", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("after") == "" {
			says(http.StatusOK, `{"data":[{"id":1,"name":"Test ride","status":"ACTIVE","locale":"de_DE","leads_count":"7","questions":[
				{"key":"full_name","label":"Name","type":"FULL_NAME","id":"9"},{"key":"size","type":"CUSTOM","options":[{"key":"m","value":"M"}]},{"label":"without a key"}]}],
				"paging":{"cursors":{"after":"x"},"next":"https://graph.example/?access_token=secret"}}`)(w, r)
			return
		}
		says(http.StatusOK, `{"data":[{"id":"2","name":"Newsletter"}],"paging":{"cursors":{"after":"y"}}}`)(w, r)
	})
	forms, err := adapter.LeadForms(t.Context(), access)
	require.NoError(t, err)
	require.Equal(t, []channel.LeadForm{
		{ID: "1", Name: "Test ride", Status: "ACTIVE", Locale: "de_DE", Leads: 7, Questions: []channel.LeadQuestion{
			{Key: "full_name", Label: "Name", Type: "FULL_NAME", Means: channel.AsksName},
			{Key: "size", Type: "CUSTOM", Options: []channel.LeadOption{{Key: "m", Label: "M"}}},
		}},
		{ID: "2", Name: "Newsletter", Leads: -1},
	}, forms)
}

func TestLeadsOfAForm(t *testing.T) {
	t.Parallel()
	g, adapter, access := start(t)
	since := time.Unix(1760000000, 0)
	g.on("GET 9/leads", func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		if want := `[{"field":"time_created","operator":"GREATER_THAN","value":1760000000}]`; q.Get("filtering") != want {
			t.Errorf("filtered by %s", q.Get("filtering"))
		}
		switch q.Get("after") {
		case "":
			w.Header().Set("X-Business-Use-Case-Usage", `{"1":[{"type":"leadgen","call_count":85}]}`)
			says(http.StatusOK, `{"data":[{"id":"5","created_time":"2026-01-01T00:00:00+0000","ad_id":"1","field_data":[{"name":"a","values":["b"]}]}],
				"paging":{"cursors":{"after":"x"},"next":"https://graph.example/"}}`)(w, r)
		case "x":
			says(http.StatusOK, `{"data":[]}`)(w, r)
		default:
			saysError(100, 0)(w, r)
		}
	})
	first, err := adapter.Leads(t.Context(), access, "9", since, "")
	require.NoError(t, err)
	require.Equal(t, "x", first.Next)
	require.Equal(t, 85, first.Usage)
	found := first.Leads[0]
	require.Equal(t, "9", found.FormID)
	in, err := offline().Parse(found.Item)
	require.NoError(t, err)
	require.Equal(t, channel.Submit, in.Action)
	require.Equal(t, "5", in.Lead.ID)
	require.Equal(t, "1", in.Lead.AdID)
	require.Equal(t, found.SubmittedAt, in.OccurredAt)
	told, _ := door().Split(fmt.Appendf(nil, `{"object":"page","entry":[{"id":%q,"time":1,"changes":[%s]}]}`, page, found.Item.Raw))
	require.Equal(t, told[0].Item.Key, found.Item.Key, "the webhook of the same lead has the same key")
	require.Equal(t, told[0].Item.Lane, found.Item.Lane)
	require.Equal(t, told[0].Item.OccurredAt, found.Item.OccurredAt)

	last, err := adapter.Leads(t.Context(), access, "9", since, first.Next)
	require.NoError(t, err)
	require.Empty(t, last.Next)
	_, err = adapter.Leads(t.Context(), access, "9", since, "stale")
	require.Equal(t, channel.Rejected, failureOf(t, err).Class)
}
