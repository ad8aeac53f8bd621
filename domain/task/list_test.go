package task_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/channel"
	"kontor/domain/contact"
	"kontor/domain/domaintest"
	"kontor/domain/ids"
	"kontor/domain/outbound"
	"kontor/domain/storage"
	"kontor/domain/task"
	"kontor/templates"
)

func TestWindowAt(t *testing.T) {
	t.Parallel()
	now := domaintest.Noon()
	for left, want := range map[time.Duration]task.Window{
		-time.Hour: task.WindowClosed, 0: task.WindowClosed, time.Second: task.WindowEnding, task.EndingSoon: task.WindowEnding,
		task.EndingSoon + time.Second: task.WindowOpen,
	} {
		require.Equal(t, want, task.WindowAt(now.Add(left), now), left)
	}
}

func TestRowsTellOfWindowsAndTrouble(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	for i := range 5 {
		w.Hear(w.Says(fmt.Sprintf("person %d", i), "hello"))
	}
	list := w.AllTasks()
	byHand, err := w.Tasks.Create(w.Ctx(), w.Owner, task.NewTask{Title: "By hand"})
	require.NoError(t, err)

	w.Fake.Fail(1, channel.Failure{Class: channel.Rejected, Reason: "delivery.failed"})
	w.Answer(list[0], "will fail")
	w.Deliver()
	w.Answer(list[1], "will arrive")
	w.Deliver()

	all := append(list, byHand)
	tasks := make([]ids.ID, len(all))
	for i, x := range all {
		tasks[i] = x.ID
	}
	var shown task.Shown
	asked := w.Statements(func() {
		shown, err = w.Tasks.ShownWith(w.Ctx(), w.Account.ID, all)
		require.NoError(t, err)
	})
	require.Len(t, asked, 1, "however many tasks there are")
	require.Len(t, shown.Windows, 5, "what was made by hand has no window")
	for _, x := range list {
		require.Equal(t, task.WindowOpen, task.WindowAt(shown.Windows[x.ID], w.Clock.Now()))
		require.Contains(t, shown.Contacts, *x.ContactID)
		require.Contains(t, shown.Channels, *x.ChannelID)
		require.Equal(t, w.Owner.Name, shown.Parties[shown.Assignees[x.ID][0].AssigneeID].Name)
	}
	require.Equal(t, map[ids.ID]outbound.State{list[0].ID: outbound.Failed}, shown.Trouble)

	other := make([]task.Task, len(all))
	for i, x := range all {
		x.AccountID = ids.New()
		other[i] = x
	}
	shown, err = w.Tasks.ShownWith(w.Ctx(), ids.New(), other)
	require.NoError(t, err)
	require.Empty(t, shown.Trouble, "another account's")
	require.Empty(t, shown.Contacts)

	plan := w.Plan(asked[0])
	require.Contains(t, plan, "messages_in_trouble")
	require.NotContains(t, plan, "Seq Scan")
	for _, alias := range []string{"c", "i", "m", "s", "g", "t"} {
		require.NotRegexp(t, `SCAN `+alias+`\b`, plan)
	}
}

// everyFilter is each offered filter, and some that screens make of them, with the index along which few tasks are found.
func everyFilter(w *domaintest.World, who, tagged, channelID ids.ID) map[string]struct {
	filter task.Filter
	index  string
} {
	yes, now := true, w.Clock.Now()
	return map[string]struct {
		filter task.Filter
		index  string
	}{
		"all": {}, "new": {task.Filter{Category: templates.CategoryNew}, "tasks_by_category"},
		"resolved": {filter: task.Filter{Category: templates.CategoryResolved}}, "status": {filter: task.Filter{Status: "new"}},
		"snoozed":  {task.Filter{Snoozed: &yes}, "tasks_snoozed"},
		"mine":     {task.Filter{OfStaff: &who}, "task_assignees_by_assignee"},
		"mine new": {task.Filter{OfStaff: &who, Category: templates.CategoryNew}, ""},
		"assignee": {task.Filter{Assignee: &who}, "task_assignees_by_assignee"}, "unassigned": {task.Filter{Unassigned: true}, "tasks_unassigned"},
		"channel": {task.Filter{ChannelID: &channelID}, "tasks_by_channel"}, "contact": {task.Filter{ContactID: &tagged}, "tasks_by_contact"},
		"conversation": {task.Filter{ConversationID: &tagged}, "tasks_by_conversation"}, "tag": {task.Filter{Tag: "vip"}, "task_tags_by_tag"},
		"topic": {task.Filter{Topic: "returns"}, "tasks_by_topic"}, "unread": {task.Filter{Unread: &yes}, "tasks_unread"},
		"template":      {filter: task.Filter{TemplateID: &tagged}},
		"window open":   {task.Filter{Window: task.WindowOpen}, "identities_by_window"},
		"window ending": {task.Filter{Window: task.WindowEnding}, "identities_by_window"}, "window closed": {filter: task.Filter{Window: task.WindowClosed}},
		"created":   {task.Filter{Created: task.Span{From: now.Add(-2 * time.Hour)}}, "tasks_by_creation"},
		"commented": {task.Filter{Commented: task.Span{To: now.Add(-2 * time.Hour)}}, "tasks_by_last_comment"},
	}
}

func everyOrder() []task.Order {
	return []task.Order{task.NewestComment, task.OldestComment, task.NewestMade, task.OldestMade}
}

// plansOf are how a filter's first page is read: its own statement is the last one.
func plansOf(w *domaintest.World, f task.Filter) []string {
	return w.Plans(func() {
		_, _, err := w.Tasks.List(w.Ctx(), w.Account.ID, f, storage.Page{Limit: 50})
		require.NoError(w.T, err)
	})
}

// TestEveryListIsReadInOrder looks at each offered filter in each order, where many tasks fit: a page is read along an index in
// the list's order, and never by sorting all that there is.
func TestEveryListIsReadInOrder(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.Tasks.SetFew(0)
	for name, x := range everyFilter(w, ids.New(), ids.New(), ids.New()) {
		for _, order := range everyOrder() {
			f := x.filter
			f.Order = order
			plans := plansOf(w, f)
			plan := plans[len(plans)-1]
			require.NotContains(t, plan, "Seq Scan", "%s by %s", name, order)
			if f.Window == task.WindowEnding || f.Window == task.WindowOpen && (order == task.OldestComment || order == task.OldestMade) {
				require.Contains(t, plan, x.index, "they are not at the list's beginning")
				continue
			}
			if f.Assignee != nil || f.OfStaff != nil {
				require.LessOrEqual(t, strings.Count(plan, "Sort Key")+strings.Count(plan, "TEMP B-TREE FOR ORDER"), 1, "%s by %s: the page's rows, and no others", name, order)
				continue
			}
			require.NotContains(t, plan, "Sort", "%s by %s", name, order)
			if strings.Contains(plan, "tasks_by_creation (account_id=? AND created_at") ||
				strings.Contains(plan, "tasks_by_last_comment (account_id=? AND last_comment_at") {
				continue // SQLite reads a span of time along its own index, and sorts no more than that span
			}
			require.NotContains(t, plan, "TEMP B-TREE FOR ORDER", "%s by %s", name, order)
		}
	}
}

// TestFewTasksAreFoundAlongAnIndex looks at the same where few tasks fit: they are counted and found along an index of their
// own, and nothing else is read.
func TestFewTasksAreFoundAlongAnIndex(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	mine, resolved := []ids.ID{w.Owner.StaffID}, "resolved"
	for i := range 8 { // in a table without rows all indexes are as good
		x, err := w.Tasks.Create(w.Ctx(), w.Owner, task.NewTask{Title: "By hand", Change: task.Change{Assignees: &mine}})
		require.NoError(t, err)
		if i%2 == 0 {
			_, err = w.Tasks.Update(w.Ctx(), w.Owner, x.ID, task.Change{Status: &resolved})
			require.NoError(t, err)
		}
	}
	if w.DB.Engine() == storage.Postgres {
		_, err := w.DB.Exec(w.Ctx(), "ANALYZE tasks")
		require.NoError(t, err)
	}
	for name, x := range everyFilter(w, ids.New(), ids.New(), ids.New()) {
		for _, order := range everyOrder() {
			f := x.filter
			f.Order = order
			for _, plan := range plansOf(w, f) {
				if strings.Contains(plan, "FROM `team_members`") || strings.Contains(plan, `FROM "team_members"`) {
					continue
				}
				if !strings.Contains(plan, "LIMIT 1000) AS tasks") { // the list's first tasks, which do not fill a page
					require.Contains(t, plan, x.index, "%s by %s", name, order)
				}
				require.NotContains(t, plan, "Seq Scan", "%s by %s", name, order)
				require.NotContains(t, plan, "SCAN i", "%s by %s", name, order)
				require.NotContains(t, plan, "SCAN c", "%s by %s", name, order)
				if x.index == "identities_by_window" && strings.Contains(plan, "conversations") {
					require.Contains(t, plan, "conversations_by_identity", "%s by %s", name, order)
				}
			}
		}
	}
}

// A span of time in the order of the other time is looked for in the list's first tasks. Where those do not fill a page, it is put in
// order along the span's index, and only the page's tasks are read.
func TestASpanOfTimeIsPutInOrderUnread(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	if w.DB.Engine() == storage.SQLite {
		return // it reads the span's tasks
	}
	for range 8 {
		_, err := w.Tasks.Create(w.Ctx(), w.Owner, task.NewTask{Title: "By hand"})
		require.NoError(t, err)
	}
	_, err := w.DB.Exec(w.Ctx(), "ANALYZE tasks")
	require.NoError(t, err)
	of := task.Span{From: w.Clock.Now().Add(-time.Hour)}
	for index, f := range map[string]task.Filter{
		"tasks_by_creation": {Created: of}, "tasks_by_last_comment": {Commented: of, Order: task.OldestMade},
	} {
		plans := plansOf(w, f)
		require.Contains(t, plans[len(plans)-1], "Index Only Scan using "+index)
		f.Category = templates.CategoryNew
		plans = plansOf(w, f)
		require.NotContains(t, plans[len(plans)-1], "Index Only Scan using "+index, "it does not have that")
	}
	plans := w.Plans(func() {
		rows, _, err := w.Tasks.List(w.Ctx(), w.Account.ID, task.Filter{Created: of}, storage.Page{Limit: 2})
		require.NoError(t, err)
		require.Len(t, rows, 2)
	})
	require.Len(t, plans, 1, "nothing is counted")
	require.Contains(t, plans[0], "tasks_by_last_comment")
}

// TestFewAndManyTasksAreTheSameList reads each list in all ways, page by page.
func TestFewAndManyTasksAreTheSameList(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	vip, returns, none, yes := []string{"vip"}, "returns", []ids.ID{}, false
	for i := range 12 {
		w.Hear(w.Says(fmt.Sprintf("person %d", i), "hello"))
		w.Clock.Add([]time.Duration{time.Minute, 3 * time.Hour, 5 * time.Hour}[i%3])
		list := w.AllTasks()
		ch := task.Change{}
		switch x := list[(i*5)%len(list)]; i % 6 {
		case 0:
			ch.Tags = &vip
			fallthrough
		case 1:
			ch.Topic = &returns
			fallthrough
		case 2:
			ch.Unread = &yes
			_, err := w.Tasks.Update(w.Ctx(), w.Owner, x.ID, ch)
			require.NoError(t, err)
		case 3:
			ch.Assignees = &none
			_, err := w.Tasks.Update(w.Ctx(), w.Owner, x.ID, ch)
			require.NoError(t, err)
		case 4:
			w.Answer(x, "an answer")
		}
	}
	list := w.AllTasks()
	filters := everyFilter(w, w.Owner.StaffID, *list[3].ContactID, *list[3].ChannelID)
	read := func(f task.Filter) (numbers []int64) {
		rows, err := storage.All(func(p storage.Page) ([]task.Task, string, error) {
			p.Limit = 2
			return w.Tasks.List(w.Ctx(), w.Account.ID, f, p)
		})
		require.NoError(t, err)
		for _, x := range rows {
			numbers = append(numbers, x.Number)
		}
		return numbers
	}
	some := 0
	for name, x := range filters {
		for _, order := range everyOrder() {
			f := x.filter
			f.Order = order
			w.Tasks.SetFew(1000)
			few := read(f)
			n, err := w.Tasks.CountOne(w.Ctx(), w.Account.ID, f)
			require.NoError(t, err)
			require.Len(t, few, n, "%s by %s", name, order)
			for _, fewer := range []int{0, 1} { // in the list's order; and as many as are expected to be few, on PostgreSQL
				w.Tasks.SetFew(fewer)
				require.Equal(t, few, read(f), "%s by %s", name, order)
			}
			if len(few) > 0 && len(few) < len(list) {
				some++
			}
		}
	}
	require.Greater(t, some, 30, "lists with some of the tasks")
}

// TestCommonWordsAreTheSameList searches for words that many comments have in both ways, page by page.
func TestCommonWordsAreTheSameList(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	for i := range 9 {
		w.Clock.Add(time.Minute)
		text := "where is my parcel"
		if i%4 == 3 {
			text = "thank you"
		}
		w.Hear(w.Says(fmt.Sprintf("person %d", i), text))
	}
	name := "Priya"
	priya, err := w.Contacts.Create(w.Ctx(), w.Owner, contact.Draft{Name: &name})
	require.NoError(t, err)
	for _, title := range []string{"A lost parcel", "Something else", "Something more"} {
		_, err := w.Tasks.Create(w.Ctx(), w.Owner, task.NewTask{Title: title, ContactID: &priya.ID})
		require.NoError(t, err)
	}
	const looked, looksAtContactsApart, asked = 1 << 30, 100, 0
	read := func(f task.Filter, dear int) (numbers []int64) {
		w.Tasks.SetDear(dear)
		rows, err := storage.All(func(p storage.Page) ([]task.Task, string, error) {
			p.Limit = 2
			return w.Tasks.List(w.Ctx(), w.Account.ID, f, p)
		})
		require.NoError(t, err)
		for _, x := range rows {
			numbers = append(numbers, x.Number)
		}
		return numbers
	}
	for query, want := range map[string]int{"parcel": 8, "Parc my": 7, "thank": 2, "priya": 3, "nobody": 0} {
		for _, order := range everyOrder() {
			f := task.Filter{Query: query, Order: order}
			all := read(f, asked)
			require.Len(t, all, want, query)
			require.Equal(t, all, read(f, looked), "%s by %s", query, order)
			require.Equal(t, all, read(f, looksAtContactsApart), "%s by %s", query, order)
		}
	}

	if w.DB.Engine() == storage.SQLite {
		return // it is asked for all
	}
	plan := func(dear int) string {
		w.Tasks.SetDear(dear)
		plans := w.Plans(func() {
			rows, _, err := w.Tasks.List(w.Ctx(), w.Account.ID, task.Filter{Query: "parcel"}, storage.Page{Limit: 2})
			require.NoError(t, err)
			require.Len(t, rows, 2)
		})
		require.Len(t, plans, 1)
		return plans[0]
	}
	for _, dear := range []int{looked, looksAtContactsApart} {
		require.Contains(t, plan(dear), "tasks_by_last_comment")
		require.Contains(t, plan(dear), "comments_by_task")
		require.NotContains(t, plan(dear), "comments_words")
		require.NotContains(t, plan(dear), "Sort")
	}
	require.NotContains(t, plan(looked), "hashed SubPlan")
	require.Contains(t, plan(looksAtContactsApart), "hashed SubPlan", "contacts are asked for once")
	require.Regexp(t, "Index Only Scan .* on tasks tasks_1", plan(asked), "no match is read to put them in order")
	require.Contains(t, w.Plan(`SELECT last_comment_at, created_at FROM tasks WHERE account_id = $1 AND id = $2 AND merged_into IS NULL`),
		"Index Only Scan using tasks_pkey")
}
