package lead_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/contact"
	"kontor/domain/domaintest"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/lead"
	"kontor/domain/staff"
	"kontor/domain/storage"
	"kontor/domain/task"
	"kontor/templates"
)

// sync has the channel looked through, as it is done hourly.
func sync(t *testing.T, w *domaintest.World) {
	t.Helper()
	require.NoError(t, w.Leads.Schedule(w.Ctx()))
	w.Fetch(lead.SyncQueue)
	w.Process()
}

// enter has a lead submitted, told, fetched and processed.
func enter(w *domaintest.World, l channel.Lead) {
	w.Fake.Enter(l)
	w.Hear(domaintest.Submitted(l))
	w.Fetch(lead.FetchQueue)
	w.Process()
}

func forms(t *testing.T, w *domaintest.World) []lead.Form {
	t.Helper()
	list, _, err := w.Leads.Forms(w.Ctx(), w.Account.ID, w.Channel.ID, storage.Page{})
	require.NoError(t, err)
	return list
}

func findings(t *testing.T, w *domaintest.World) map[string]string {
	t.Helper()
	c, err := w.Channels.Get(w.Ctx(), w.Account.ID, w.Channel.ID)
	require.NoError(t, err)
	found := map[string]string{}
	for _, f := range c.Health.Findings {
		if f.Area == channel.LeadsArea {
			found[f.Code], _ = f.Params["questions"].(string)
		}
	}
	return found
}

func mapped(t *testing.T, w *domaintest.World, f lead.Form) map[string]lead.Mapped {
	t.Helper()
	list, err := w.Leads.Mapped(w.Ctx(), f)
	require.NoError(t, err)
	byKey := map[string]lead.Mapped{}
	for _, m := range list {
		byKey[m.Key] = m
	}
	return byKey
}

func TestFormsAreKeptInStep(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	email := channel.LeadQuestion{Key: "Ihre Adresse", Label: "Ihre Adresse", Type: "EMAIL", Means: channel.AsksEmail}
	first := domaintest.Form("1", "Test ride", "full_name", "city", "wish", "budget")
	first.Questions = append(first.Questions, email)
	w.Fake.Forms(first, domaintest.Form("2", "Newsletter", "email"))
	sync(t, w)
	list := forms(t, w)
	require.Len(t, list, 2)
	require.Equal(t, "Newsletter", list[0].Name)
	f := list[1]
	require.NotNil(t, f.ObjectTemplateID, "the preset for leads")
	require.NotNil(t, f.ContactTemplateID)
	q := mapped(t, w, f)
	require.Equal(t, lead.ByTemplate, q["full_name"].By)
	require.Equal(t, templates.ContactFieldTarget("city"), q["city"].Target)
	require.Equal(t, templates.TaskTarget("budget"), q["budget"].Target)
	require.Equal(t, templates.LeadEmail, q["Ihre Adresse"].Target, "by its type")
	require.Equal(t, lead.ByType, q["Ihre Adresse"].By)
	require.Equal(t, lead.ByNobody, q["wish"].By)
	require.Equal(t, map[string]string{"leads.form_unmapped": "Your wish"}, findings(t, w))

	w.Fake.Forms(first)
	w.Clock.Add(time.Hour)
	sync(t, w)
	require.NotNil(t, forms(t, w)[0].GoneAt, "it stays, for the leads that came by it")
	require.Nil(t, forms(t, w)[1].GoneAt)
}

func TestSuggestions(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.Fake.Forms(channel.LeadForm{ID: "1", Name: "F", Leads: -1, Questions: []channel.LeadQuestion{
		{Key: "q1", Label: "Interested in"}, {Key: "q2", Label: "Firma", Type: "COMPANY_NAME", Means: channel.AsksCompany},
		{Key: "q3", Label: "Job title"}, {Key: "q4", Label: "E-Mail-Adresse"}, {Key: "q5", Label: "Shoe size"},
	}})
	sync(t, w)
	q := mapped(t, w, forms(t, w)[0])
	require.Equal(t, templates.TaskTarget("interest"), q["q1"].Suggestion)
	require.Equal(t, templates.ContactFieldTarget("company"), q["q2"].Suggestion)
	require.Equal(t, templates.ContactFieldTarget("job_title"), q["q3"].Suggestion)
	require.Equal(t, templates.LeadEmail, q["q4"].Suggestion)
	require.Empty(t, q["q5"].Suggestion)
}

// A changed question is flagged; once somebody has said where its answers go, a back-fill fills in what came meanwhile,
// and leaves alone what people have written.
func TestDriftMappingAndBackfill(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.Fake.Forms(domaintest.Form("1", "Test ride", "full_name", "email"))
	sync(t, w)
	w.Fake.Forms(domaintest.Form("1", "Test ride", "full_name", "email", "wish", "town"))
	w.Clock.Add(time.Hour)
	sync(t, w)
	f := forms(t, w)[0]
	require.Equal(t, map[string]lead.Drift{"wish": lead.DriftNew, "town": lead.DriftNew}, f.Drifts())
	require.Equal(t, map[string]string{
		"leads.form_changed": "Your town, Your wish", "leads.form_unmapped": "Your wish, Your town",
	}, findings(t, w))

	enter(w, w.Lead("a", "1", "full_name", "Anna", "email", "a@x.example", "wish", "A red one", "town", "Bonn"))
	enter(w, w.Lead("b", "1", "full_name", "Ben", "email", "b@x.example", "wish", "A blue one", "town", "Köln"))
	byName := func() (anna, ben task.Task) {
		for _, x := range w.AllTasks() {
			if x.Title == "Test ride: Anna" {
				anna = x
			} else {
				ben = x
			}
		}
		return anna, ben
	}
	anna, ben := byName()
	require.Empty(t, anna.Fields["request"])
	_, err := w.Tasks.Update(w.Ctx(), w.Owner, ben.ID, task.Change{Fields: map[string]any{"request": "He wants green, I asked"}})
	require.NoError(t, err)
	_, err = w.Contacts.Update(w.Ctx(), w.Owner, *ben.ContactID, contact.Draft{Fields: map[string]any{"city": "Aachen"}})
	require.NoError(t, err)

	_, err = w.Leads.Update(w.Ctx(), w.Owner, f.ID, lead.Change{Mapping: map[string]templates.LeadTarget{
		"wish": templates.TaskTarget("request"), "town": templates.ContactFieldTarget("city"),
	}})
	require.NoError(t, err)
	require.Empty(t, findings(t, w), "somebody has looked")
	f, err = w.Leads.Backfill(w.Ctx(), w.Owner, f.ID, time.Time{})
	require.NoError(t, err)
	require.True(t, f.Backfill.Running())
	_, err = w.Leads.Backfill(w.Ctx(), w.Owner, f.ID, time.Time{})
	require.True(t, errs.Is(err, "lead_form.backfill_running"))
	w.Fetch(lead.BackfillQueue)

	f, err = w.Leads.Form(w.Ctx(), w.Account.ID, f.ID)
	require.NoError(t, err)
	require.Equal(t, lead.BackfillDone, f.Backfill.State)
	require.Equal(t, 2, f.Backfill.Found)
	require.Equal(t, 0, f.Backfill.Recovered)
	require.Equal(t, 2, f.Backfill.Refilled)
	require.Equal(t, 1, f.Backfill.Changed)
	anna, ben = byName()
	require.Equal(t, "A red one", anna.Fields["request"])
	require.Equal(t, "He wants green, I asked", ben.Fields["request"], "what a person wrote stays")
	c, err := w.Contacts.Get(w.Ctx(), w.Account.ID, *anna.ContactID)
	require.NoError(t, err)
	require.Equal(t, "Bonn", c.Fields["city"])
	c, err = w.Contacts.Get(w.Ctx(), w.Account.ID, *ben.ContactID)
	require.NoError(t, err)
	require.Equal(t, "Aachen", c.Fields["city"])
	whys, err := w.Tasks.Whys(w.Ctx(), w.Account.ID, anna.ID)
	require.NoError(t, err)
	require.Equal(t, "backfill", whys[len(whys)-1].Steps[0].Outcome)
	shown, _ := w.Comments(anna)[0].Details["lead"].(map[string]any)
	for _, a := range shown["answers"].([]any) {
		require.NotContains(t, a, "unmapped")
	}
	require.Len(t, w.Comments(anna), 1)

	_, err = w.Leads.Backfill(w.Ctx(), w.Owner, f.ID, time.Time{})
	require.NoError(t, err)
	w.Fetch(lead.BackfillQueue)
	f, err = w.Leads.Form(w.Ctx(), w.Account.ID, f.ID)
	require.NoError(t, err)
	require.Equal(t, 0, f.Backfill.Changed, "again changes nothing")
}

func TestRecoveryOfLostLeads(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.Fake.Forms(domaintest.Form("1", "Test ride", "full_name", "email"))
	sync(t, w)
	var lost []channel.Lead
	for i := range 5 {
		w.Clock.Add(time.Minute)
		lost = append(lost, w.Lead(fmt.Sprintf("lost-%d", i), "1", "full_name", fmt.Sprintf("P%d", i)))
	}
	w.Fake.Enter(lost...)
	told := w.Lead("told", "1", "full_name", "Told")
	enter(w, told)
	sync(t, w)
	require.Len(t, w.AllTasks(), 1, "their webhooks may still come")

	w.Clock.Add(time.Hour)
	young := w.Lead("young", "1", "full_name", "Young")
	w.Fake.Enter(young)
	calls := w.Fake.LeadCalls()
	sync(t, w)
	require.Len(t, w.AllTasks(), 6)
	require.LessOrEqual(t, w.Fake.LeadCalls()-calls, 6, "answers come with the list")
	recovered := 0
	for _, x := range w.AllTasks() {
		leads, err := w.Leads.Of(w.Ctx(), w.Account.ID, x.ID)
		require.NoError(t, err)
		if leads[0].Recovered {
			recovered++
		}
		require.Equal(t, leads[0].ExternalID != "told", leads[0].Recovered)
	}
	require.Equal(t, 5, recovered)
	for _, l := range lost {
		w.Hear(domaintest.Submitted(l))
	}
	enter(w, young)
	require.Len(t, w.AllTasks(), 7, "webhooks that come after all change nothing")
	w.Clock.Add(time.Hour)
	sync(t, w)
	require.Len(t, w.AllTasks(), 7)
	require.True(t, forms(t, w)[0].ReadUntil.After(young.SubmittedAt))
}

func TestALookThatIsInterruptedGoesOn(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.Fake.Forms(domaintest.Form("1", "Test ride", "full_name"))
	sync(t, w)
	for i := range 6 {
		w.Clock.Add(time.Second)
		w.Fake.Enter(w.Lead(fmt.Sprintf("lost-%d", i), "1", "full_name", fmt.Sprintf("P%d", i)))
	}
	w.Clock.Add(time.Hour)
	w.Fake.LeadsUsed(90)
	sync(t, w)
	require.Len(t, w.AllTasks(), 2, "the limit is spared")
	f := forms(t, w)[0]
	require.NotEmpty(t, f.Reading.After)
	w.Fake.LeadsUsed(0)
	w.Clock.Add(time.Hour)
	sync(t, w)
	require.Len(t, w.AllTasks(), 6)
	require.Nil(t, forms(t, w)[0].Reading)
}

func TestABackfillTakesInWhatCameBefore(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.Fake.Forms(domaintest.Form("1", "Test ride", "full_name"))
	sync(t, w)
	old := w.Lead("old", "1", "full_name", "Old")
	old.SubmittedAt = w.Clock.Now().Add(-30 * 24 * time.Hour)
	w.Fake.Enter(old)
	sync(t, w)
	require.Empty(t, w.AllTasks(), "what came before the channel is not taken in unasked")
	f := forms(t, w)[0]
	_, err := w.Leads.Backfill(w.Ctx(), w.Owner, f.ID, w.Clock.Now().Add(-60*24*time.Hour))
	require.NoError(t, err)
	w.Fetch(lead.BackfillQueue)
	w.Process()
	require.Equal(t, "Test ride: Old", w.OneTask().Title)

	w.Fake.RefuseLeads(&channel.Failure{Class: channel.Rejected, Reason: "leads.access_manager"})
	_, err = w.Leads.Backfill(w.Ctx(), w.Owner, f.ID, time.Time{})
	require.NoError(t, err)
	w.Fetch(lead.BackfillQueue)
	f = forms(t, w)[0]
	require.Equal(t, lead.BackfillFailed, f.Backfill.State)
	require.Equal(t, "leads.access_manager", f.Backfill.Problem.Code)
	require.Equal(t, 1, f.Backfill.Refilled, "what is here is filled in all the same")
}

func TestALimitMakesAllLeadsWait(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.Fake.RefuseLeads(&channel.Failure{Class: channel.Throttled, Reason: "delivery.rate_limited", Until: w.Clock.Now().Add(time.Hour)})
	a, b := w.Lead("a", "1", "full_name", "Anna"), w.Lead("b", "1", "full_name", "Ben")
	w.Fake.Enter(a, b)
	w.Hear(domaintest.Submitted(a))
	w.Fetch(lead.FetchQueue)
	require.Equal(t, 1, w.Fake.LeadCalls())
	w.Hear(domaintest.Submitted(b))
	w.Fetch(lead.FetchQueue)
	require.Equal(t, 1, w.Fake.LeadCalls(), "nobody asks again")
	c, err := w.Channels.Get(w.Ctx(), w.Account.ID, w.Channel.ID)
	require.NoError(t, err)
	require.Equal(t, channel.On, c.Effective(w.Clock.Now()), "messages do not wait")
	w.Fake.RefuseLeads(nil)
	w.Clock.Add(time.Hour)
	w.Fetch(lead.FetchQueue)
	w.Process()
	require.Len(t, w.AllTasks(), 2)
}

func TestAnUnknownFormIsMadeOfItsAnswers(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	enter(w, w.Lead("a", "hidden", "full_name", "Anna", "size", "M"))
	f := forms(t, w)[0]
	require.Equal(t, "hidden", f.ExternalID)
	require.Len(t, f.Questions, 2)
	require.Equal(t, map[string]string{"leads.form_unmapped": "size"}, findings(t, w))
	calls := w.Fake.LeadCalls()
	enter(w, w.Lead("b", "hidden", "full_name", "Ben", "colour", "red"))
	require.Equal(t, calls+1, w.Fake.LeadCalls(), "and not asked about for every lead")
	require.Len(t, forms(t, w)[0].Questions, 3)
	require.Equal(t, map[string]lead.Drift{"colour": lead.DriftNew}, forms(t, w)[0].Drifts())
}

func TestAssigneesOfAForm(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	mia, err := w.Staff.Create(w.Ctx(), account.SystemActor(w.Account.ID), staff.New{Email: "mia@x.example", Name: "Mia", Password: "correct horse battery", Role: account.Member})
	require.NoError(t, err)
	w.Settings(func(s *channel.Settings) { s.AssigneeIDs = []ids.ID{w.Owner.StaffID} })
	w.Fake.Forms(domaintest.Form("1", "Test ride", "full_name"))
	sync(t, w)
	_, err = w.Leads.Update(w.Ctx(), w.Owner, forms(t, w)[0].ID, lead.Change{AssigneeIDs: &[]ids.ID{mia.ID}})
	require.NoError(t, err)
	enter(w, w.Lead("a", "1", "full_name", "Anna"))
	related, err := w.Tasks.RelatedOf(w.Ctx(), w.Account.ID, w.OneTask().ID)
	require.NoError(t, err)
	require.Equal(t, mia.ID, related.Assignees[w.OneTask().ID][0].AssigneeID)
}

func TestWhatAFormMayName(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.Fake.Forms(domaintest.Form("1", "Test ride", "full_name", "wish"))
	sync(t, w)
	f := forms(t, w)[0]
	_, stranger := w.Found("Fremd AG", "owner@fremd.example")
	foreign, _, err := w.Templates.OfPreset(w.Ctx(), stranger.AccountID, templates.PresetLead)
	require.NoError(t, err)
	refused := func(ch lead.Change, at, code string) {
		t.Helper()
		_, err := w.Leads.Update(w.Ctx(), w.Owner, f.ID, ch)
		var e *errs.Error
		require.ErrorAs(t, err, &e)
		require.Len(t, e.Problems, 1)
		require.Equal(t, at, e.Problems[0].Location)
		require.Equal(t, code, e.Problems[0].Code)
	}
	refused(lead.Change{ObjectTemplateID: &foreign}, "body.object_template_id", "template.not_found")
	refused(lead.Change{AssigneeIDs: &[]ids.ID{stranger.StaffID}}, "body.assignee_ids", "template.assignee_not_found")
	refused(lead.Change{Mapping: map[string]templates.LeadTarget{"wish": "task:field:nope"}}, "body.mapping.wish", "template.unknown_target")
	refused(lead.Change{Mapping: map[string]templates.LeadTarget{"nope": templates.LeadIgnored}}, "body.mapping.nope", "lead_form.question")

	_, err = w.Leads.Update(w.Ctx(), stranger, f.ID, lead.Change{})
	require.Equal(t, errs.NotFound, errs.KindOf(err))
	_, err = w.Leads.Backfill(w.Ctx(), stranger, f.ID, time.Time{})
	require.Equal(t, errs.NotFound, errs.KindOf(err))
	member := w.Owner
	member.Role = account.Member
	_, err = w.Leads.Update(w.Ctx(), member, f.ID, lead.Change{})
	require.Equal(t, errs.Forbidden, errs.KindOf(err))

	own, err := w.Templates.Object(w.Ctx(), w.Account.ID, *f.ObjectTemplateID)
	require.NoError(t, err)
	require.True(t, errs.Is(w.Templates.DeleteObject(w.Ctx(), w.Owner, own.ID), "template.in_form"))
	var none *ids.ID
	f, err = w.Leads.Update(w.Ctx(), w.Owner, f.ID, lead.Change{ObjectTemplateID: &none})
	require.NoError(t, err)
	require.Nil(t, f.ObjectTemplateID, "the channel's")
	require.NoError(t, w.Templates.DeleteObject(w.Ctx(), w.Owner, own.ID))
}

func TestFindingsGoWithTheSettingAndComeBackWithIt(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.Fake.Forms(domaintest.Form("1", "Test ride", "full_name", "wish"))
	sync(t, w)
	require.Contains(t, findings(t, w), "leads.form_unmapped")
	w.Settings(func(s *channel.Settings) { s.Leads = false })
	require.Empty(t, findings(t, w))
	w.Fetch(lead.SyncQueue)
	require.Empty(t, findings(t, w))
	w.Settings(func(s *channel.Settings) { s.Leads = true })
	w.Fetch(lead.SyncQueue) // at once, not in an hour
	require.Contains(t, findings(t, w), "leads.form_unmapped")
}
