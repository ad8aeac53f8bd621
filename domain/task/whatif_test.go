package task_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/channel"
	"kontor/domain/domaintest"
	"kontor/domain/ids"
	"kontor/domain/task"
	"kontor/templates"
)

// choices are what each choice would have made, by its name.
func choices(c task.Compared) map[string][2]int {
	found := map[string][2]int{}
	for _, x := range c.Choices {
		found[string(x.NewTask)+"/"+x.Scope] = [2]int{x.Made, x.Reopened}
	}
	return found
}

func whatIf(t *testing.T, w *domaintest.World) task.WhatIf {
	t.Helper()
	found, err := w.Tasks.WhatIf(w.Ctx(), w.Account.ID, w.Channel.ID)
	require.NoError(t, err)
	return found
}

// Anna writes, is answered and comes back twice after her task was resolved; Ben writes once.
func TestWhatIfOfMessages(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	resolve := func() {
		w.Clock.Add(time.Minute)
		resolved := templates.CategoryResolved
		for _, x := range w.AllTasks() {
			if x.Active && x.Title != "" {
				_, err := w.Tasks.Update(w.Ctx(), w.Owner, x.ID, task.Change{Category: &resolved})
				require.NoError(t, err)
			}
		}
		w.Clock.Add(time.Minute)
	}
	hear := func(person, text string) {
		w.Clock.Add(time.Minute)
		w.Hear(w.Says(person, text))
	}
	hear("anna", "one")
	hear("anna", "still one")
	resolve()
	hear("anna", "two")
	resolve()
	hear("anna", "three")
	hear("ben", "hello")

	got := whatIf(t, w).Messages
	require.Equal(t, 5, got.Heard)
	require.Equal(t, 4, got.Made, "as it was")
	require.Equal(t, map[string][2]int{
		"when_none_active/conversation": {4, 0}, "reopen_last/conversation": {2, 2},
		"when_none_active/contact": {4, 0}, "reopen_last/contact": {2, 2},
	}, choices(got))
	for _, c := range got.Choices {
		if c.NewTask == channel.NewWhenNoneActive {
			require.Empty(t, c.Examples, "nothing differs")
			continue
		}
		require.Len(t, c.Examples, 2)
		require.Equal(t, task.WouldReopen, c.Examples[0].Would)
	}

	t.Run("what really re-opened is told from what would have been made", func(t *testing.T) {
		w.Settings(func(s *channel.Settings) { s.NewTask = channel.ReopenLast })
		resolve()
		hear("ben", "again")
		got := whatIf(t, w).Messages
		require.Equal(t, 4, got.Made, "none more")
		require.Equal(t, [2]int{5, 0}, choices(got)["when_none_active/conversation"])
		require.Equal(t, [2]int{2, 3}, choices(got)["reopen_last/conversation"])
	})
	t.Run("older than thirty days does not count", func(t *testing.T) {
		w.Clock.Add(40 * 24 * time.Hour)
		require.Zero(t, whatIf(t, w).Messages.Heard)
		hear("ben", "long after")
		require.Equal(t, 1, choices(whatIf(t, w).Messages)["reopen_last/conversation"][1]+choices(whatIf(t, w).Messages)["reopen_last/conversation"][0])
	})
	t.Run("with a fixed number of statements", func(t *testing.T) {
		require.LessOrEqual(t, len(w.Statements(func() { whatIf(t, w) })), 4)
		none, err := w.Tasks.WhatIf(w.Ctx(), ids.New(), w.Channel.ID)
		require.NoError(t, err)
		require.Zero(t, none.Messages.Heard, "another account's")
	})
}

// Two people under one post, one of them in two threads.
func TestWhatIfOfComments(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.TakeComments(channel.PerPost)
	w.Hear(w.Remarks("anna", "p1", "", "how much?"))
	w.Clock.Add(time.Minute)
	w.Hear(w.Remarks("anna", "p1", "", "and in red?"))
	w.Clock.Add(time.Minute)
	w.Hear(w.Remarks("ben", "p1", "", "nice"))

	got := whatIf(t, w).Comments
	require.Equal(t, []int{3, 1}, []int{got.Heard, got.Made})
	made := choices(got)
	require.Equal(t, 1, made["when_none_active/post"][0])
	require.Equal(t, 3, made["when_none_active/thread"][0])
	require.Equal(t, 2, made["when_none_active/author"][0])
	require.Zero(t, whatIf(t, w).Messages.Heard)
}
