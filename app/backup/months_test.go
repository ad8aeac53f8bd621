package backup_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/ids"
	"kontor/domain/storage"
	"kontor/domain/storage/storagetest"
)

// tried puts an attempt of each month into the database.
func (p place) tried(t *testing.T, months ...int) {
	t.Helper()
	var rows [][]any
	for _, month := range months {
		rows = append(rows, []any{ids.New(), ids.New(), ids.New(), month, "sent", time.Unix(0, 0).UTC()})
	}
	require.NoError(t, p.db.Load(t.Context(), "attempts",
		[]string{"account_id", "id", "message_id", "month", "outcome", "started_at"}, rows))
}

// Rows that lie in parts by month are in a backup once, with the table, and come back.
func TestMonthsComeBack(t *testing.T) {
	t.Parallel()
	from := at(t, storagetest.URL(t))
	if from.db.Engine() == storage.Postgres {
		_, err := storage.NewEverywhere(from.db).Exec(t.Context(), "DROP TABLE attempts_before")
		require.NoError(t, err)
	}
	require.NoError(t, storage.NewEverywhere(from.db).AddMonths(t.Context(), "attempts", 202412, 202501))
	from.tried(t, 202411, 202412, 202501, 999999)
	name, m := from.save(t)
	require.EqualValues(t, 4, m.Tables["attempts"].Rows)
	require.NotContains(t, m.Tables, "attempts_m202412")
	require.NotContains(t, m.Tables, "attempts_rest")

	to := at(t, storagetest.Empty(t))
	require.NoError(t, to.restore(t, name))
	require.Equal(t, from.contents(t), to.contents(t))
	if to.db.Engine() == storage.Postgres {
		for part, months := range map[string]map[string]bool{"before": {"202411": true, "202412": true, "202501": true}, "rest": {"999999": true}} {
			require.Equal(t, months, to.ask(t, "", "SELECT month::text FROM attempts_"+part), part)
		}
	}
	between := lite(t)
	require.NoError(t, between.restore(t, name))
	require.Equal(t, from.contents(t), between.contents(t))
}

// A program that knows nothing of parts writes them beside the table whose they are: what is in them comes back once.
func TestPartsOfAnOlderProgram(t *testing.T) {
	t.Parallel()
	from := lite(t)
	require.NoError(t, from.restore(t, func() string { name, _ := at(t, storagetest.URL(t)).save(t); return name }()))
	from.tried(t, 202412)
	before := from.contents(t)
	every := storage.NewEverywhere(from.db)
	_, err := every.Exec(t.Context(), "CREATE TABLE attempts_m202412 (account_id TEXT, id TEXT, month BIGINT)")
	require.NoError(t, err)
	_, err = every.Exec(t.Context(), "INSERT INTO attempts_m202412 SELECT account_id, id, month FROM attempts")
	require.NoError(t, err)
	name, m := from.save(t)
	require.EqualValues(t, 1, m.Tables["attempts_m202412"].Rows)
	to := at(t, storagetest.Empty(t))
	require.NoError(t, to.restore(t, name))
	require.Equal(t, before, to.contents(t))
}
