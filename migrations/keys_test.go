package migrations_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/ids"
	"kontor/migrations"
)

func TestWhatHasComeAlreadyIsStillKnown(t *testing.T) {
	t.Parallel()
	d, exec, account, _ := before(t, 41)
	channel := ids.New()
	const add = "INSERT INTO event_keys (account_id, channel_id, key, event_id, created_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
	for i := range 50 {
		exec(add, account, channel, fmt.Sprint("mid:", i), ids.New(), time.Now().UTC())
	}
	type row struct{ Key, EventID, CreatedAt string }
	list := func() (rows []row) {
		require.NoError(t, d.Select(t.Context(), &rows,
			"SELECT key, CAST(event_id AS TEXT) AS event_id, CAST(created_at AS TEXT) AS created_at FROM event_keys WHERE account_id = ? ORDER BY key", account))
		return rows
	}
	was := list()
	require.Len(t, was, 50)
	for _, version := range []int64{41, 40} {
		require.NoError(t, migrations.GoTo(t.Context(), d, version))
		exec(add, account, channel, "mid:1", ids.New(), time.Now().UTC())
		require.Equal(t, was, list(), "at %d", version)
	}
}
