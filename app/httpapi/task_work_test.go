package httpapi_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/app/apptest"
	"kontor/app/httpapi"
	"kontor/domain/ids"
)

func TestATasksHistoryIsInWordsAndWithoutAddresses(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	made := apptest.Post[httpapi.Task](a.Member, "/tasks", apptest.Body{"title": "One"})
	other := apptest.Post[httpapi.Task](a.Member, "/tasks", apptest.Body{"title": "Two"})
	path := "/tasks/" + made.ID.String()
	apptest.Patch[httpapi.Task](a.Admin, path, apptest.Body{
		"assignee_ids": []ids.ID{a.Member.Staff.ID}, "tags": []string{"vip"},
	})
	apptest.Patch[httpapi.Task](a.Admin, path, apptest.Body{"unread": true}) // nothing to tell of
	apptest.Patch[httpapi.Task](a.Admin, path, apptest.Body{"status": "resolved"})
	apptest.Post[httpapi.Task](a.Admin, "/tasks/"+other.ID.String()+"/merge", apptest.Body{"into_id": made.ID})
	answer := a.Member.Do("GET", path+"/history", nil)
	require.NotContains(t, string(answer.Body), "127.0.0.1")
	var page httpapi.Page[httpapi.HistoryEntry]
	answer.Into(&page)
	var all [][]string
	for _, e := range page.Items {
		all = append(all, e.Texts)
	}
	require.Len(t, all, 4)
	require.Contains(t, all[0][0], "merged task #")
	require.Equal(t, []string{"set the status to “Resolved”"}, all[1])
	require.Equal(t, []string{"assigned it to " + a.Member.Staff.Name, "changed the tags"}, all[2])

	gone := apptest.Get[httpapi.Task](a.Member, "/tasks/"+other.ID.String())
	require.Equal(t, made.Number, gone.MergedInto.Number)
	a.Member.Do("PATCH", "/tasks/"+other.ID.String(), apptest.Body{"title": "x"}).Refused(409, "task.merged")
}
