package migrations_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/ids"
	"kontor/domain/storage"
	"kontor/migrations"
)

// parted is a table that was in one piece before a migration.
type parted struct {
	version int64
	insert  string // of the account, an id, another one, the month and a time
	finish  string // an assignment, which is a condition too
}

func TestRowsOfAFilledDatabaseAreKept(t *testing.T) {
	t.Parallel()
	for table, of := range map[string]parted{
		"attempts": {32, "INSERT INTO attempts (account_id, id, message_id, month, outcome, started_at) VALUES (?, ?, ?, ?, '', ?)", "outcome = 'sent'"},
		"inbound_events": {38, `INSERT INTO inbound_events (account_id, id, channel_id, month, received_at, occurred_at, type, key, lane, slot, state, reason)
			VALUES (?, ?, ?, ?, ?, '2026-11-28 12:00:00+00:00', '', '', '', 0, 'received', '')`, "state = 'processed'"},
	} {
		t.Run(table, func(t *testing.T) {
			t.Parallel()
			of.keepsRows(t, table)
		})
	}
}

// keepsRows requires that rows are all there afterwards, and after the way back, and that programs of before write on.
func (p parted) keepsRows(t *testing.T, table string) {
	d, exec, account, now := before(t, p.version)
	other := ids.New()
	add := func(at time.Time) ids.ID {
		id := ids.New()
		exec(p.insert, account, id, other, storage.MonthOf(at), at)
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
		require.NoError(t, d.Select(t.Context(), &rows, "SELECT id, month FROM "+table+" WHERE account_id = ?", account))
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
	require.NoError(t, migrations.GoTo(t.Context(), d, p.version))
	require.Equal(t, want, found())
	if d.Engine() == storage.Postgres {
		require.Equal(t, []int{month(-30), month(-2), month(-1), month(0)}, lies(table+"_before"))
		require.Equal(t, []int{month(1)}, lies(fmt.Sprint(table, "_m", month(1))))
		require.Empty(t, lies(fmt.Sprint(table, "_m", month(2))))
		require.Equal(t, []int{month(14)}, lies(table+"_rest"))
	}
	for at := -3; at < 5; at++ { // as a program does that knows nothing of parts
		when := time.Date(now.Year(), now.Month()+time.Month(at), 28, 23, 59, 0, 0, time.UTC)
		want[add(when)] = storage.MonthOf(when)
	}
	require.Equal(t, want, found())
	for id := range want {
		exec("UPDATE "+table+" SET "+p.finish+" WHERE account_id = ? AND id = ?", account, id)
	}
	if d.Engine() == storage.Postgres {
		require.Equal(t, []int{month(2)}, lies(fmt.Sprint(table, "_m", month(2))))
		require.Equal(t, []int{month(3), month(4), month(14)}, lies(table+"_rest"))
	}
	var finished []int
	require.NoError(t, d.Select(t.Context(), &finished, "SELECT count(*) FROM "+table+" WHERE account_id = ? AND "+p.finish, account))
	require.Equal(t, []int{len(want)}, finished)

	require.NoError(t, migrations.GoTo(t.Context(), d, p.version-1))
	require.Equal(t, want, found())
	require.NoError(t, migrations.GoTo(t.Context(), d, p.version))
	require.Equal(t, want, found())
}

// A table in parts has what it had in one piece, but for its key, and so has each of its parts; the way back gives it as it was.
func TestTheVaultKeepsItsColumnsAndIndexes(t *testing.T) {
	t.Parallel()
	d, _, _, _ := before(t, 38)
	if d.Engine() != storage.Postgres {
		return
	}
	every := storage.NewEverywhere(d)
	described := func(table string) (all []string) {
		require.NoError(t, every.Select(t.Context(), &all, `SELECT concat_ws(' ', column_name, data_type, is_nullable, column_default) FROM information_schema.columns
			WHERE table_schema = current_schema() AND table_name = ? ORDER BY ordinal_position`, table))
		var indexes []string
		require.NoError(t, every.Select(t.Context(), &indexes, `SELECT substr(indexdef, strpos(indexdef, ' USING ')) FROM pg_indexes
			WHERE schemaname = current_schema() AND tablename = ? ORDER BY 1`, table))
		require.Len(t, indexes, 8)
		return append(all, indexes...)
	}
	old := described("inbound_events")
	want := slices.Clone(old)
	for i, text := range want {
		want[i] = strings.Replace(text, "(account_id, id)", "(account_id, id, month)", 1)
	}
	require.NoError(t, migrations.GoTo(t.Context(), d, 38))
	var parts []string
	require.NoError(t, every.Select(t.Context(), &parts, "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'inbound_events'::regclass"))
	require.Len(t, parts, 4)
	for _, table := range append(parts, "inbound_events") {
		require.Equal(t, want, described(table), table)
	}
	require.NoError(t, migrations.GoTo(t.Context(), d, 37))
	require.Equal(t, old, described("inbound_events"))
}
