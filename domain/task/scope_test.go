package task_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/channel"
	"kontor/domain/domaintest"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/task"
	"kontor/templates"
)

func resolve(w *domaintest.World, id ids.ID) {
	w.T.Helper()
	status := "resolved"
	_, err := w.Tasks.Update(w.Ctx(), w.Owner, id, task.Change{Status: &status})
	require.NoError(w.T, err)
}

// hears has somebody write, and returns the task that it came to.
func hears(w *domaintest.World, person, text string) task.Task {
	w.T.Helper()
	w.Clock.Add(time.Second)
	in := w.Says(person, text)
	w.Hear(in)
	x := task.External{AccountID: w.Account.ID, ChannelID: w.Channel.ID, ExternalID: in.ExternalID}
	known, err := w.Tasks.Known(w.Ctx(), []task.External{x})
	require.NoError(w.T, err)
	return get(w, task.Task{ID: known[x].TaskID})
}

func TestAResolvedTaskHoldsNoConversation(t *testing.T) {
	t.Parallel()
	for name, give := range map[string]func(w *domaintest.World, anna task.Task) task.Task{
		"that_it_got_by_a_merge": func(w *domaintest.World, anna task.Task) task.Task {
			made, err := w.Tasks.Create(w.Ctx(), w.Owner, task.NewTask{Title: "by hand"})
			require.NoError(w.T, err)
			made, err = w.Tasks.Merge(w.Ctx(), w.Owner, anna.ID, made.ID)
			require.NoError(w.T, err)
			return made
		},
		"that_it_got_by_a_split": func(w *domaintest.World, anna task.Task) task.Task {
			hears(w, "anna", "about something else")
			made, err := w.Tasks.Split(w.Ctx(), w.Owner, anna.ID, task.Split{
				Comments: []ids.ID{w.Comments(anna)[1].ID}, Continue: true,
			})
			require.NoError(w.T, err)
			return made
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := domaintest.New(t)
			made := give(w, hears(w, "anna", "hello"))
			require.Equal(t, made.ID, hears(w, "anna", "more").ID)
			resolve(w, made.ID)
			after := hears(w, "anna", "again")
			require.NotEqual(t, made.ID, after.ID, "it would come to a task that nobody looks at")
			require.Equal(t, templates.CategoryNew, after.Category)
		})
	}
}

func TestATaskThatComesBackFromAMergeHasItsConversation(t *testing.T) {
	t.Parallel()
	t.Run("also_when_the_other_was_resolved_meanwhile", func(t *testing.T) {
		t.Parallel()
		w := domaintest.New(t)
		anna, ben := pair(w)
		_, err := w.Tasks.Merge(w.Ctx(), w.Owner, anna.ID, ben.ID)
		require.NoError(t, err)
		resolve(w, ben.ID)
		back, err := w.Tasks.Unmerge(w.Ctx(), w.Owner, anna.ID)
		require.NoError(t, err)
		require.True(t, back.Active)
		require.Equal(t, anna.ID, hears(w, "anna", "more").ID)
	})
	t.Run("but_not_when_another_has_it", func(t *testing.T) {
		t.Parallel()
		w := domaintest.New(t)
		anna, ben := pair(w)
		_, err := w.Tasks.Merge(w.Ctx(), w.Owner, anna.ID, ben.ID)
		require.NoError(t, err)
		resolve(w, ben.ID)
		other := hears(w, "anna", "more")
		_, err = w.Tasks.Unmerge(w.Ctx(), w.Owner, anna.ID)
		require.True(t, errs.Is(err, "task.other_active"))
		resolve(w, other.ID)
		_, err = w.Tasks.Unmerge(w.Ctx(), w.Owner, anna.ID)
		require.NoError(t, err)
		require.Equal(t, anna.ID, hears(w, "anna", "again").ID)
	})
	t.Run("alone", func(t *testing.T) {
		t.Parallel()
		w := domaintest.New(t)
		w.Settings(func(s *channel.Settings) { s.NewTask = channel.NewWhenNoneActive })
		old := hears(w, "anna", "hello")
		resolve(w, old.ID)
		fresh := hears(w, "anna", "hello again")
		into, err := w.Tasks.Merge(w.Ctx(), w.Owner, fresh.ID, old.ID)
		require.NoError(t, err)
		require.True(t, into.Active)
		_, err = w.Tasks.Unmerge(w.Ctx(), w.Owner, fresh.ID)
		require.NoError(t, err)
		require.False(t, get(w, old).Active, "a conversation has one active task")
		require.Equal(t, fresh.ID, hears(w, "anna", "more").ID)
	})
}
