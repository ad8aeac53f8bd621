package sandbox_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/lead"
	"kontor/domain/storage"
	"kontor/domain/task"
	"kontor/integrations/metasim"
)

func (w *world) submit(in metasim.Submission, answers ...string) metasim.Lead {
	w.t.Helper()
	if in.Form == "" {
		in.Form = w.Form.ID
	}
	for i := 0; i+1 < len(answers); i += 2 {
		in.Answers = append(in.Answers, metasim.LeadAnswer{Name: answers[i], Values: []string{answers[i+1]}})
	}
	l, err := w.Sim.SubmitLead(in)
	require.NoError(w.t, err)
	return l
}

// A submitted form becomes a task with its answers, through the program itself and the simulated platform.
func TestALeadBecomesATask(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.submit(metasim.Submission{Campaign: "Spring"}, "full_name", "Anna Berg", "email", "Anna@Berg.example",
		"phone_number", "0151 23456789", "guests", "40")
	w.soon(func() bool { l := w.tasks(); return len(l) == 1 && len(w.comments(l[0])) == 1 }, "the lead becomes a task")
	made := w.tasks()[0]
	require.Equal(t, "Catering enquiry: Anna Berg", made.Title)
	require.Equal(t, "Spring", made.Fields["campaign"])
	require.True(t, made.Unread)
	said := w.comments(made)[0]
	require.Equal(t, "Full name: Anna Berg\nE-mail: Anna@Berg.example\nPhone: 0151 23456789\nHow many guests? 40", said.Text)
	require.Equal(t, task.Public, said.Visibility)
	require.Equal(t, "lead_ad", said.Transport)

	c, err := w.App.Services.Contacts.Get(t.Context(), w.Account.ID, *made.ContactID)
	require.NoError(t, err)
	require.Equal(t, "Anna Berg", c.Name)
	require.Equal(t, []string{"anna@berg.example"}, c.Emails)
	require.Equal(t, []string{"+4915123456789"}, c.Phones)
}

// one waits until there is one task, and it has a title.
func (w *world) one(title string) task.Task {
	w.t.Helper()
	var made task.Task
	w.soon(func() bool {
		for _, x := range w.tasks() {
			if x.Title == title {
				made = x
			}
		}
		return made.ID != ids.Nil
	}, title)
	return made
}

func (w *world) form() lead.Form {
	w.t.Helper()
	var found lead.Form
	w.soon(func() bool {
		list, _, err := w.App.Services.Leads.Forms(w.t.Context(), w.Account.ID, w.Channel.ID, storage.Page{})
		require.NoError(w.t, err)
		if len(list) == 1 {
			found = list[0]
		}
		return len(list) == 1
	}, "the form is known")
	return found
}

// The webhook comes first and the answers can be read later: one task, filled in place.
func TestALeadThatCanBeReadLater(t *testing.T) {
	t.Parallel()
	w := start(t)
	l := w.submit(metasim.Submission{ReadableAfterMS: -1}, "full_name", "Anna Berg", "email", "anna@berg.example")
	pending := w.one("Lead " + l.ID + ": answers not yet readable")
	require.Contains(t, pending.Description, "cannot be read yet", "in words")
	_, err := w.Sim.ShowLead(l.ID)
	require.NoError(t, err)
	_, err = w.Sim.Advance(time.Minute)
	require.NoError(t, err)
	require.Equal(t, pending.ID, w.one("Catering enquiry: Anna Berg").ID)
	require.Len(t, w.tasks(), 1)
}

// The Leads Access Manager leaves the app out: the task says at once who has to change what, and so does the channel.
func TestARefusalOfLeadsIsNamed(t *testing.T) {
	t.Parallel()
	for access, code := range map[metasim.LeadAccess]string{
		metasim.LeadsByManager: "leads.access_manager", metasim.LeadsByTask: "leads.advertise_task",
		metasim.LeadsByScope: "leads.permission_missing",
	} {
		t.Run(string(access), func(t *testing.T) {
			t.Parallel()
			w := start(t)
			w.form()
			_, err := w.Sim.ChangePage(w.Page.ID, func(p *metasim.Page) { p.LeadAccess = access })
			require.NoError(t, err)
			l := w.submit(metasim.Submission{}, "email", "anna@berg.example")
			pending := w.one("Lead " + l.ID + ": answers not yet readable")
			asked := slices.DeleteFunc(w.Sim.Calls(0), func(c metasim.Call) bool { return !strings.Contains(c.Path, l.ID) })
			require.LessOrEqual(t, len(asked), 2, "with the advertisement's names and without; nobody waits in vain")
			require.Equal(t, w.App.Texts.Text("en", code, nil), pending.Description)
			require.NotEqual(t, code, pending.Description, "there are words")
			c, err := w.App.Services.Channels.Get(t.Context(), w.Account.ID, w.Channel.ID)
			require.NoError(t, err)
			require.Equal(t, channel.On, c.State)
			require.True(t, slices.ContainsFunc(c.Health.Findings, func(f channel.Finding) bool { return f.Code == code }))

			_, err = w.Sim.ChangePage(w.Page.ID, func(p *metasim.Page) { p.LeadAccess = "" })
			require.NoError(t, err)
			require.NoError(t, w.App.Services.Leads.SyncForms(t.Context(), w.owner(), w.Channel.ID))
			require.Equal(t, pending.ID, w.one("Catering enquiry: anna@berg.example").ID)
		})
	}
}

func TestKindsOfLeads(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.submit(metasim.Submission{Test: true}, "email", "test@meta.example")
	made := w.one("[Test] Catering enquiry: <test lead: dummy data for full_name>")
	leads, err := w.App.Services.Leads.Of(t.Context(), w.Account.ID, made.ID)
	require.NoError(t, err)
	require.True(t, leads[0].Test)

	w.submit(metasim.Submission{Organic: true}, "full_name", "Ben")
	leads, err = w.App.Services.Leads.Of(t.Context(), w.Account.ID, w.one("Catering enquiry: Ben").ID)
	require.NoError(t, err)
	require.True(t, leads[0].Lead.Organic)

	_, err = w.Sim.ChangePage(w.Page.ID, func(p *metasim.Page) { p.NoAdNames = true })
	require.NoError(t, err)
	w.submit(metasim.Submission{}, "full_name", "Carla")
	made = w.one("Catering enquiry: Carla")
	require.Empty(t, made.Fields["campaign"], "names of ads take a permission; leads do not fail for them")

	l := w.submit(metasim.Submission{Form: w.Form.ID, Answers: []metasim.LeadAnswer{
		{Name: "full_name", Values: []string{"Dora"}}, {Name: "occasion", Values: []string{"wedding", "party"}},
	}})
	leads, err = w.App.Services.Leads.Of(t.Context(), w.Account.ID, w.one("Catering enquiry: Dora").ID)
	require.NoError(t, err)
	require.Equal(t, l.ID, leads[0].ExternalID)
	require.Equal(t, []string{"wedding", "party"}, leads[0].Lead.Answers[1].Values, "every value is kept")
	require.Equal(t, []string{"occasion"}, leads[0].Unmapped)
}

// A lead ad inside Messenger tells its answers twice: with a referral, and as a summary that the person never typed.
func TestALeadAdInMessenger(t *testing.T) {
	t.Parallel()
	w := start(t)
	_, err := w.Sim.AnswerLead(metasim.ChatLead{
		Page: w.Page.ID, Person: w.anna.ID, AdTitle: "Catering", Answers: []metasim.ChatQuestion{
			{Question: "How many guests?", Answer: "40"}, {Question: "What is your e-mail?", Answer: "anna@berg.example"},
		},
	})
	require.NoError(t, err)
	w.soon(func() bool { l := w.tasks(); return len(l) == 1 && len(w.comments(l[0])) == 2 }, "both are on one task")
	made := w.tasks()[0]
	for _, c := range w.comments(made) {
		require.Equal(t, "How many guests? 40\nWhat is your e-mail? anna@berg.example", c.Text)
		require.Equal(t, c.Visibility == task.Internal, c.AuthorKind == account.System)
	}
	w.answer(made, "Gladly!")
	w.soon(func() bool { return len(w.Sim.Ledger(metasim.LedgerQuery{Page: w.Page.ID})) == 1 }, "and it can be answered")
	w.write("Thank you")
	w.soon(func() bool { return len(w.comments(made)) == 4 }, "in one conversation")
	require.Len(t, w.tasks(), 1)
}

// Leads whose webhooks were lost are found within the hour, and questions that change are flagged.
func TestLostLeadsAndChangedForms(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.form()
	w.submit(metasim.Submission{Lost: true}, "full_name", "Anna Berg")
	_, err := w.Sim.ChangeForm(w.Form.ID, func(f *metasim.LeadForm) {
		f.Questions = append(f.Questions, metasim.LeadQuestion{Key: "date", Label: "When?", Type: "CUSTOM"})
	})
	require.NoError(t, err)
	_, err = w.Sim.Advance(61 * time.Minute)
	require.NoError(t, err)
	made := w.one("Catering enquiry: Anna Berg")
	leads, err := w.App.Services.Leads.Of(t.Context(), w.Account.ID, made.ID)
	require.NoError(t, err)
	require.True(t, leads[0].Recovered)
	w.soon(func() bool {
		c, err := w.App.Services.Channels.Get(t.Context(), w.Account.ID, w.Channel.ID)
		require.NoError(t, err)
		return slices.ContainsFunc(c.Health.Findings, func(f channel.Finding) bool {
			return f.Code == "leads.form_changed" && f.Params["questions"] == "When?"
		})
	}, "the change is flagged")
	require.Equal(t, lead.DriftNew, w.form().Drifts()["date"])
}

// A test lead that the program has made comes back by the webhook and becomes a task, marked as a test.
func TestATestLeadThatIsMade(t *testing.T) {
	t.Parallel()
	w := start(t)
	f := w.form()
	leads := w.App.Services.Leads
	_, err := leads.MakeTestLead(t.Context(), w.owner(), f.ID, false)
	require.NoError(t, err)
	made := w.one("[Test] Catering enquiry: <test lead: dummy data for full_name>")
	w.soon(func() bool {
		way, err := leads.Way(t.Context(), w.form())
		require.NoError(t, err)
		return way.TaskID != nil && *way.TaskID == made.ID
	}, "its form tells")
	_, err = w.Sim.Advance(time.Minute)
	require.NoError(t, err)
	_, err = leads.MakeTestLead(t.Context(), w.owner(), f.ID, false)
	require.True(t, errs.Is(err, "lead_form.test_lead_there"), "%v", err)
	_, err = leads.MakeTestLead(t.Context(), w.owner(), f.ID, true)
	require.NoError(t, err)
	w.soon(func() bool { return len(w.tasks()) == 2 }, "and another one")

	_, err = w.Sim.ChangePage(w.Page.ID, func(p *metasim.Page) { p.LeadAccess = metasim.LeadsByTask })
	require.NoError(t, err)
	_, err = w.Sim.Advance(time.Minute)
	require.NoError(t, err)
	_, err = leads.MakeTestLead(t.Context(), w.owner(), f.ID, true)
	require.True(t, errs.Is(err, "leads.advertise_task"), "%v", err)
}

// Who comes by an ad is counted with the task that came of it.
func TestSomebodyComesByAnAd(t *testing.T) {
	t.Parallel()
	w := start(t)
	_, err := w.Sim.Arrive(metasim.Arrival{Page: w.Page.ID, Person: w.anna.ID, AdID: "1202", AdTitle: "Autumn", Text: "Hello"})
	require.NoError(t, err)
	w.soon(func() bool {
		now := time.Now()
		f, err := w.App.Services.Leads.Figures(t.Context(), w.Account.ID, lead.FigureQuery{
			By: lead.ByCampaign, From: now.AddDate(0, 0, -1), To: now.AddDate(0, 0, 1),
		})
		require.NoError(t, err)
		return len(f.Groups) == 1 && f.Groups[0].Name == "Autumn" && f.Groups[0].ID == "1202" && len(f.Groups[0].Tasks) == 1
	}, "the conversation is counted")
}
