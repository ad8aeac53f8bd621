package httpapi_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/app/apptest"
	"kontor/app/httpapi"
)

func TestManyTasksAreChangedAndUndone(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	first := apptest.Post[httpapi.Task](a.Member, "/tasks", apptest.Body{"title": "One", "tags": []string{"vip"}})
	second := apptest.Post[httpapi.Task](a.Member, "/tasks", apptest.Body{"title": "Two"})
	require.Equal(t, httpapi.TaskCounts{New: 2}, apptest.Get[httpapi.TaskCounts](a.Member, "/tasks/counts"))

	bulk := func(items ...apptest.Body) []httpapi.BulkOutcome {
		return apptest.Post[httpapi.BulkResult](a.Member, "/tasks/bulk", apptest.Body{"items": items}).Items
	}
	done := bulk(
		apptest.Body{"id": first.ID, "category": "resolved", "tags": []string{}},
		apptest.Body{"id": second.ID, "category": "resolved"},
	)
	require.Equal(t, httpapi.TaskCounts{Resolved: 2}, apptest.Get[httpapi.TaskCounts](a.Member, "/tasks/counts"))
	require.Equal(t, []string{"vip"}, done[0].Before.Tags)

	apptest.Patch[httpapi.Task](a.Owner, "/tasks/"+second.ID.String(), apptest.Body{"topic": "Somebody else was here"})
	undo := func(o httpapi.BulkOutcome) apptest.Body {
		return apptest.Body{"id": o.ID, "status": o.Before.Status, "tags": o.Before.Tags, "unchanged_since": o.Task.UpdatedAt}
	}
	undone := bulk(undo(done[0]), undo(done[1]))
	require.Equal(t, "changed", undone[0].Outcome)
	require.Equal(t, []string{"vip"}, undone[0].Task.Tags)
	require.Equal(t, "refused", undone[1].Outcome)
	require.Equal(t, "task.changed_meanwhile", undone[1].Error.Code)
	require.NotEqual(t, undone[1].Error.Code, undone[1].Error.Detail, "no words")
	require.Equal(t, httpapi.TaskCounts{New: 1, Resolved: 1}, apptest.Get[httpapi.TaskCounts](a.Member, "/tasks/counts"))

	a.Member.Do("POST", "/tasks/bulk", apptest.Body{"items": []apptest.Body{
		{"id": first.ID, "category": "resolved"}, {"id": a.Account.ID, "category": "resolved"},
	}}).Refused(http.StatusUnprocessableEntity, "input.invalid")
	require.Equal(t, "new", string(apptest.Get[httpapi.Task](a.Member, "/tasks/"+first.ID.String()).Status.Category), "nothing was changed")
}

func TestViewsOfTheList(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	names := func(c *apptest.Client) (list []string) {
		for _, v := range apptest.Get[httpapi.TaskViews](c, "/task-views").Items {
			list = append(list, v.Name)
		}
		return list
	}
	mine := apptest.Post[httpapi.TaskView](a.Member, "/task-views", apptest.Body{"name": "Mine", "filter": apptest.Body{"assignee": "me"}})
	require.True(t, mine.Mine)
	require.True(t, mine.MayChange)
	require.Equal(t, map[string]string{"assignee": "me"}, mine.Filter)
	path := "/task-views/" + mine.ID.String()
	require.Equal(t, []string{"Mine"}, names(a.Member))
	require.Empty(t, names(a.Owner))
	a.Owner.Do("PATCH", path, apptest.Body{"name": "x"}).Refused(http.StatusNotFound, "view.not_found")
	a.Owner.Do("DELETE", path, nil).Refused(http.StatusNotFound, "view.not_found")

	apptest.Patch[httpapi.TaskView](a.Member, path, apptest.Body{"shared": true})
	require.Equal(t, []string{"Mine"}, names(a.Owner))
	require.True(t, apptest.Get[httpapi.TaskViews](a.Admin, "/task-views").Items[0].MayChange)
	apptest.Patch[httpapi.TaskView](a.Admin, path, apptest.Body{"name": "Ours"})

	ours := apptest.Post[httpapi.TaskView](a.Owner, "/task-views", apptest.Body{"name": "All", "shared": true, "filter": apptest.Body{}, "position": -1})
	require.Equal(t, []string{"All", "Ours"}, names(a.Member), "in their order")
	a.Member.Do("DELETE", "/task-views/"+ours.ID.String(), nil).Refused(http.StatusForbidden, "account.role")
	apptest.Delete(a.Admin, path)
	require.Equal(t, []string{"All"}, names(a.Member))
	for _, bad := range []apptest.Body{{"name": " ", "filter": apptest.Body{}}, {"name": "x"}} {
		require.Equal(t, http.StatusUnprocessableEntity, a.Member.Do("POST", "/task-views", bad).Status)
	}
}
