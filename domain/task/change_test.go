package task_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/contact"
	"kontor/domain/domaintest"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/task"
	"kontor/templates"
)

func TestResolvingTakesTheAssigneesOffAndFreesTheScope(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.Hear(w.Says("anna", "one"))
	first := w.OneTask()
	resolved, fresh := "resolved", "new"
	got, err := w.Tasks.Update(w.Ctx(), w.Owner, first.ID, task.Change{Status: &resolved})
	require.NoError(t, err)
	require.Equal(t, templates.CategoryResolved, got.Category)
	require.False(t, got.Active)
	related, err := w.Tasks.RelatedOf(w.Ctx(), w.Account.ID, first.ID)
	require.NoError(t, err)
	require.Empty(t, related.Assignees[first.ID])

	w.Hear(w.Says("anna", "two"))
	require.Len(t, w.AllTasks(), 2)
	_, err = w.Tasks.Update(w.Ctx(), w.Owner, first.ID, task.Change{Status: &fresh})
	require.True(t, errs.Is(err, "task.other_active"))
}

func TestFieldsAreCheckedByTheForm(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.Hear(w.Says("anna", "one"))
	made := w.OneTask()
	_, err := w.Tasks.Update(w.Ctx(), w.Owner, made.ID, task.Change{Fields: map[string]any{"nonsense": 1}})
	var e *errs.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, "body.fields.nonsense", e.Problems[0].Location)
	got, err := w.Tasks.Update(w.Ctx(), w.Owner, made.ID, task.Change{Fields: map[string]any{"order_number": "A-1"}})
	require.NoError(t, err)
	require.Equal(t, "A-1", got.Fields["order_number"])
	got, err = w.Tasks.Update(w.Ctx(), w.Owner, made.ID, task.Change{Fields: map[string]any{"order_number": nil}})
	require.NoError(t, err)
	require.NotContains(t, got.Fields, "order_number")
}

func TestWhoAnswersOwnsTheTaskUnlessAPersonHasIt(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.Hear(w.Says("anna", "one"))
	made := w.OneTask()
	team, err := w.Staff.CreateTeam(w.Ctx(), w.Owner, "Service", nil)
	require.NoError(t, err)
	toTeam := []ids.ID{team.ID}
	_, err = w.Tasks.Update(w.Ctx(), w.Owner, made.ID, task.Change{Assignees: &toTeam})
	require.NoError(t, err)
	w.Answer(made, "hello")
	related, err := w.Tasks.RelatedOf(w.Ctx(), w.Account.ID, made.ID)
	require.NoError(t, err)
	require.Equal(t, w.Owner.StaffID, related.Assignees[made.ID][0].AssigneeID)
}

func TestInternalCommentsGoNowhereAndChangeNoQueue(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.Hear(w.Says("anna", "one"))
	made := w.OneTask()
	c, err := w.Tasks.AddComment(w.Ctx(), w.Owner, made.ID, task.NewComment{Text: "psst", Visibility: task.Internal})
	require.NoError(t, err)
	require.Empty(t, w.Messages(c))
	w.Deliver()
	require.Zero(t, w.Fake.Calls())
	require.Equal(t, templates.CategoryNew, w.OneTask().Category)
}

func TestATaskByHand(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	one, err := w.Tasks.Create(w.Ctx(), w.Owner, task.NewTask{Title: "Call the printer"})
	require.NoError(t, err)
	two, err := w.Tasks.Create(w.Ctx(), w.Owner, task.NewTask{Title: "And again"})
	require.NoError(t, err)
	require.Less(t, one.Number, two.Number)
	_, err = w.Tasks.AddComment(w.Ctx(), w.Owner, one.ID, task.NewComment{Text: "hi", Visibility: task.Public})
	require.Equal(t, errs.Invalid, errs.KindOf(err), "there is nobody to answer")
	foreign := ids.New()
	_, err = w.Tasks.Create(w.Ctx(), w.Owner, task.NewTask{Title: "x", ContactID: &foreign})
	require.Equal(t, errs.Invalid, errs.KindOf(err))
}

func TestOneActiveTaskPerContact(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.Settings(func(s *channel.Settings) { s.ActiveScope = channel.PerContact })
	w.Hear(w.Says("anna", "one"))
	w.Clock.Add(time.Second)
	w.Hear(w.Says("anna", "two"))
	require.Equal(t, []string{"one", "two"}, w.Texts(w.OneTask()))
}

func TestContactsByHand(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	name, phones := "Anna Berg", []string{"0151 23456789"}
	c, err := w.Contacts.Create(w.Ctx(), w.Owner, contact.Draft{Name: &name, Phones: &phones})
	require.NoError(t, err)
	require.Equal(t, []string{"+4915123456789"}, c.Phones)
	_, err = w.Contacts.Create(w.Ctx(), w.Owner, contact.Draft{Name: &name, Phones: &phones})
	require.True(t, errs.Is(err, "contact.key_taken"))
	mails := []string{"Anna@Berg.Example", "not an address"}
	_, err = w.Contacts.Update(w.Ctx(), w.Owner, c.ID, contact.Draft{Emails: &mails})
	var e *errs.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, "body.emails[1]", e.Problems[0].Location)
}

func TestAnotherAccountSeesNothing(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.Hear(w.Says("anna", "canary"))
	made := w.OneTask()
	_, other := w.Found("Other Ltd", "other@other.example")
	_, err := w.Tasks.Get(w.Ctx(), other.AccountID, made.ID)
	require.Equal(t, errs.NotFound, errs.KindOf(err))
	_, err = w.Tasks.Update(w.Ctx(), other, made.ID, task.Change{Unread: new(bool)})
	require.Equal(t, errs.NotFound, errs.KindOf(err))
	_, err = w.Tasks.AddComment(w.Ctx(), other, made.ID, task.NewComment{Text: "x", Visibility: task.Internal})
	require.Equal(t, errs.NotFound, errs.KindOf(err))
	_, err = w.Channels.Connect(w.Ctx(), other, channel.NewChannel{
		Kind: domaintest.Kind, ExternalID: domaintest.Page, Settings: channel.DefaultSettings(),
	})
	require.True(t, errs.Is(err, "channel.claimed"))
	member := w.Owner
	member.Role = account.Member
	_, err = w.Channels.Update(w.Ctx(), member, w.Channel.ID, channel.Change{})
	require.Equal(t, errs.Forbidden, errs.KindOf(err))
}
