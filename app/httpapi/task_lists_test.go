package httpapi_test

import (
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/app/apptest"
	"kontor/app/httpapi"
	"kontor/domain/ids"
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

func TestManyListsAreCountedAtOnce(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	apptest.Post[httpapi.Task](a.Member, "/tasks", apptest.Body{"title": "One", "tags": []string{"vip & more"}})
	apptest.Post[httpapi.Task](a.Member, "/tasks", apptest.Body{"title": "Two"})
	apptest.Post[httpapi.Task](a.ForeignOwner, "/tasks", apptest.Body{"title": "Another account's"})
	path := func(lists ...string) string { return "/tasks/tallies?" + url.Values{"of": lists}.Encode() }
	tallies := apptest.Get[httpapi.TaskTallies](a.Member, path("category=new", "category=new&tag=vip+%26+more", "", "category=resolved",
		"created_from=2020-01-01T00:00:00Z", "team="+a.Account.ID.String()))
	require.Equal(t, []int{2, 1, 2, 0, 2, 0}, tallies.Counts)
	require.Empty(t, apptest.Get[httpapi.TaskTallies](a.Member, "/tasks/tallies").Counts)
	for _, bad := range []string{"nonsense=1", "team=x", "created_from=yesterday", "assignee=x", "%zz"} {
		a.Member.Do("GET", path(bad), nil).Refused(http.StatusUnprocessableEntity, "input.invalid")
	}
	a.Member.Do("GET", path(slices.Repeat([]string{"unread=true"}, 61)...), nil).Refused(http.StatusUnprocessableEntity, "input.invalid")
}

func TestEverybodyHasTheViewsInAnOrderOfTheirOwn(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	save := func(c *apptest.Client, name string, shared bool) ids.ID {
		return apptest.Post[httpapi.TaskView](c, "/task-views", apptest.Body{"name": name, "shared": shared, "filter": apptest.Body{}}).ID
	}
	names := func(c *apptest.Client) (list []string) {
		for _, v := range apptest.Get[httpapi.TaskViews](c, "/task-views").Items {
			list = append(list, v.Name)
		}
		return list
	}
	one, two, three := save(a.Admin, "One", true), save(a.Admin, "Two", true), save(a.Member, "Three", false)
	hidden := save(a.Owner, "The owner's", false)
	require.Equal(t, []string{"One", "Three", "Two"}, names(a.Member), "by name as long as nobody has ordered them")

	ordered := a.Member.Do("PUT", "/task-views/order", apptest.Body{"ids": []ids.ID{three, two, one}})
	require.Equal(t, http.StatusOK, ordered.Status, "%s", ordered.Body)
	require.Equal(t, []string{"Three", "Two", "One"}, names(a.Member))
	require.Equal(t, []string{"One", "Two"}, names(a.Admin), "nobody else's")

	save(a.Admin, "A new one", true)
	require.Equal(t, []string{"Three", "Two", "One", "A new one"}, names(a.Member), "what is new comes last")
	apptest.Delete(a.Admin, "/task-views/"+two.String())
	require.Equal(t, []string{"Three", "One", "A new one"}, names(a.Member))
	require.Equal(t, http.StatusOK, a.Member.Do("PUT", "/task-views/order", apptest.Body{"ids": []ids.ID{one}}).Status, "again, and not all of them")
	require.Equal(t, []string{"One", "A new one", "Three"}, names(a.Member))
	for _, bad := range [][]ids.ID{{hidden}, {two}, {one, one}} {
		a.Member.Do("PUT", "/task-views/order", apptest.Body{"ids": bad}).Refused(http.StatusUnprocessableEntity, "input.invalid")
	}
	require.Equal(t, []string{"One", "A new one", "Three"}, names(a.Member))
}

// asked gathers the statements of the whole program.
type asked struct {
	mu sync.Mutex
	n  int
}

func (x *asked) note(string) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.n++
	return nil
}

func (x *asked) count() int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.n
}

// of returns how many statements something takes. What runs beside it asks things too, so that the least of several times
// is what it takes itself.
func (x *asked) of(do func()) int {
	least := math.MaxInt
	for range 40 {
		before := x.count()
		do()
		least = min(least, x.count()-before)
	}
	return least
}

func TestAPageOfTasksTakesTheSameStatementsHoweverManyItHas(t *testing.T) {
	t.Parallel()
	var x asked
	a := apptest.Start(t, apptest.WithTrace(x.note))
	p := a.Connect(t, a.Account)
	p.Hear(t, "Anna", "hello")
	page := func(want int) int {
		return x.of(func() {
			require.Len(t, apptest.Get[httpapi.Page[httpapi.Task]](a.Member, "/tasks?limit=50").Items, want)
		})
	}
	tallies := func(lists ...string) int {
		return x.of(func() {
			apptest.Get[httpapi.TaskTallies](a.Member, "/tasks/tallies?"+url.Values{"of": lists}.Encode())
		})
	}
	few, counted := page(1), tallies("category=new", "assignee=none")
	for i := range 24 {
		p.Hear(t, "Person "+strconv.Itoa(i), "hello "+strconv.Itoa(i))
		apptest.Post[httpapi.Task](a.Member, "/tasks", apptest.Body{
			"title": "By hand", "tags": []string{"vip"}, "assignee_ids": []ids.ID{a.Admin.Staff.ID, a.Member.Staff.ID},
		})
	}
	apptest.Post[httpapi.Task](a.Member, "/tasks", apptest.Body{"title": "The fiftieth"})
	require.Equal(t, few, page(50))
	require.LessOrEqual(t, few, 5)
	require.Equal(t, counted, tallies("category=new", "assignee=none"))
	require.Equal(t, counted+3, tallies("category=new", "assignee=none", "assignee=me"),
		"one for each list, and before it who I am and whether few tasks are mine")
}

func TestANoteTakesFewStatements(t *testing.T) {
	t.Parallel()
	var x asked
	a := apptest.Start(t, apptest.WithTrace(x.note))
	page := a.Connect(t, a.Account)
	made, _ := page.Hear(t, "Anna", "hello")
	n := x.of(func() {
		apptest.Post[httpapi.Comment](a.Member, "/tasks/"+made.ID.String()+"/comments", apptest.Body{"text": "They look on Monday.", "visibility": "internal"})
	})
	require.LessOrEqual(t, n, 6)
}
