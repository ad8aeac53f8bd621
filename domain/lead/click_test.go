package lead_test

import (
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/channel"
	"kontor/domain/domaintest"
	"kontor/domain/lead"
	"kontor/domain/task"
	"kontor/templates"
)

func byAd(in channel.Inbound, id, title string) channel.Inbound {
	in.Referral = &channel.Referral{Source: "ADS", AdID: id, AdTitle: title}
	return in
}

// Conversations that ads brought are counted beside leads, each once: under the campaign where a lead of the ad tells it, else
// under the ad.
func TestConversationsFromAds(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.Fake.Forms(domaintest.Form("f1", "Test ride", "full_name"))
	sync(t, w)
	start := w.Clock.Now()
	l := w.Lead("l1", "f1", "full_name", "Lea")
	l.AdID, l.AdSetID, l.CampaignID, l.Campaign = "ad-1", "set-1", "c1", "Spring"
	enter(w, l)

	w.Hear(w.Says("zoe", "Hello")) // by no ad
	came := channel.Inbound{Action: channel.Refer, Transport: "fake", OccurredAt: w.Clock.Now(), Person: channel.Person{ExternalID: "anna"}}
	w.Hear(byAd(came, "ad-1", "Ride it"))
	require.Equal(t, 0, figures(t, w, start, lead.FigureQuery{Kind: lead.KindMessage}).All.Tasks[templates.CategoryNew], "nothing was written")
	w.Clock.Add(time.Minute)
	w.Hear(w.Says("anna", "How much is it?"))
	w.Hear(byAd(w.Says("ben", "Hi"), "ad-2", "Old title"))
	w.Clock.Add(time.Minute)
	w.Hear(byAd(w.Says("ben", "Still there?"), "ad-2", "Blue boat"))
	for _, x := range w.AllTasks() {
		if c := w.Comments(x); c[0].Text == "Hi" {
			_, err := w.Tasks.AddComment(w.Ctx(), w.Owner, x.ID, task.NewComment{Text: "On it", Visibility: task.Internal})
			require.NoError(t, err)
		}
	}

	f := figures(t, w, start, lead.FigureQuery{By: lead.ByCampaign})
	require.Equal(t, []int{1, 2, 1, 1}, []int{f.All.Leads, f.All.Conversations, f.All.Touched, f.All.Soon})
	require.Equal(t, map[templates.Category]int{templates.CategoryNew: 3}, f.All.Tasks)
	require.Len(t, f.Groups, 3)
	found := map[string]lead.Group{}
	for _, g := range f.Groups {
		found[string(g.Kind)+":"+g.Of+":"+g.ID+":"+g.Name] = g
	}
	require.Equal(t, 1, found["lead:campaign:c1:Spring"].Leads)
	require.Equal(t, 1, found["message:campaign:c1:Spring"].Conversations)
	boat := found["message:ad:ad-2:Blue boat"]
	require.Equal(t, []int{0, 1, 1}, []int{boat.Leads, boat.Conversations, boat.Touched}, "twice by the same ad is one conversation")

	f = figures(t, w, start, lead.FigureQuery{By: lead.ByAd, Kind: lead.KindMessage})
	require.Len(t, f.Groups, 2)
	require.Zero(t, f.All.Leads)
	require.Zero(t, figures(t, w, start, lead.FigureQuery{By: lead.BySource}).All.Conversations, "they come by no form")
	require.LessOrEqual(t, len(w.Statements(func() { figures(t, w, start, lead.FigureQuery{By: lead.ByCampaign}) })), 7)
}

// What is replayed is not counted twice.
func TestAClickIsKeptOnce(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	start := w.Clock.Now()
	m := byAd(w.Says("anna", "Hello"), "ad-1", "Ride it")
	w.Hear(m, m)
	w.Hear(m)
	require.Equal(t, 1, figures(t, w, start, lead.FigureQuery{By: lead.ByAd}).All.Conversations)
}

// Figures read by indexes, however much there is.
func TestFiguresReadByIndexes(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	start := w.Clock.Now()
	w.Hear(byAd(w.Says("anna", "Hello"), "ad-1", "Ride it"))
	whole := regexp.MustCompile(`(?i)(SCAN (x|k|l|c|e|t)\b|Seq Scan on)`)
	counted := regexp.MustCompile(`(?is)from (leads|ad_clicks) as x.*order by x`)
	seen := 0
	for _, plan := range w.Plans(func() { figures(t, w, start, lead.FigureQuery{By: lead.ByCampaign}) }) {
		require.NotRegexp(t, whole, plan)
		if counted.MatchString(plan) {
			require.Regexp(t, `leads_by_submission|ad_clicks_by_time`, plan)
			seen++
		}
	}
	require.Equal(t, 2, seen)
}

func figures(t *testing.T, w *domaintest.World, start time.Time, q lead.FigureQuery) lead.Figures {
	t.Helper()
	q.From, q.To = start.Add(-time.Hour), w.Clock.Now().Add(time.Hour)
	f, err := w.Leads.Figures(w.Ctx(), w.Account.ID, q)
	require.NoError(t, err)
	return f
}
