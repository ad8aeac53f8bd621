package migrations_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/ids"
	"kontor/domain/storage"
	"kontor/migrations"
)

// Attempts of a filled database are all there afterwards, and after the way back; programs of before write on.
func TestAttemptsOfAFilledDatabaseAreKept(t *testing.T) {
	t.Parallel()
	d, exec, account, now := before(t, 32)
	message := ids.New()
	add := func(at time.Time) ids.ID {
		id := ids.New()
		exec("INSERT INTO attempts (account_id, id, message_id, month, outcome, started_at) VALUES (?, ?, ?, ?, '', ?)",
			account, id, message, storage.MonthOf(at), at)
		return id
	}
	want := map[ids.ID]int{}
	for _, months := range []int{-30, -2, -1, 0, 1, 14} { // a clock was ahead
		at := time.Date(now.Year(), now.Month()+time.Month(months), 1, 12, 0, 0, 0, time.UTC)
		want[add(at)] = storage.MonthOf(at)
	}
	found := func() map[ids.ID]int {
		var rows []struct {
			ID    ids.ID
			Month int
		}
		require.NoError(t, d.Select(t.Context(), &rows, "SELECT id, month FROM attempts WHERE account_id = ?", account))
		got := map[ids.ID]int{}
		for _, r := range rows {
			got[r.ID] = r.Month
		}
		require.Len(t, rows, len(got))
		return got
	}
	lies := func(in string) (months []int) {
		require.NoError(t, storage.NewEverywhere(d).Select(t.Context(), &months, "SELECT month FROM "+in+" ORDER BY month"))
		return months
	}
	month := func(after int) int {
		return storage.MonthOf(time.Date(now.Year(), now.Month()+time.Month(after), 1, 0, 0, 0, 0, time.UTC))
	}
	require.NoError(t, migrations.GoTo(t.Context(), d, 32))
	require.Equal(t, want, found())
	if d.Engine() == storage.Postgres {
		require.Equal(t, []int{month(-30), month(-2), month(-1), month(0)}, lies("attempts_before"))
		require.Equal(t, []int{month(1)}, lies(fmt.Sprint("attempts_m", month(1))))
		require.Empty(t, lies(fmt.Sprint("attempts_m", month(2))))
		require.Equal(t, []int{month(14)}, lies("attempts_rest"))
	}
	for at := -3; at < 5; at++ { // as a program does that knows nothing of parts
		when := time.Date(now.Year(), now.Month()+time.Month(at), 28, 23, 59, 0, 0, time.UTC)
		want[add(when)] = storage.MonthOf(when)
	}
	require.Equal(t, want, found())
	for id := range want {
		exec("UPDATE attempts SET outcome = 'sent' WHERE account_id = ? AND id = ?", account, id)
	}
	if d.Engine() == storage.Postgres {
		require.Equal(t, []int{month(2)}, lies(fmt.Sprint("attempts_m", month(2))))
		require.Equal(t, []int{month(3), month(4), month(14)}, lies("attempts_rest"))
	}
	var sent []int
	require.NoError(t, d.Select(t.Context(), &sent, "SELECT count(*) FROM attempts WHERE account_id = ? AND outcome = 'sent'", account))
	require.Equal(t, []int{len(want)}, sent)

	require.NoError(t, migrations.GoTo(t.Context(), d, 31))
	require.Equal(t, want, found())
	require.NoError(t, migrations.GoTo(t.Context(), d, 32))
	require.Equal(t, want, found())
}
