package task_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/domaintest"
	"kontor/domain/idempotency"
	"kontor/domain/ids"
	"kontor/domain/task"
	"kontor/templates"
)

func TestCount(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	for _, name := range []string{"anna", "ben", "cem"} {
		w.Hear(w.Says(name, "hello from "+name))
	}
	list := w.AllTasks()
	resolved, read := templates.CategoryResolved, false
	_, err := w.Tasks.Update(w.Ctx(), w.Owner, list[0].ID, task.Change{Category: &resolved})
	require.NoError(t, err)
	_, err = w.Tasks.Update(w.Ctx(), w.Owner, list[1].ID, task.Change{Unread: &read})
	require.NoError(t, err)
	counted, err := w.Tasks.Count(w.Ctx(), w.Account.ID, task.Filter{})
	require.NoError(t, err)
	require.Equal(t, task.Counts{New: 2, Resolved: 1, Unread: 1}, counted)
	counted, err = w.Tasks.Count(w.Ctx(), w.Account.ID, task.Filter{Query: "ben", Category: templates.CategoryNew})
	require.NoError(t, err)
	require.Equal(t, 1, counted.New+counted.Pending+counted.Resolved)
	counted, err = w.Tasks.Count(w.Ctx(), ids.New(), task.Filter{})
	require.NoError(t, err)
	require.Zero(t, counted)
}

func TestBulk(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	for _, name := range []string{"anna", "ben"} {
		w.Hear(w.Says(name, "hello from "+name))
	}
	list := w.AllTasks()
	resolved := templates.CategoryResolved
	tags := []string{"vip"}
	change := task.Change{Category: &resolved, Tags: &tags}
	done, err := w.Tasks.Bulk(w.Ctx(), w.Owner, []task.BulkItem{
		{ID: list[0].ID, Change: change}, {ID: list[1].ID, Change: change},
	})
	require.NoError(t, err)
	require.Len(t, done, 2)
	require.Equal(t, templates.CategoryResolved, done[0].After.Category)
	require.Equal(t, templates.CategoryNew, done[0].Before.Category)
	require.Len(t, done[0].Was.Assignees[list[0].ID], 1, "who had it")

	_, err = w.Tasks.Bulk(w.Ctx(), w.Owner, []task.BulkItem{{ID: list[1].ID, Change: task.Change{Category: &resolved}}, {ID: ids.New()}})
	require.Error(t, err, "there is none")

	// One is changed by somebody else before it is undone.
	title := "Mine now"
	w.Clock.Add(time.Second)
	_, err = w.Tasks.Update(w.Ctx(), w.Owner, list[0].ID, task.Change{Title: &title})
	require.NoError(t, err)
	none := []string{}
	var undo []task.BulkItem
	for _, o := range done {
		back := []ids.ID{o.Was.Assignees[o.ID][0].AssigneeID}
		undo = append(undo, task.BulkItem{ID: o.ID, Change: task.Change{
			Status: &o.Before.Status, Assignees: &back, Tags: &none, UnchangedSince: &o.After.UpdatedAt,
		}})
	}
	undone, err := w.Tasks.Bulk(w.Ctx(), w.Owner, undo)
	require.NoError(t, err)
	require.Error(t, undone[0].Err)
	require.NoError(t, undone[1].Err)
	require.Equal(t, templates.CategoryNew, undone[1].After.Category)
}

// Each call is one transaction under its key: two that took the same tasks in different orders would wait for each other.
func TestBulkInTwoOrders(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	for n := range 12 {
		w.Hear(w.Says(fmt.Sprint("anna", n), "hello"))
	}
	list := w.AllTasks()
	const calls = 8
	all := make(chan error, calls)
	for n := range calls {
		go func() {
			priority := []templates.Priority{"high", "low"}[n%2]
			items := make([]task.BulkItem, len(list))
			for i := range list {
				items[i] = task.BulkItem{ID: list[i].ID, Change: task.Change{Priority: &priority}}
			}
			if n%2 == 0 {
				slices.Reverse(items)
			}
			request := idempotency.Request{AccountID: w.Account.ID, Actor: "owner", Key: fmt.Sprint(n), Hash: []byte{byte(n)}}
			_, _, _, err := w.Keys.Do(w.Ctx(), request, func(ctx context.Context) (int, []byte, error) {
				done, err := w.Tasks.Bulk(ctx, w.Owner, items)
				for i, o := range done {
					if o.Err != nil || o.ID != items[i].ID {
						return 0, nil, fmt.Errorf("item %d: %s, %w", i, o.ID, o.Err)
					}
				}
				return 200, nil, err
			})
			all <- err
		}()
	}
	for range calls {
		require.NoError(t, <-all)
	}
}
