package task_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/domaintest"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/staff"
	"kontor/domain/storage"
	"kontor/domain/task"
	"kontor/templates"
)

// listed returns the tasks of a queue.
func listed(w *domaintest.World, f task.Filter) []task.Task {
	rows, _, err := w.Tasks.List(w.Ctx(), w.Account.ID, f, storage.Page{})
	require.NoError(w.T, err)
	return rows
}

func snooze(w *domaintest.World, t task.Task, until time.Time) task.Task {
	got, err := w.Tasks.Update(w.Ctx(), w.Owner, t.ID, task.Change{SnoozedUntil: &until})
	require.NoError(w.T, err)
	return got
}

func TestASnoozedTaskLeavesItsQueueAndWakesAtItsTime(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.Hear(w.Says("anna", "one"))
	fresh := task.Filter{Category: templates.CategoryNew}
	until := w.Clock.Now().Add(3 * time.Hour)
	read := false
	_, err := w.Tasks.Update(w.Ctx(), w.Owner, w.OneTask().ID, task.Change{Unread: &read})
	require.NoError(t, err)
	snooze(w, w.OneTask(), until)
	require.Empty(t, listed(w, fresh))
	snoozed := true
	require.Len(t, listed(w, task.Filter{Snoozed: &snoozed}), 1)

	later := until.Add(time.Hour)
	snooze(w, w.OneTask(), later) // the first time still is due, and must not wake it
	w.Clock.Add(3*time.Hour + time.Minute)
	w.Fetch(task.SnoozeQueue)
	require.Empty(t, listed(w, fresh))
	w.Clock.Add(time.Hour)
	w.Fetch(task.SnoozeQueue)
	require.Len(t, listed(w, fresh), 1)
	require.True(t, w.OneTask().Unread)
}

func TestAContactWakesASnoozedTask(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.Hear(w.Says("anna", "one"))
	snooze(w, w.OneTask(), w.Clock.Now().Add(time.Hour))
	w.Clock.Add(time.Minute)
	w.Hear(w.Says("anna", "two"))
	require.Nil(t, w.OneTask().SnoozedUntil)
	require.Len(t, listed(w, task.Filter{Category: templates.CategoryNew}), 1)
}

func TestSnoozingNeedsATimeAhead(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.Hear(w.Says("anna", "one"))
	for _, at := range []time.Time{w.Clock.Now(), w.Clock.Now().Add(-time.Hour), w.Clock.Now().AddDate(2, 0, 0)} {
		_, err := w.Tasks.Update(w.Ctx(), w.Owner, w.OneTask().ID, task.Change{SnoozedUntil: &at})
		require.Equal(t, errs.Invalid, errs.KindOf(err))
	}
	got := snooze(w, w.OneTask(), w.Clock.Now().Add(time.Hour))
	require.NotNil(t, got.SnoozedUntil)
	require.Nil(t, snooze(w, got, time.Time{}).SnoozedUntil)
}

func TestRemindersFireUnlessTheContactAnswered(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name           string
		unlessAnswered bool
		answered       bool
		told           int
	}{
		{"always", false, true, 1}, {"nobody_answered", true, false, 1}, {"answered", true, true, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := domaintest.New(t)
			w.Hear(w.Says("anna", "one"))
			made := w.OneTask()
			_, err := w.Tasks.Remind(w.Ctx(), w.Owner, made.ID, task.NewReminder{
				At: w.Clock.Now().Add(time.Hour), UnlessAnswered: test.unlessAnswered, Note: "call back",
			})
			require.NoError(t, err)
			w.Clock.Add(time.Minute)
			if test.answered {
				w.Hear(w.Says("anna", "two"))
			}
			w.Clock.Add(time.Hour)
			w.Fetch(task.RemindQueue)
			told, _, err := w.Tasks.Notifications(w.Ctx(), w.Owner, true, storage.Page{})
			require.NoError(t, err)
			require.Len(t, told, test.told)
			open, err := w.Tasks.Reminders(w.Ctx(), w.Owner, made.ID)
			require.NoError(t, err)
			require.Empty(t, open)
			require.True(t, w.OneTask().Unread)
			require.NoError(t, w.Tasks.ReadNotifications(w.Ctx(), w.Owner, nil))
			told, _, err = w.Tasks.Notifications(w.Ctx(), w.Owner, true, storage.Page{})
			require.NoError(t, err)
			require.Empty(t, told)
		})
	}
}

func TestRemindersAreOnesOwn(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.Hear(w.Says("anna", "one"))
	r, err := w.Tasks.Remind(w.Ctx(), w.Owner, w.OneTask().ID, task.NewReminder{At: w.Clock.Now().Add(time.Hour)})
	require.NoError(t, err)
	other := member(w, "Ben Ode")
	require.Equal(t, errs.NotFound, errs.KindOf(w.Tasks.Forget(w.Ctx(), other, r.ID)))
	require.NoError(t, w.Tasks.Forget(w.Ctx(), w.Owner, r.ID))
	w.Clock.Add(2 * time.Hour)
	w.Fetch(task.RemindQueue)
	told, _, err := w.Tasks.Notifications(w.Ctx(), w.Owner, false, storage.Page{})
	require.NoError(t, err)
	require.Empty(t, told)
}

// member adds somebody to the account.
func member(w *domaintest.World, name string) account.Actor {
	s, err := w.Staff.Create(w.Ctx(), w.Owner, staff.New{
		Email: ids.New().String() + "@staff.example", Name: name, Password: "wide blue tricycle", Role: account.Member,
	})
	require.NoError(w.T, err)
	return account.Actor{AccountID: w.Account.ID, Kind: account.Staff, StaffID: s.ID, Role: account.Member, Name: name}
}

func TestWhoIsMentionedFollowsAndIsTold(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.Hear(w.Says("anna", "one"))
	ben, bennett := member(w, "Ben"), member(w, "Ben Nett")
	_, err := w.Tasks.AddComment(w.Ctx(), w.Owner, w.OneTask().ID, task.NewComment{
		Text: "Please look, @ben nett, and mail x@bender.example", Visibility: task.Internal,
	})
	require.NoError(t, err)
	related, err := w.Tasks.RelatedOf(w.Ctx(), w.Account.ID, w.OneTask().ID)
	require.NoError(t, err)
	require.Equal(t, []ids.ID{bennett.StaffID}, related.Participants[w.OneTask().ID])
	for who, n := range map[account.Actor]int{ben: 0, bennett: 1} {
		told, _, err := w.Tasks.Notifications(w.Ctx(), who, true, storage.Page{})
		require.NoError(t, err)
		require.Len(t, told, n, who.Name)
	}
}

func TestTheFirstToAcceptHasTheTask(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.Hear(w.Says("anna", "one"))
	made := w.OneTask()
	one, two, outside := member(w, "One"), member(w, "Two"), member(w, "Outside")
	team, err := w.Staff.CreateTeam(w.Ctx(), w.Owner, "Service", []ids.ID{one.StaffID, two.StaffID})
	require.NoError(t, err)
	offer := []ids.ID{team.ID}
	_, err = w.Tasks.Update(w.Ctx(), w.Owner, made.ID, task.Change{Assignees: &offer})
	require.NoError(t, err)
	_, err = w.Tasks.Accept(w.Ctx(), outside, made.ID)
	require.True(t, errs.Is(err, "task.not_offered"))
	_, err = w.Tasks.Accept(w.Ctx(), one, made.ID)
	require.NoError(t, err)
	_, err = w.Tasks.Accept(w.Ctx(), two, made.ID)
	require.True(t, errs.Is(err, "task.taken"))
	related, err := w.Tasks.RelatedOf(w.Ctx(), w.Account.ID, made.ID)
	require.NoError(t, err)
	require.Len(t, related.Assignees[made.ID], 1)
	require.Equal(t, one.StaffID, related.Assignees[made.ID][0].AssigneeID)
}

func TestWhatWaitsTooLongIsResolvedByItself(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.Settings(func(s *channel.Settings) { s.ResolveNewAfterDays, s.ResolvePendingAfterDays = 10, 20 })
	w.Hear(w.Says("anna", "new"), w.Says("ben", "answered"), w.Says("cleo", "snoozed"))
	byText := map[string]task.Task{}
	for _, x := range w.AllTasks() {
		byText[w.Texts(x)[0]] = x
	}
	w.Answer(byText["answered"], "done")
	snooze(w, byText["snoozed"], w.Clock.Now().AddDate(0, 0, 100))
	run := func(days int) map[string]templates.Category {
		w.Clock.Add(time.Duration(days) * 24 * time.Hour)
		require.NoError(t, w.Tasks.ResolveStale(w.Ctx(), w.Channel))
		out := map[string]templates.Category{}
		for name, x := range byText {
			got, err := w.Tasks.Get(w.Ctx(), w.Account.ID, x.ID)
			require.NoError(t, err)
			out[name] = got.Category
		}
		return out
	}
	c, err := w.Channels.Get(w.Ctx(), w.Account.ID, w.Channel.ID)
	require.NoError(t, err)
	w.Channel = c
	require.Equal(t, map[string]templates.Category{
		"new": "new", "answered": "pending", "snoozed": "new",
	}, run(9))
	require.Equal(t, map[string]templates.Category{
		"new": "resolved", "answered": "pending", "snoozed": "new",
	}, run(2))
	whys, err := w.Tasks.Whys(w.Ctx(), w.Account.ID, byText["new"].ID)
	require.NoError(t, err)
	last := whys[len(whys)-1].Steps[0]
	require.Equal(t, "task.stale.new", last.Rule+"."+last.Outcome)

	reopened := "new"
	_, err = w.Tasks.Update(w.Ctx(), w.Owner, byText["new"].ID, task.Change{Status: &reopened})
	require.NoError(t, err)
	require.Equal(t, map[string]templates.Category{
		"new": "new", "answered": "pending", "snoozed": "new",
	}, run(8), "what somebody took up again waits anew")
	require.Equal(t, map[string]templates.Category{
		"new": "new", "answered": "resolved", "snoozed": "new",
	}, run(2))
	w.Channel.Settings.ResolveNewAfterDays = 0
	require.Equal(t, templates.CategoryNew, run(50)["new"])
}
