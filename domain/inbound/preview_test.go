package inbound_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/domaintest"
	"kontor/domain/errs"
	"kontor/domain/inbound"
	"kontor/domain/lead"
	"kontor/domain/staff"
	"kontor/domain/storage"
	"kontor/templates"
)

func TestAPreviewShowsWhatWouldBecomeOfPastEvents(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.Hear(w.Says("anna", "Is the table still there?"), w.Says("ben", "Hello"))
	list, _, err := w.Templates.Objects(w.Ctx(), w.Account.ID, storage.Page{})
	require.NoError(t, err)
	draft := list[2].Definition
	draft.Defaults.Title = "DRAFT {{ message.text | upcase }}"
	draft.Defaults.Topic = "Furniture"

	rows := countRows(t, w)
	got, err := w.Inbound.Preview(w.Ctx(), w.Owner, inbound.Trial{ChannelID: w.Channel.ID, Object: &draft, Events: 10})
	require.NoError(t, err)
	require.Len(t, got, 2)
	for _, x := range got {
		require.NotEmpty(t, x.Today.Task.Title)
		require.NotContains(t, x.Today.Task.Title, "DRAFT")
		require.Contains(t, x.Draft.Task.Title, "DRAFT")
		require.Equal(t, "Furniture", x.Draft.Task.Topic)
		require.Equal(t, w.Owner.StaffID.String(), x.Draft.Assigned.Assignees[0].ID)
		require.NotEmpty(t, x.Draft.Why)
		require.NotNil(t, x.Draft.Known)
	}
	require.Equal(t, rows, countRows(t, w), "nothing is written")

	t.Run("of_a_pasted_event_by_somebody_new", func(t *testing.T) {
		in := w.Says("carla", "pasted")
		raw, err := json.Marshal(in)
		require.NoError(t, err)
		got, err := w.Inbound.Preview(w.Ctx(), w.Owner, inbound.Trial{ChannelID: w.Channel.ID, Object: &draft, Pasted: []channel.Item{{Raw: raw}}})
		require.NoError(t, err)
		require.Len(t, got, 1)
		require.Equal(t, "DRAFT PASTED", got[0].Draft.Task.Title)
		require.Nil(t, got[0].Draft.Known)
		require.Equal(t, rows, countRows(t, w))
	})
	t.Run("refuses_a_broken_draft_and_what_is_no_event", func(t *testing.T) {
		broken := draft
		broken.Defaults.Title = "{{ nobody.knows }}"
		_, err := w.Inbound.Preview(w.Ctx(), w.Owner, inbound.Trial{ChannelID: w.Channel.ID, Object: &broken, Events: 1})
		require.Equal(t, errs.Invalid, errs.KindOf(err))
		_, err = w.Inbound.Preview(w.Ctx(), w.Owner, inbound.Trial{ChannelID: w.Channel.ID, Pasted: []channel.Item{{Raw: []byte(`42`)}}})
		require.Equal(t, errs.Invalid, errs.KindOf(err))
	})
}

// countRows counts the rows of every table that intake writes.
func countRows(t *testing.T, w *domaintest.World) map[string]int {
	t.Helper()
	out := map[string]int{}
	for _, table := range []string{
		"contacts", "identities", "conversations", "tasks", "comments", "task_whys", "due_work", "feed_events", "inbound_events", "leads", "lead_forms", "contact_keys", "counters",
	} {
		n := 0
		require.NoError(t, w.DB.SQL().QueryRowContext(w.Ctx(), "SELECT count(*) FROM "+table).Scan(&n))
		out[table] = n
	}
	return out
}

func TestAReplayFillsInWhatPeopleHaveNotChanged(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.Hear(w.Says("anna", "one"))
	made := w.OneTask()
	o, err := w.Templates.Object(w.Ctx(), w.Account.ID, made.TemplateID)
	require.NoError(t, err)
	o.Definition.Defaults.Title = "Better: {{ message.excerpt }}"
	o.Definition.Defaults.Fields = map[string]any{"order_number": "{{ message.text }}"}
	_, err = w.Templates.UpdateObject(w.Ctx(), w.Owner, o.ID, o.Definition, 0)
	require.NoError(t, err)
	_, err = w.Inbound.Replay(w.Ctx(), w.Owner, inbound.Filter{State: inbound.Processed})
	require.NoError(t, err)
	w.Process()
	again := w.OneTask()
	require.Equal(t, made.ID, again.ID)
	require.Equal(t, "Better: one", again.Title)
	require.Equal(t, "one", again.Fields["order_number"])
	require.Equal(t, []string{"one"}, w.Texts(again))
	whys, err := w.Tasks.Whys(w.Ctx(), w.Account.ID, made.ID)
	require.NoError(t, err)
	require.Equal(t, "refill", whys[1].Steps[0].Rule)
	require.Equal(t, inbound.Processed, w.Events()[0].State)
}

func TestCoverageWarns(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	key := channel.Key{AccountID: w.Account.ID, ID: w.Channel.ID}
	found, err := w.Inbound.Coverage(w.Ctx(), w.Account.ID, []channel.Channel{w.Channel}, nil)
	require.NoError(t, err)
	require.Empty(t, found[key], "who set the channel up is here")
	away := false
	_, err = w.Staff.Update(w.Ctx(), w.Owner, w.Owner.StaffID, staff.Change{Available: &away})
	require.NoError(t, err)
	found, err = w.Inbound.Coverage(w.Ctx(), w.Account.ID, []channel.Channel{w.Channel}, nil)
	require.NoError(t, err)
	require.NotEmpty(t, found[key])
}

func TestCoverageOfCommentsIsLookedAtWhereTheyAreTaken(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	ben, err := w.Staff.Create(w.Ctx(), account.SystemActor(w.Account.ID), staff.New{
		Email: "ben@x.example", Name: "Ben", Password: "correct horse battery", Role: account.Member,
	})
	require.NoError(t, err)
	away := false
	_, err = w.Staff.Update(w.Ctx(), w.Owner, ben.ID, staff.Change{Available: &away})
	require.NoError(t, err)
	standard, _, err := w.Templates.ObjectFor(w.Ctx(), w.Account.ID, nil)
	require.NoError(t, err)
	own := standard.Definition
	own.Name = "Comments"
	own.Defaults.Assignees = []templates.Assignee{{Kind: templates.AssigneeStaff, ID: ben.ID.String()}}
	made, err := w.Templates.CreateObject(w.Ctx(), w.Owner, own)
	require.NoError(t, err)
	w.Settings(func(s *channel.Settings) { s.CommentTemplateID = &made.ID })
	look := func() []templates.Warning {
		found, err := w.Inbound.Coverage(w.Ctx(), w.Account.ID, []channel.Channel{w.Channel}, nil)
		require.NoError(t, err)
		return found[channel.Key{AccountID: w.Account.ID, ID: w.Channel.ID}]
	}
	require.Empty(t, look(), "no comments are taken")
	w.TakeComments(channel.PerPost)
	require.NotEmpty(t, look())
}

func TestAPreviewOfLeads(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.Fake.Forms(domaintest.Form("form-1", "Test ride", "full_name", "email", "model"))
	l := w.Lead("lead-1", "form-1", "full_name", "Anna Berg", "email", "anna@example.com", "model", "Roadster")
	w.Fake.Enter(l)
	w.Hear(w.Says("ben", "Hello"), domaintest.Submitted(l))
	w.Fetch(lead.FetchQueue)
	w.Process()
	list, _, err := w.Templates.Objects(w.Ctx(), w.Account.ID, storage.Page{})
	require.NoError(t, err)
	draft := list[2].Definition
	draft.Defaults.Title = "{{ lead.answers.model }} for {{ contact.name }}"
	person := templates.Contact{
		Name: "Buyer", Kind: templates.Person, NamePattern: "{{ lead.answers.full_name | upcase }}", Group: "Buyers",
		Mapping: []templates.Mapping{{Target: templates.TargetEmail, Sources: []string{"lead.answers.email"}}},
	}
	rows := countRows(t, w)
	trial := inbound.Trial{ChannelID: w.Channel.ID, Object: &draft, Contact: &person, Of: inbound.OfLeads, Events: 10}

	got, err := w.Inbound.Preview(w.Ctx(), w.Owner, trial)
	require.NoError(t, err)
	require.Len(t, got, 1)
	require.Contains(t, got[0].Today.Task.Title, "Anna Berg")
	require.Equal(t, "Roadster for Anna Berg", got[0].Draft.Task.Title, "the contact there is keeps its name")
	require.Equal(t, "ANNA BERG", got[0].Draft.Contact.Name)
	require.Equal(t, "anna@example.com", got[0].Draft.Contact.Email)
	require.Equal(t, "Anna Berg", got[0].Draft.Known.Name, "found by the e-mail address")
	require.NotEmpty(t, got[0].Draft.Assigned.Assignees)
	require.NotEmpty(t, got[0].Draft.Why)
	trial.Of = inbound.OfMessages
	got, err = w.Inbound.Preview(w.Ctx(), w.Owner, trial)
	require.NoError(t, err)
	require.Len(t, got, 1)
	require.Equal(t, "Hello", got[0].Message)

	raw, err := json.Marshal(domaintest.Submitted(w.Lead("lead-2", "form-1")))
	require.NoError(t, err)
	trial.Pasted = []channel.Item{{Raw: raw, Key: "pasted"}}
	got, err = w.Inbound.Preview(w.Ctx(), w.Owner, trial)
	require.NoError(t, err)
	require.Contains(t, got[0].Draft.Task.Title, "lead-2", "one whose answers are not here")
	require.Nil(t, got[0].Draft.Known)
	require.Equal(t, rows, countRows(t, w), "nothing is written")
}
