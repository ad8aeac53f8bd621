package task_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/channel"
	"kontor/domain/domaintest"
	"kontor/domain/ids"
	"kontor/domain/task"
	"kontor/templates"
)

// requireAssigned demands that each task's word of whether it is anybody's is true, and that those lists have it which
// should: nobody has those tasks, and no others.
func requireAssigned(w *domaintest.World, after string, nobodys ...ids.ID) {
	w.T.Helper()
	type row struct {
		ID          ids.ID
		Assigned    bool
		AssigneeIDs string
		N           int
	}
	var rows []row
	err := w.DB.Select(w.Ctx(), &rows, `SELECT t.id, t.assigned, t.assignee_ids, (SELECT count(*) FROM task_assignees AS x
		WHERE x.account_id = t.account_id AND x.task_id = t.id) AS n FROM tasks AS t WHERE t.account_id = ?`, w.Account.ID)
	require.NoError(w.T, err)
	for _, r := range rows {
		require.Equal(w.T, r.N > 0, r.Assigned, "after %s", after)
	}
	for _, r := range rows {
		related, err := w.Tasks.RelatedOf(w.Ctx(), w.Account.ID, r.ID)
		require.NoError(w.T, err)
		var all []string
		for _, x := range related.Assignees[r.ID] {
			all = append(all, x.AssigneeID.String())
		}
		require.ElementsMatch(w.T, all, strings.Fields(r.AssigneeIDs), "after %s", after)
	}
	require.ElementsMatch(w.T, nobodys, taskIDs(listed(w, task.Filter{Unassigned: true})), "after %s", after)
}

func TestWhatNobodyHasIsKnownHoweverAssigneesChange(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.Settings(func(s *channel.Settings) { s.AutoOwnership = true })
	change := func(x task.Task, ch task.Change) {
		_, err := w.Tasks.Update(w.Ctx(), w.Owner, x.ID, ch)
		require.NoError(t, err)
	}
	nobody, mine := []ids.ID{}, []ids.ID{w.Owner.StaffID}

	anna, ben := pair(w)
	requireAssigned(w, "the chain assigned what arrived")
	change(anna, task.Change{Assignees: &nobody})
	requireAssigned(w, "taking it away", anna.ID)
	change(anna, task.Change{Assignees: &mine})
	requireAssigned(w, "assigning")
	change(anna, task.Change{Assignees: &nobody})
	w.Answer(anna, "mine from now on")
	requireAssigned(w, "an answer made it somebody's")

	resolved, fresh := "resolved", "new"
	change(anna, task.Change{Status: &resolved})
	requireAssigned(w, "resolving took it away", anna.ID)
	change(anna, task.Change{Status: &fresh})

	_, err := w.Tasks.Merge(w.Ctx(), w.Owner, ben.ID, anna.ID)
	require.NoError(t, err)
	requireAssigned(w, "a merge brought the other's")
	_, err = w.Tasks.Unmerge(w.Ctx(), w.Owner, ben.ID)
	require.NoError(t, err)
	requireAssigned(w, "the merge was taken back", anna.ID)

	comments := w.Comments(ben)
	w.Clock.Add(time.Second)
	split, err := w.Tasks.Split(w.Ctx(), w.Owner, ben.ID, task.Split{Comments: []ids.ID{comments[0].ID}, Title: "Apart"})
	require.NoError(t, err)
	requireAssigned(w, "a split", anna.ID, split.ID)
	byHand, err := w.Tasks.Create(w.Ctx(), w.Owner, task.NewTask{Title: "By hand", Change: task.Change{Assignees: &mine}})
	require.NoError(t, err)
	requireAssigned(w, "one made by hand", anna.ID, split.ID)

	_, err = w.Tasks.HandOver(w.Ctx(), w.Owner, task.Handover{From: w.Owner.StaffID, FromName: w.Owner.Name})
	require.NoError(t, err)
	requireAssigned(w, "handing over to nobody", anna.ID, split.ID, ben.ID, byHand.ID)
}

func TestRoundRobinAndErasingKeepWhatNobodyHas(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	team, err := w.Staff.CreateTeam(w.Ctx(), w.Owner, "Service", []ids.ID{w.Owner.StaffID})
	require.NoError(t, err)
	used, _, err := w.Templates.ObjectFor(w.Ctx(), w.Account.ID, nil)
	require.NoError(t, err)
	o, err := w.Templates.Object(w.Ctx(), w.Account.ID, used.ID)
	require.NoError(t, err)
	o.Definition.Defaults.Assignees = []templates.Assignee{{Kind: templates.AssigneeTeam, ID: team.ID.String()}}
	o.Definition.Defaults.AssigneeMode = templates.ModeRoundRobin
	_, err = w.Templates.UpdateObject(w.Ctx(), w.Owner, o.ID, o.Definition, o.Version)
	require.NoError(t, err)
	w.Settings(func(s *channel.Settings) { s.ObjectTemplateID = &o.ID })
	w.Hear(w.Says("anna", "hello"))
	related, err := w.Tasks.RelatedOf(w.Ctx(), w.Account.ID, w.OneTask().ID)
	require.NoError(t, err)
	require.Equal(t, w.Owner.StaffID, related.Assignees[w.OneTask().ID][0].AssigneeID)
	requireAssigned(w, "round robin")

	c, err := w.Contacts.Get(w.Ctx(), w.Account.ID, *w.OneTask().ContactID)
	require.NoError(t, err)
	_, err = w.Dossiers.Erase(w.Ctx(), w.Owner, c.ID, c.Name)
	require.NoError(t, err)
	requireAssigned(w, "erasing whom it is about")
}

func TestWhatNobodyHasIsReadAlongItsIndex(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	for _, category := range []templates.Category{templates.CategoryNew, templates.CategoryPending} {
		f := task.Filter{Unassigned: true, Category: category}
		require.Contains(t, w.Plans(func() { listed(w, f) })[0], "tasks_unassigned")
		require.Contains(t, w.Plans(func() {
			_, err := w.Tasks.CountOne(w.Ctx(), w.Account.ID, f)
			require.NoError(t, err)
		})[0], "tasks_unassigned")
	}
}
