package template_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/domaintest"
	"kontor/domain/errs"
	"kontor/domain/storage"
	"kontor/domain/task"
	"kontor/domain/template"
	"kontor/templates"
)

// standard returns the account's standard object template.
func standard(t *testing.T, w *domaintest.World) template.Object {
	t.Helper()
	list, _, err := w.Templates.Objects(w.Ctx(), w.Account.ID, storage.Page{})
	require.NoError(t, err)
	for _, o := range list {
		if o.Standard {
			return o
		}
	}
	require.Fail(t, "no standard template")
	return template.Object{}
}

func TestAnAccountBeginsWithThePresets(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	objects, _, err := w.Templates.Objects(w.Ctx(), w.Account.ID, storage.Page{})
	require.NoError(t, err)
	contacts, _, err := w.Templates.Contacts(w.Ctx(), w.Account.ID, storage.Page{})
	require.NoError(t, err)
	require.Len(t, objects, 3)
	require.Len(t, contacts, 3)
	require.Equal(t, templates.PresetClientDialog, standard(t, w).Preset)
}

func TestTemplatesAreVersioned(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	o := standard(t, w)
	o.Definition.Defaults.Title = "Dialog: {{ message.excerpt }}"
	changed, err := w.Templates.UpdateObject(w.Ctx(), w.Owner, o.ID, o.Definition, 1)
	require.NoError(t, err)
	require.Equal(t, 2, changed.Version)

	_, err = w.Templates.UpdateObject(w.Ctx(), w.Owner, o.ID, o.Definition, 1)
	require.True(t, errs.Is(err, "template.changed_meanwhile"))
	versions, _, err := w.Templates.ObjectVersions(w.Ctx(), w.Account.ID, o.ID, storage.Page{})
	require.NoError(t, err)
	require.Len(t, versions, 2)
	require.Equal(t, w.Owner.StaffID, versions[0].StaffID)
	require.NotEqual(t, versions[0].Definition.Defaults.Title, versions[1].Definition.Defaults.Title)

	w.Hear(w.Says("anna", "hello"))
	made := w.OneTask()
	require.Equal(t, "Dialog: hello", made.Title)
	require.Equal(t, 2, made.TemplateVersion)
}

func TestTheFormIsLinkedAndTheDefaultsAreCopied(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.Hear(w.Says("anna", "hello"))
	before := w.OneTask()
	o := standard(t, w)
	o.Definition.Form.Fields = append(o.Definition.Form.Fields, templates.Field{Key: "colour", Label: "Colour", Type: templates.TypeText})
	o.Definition.Defaults.Topic = "Sales"
	o.Definition.Defaults.Tags = []string{"vip"}
	_, err := w.Templates.UpdateObject(w.Ctx(), w.Owner, o.ID, o.Definition, 0)
	require.NoError(t, err)

	after, err := w.Tasks.Update(w.Ctx(), w.Owner, before.ID, task.Change{Fields: map[string]any{"colour": "blue"}})
	require.NoError(t, err, "the new field is on the old task")
	require.Equal(t, "blue", after.Fields["colour"])
	require.Empty(t, after.Topic, "the new default is not")
	w.Hear(w.Says("ben", "hi"))
	require.Equal(t, "Sales", w.AllTasks()[0].Topic)
}

func TestWhatIsWrongIsSaidWithItsPlace(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	o := standard(t, w).Definition
	o.Defaults.Title = "Hello\n{{ contact.nmae }}"
	o.Defaults.Assignees = []templates.Assignee{{Kind: templates.AssigneeStaff, ID: w.Channel.ID.String()}}
	_, err := w.Templates.CreateObject(w.Ctx(), w.Owner, o)
	var e *errs.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, errs.Invalid, e.Kind)
	require.Equal(t, "body.defaults.title", e.Problems[0].Location)
	require.Equal(t, 2, e.Problems[0].Line)
	require.Positive(t, e.Problems[0].Column)

	o.Defaults.Title = "Hello"
	_, err = w.Templates.CreateObject(w.Ctx(), w.Owner, o)
	require.ErrorAs(t, err, &e)
	require.Equal(t, "body.defaults.assignees[0]", e.Problems[0].Location)
}

func TestWhatIsInUseStays(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	o := standard(t, w)
	require.True(t, errs.Is(w.Templates.DeleteObject(w.Ctx(), w.Owner, o.ID), "template.standard"))

	own, err := w.Templates.CreateObject(w.Ctx(), w.Owner, o.Definition)
	require.NoError(t, err)
	w.Settings(func(s *channel.Settings) { s.ObjectTemplateID = &own.ID })
	require.True(t, errs.Is(w.Templates.DeleteObject(w.Ctx(), w.Owner, own.ID), "template.in_use"))
	w.Hear(w.Says("anna", "hello"))
	w.Settings(func(s *channel.Settings) { s.ObjectTemplateID = nil })
	require.NoError(t, w.Templates.DeleteObject(w.Ctx(), w.Owner, own.ID))
	_, err = w.Templates.Object(w.Ctx(), w.Account.ID, own.ID)
	require.NoError(t, err, "its tasks keep it")

	other, err := w.Templates.CreateObject(w.Ctx(), w.Owner, o.Definition)
	require.NoError(t, err)
	require.NoError(t, w.Templates.StandardObject(w.Ctx(), w.Owner, other.ID))
	require.Equal(t, other.ID, standard(t, w).ID)
}

func TestStatusSets(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.Hear(w.Says("anna", "hello"))
	made := w.OneTask()
	set, err := w.Templates.StatusSet(w.Ctx(), w.Account.ID, made.StatusSetID)
	require.NoError(t, err)

	t.Run("a_status_in_use_cannot_be_taken_out", func(t *testing.T) {
		less := set.Set()
		less.Statuses = less.Statuses[1:]
		_, err := w.Templates.UpdateStatusSet(w.Ctx(), w.Owner, set.ID, template.StatusSetChange{Statuses: &less.Statuses})
		require.Equal(t, errs.Invalid, errs.KindOf(err))
	})
	t.Run("tasks_follow_their_status", func(t *testing.T) {
		changed := set.Set()
		changed.Statuses = append([]templates.Status{}, changed.Statuses...)
		for i := range changed.Statuses {
			if changed.Statuses[i].Key == made.Status {
				changed.Statuses[i].Category = templates.CategoryPending
			}
		}
		changed.Statuses = append(changed.Statuses, templates.Status{Key: "fresh", Name: "Fresh", Category: "new", Active: true, Color: "#112233"})
		_, err := w.Templates.UpdateStatusSet(w.Ctx(), w.Owner, set.ID, template.StatusSetChange{Statuses: &changed.Statuses})
		require.NoError(t, err)
		require.Equal(t, templates.CategoryPending, w.OneTask().Category)
	})
	t.Run("one_that_a_template_has_stays", func(t *testing.T) {
		require.True(t, errs.Is(w.Templates.DeleteStatusSet(w.Ctx(), w.Owner, set.ID), "status_set.in_use"))
	})
}

func TestMembersDoNotChangeTemplates(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	member := w.Owner
	member.Role = account.Member
	o := standard(t, w)
	_, err := w.Templates.CreateObject(w.Ctx(), member, o.Definition)
	require.Equal(t, errs.Forbidden, errs.KindOf(err))
	_, err = w.Templates.UpdateObject(w.Ctx(), member, o.ID, o.Definition, 0)
	require.Equal(t, errs.Forbidden, errs.KindOf(err))
	require.Equal(t, errs.Forbidden, errs.KindOf(w.Templates.DeleteObject(w.Ctx(), member, o.ID)))
}
