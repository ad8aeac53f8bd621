package storage_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/domain/storage"
)

// What a connection to SQLite keeps of a statement must never be seen in what the statement does.
func TestKeptStatements(t *testing.T) {
	t.Parallel()
	d, err := storage.Open(t.Context(), storage.Options{URL: filepath.Join(t.TempDir(), "kept.db"), MaxConns: 1, Relaxed: true})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, d.Close()) })
	do := func(text string, args ...any) {
		_, err := d.SQL().ExecContext(t.Context(), text, args...)
		require.NoError(t, err)
	}
	count := func(text string, args ...any) (n int) {
		require.NoError(t, d.SQL().QueryRowContext(t.Context(), text, args...).Scan(&n))
		return n
	}
	do("CREATE TABLE numbers (n INTEGER PRIMARY KEY)")
	for i := range 20 {
		do("INSERT INTO numbers (n) VALUES (?)", i)
	}
	_, err = d.SQL().ExecContext(t.Context(), "INSERT INTO numbers (n) VALUES (?)", 7)
	require.Error(t, err, "twice")
	do("INSERT INTO numbers (n) VALUES (?)", 20)

	t.Run("used while it is still being read", func(t *testing.T) { //nolint:paralleltest // one connection
		tx, err := d.SQL().BeginTx(t.Context(), nil)
		require.NoError(t, err)
		defer func() { require.NoError(t, tx.Rollback()) }()
		const above = "SELECT n FROM numbers WHERE n >= ? ORDER BY n"
		outer, err := tx.QueryContext(t.Context(), above, 18)
		require.NoError(t, err)
		var seen []string
		for outer.Next() {
			var n, m int
			require.NoError(t, outer.Scan(&n))
			require.NoError(t, tx.QueryRowContext(t.Context(), above, n-10).Scan(&m))
			seen = append(seen, fmt.Sprint(n, m))
		}
		require.NoError(t, outer.Err())
		require.NoError(t, outer.Close())
		require.Equal(t, []string{"18 8", "19 9", "20 10"}, seen)
	})

	t.Run("more than are kept", func(t *testing.T) { //nolint:paralleltest // one connection
		for range 2 {
			for i := range 500 {
				require.Equal(t, i+21, count(fmt.Sprintf("SELECT count(*) + %d FROM numbers", i)))
			}
		}
	})

	t.Run("broken off", func(t *testing.T) { //nolint:paralleltest // one connection
		ended, cancel := context.WithCancel(t.Context())
		rows, err := d.SQL().QueryContext(ended, "SELECT n FROM numbers")
		require.NoError(t, err)
		require.True(t, rows.Next())
		cancel()
		require.NoError(t, rows.Close())
		require.Equal(t, 0, count("SELECT n FROM numbers"))
	})

	t.Run("a table that has changed", func(t *testing.T) { //nolint:paralleltest // one connection
		columns := func() []string {
			rows, err := d.SQL().QueryContext(t.Context(), "SELECT * FROM numbers WHERE n = ?", 3)
			require.NoError(t, err)
			defer func() { require.NoError(t, rows.Close()) }()
			require.True(t, rows.Next())
			names, err := rows.Columns()
			require.NoError(t, err)
			return names
		}
		require.Equal(t, []string{"n"}, columns())
		do("ALTER TABLE numbers ADD COLUMN name TEXT")
		require.Equal(t, []string{"n", "name"}, columns())
		do("DROP TABLE numbers")
		_, err := d.SQL().ExecContext(t.Context(), "INSERT INTO numbers (n) VALUES (?)", 100)
		require.Error(t, err)
	})
}

// What a connection to SQLite has read it forgets when another one has written, which data_version tells.
func TestTransactionsOfSQLiteKeepWhatTheyHaveRead(t *testing.T) {
	t.Parallel()
	for name, note := range map[string]func(string) error{"as it is": nil, "traced": func(string) error { return nil }} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, err := storage.Open(t.Context(), storage.Options{URL: filepath.Join(t.TempDir(), "read.db"), Relaxed: true, Trace: note})
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, d.Close()) })
			every := storage.NewEverywhere(d)
			_, err = d.SQL().ExecContext(t.Context(), "CREATE TABLE numbers (n INTEGER PRIMARY KEY)")
			require.NoError(t, err)
			write := func(n int) int {
				var version []int
				require.NoError(t, d.Tx(t.Context(), func(ctx context.Context) error {
					_, err := every.Exec(ctx, "INSERT INTO numbers (n) VALUES (?)", n)
					return errors.Join(err, every.Select(ctx, &version, "PRAGMA data_version"))
				}))
				return version[0]
			}
			before := write(0)
			for n := 1; n < 7; n += 2 {
				other, err := d.SQL().Conn(t.Context())
				require.NoError(t, err)
				require.Equal(t, before, write(n), "beside another connection")
				require.NoError(t, other.Close())
				require.Equal(t, before, write(n+1), "after it")
			}
		})
	}
}
