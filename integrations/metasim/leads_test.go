package metasim

import (
	"encoding/json"
	"fmt"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func (w *world) leadForm() LeadForm {
	w.t.Helper()
	_, err := w.sim.ChangePage(w.page.ID, func(p *Page) { p.SubscribedFields = append(p.SubscribedFields, "leadgen") })
	require.NoError(w.t, err)
	f, err := w.sim.AddForm(LeadForm{Page: w.page.ID, Name: "Probefahrt"})
	require.NoError(w.t, err)
	return f
}

func (w *world) submit(in Submission) Lead {
	w.t.Helper()
	l, err := w.sim.SubmitLead(in)
	require.NoError(w.t, err)
	return l
}

func TestALeadIsToldByItsIDAndReadLater(t *testing.T) {
	t.Parallel()
	w := setup(t)
	f := w.leadForm()
	answers := []LeadAnswer{{"email", []string{"anna@berg.example"}}}
	l := w.submit(Submission{Form: f.ID, Answers: answers, Campaign: "Herbst", ReadableAfterMS: 5000})
	got := w.hook.await(t, 1)
	var told struct {
		Entry []struct {
			ID      string
			Time    int64
			Changes []struct {
				Field string
				Value map[string]any
			}
		}
	}
	require.NoError(t, json.Unmarshal([]byte(got[0].body), &told))
	change := told.Entry[0].Changes[0]
	require.Equal(t, "leadgen", change.Field)
	require.Equal(t, l.ID, change.Value["leadgen_id"])
	require.Equal(t, f.ID, change.Value["form_id"])
	require.NotContains(t, got[0].body, "anna@berg.example")
	require.Less(t, told.Entry[0].Time, int64(1e11), "seconds")

	fields := url.Values{"fields": {"id,created_time,form_id,ad_id,ad_name,campaign_name,is_organic,platform,field_data"}}
	require.Equal(t, "100/33", w.get("/"+l.ID, fields).code())
	w.clock.Add(5 * time.Second)
	lead := w.get("/"+l.ID, fields)
	require.Equal(t, "anna@berg.example", lead.at("field_data", 0, "values", 0))
	require.Equal(t, "Herbst", lead.at("campaign_name"))
	require.Equal(t, []any{"created_time", "field_data", "id"}, keysOf(w.get("/"+l.ID, nil).body), "without fields")

	_, err := w.sim.ChangePage(w.page.ID, func(p *Page) { p.NoAdNames = true })
	require.NoError(t, err)
	lead = w.get("/"+l.ID, fields)
	require.Nil(t, lead.at("campaign_name"))
	require.NotNil(t, lead.at("ad_id"))
}

func keysOf(m map[string]any) []any {
	var keys []any
	for _, k := range []string{"ad_id", "created_time", "field_data", "id"} {
		if _, ok := m[k]; ok {
			keys = append(keys, k)
		}
	}
	return keys
}

func TestLeadAccess(t *testing.T) {
	t.Parallel()
	w := setup(t)
	f := w.leadForm()
	l := w.submit(Submission{Form: f.ID})
	access := func() graphReply { return w.get("/"+w.page.ID, url.Values{"fields": {"has_lead_access"}}) }
	require.Equal(t, true, access().at("has_lead_access", "can_access_lead"))
	for mode, code := range map[LeadAccess]string{LeadsByManager: "100/33", LeadsByTask: "100/33", LeadsByScope: "200", LeadsBlind: "100/33"} {
		_, err := w.sim.ChangePage(w.page.ID, func(p *Page) { p.LeadAccess = mode })
		require.NoError(t, err)
		require.Equal(t, code, w.get("/"+l.ID, nil).code(), mode)
		require.Equal(t, code, w.get("/"+f.ID+"/leads", nil).code(), mode)
		require.Equal(t, mode == LeadsBlind, access().at("has_lead_access", "can_access_lead"), mode)
	}
}

func TestListsOfFormsAndLeads(t *testing.T) {
	t.Parallel()
	w := setup(t)
	f := w.leadForm()
	_, err := w.sim.AddForm(LeadForm{Page: w.page.ID, Name: "Hidden", Unlisted: true})
	require.NoError(t, err)
	forms := w.get("/"+w.page.ID+"/leadgen_forms", url.Values{"fields": {"id,name,status,questions,leads_count,locale"}})
	require.Len(t, forms.at("data"), 1)
	require.Equal(t, "EMAIL", forms.at("data", 0, "questions", 1, "type"))

	var made []Lead
	for i := range 5 {
		made = append(made, w.submit(Submission{Form: f.ID, AgoHours: i, Lost: true}))
	}
	path := "/" + f.ID + "/leads"
	first := w.get(path, url.Values{"limit": {"2"}, "fields": {"id"}})
	require.Equal(t, made[0].ID, first.at("data", 0, "id"), "the newest first")
	after, _ := first.at("paging", "cursors", "after").(string)
	require.NotEmpty(t, first.at("paging", "next"))
	second := w.get(path, url.Values{"limit": {"2"}, "fields": {"id"}, "after": {after}})
	require.Equal(t, made[2].ID, second.at("data", 0, "id"))
	since := fmt.Sprintf(`[{"field":"time_created","operator":"GREATER_THAN","value":%d}]`, made[2].At.Unix())
	require.Len(t, w.get(path, url.Values{"filtering": {since}}).at("data"), 2)
	require.Equal(t, "100", w.get(path, url.Values{"filtering": {`[{"field":"x"}]`}}).code())
	require.Equal(t, "100/33", w.as(w.addPage(Page{}).Token, "GET", path, nil, nil).code(), "not another page's")
	require.Empty(t, w.hook.posts(), "lost ones are told by no webhook")
}

func TestTestLeads(t *testing.T) {
	t.Parallel()
	w := setup(t)
	f := w.leadForm()
	id, _ := w.post("/"+f.ID+"/test_leads", map[string]any{}).body["id"].(string)
	require.Equal(t, "<test lead: dummy data for full_name>", w.get("/"+id, nil).at("field_data", 0, "values", 0))
	require.Equal(t, "100", w.post("/"+f.ID+"/test_leads", map[string]any{}).code(), "one at a time")
	w.hook.await(t, 1)

	real := w.submit(Submission{Form: f.ID, Lost: true})
	list := w.get("/"+f.ID+"/test_leads", url.Values{"fields": {"id"}})
	require.Len(t, list.at("data"), 1)
	require.Equal(t, id, list.at("data", 0, "id"))
	require.Equal(t, "100/33", w.as(w.page.Token, "DELETE", "/"+real.ID, nil, nil).code(), "what people entered stays")
	require.Equal(t, "100/33", w.as(w.addPage(Page{}).Token, "DELETE", "/"+id, nil, nil).code(), "not another page's")
	require.Equal(t, true, w.as(w.page.Token, "DELETE", "/"+id, nil, nil).at("success"))
	require.Equal(t, "100/33", w.get("/"+id, nil).code())
	require.NotEmpty(t, w.post("/"+f.ID+"/test_leads", map[string]any{}).body["id"])
	w.hook.await(t, 2)

	_, err := w.sim.ChangePage(w.page.ID, func(p *Page) { p.LeadAccess = LeadsByScope })
	require.NoError(t, err)
	require.Equal(t, "200", w.post("/"+f.ID+"/test_leads", map[string]any{}).code())
}

func TestALeadAdInMessenger(t *testing.T) {
	t.Parallel()
	w := setup(t)
	_, err := w.sim.AnswerLead(ChatLead{Page: w.page.ID, Person: w.anna.ID, Answers: []ChatQuestion{{"City?", "Bonn"}}})
	require.NoError(t, err)
	w.hook.await(t, 2)
	for _, u := range w.hook.updates(t) {
		if hop, ok := u["hop_context"].(map[string]any); ok {
			require.Equal(t, "messenger_lead_gen_complete", hop["metadata"])
			require.Equal(t, "Lead summary:\nCity?: Bonn", u["message"].(map[string]any)["text"])
			continue
		}
		require.Equal(t, "LEAD_COMPLETE", u["referral"].(map[string]any)["type"])
		require.Equal(t, map[string]any{"question": "City?", "answer": "Bonn"}, u["lead"].(map[string]any)["data"].([]any)[0])
	}
	status, answer := w.control("POST", "chat-leads", `{"page":"`+w.page.ID+`","person":"`+w.anna.ID+`"}`)
	require.Equal(t, 422, status)
	require.Equal(t, "lead.empty", answer["error"])
	status, answer = w.control("POST", "leads", `{"form":"1"}`)
	require.Equal(t, 404, status)
	require.Equal(t, "form.unknown", answer["error"])
}
