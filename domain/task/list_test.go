package task_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/channel"
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
	var until map[ids.ID]time.Time
	var trouble map[ids.ID]outbound.State
	asked := w.Statements(func() {
		until, err = w.Tasks.WindowsOf(w.Ctx(), all)
		require.NoError(t, err)
		trouble, err = w.Outbound.TroubleOf(w.Ctx(), w.Account.ID, tasks)
		require.NoError(t, err)
	})
	require.Len(t, asked, 2, "however many tasks there are")
	require.Len(t, until, 5, "what was made by hand has no window")
	for _, x := range list {
		require.Equal(t, task.WindowOpen, task.WindowAt(until[*x.ConversationID], w.Clock.Now()))
	}
	require.Equal(t, map[ids.ID]outbound.State{list[0].ID: outbound.Failed}, trouble)

	trouble, err = w.Outbound.TroubleOf(w.Ctx(), ids.New(), tasks)
	require.NoError(t, err)
	require.Empty(t, trouble, "another account's")

	for _, plan := range w.Plans(func() {
		_, err = w.Outbound.TroubleOf(w.Ctx(), w.Account.ID, tasks)
		require.NoError(t, err)
	}) {
		require.Contains(t, plan, "messages_in_trouble")
	}
	for _, plan := range w.Plans(func() {
		_, err = w.Tasks.WindowsOf(w.Ctx(), all)
		require.NoError(t, err)
	}) {
		require.NotContains(t, plan, "Seq Scan")
		require.NotContains(t, plan, "SCAN c")
		require.NotContains(t, plan, "SCAN i")
	}
}

// TestEveryListIsReadInOrder looks at each offered filter in each order: a page is read along an index in the list's order,
// and never by sorting all that there is.
func TestEveryListIsReadInOrder(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	some, yes := ids.New(), true
	filters := map[string]task.Filter{
		"all": {}, "new": {Category: templates.CategoryNew}, "resolved": {Category: templates.CategoryResolved}, "snoozed": {Snoozed: &yes},
		"status": {Status: "new"}, "mine": {OfStaff: &some}, "assignee": {Assignee: &some}, "unassigned": {Unassigned: true},
		"channel": {ChannelID: &some}, "contact": {ContactID: &some}, "conversation": {ConversationID: &some},
		"tag": {Tag: "vip"}, "topic": {Topic: "returns"}, "unread": {Unread: &yes}, "template": {TemplateID: &some},
		"window open": {Window: task.WindowOpen}, "window ending": {Window: task.WindowEnding}, "window closed": {Window: task.WindowClosed},
		"created": {Created: task.Span{From: w.Clock.Now()}}, "commented": {Commented: task.Span{To: w.Clock.Now()}},
	}
	for name, f := range filters {
		for _, order := range []task.Order{task.NewestComment, task.OldestComment, task.NewestMade, task.OldestMade} {
			f.Order = order
			plans := w.Plans(func() {
				_, _, err := w.Tasks.List(w.Ctx(), w.Account.ID, f, storage.Page{Limit: 50})
				require.NoError(t, err)
			})
			require.Len(t, plans, 1)
			require.NotContains(t, plans[0], "Sort", "%s by %s", name, order)
			if strings.Contains(plans[0], "tasks_by_creation (account_id=? AND created_at") ||
				strings.Contains(plans[0], "tasks_by_last_comment (account_id=? AND last_comment_at") {
				continue // SQLite reads a span of time along its own index, and sorts no more than that span
			}
			require.NotContains(t, plans[0], "TEMP B-TREE FOR ORDER", "%s by %s", name, order)
			require.NotContains(t, plans[0], "Seq Scan", "%s by %s", name, order)
		}
	}
}
