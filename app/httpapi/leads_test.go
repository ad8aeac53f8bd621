package httpapi_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/app/apptest"
	"kontor/app/httpapi"
	"kontor/domain/lead"
	"kontor/integrations/metasim"
)

// What an admin does with a form: look where answers go, say where one should, and have it filled in everywhere.
func TestLeadForms(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	c, page := a.Channel(t, a.Admin)
	form, err := a.Meta.AddForm(metasim.LeadForm{Page: page.ID, Name: "Test ride", Questions: []metasim.LeadQuestion{
		{Key: "full_name", Label: "Name", Type: "FULL_NAME"}, {Key: "wish", Label: "Request", Type: "CUSTOM"},
	}})
	require.NoError(t, err)
	path := "/channels/" + c.ID.String() + "/lead-forms"
	forms := apptest.Post[httpapi.Page[httpapi.LeadForm]](a.Admin, path+"/sync", nil).Items
	require.Len(t, forms, 1)
	f := forms[0]
	require.Equal(t, form.ID, f.ExternalID)
	require.False(t, f.Drift)
	require.Equal(t, 1, f.Unmapped)
	require.Equal(t, lead.ByTemplate, f.Questions[0].By)
	require.EqualValues(t, "task:field:request", f.Questions[1].Suggestion)
	require.Equal(t, f.Questions, apptest.Get[httpapi.LeadForm](a.Member, "/lead-forms/"+f.ID.String()).Questions)
	require.Equal(t, f.Questions, apptest.Get[httpapi.Page[httpapi.LeadForm]](a.Member, path).Items[0].Questions)
	shown := apptest.Get[httpapi.Channel](a.Member, "/channels/"+c.ID.String())
	finding := shown.Health.Findings[len(shown.Health.Findings)-1]
	require.Equal(t, "leads.form_unmapped", finding.Code)
	require.Contains(t, finding.Text, "Request")

	_, err = a.Meta.SubmitLead(metasim.Submission{Form: form.ID, Campaign: "Spring", Answers: []metasim.LeadAnswer{
		{Name: "full_name", Values: []string{"Anna Berg"}}, {Name: "wish", Values: []string{"A red one"}},
	}})
	require.NoError(t, err)
	var made httpapi.Task
	apptest.Eventually(t, func() bool {
		list := apptest.Get[httpapi.Page[httpapi.Task]](a.Member, "/tasks?channel_id="+c.ID.String()).Items
		if len(list) == 1 {
			made = list[0]
		}
		return len(list) == 1
	}, "the lead becomes a task")
	require.Equal(t, "Test ride: Anna Berg", made.Title)
	leads := apptest.Get[httpapi.LeadList](a.Member, "/tasks/"+made.ID.String()+"/leads").Items
	require.Len(t, leads, 1)
	require.Equal(t, "Spring", leads[0].Campaign)
	require.Equal(t, []httpapi.LeadAnswer{
		{Key: "full_name", Question: "Name", Values: []string{"Anna Berg"}},
		{Key: "wish", Question: "Request", Values: []string{"A red one"}, Unmapped: true},
	}, leads[0].Answers)

	path = "/lead-forms/" + f.ID.String()
	a.Member.Do(http.MethodPatch, path, apptest.Body{}).Refused(http.StatusForbidden, "account.role")
	p := a.Admin.Do(http.MethodPatch, path, apptest.Body{"mapping": apptest.Body{"wish": "task:field:nope", "other": "none"}}).
		Refused(http.StatusUnprocessableEntity, "input.invalid")
	require.Equal(t, "body.mapping.other", p.Errors[0].Location)
	f = apptest.Patch[httpapi.LeadForm](a.Admin, path, apptest.Body{"mapping": apptest.Body{"wish": "task:field:request"}})
	require.Equal(t, lead.ByForm, f.Questions[1].By)
	require.Zero(t, f.Unmapped)

	f = apptest.Post[httpapi.LeadForm](a.Admin, path+"/backfill", nil)
	require.Contains(t, []lead.BackfillState{lead.BackfillReading, lead.BackfillFilling, lead.BackfillDone}, f.Backfill.State)
	apptest.Eventually(t, func() bool {
		f = apptest.Get[httpapi.LeadForm](a.Admin, path)
		return f.Backfill.State == lead.BackfillDone
	}, "the back-fill ends")
	require.Equal(t, 1, f.Backfill.Changed)
	require.Equal(t, "A red one", apptest.Get[httpapi.Task](a.Member, "/tasks/"+made.ID.String()).Fields["request"])
	why := string(a.Member.Do(http.MethodGet, "/tasks/"+made.ID.String()+"/why", nil).Body)
	require.Contains(t, why, "The form was filled in again")

	var actions []string
	for _, e := range apptest.Get[httpapi.Page[httpapi.AuditEntry]](a.Admin, "/audit?object_id="+f.ID.String()).Items {
		actions = append(actions, e.Action)
	}
	require.Equal(t, []string{"lead_form.backfill", "lead_form.changed"}, actions)
}

// A test lead is made by an admin, once however often they click, and its form tells how far it has come.
func TestTestLeadOfAForm(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	c, page := a.Channel(t, a.Admin)
	_, err := a.Meta.AddForm(metasim.LeadForm{Page: page.ID, Name: "Test ride"})
	require.NoError(t, err)
	f := apptest.Post[httpapi.Page[httpapi.LeadForm]](a.Admin, "/channels/"+c.ID.String()+"/lead-forms/sync", nil).Items[0]
	require.Nil(t, f.TestLead)
	path := "/lead-forms/" + f.ID.String()
	a.Member.Do(http.MethodPost, path+"/test-lead", apptest.Body{}).Refused(http.StatusForbidden, "account.role")
	first := apptest.Post[httpapi.LeadForm](a.Admin, path+"/test-lead", nil)
	again := apptest.Post[httpapi.LeadForm](a.Admin, path+"/test-lead", nil)
	require.Equal(t, first.TestLead.ExternalID, again.TestLead.ExternalID)
	apptest.Eventually(t, func() bool {
		f = apptest.Get[httpapi.LeadForm](a.Member, path)
		return f.TestLead.State == "task"
	}, "the test lead becomes a task")
	require.NotNil(t, f.TestLead.ReceivedAt)
	leads := apptest.Get[httpapi.LeadList](a.Member, "/tasks/"+f.TestLead.TaskID.String()+"/leads").Items
	require.True(t, leads[0].Test)
	require.Contains(t, actions(t, a, a.Account), "lead_form.tested")
	require.Zero(t, apptest.Get[httpapi.LeadFigures](a.Member, "/lead-figures").All.Leads)
}

// What the platform refuses about leads is said in words, and in the reader's language.
func TestRefusedLeadForms(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	c, page := a.Channel(t, a.Admin)
	_, err := a.Meta.ChangePage(page.ID, func(p *metasim.Page) { p.LeadAccess = metasim.LeadsByManager })
	require.NoError(t, err)
	path := "/channels/" + c.ID.String()
	p := a.Admin.Do(http.MethodPost, path+"/lead-forms/sync", nil).Refused(http.StatusUnprocessableEntity, "leads.access_manager")
	require.Contains(t, p.Detail, "Leads Access Manager")
	german := a.Admin.With("Accept-Language", "de")
	found := false
	for _, f := range apptest.Get[httpapi.Channel](german, path).Health.Findings {
		found = found || f.Code == "leads.access_manager" && strings.Contains(f.Text, "Unternehmenseinstellungen")
	}
	require.True(t, found)
	apptest.Patch[httpapi.Channel](a.Admin, path, apptest.Body{"enabled": false})
	a.Admin.Do(http.MethodPost, path+"/lead-forms/sync", nil).Refused(http.StatusConflict, "channel.off")

	for method, foreign := range map[string]string{http.MethodPatch: "/lead-forms/" + c.ID.String(), http.MethodPost: "/lead-forms/" + c.ID.String() + "/backfill"} {
		a.Admin.Do(method, foreign, apptest.Body{}).Refused(http.StatusNotFound, "lead_form.not_found")
	}
	refused := slices.DeleteFunc(actions(t, a, a.Account), func(x string) bool { return x != "lead_form.refused" })
	require.Len(t, refused, 2, "whoever asks for another's form is remembered")
}
