package report_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"kontor/domain/account"
	"kontor/domain/domaintest"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/report"
	"kontor/domain/storage"
	"kontor/domain/task"
	"kontor/templates"
)

// week is a query for what was done around now.
func week(w *domaintest.World, by report.Dimension) report.Query {
	now := w.Clock.Now().UTC().Truncate(24 * time.Hour)
	return report.Query{From: now.AddDate(0, 0, -6), To: now.AddDate(0, 0, 2), Zone: time.UTC, By: by}
}

func TestReport(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	for _, name := range []string{"anna", "ben", "cem", "dora"} {
		w.Hear(w.Says(name, "hello from "+name))
	}
	tasks := w.AllTasks()
	w.Clock.Add(7 * time.Minute)
	for range 2 { // only the first answer counts
		_, err := w.Tasks.AddComment(w.Ctx(), w.Owner, tasks[0].ID, task.NewComment{Text: "Good day", Visibility: task.Public})
		require.NoError(t, err)
		w.Clock.Add(2 * time.Hour)
	}
	_, err := w.Tasks.AddComment(w.Ctx(), w.Owner, tasks[1].ID, task.NewComment{Text: "A note", Visibility: task.Internal})
	require.NoError(t, err)
	resolved, open := templates.CategoryResolved, templates.CategoryNew
	tags := []string{"cake", "late"}
	for _, x := range tasks[:2] {
		_, err = w.Tasks.Update(w.Ctx(), w.Owner, x.ID, task.Change{Category: &resolved, Tags: &tags})
		require.NoError(t, err)
	}
	_, err = w.Tasks.Update(w.Ctx(), w.Owner, tasks[1].ID, task.Change{Category: &open})
	require.NoError(t, err, "it is taken up again")
	_, err = w.Tasks.Merge(w.Ctx(), w.Owner, tasks[3].ID, tasks[2].ID)
	require.NoError(t, err, "it is part of another now")

	r, err := w.Reports.Make(w.Ctx(), w.Account.ID, week(w, report.ByTag))
	require.NoError(t, err)
	require.Equal(t, 3, r.Total.Created)
	require.Equal(t, 1, r.Total.Resolved)
	require.Equal(t, 2, r.Total.OpenCount())
	require.Equal(t, []report.Bucket{{UpTo: 600, Count: 1}}, r.Total.FirstAnswer.Buckets())
	require.EqualValues(t, 7*60, r.Total.FirstAnswer.Seconds)
	require.Equal(t, 1, r.Total.Resolution.Count())
	require.Len(t, r.Groups, 3, "cake, late, and of none")
	for _, g := range r.Groups {
		if g.Key != "" {
			require.Equal(t, []int{2, 1, 1}, []int{g.Created, g.Resolved, g.OpenCount()}, g.Key)
		}
	}
	created, closed, hours := 0, 0, 0
	for _, d := range r.Days {
		created, closed = created+d.Created, closed+d.Resolved
	}
	for _, n := range r.Hours {
		hours += n
	}
	require.Len(t, r.Days, 8)
	require.Equal(t, []int{3, 1, 3}, []int{created, closed, hours})
}

func TestReportCountsInWorkingHours(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	zone, day := "Europe/Berlin", []string{"09:00-17:00"}
	_, err := w.Accounts.Update(w.Ctx(), w.Owner, account.Change{TimeZone: &zone, WorkingHours: &templates.Hours{Wednesday: day, Thursday: day}})
	require.NoError(t, err)
	wednesday := time.Date(2026, 11, 25, 5, 0, 0, 0, time.UTC) // 06:00 there
	w.Clock.Set(wednesday)
	w.Hear(w.Says("anna", "hello"))
	x := w.AllTasks()[0]
	w.Clock.Set(wednesday.Add(3*time.Hour + 7*time.Minute))
	_, err = w.Tasks.AddComment(w.Ctx(), w.Owner, x.ID, task.NewComment{Text: "Good day", Visibility: task.Public})
	require.NoError(t, err)
	w.Clock.Set(wednesday.Add(28 * time.Hour)) // Thursday, 10:00
	resolved := templates.CategoryResolved
	_, err = w.Tasks.Update(w.Ctx(), w.Owner, x.ID, task.Change{Category: &resolved})
	require.NoError(t, err)
	q := week(w, report.ByChannel)
	for working, want := range map[bool][]int64{false: {187 * 60, 28 * 3600}, true: {7 * 60, 9 * 3600}} {
		q.Working = working
		r, err := w.Reports.Make(w.Ctx(), w.Account.ID, q)
		require.NoError(t, err)
		require.Equal(t, want, []int64{r.Total.FirstAnswer.Seconds, r.Total.Resolution.Seconds})
	}
}

func TestReportByEachDimension(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.Hear(w.Says("anna", "hello"))
	x := w.AllTasks()[0]
	topic := "delivery"
	_, err := w.Tasks.AddComment(w.Ctx(), w.Owner, x.ID, task.NewComment{Text: "Good day", Visibility: task.Public})
	require.NoError(t, err)
	_, err = w.Tasks.Update(w.Ctx(), w.Owner, x.ID, task.Change{Topic: &topic})
	require.NoError(t, err)
	keys := map[report.Dimension]string{
		report.ByChannel: ids.Of(x.ChannelID).String(), report.ByTemplate: x.TemplateID.String(), report.ByTopic: topic, report.ByTag: "",
		report.ByTeam: "", report.ByStaff: w.Owner.StaffID.String(),
	}
	for _, by := range report.Dimensions() {
		r, err := w.Reports.Make(w.Ctx(), w.Account.ID, week(w, by))
		require.NoError(t, err, by)
		require.Len(t, r.Groups, 1, by)
		require.Equal(t, keys[by], r.Groups[0].Key, by)
		require.Equal(t, []int{1, 1}, []int{r.Groups[0].Created, r.Groups[0].FirstAnswer.Count()}, by)
	}
}

func TestReportKeepsToChannelsAndAccounts(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.Hear(w.Says("anna", "hello"))
	q := week(w, report.ByChannel)
	for name, narrowed := range map[string][]ids.ID{"none": {}, "another": {ids.New()}} {
		q.Channels = narrowed
		r, err := w.Reports.Make(w.Ctx(), w.Account.ID, q)
		require.NoError(t, err, name)
		require.Zero(t, r.Total.Created+r.Total.OpenCount(), name)
	}
	q.Channels = []ids.ID{ids.Of(w.AllTasks()[0].ChannelID)}
	r, err := w.Reports.Make(w.Ctx(), w.Account.ID, q)
	require.NoError(t, err)
	require.Equal(t, 1, r.Total.Created)
	r, err = w.Reports.Make(w.Ctx(), ids.New(), week(w, report.ByChannel))
	require.NoError(t, err)
	require.Zero(t, r.Total.Created)
}

func TestReportTakesTheSameStatementsWhateverThereIs(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	count := func() int {
		return len(w.Statements(func() {
			_, err := w.Reports.Make(w.Ctx(), w.Account.ID, week(w, report.ByStaff))
			require.NoError(t, err)
		}))
	}
	before := count()
	require.Equal(t, 8, before)
	for _, name := range []string{"anna", "ben", "cem"} {
		w.Hear(w.Says(name, "hello from "+name))
	}
	require.Equal(t, before, count())
}

func TestReportRefuses(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	for name, change := range map[string]func(*report.Query){
		"backwards": func(q *report.Query) { q.From, q.To = q.To, q.From },
		"too long":  func(q *report.Query) { q.From = q.To.AddDate(-2, 0, 0) },
		"by what":   func(q *report.Query) { q.By = "weather" },
		"by none":   func(q *report.Query) { q.By = "" },
	} {
		q := week(w, report.ByChannel)
		change(&q)
		_, err := w.Reports.Make(w.Ctx(), w.Account.ID, q)
		require.Equal(t, errs.Invalid, errs.KindOf(err), name)
	}
}

func TestDaysAreTheZones(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.Hear(w.Says("anna", "hello"))
	made := w.AllTasks()[0].CreatedAt
	for _, name := range []string{"Asia/Kathmandu", "America/St_Johns", "Pacific/Auckland", "Europe/Berlin"} {
		zone, err := time.LoadLocation(name)
		require.NoError(t, err)
		there := made.In(zone)
		from := time.Date(there.Year(), there.Month(), there.Day()-1, 0, 0, 0, 0, zone)
		r, err := w.Reports.Make(w.Ctx(), w.Account.ID, report.Query{From: from, To: from.AddDate(0, 0, 3), Zone: zone, By: report.ByTag})
		require.NoError(t, err)
		require.Equal(t, report.Day{Date: there.Format(time.DateOnly), Created: 1}, r.Days[1], name)
		require.Equal(t, 1, r.Hours[(int(there.Weekday())+6)%7*24+there.Hour()], name)
	}
}

// The quantile lies in the bucket in which the exact one lies.
func TestQuantile(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := report.Spread{Counts: rapid.SliceOfN(rapid.IntRange(0, 5), 26, 26).Draw(t, "counts")}
		part := rapid.Float64Range(0, 1).Draw(t, "part")
		d, ok := s.Quantile(part)
		if s.Count() == 0 {
			require.False(t, ok)
			return
		}
		require.True(t, ok)
		below, all := 0, 0
		for _, b := range s.Buckets() {
			all += b.Count
			if b.UpTo > 0 && time.Duration(b.UpTo)*time.Second <= d {
				below += b.Count
			}
		}
		require.LessOrEqual(t, float64(below), part*float64(all)+1e-9)
	})
}

// TestReportsReadTheirTime looks at what a report asks: tasks are found by when they were made or resolved, or by being open,
// whatever else there is.
func TestReportsReadTheirTime(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	for _, by := range report.Dimensions() {
		q := week(w, by)
		for range 2 {
			plans := w.Plans(func() {
				_, err := w.Reports.Make(w.Ctx(), w.Account.ID, q)
				require.NoError(t, err)
			})
			require.Len(t, plans, 8)
			for _, plan := range plans {
				text, how, _ := strings.Cut(plan, "\n")
				require.NotContains(t, how, "Seq Scan", text)
				require.NotRegexp(t, `SCAN \w+`, how, text)
				if w.DB.Engine() == storage.SQLite { // to PostgreSQL all indexes of an empty table are alike
					require.Regexp(t, `SEARCH t .*(created_at|resolved_at|category)`, how, text)
				}
			}
			q.Channels = []ids.ID{w.Channel.ID}
		}
	}
}
