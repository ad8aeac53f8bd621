package lead_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/domaintest"
	"kontor/domain/ids"
	"kontor/domain/lead"
	"kontor/domain/task"
	"kontor/templates"
)

// How leads were served is told by campaign, ad set, ad and form: how many, how soon, and what became of them.
func TestFigures(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.Fake.Forms(domaintest.Form("f1", "Test ride", "full_name"))
	sync(t, w)
	start := w.Clock.Now()
	submit := func(id, campaign string, test bool) task.Task {
		l := w.Lead(id, "f1", "full_name", "Person "+id)
		l.CampaignID, l.Campaign, l.Test = campaign, "Called "+campaign, test
		enter(w, l)
		tasks := w.AllTasks()
		return tasks[0]
	}
	first := submit("l1", "c1", false)
	second := submit("l2", "c1", false)
	submit("l3", "", false)
	submit("l4", "c2", true)

	note := func(t0 task.Task) {
		_, err := w.Tasks.AddComment(w.Ctx(), w.Owner, t0.ID, task.NewComment{Text: "Called back", Visibility: task.Internal})
		require.NoError(t, err)
	}
	w.Clock.Add(10 * time.Minute)
	note(first)
	resolved := templates.CategoryResolved
	_, err := w.Tasks.Update(w.Ctx(), w.Owner, first.ID, task.Change{Category: &resolved})
	require.NoError(t, err)
	w.Clock.Add(2 * time.Hour)
	note(first)
	note(second)

	figures := func(q lead.FigureQuery) lead.Figures {
		q.From, q.To = start.Add(-time.Hour), w.Clock.Now().Add(time.Hour)
		f, err := w.Leads.Figures(w.Ctx(), w.Account.ID, q)
		require.NoError(t, err)
		return f
	}
	f := figures(lead.FigureQuery{By: lead.ByCampaign})
	require.Equal(t, 3, f.All.Leads, "test leads do not count")
	require.Len(t, f.Groups, 2)
	g := f.Groups[0]
	require.Equal(t, "c1", g.ID)
	require.Equal(t, "Called c1", g.Name)
	require.Equal(t, []int{2, 2, 1}, []int{g.Leads, g.Touched, g.Soon})
	require.InDelta(t, 10, g.Median.Minutes(), 1, "of two, the sooner is the middle")
	require.Equal(t, map[templates.Category]int{templates.CategoryResolved: 1, templates.CategoryNew: 1}, g.Tasks)
	require.Empty(t, f.Groups[1].ID)
	require.Empty(t, f.Groups[1].Name)
	require.Zero(t, f.Groups[1].Touched)

	require.Equal(t, "Test ride", figures(lead.FigureQuery{By: lead.BySource}).Groups[0].Name)
	require.Equal(t, "Red bike", figures(lead.FigureQuery{By: lead.ByAd}).Groups[0].Name)
	other := ids.New()
	require.Zero(t, figures(lead.FigureQuery{By: lead.ByAd, ChannelID: &other}).All.Leads)

	statements := w.Statements(func() { figures(lead.FigureQuery{By: lead.ByCampaign}) })
	require.LessOrEqual(t, len(statements), 6)
}
