package httpapi_test

import (
	"encoding/csv"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/app/apptest"
	"kontor/app/httpapi"
	"kontor/domain/account"
)

func TestReport(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	var made httpapi.Task
	a.Owner.Do("POST", "/tasks", apptest.Body{"title": "By hand", "topic": "=cake"}).Into(&made)
	a.Owner.Do("POST", "/tasks/bulk", apptest.Body{"items": []apptest.Body{{"id": made.ID, "category": "resolved"}}})

	r := apptest.Get[httpapi.Report](a.Owner, "/reports?by=topic")
	require.Equal(t, []int{1, 1, 0}, []int{r.Total.Created, r.Total.Resolved, r.Total.Open})
	require.Len(t, r.Days, 30)
	require.Len(t, r.Groups, 1)
	require.Equal(t, "=cake", r.Groups[0].Name)
	require.NotNil(t, r.Groups[0].Resolution)
	require.Nil(t, r.Groups[0].FirstAnswer)
	require.Equal(t, r.Days[29].Date, r.To)

	require.Len(t, apptest.Get[httpapi.Report](a.Owner, "/reports?days=7").Days, 7)
	r = apptest.Get[httpapi.Report](a.Owner, "/reports?by=template&from=2026-01-05&to=2026-01-11")
	require.Equal(t, []string{"2026-01-05", "2026-01-11"}, []string{r.From, r.To})
	require.Len(t, r.Days, 7)
	require.Zero(t, r.Total.Created)

	require.Equal(t, 1, apptest.Get[httpapi.Report](a.Owner, "/reports?working_hours=true").Resolution.Count)

	answer := a.Owner.Do("GET", "/reports.csv?by=topic", nil)
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(answer.Body), "\uFEFF"))).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 3, "what is what, the topic, all together")
	require.Equal(t, "'=cake", rows[1][1], "no spreadsheet takes it for a formula")

	a.Owner.Do("GET", "/reports?from=2026-02-01&to=2026-01-01", nil).Refused(http.StatusUnprocessableEntity, "input.invalid")
	a.Owner.Do("GET", "/reports?from=2026-02-31", nil).Refused(http.StatusUnprocessableEntity, "input.invalid")
	a.Owner.Do("GET", "/reports?by=weather", nil).Refused(http.StatusUnprocessableEntity, "input.invalid")
	require.Zero(t, apptest.Get[httpapi.Report](a.Member, "/reports").Total.Created, "whoever supervises nothing")
}

func TestReportsDayIsTheAccounts(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	a.Owner.Do("PATCH", "/account", apptest.Body{"time_zone": "Pacific/Kiritimati"})
	zone, err := time.LoadLocation("Pacific/Kiritimati")
	require.NoError(t, err)
	r := apptest.Get[httpapi.Report](a.Owner, "/reports")
	require.Equal(t, "Pacific/Kiritimati", r.TimeZone)
	last, err := time.ParseInLocation(time.DateOnly, r.To, zone)
	require.NoError(t, err)
	require.Less(t, time.Since(last), 48*time.Hour)
	require.Greater(t, time.Since(last), -time.Hour)
}

func TestReportsAreOfWhatOneSupervises(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	own, owner := a.NewAccount(t, "Bakery")
	for _, page := range []apptest.Page{a.Connect(t, own), a.Connect(t, own)} {
		page.Hear(t, "Anna", "Is anybody there?")
	}
	require.Equal(t, 2, apptest.Get[httpapi.Report](owner, "/reports").Total.Created)
	member := a.Person(t, own, account.Member)
	channels := apptest.Get[httpapi.Page[httpapi.Channel]](owner, "/channels").Items
	grant := func(c httpapi.Channel, role string) {
		owner.Do("PUT", "/channels/"+c.ID.String()+"/access", apptest.Body{
			"all_staff": "none", "all_teams": "none", "teams": []apptest.Body{}, "staff": []apptest.Body{{"staff_id": member.Staff.ID, "role": role}},
		})
	}
	grant(channels[0], "supervisor")
	grant(channels[1], "none")
	r := apptest.Get[httpapi.Report](member, "/reports")
	require.Equal(t, 1, r.Total.Created)
	require.Len(t, r.Groups, 1)
	require.Equal(t, channels[0].ID.String(), r.Groups[0].ID)
	require.Zero(t, apptest.Get[httpapi.Report](member, "/reports?channel_id="+channels[1].ID.String()).Total.Created)
	grant(channels[0], "contributor")
	require.Zero(t, apptest.Get[httpapi.Report](member, "/reports").Total.Created)
}
