package storage_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/domain/clock"
	"kontor/domain/storage"
)

// Every connection to SQLite confirms a transaction only once it is on the disk.
func TestSQLiteForgetsNothing(t *testing.T) {
	t.Parallel()
	d := durable(t, filepath.Join(t.TempDir(), "kontor.db"))
	for range 3 {
		conn, err := d.SQL().Conn(t.Context()) // held, so that the next one is another
		require.NoError(t, err)
		defer conn.Close() //nolint:errcheck // the test is over
		var journal string
		var sync int
		require.NoError(t, conn.QueryRowContext(t.Context(), "PRAGMA journal_mode").Scan(&journal))
		require.NoError(t, conn.QueryRowContext(t.Context(), "PRAGMA synchronous").Scan(&sync))
		require.Equal(t, "wal", journal)
		require.Equal(t, 2, sync, "FULL: NORMAL may take back at a power cut what was confirmed")
	}
	setting, _, err := d.Forgetful(t.Context())
	require.NoError(t, err)
	require.Empty(t, setting)
	relaxed, err := storage.Open(t.Context(), storage.Options{URL: filepath.Join(t.TempDir(), "kontor.db"), Relaxed: true, Now: clock.System{}.Now})
	require.NoError(t, err)
	defer relaxed.Close() //nolint:errcheck // the test is over
	setting, value, err := relaxed.Forgetful(t.Context())
	require.NoError(t, err)
	require.Equal(t, "synchronous 1", setting+" "+value)
}

// At a power cut the disk has everything up to the last confirmed transaction, and of the next one any part: its log cut
// short, or other bytes at its end. What was confirmed is there, and nothing of what was not.
func TestSQLiteAfterAPowerCut(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	name := filepath.Join(t.TempDir(), "kontor.db")
	d := durable(t, name)
	plain(t, d, "CREATE TABLE rows (n INTEGER PRIMARY KEY, filler BLOB)")
	confirmed, before := 0, disk{}
	for round := range 25 {
		before = read(t, name)
		confirmed += 1 + random.IntN(20)
		insert(t, d, confirmed, random)
		after := read(t, name)
		if len(after.wal) <= len(before.wal) { // the log has begun anew: what it was before is overwritten
			continue
		}
		at := len(before.wal) + random.IntN(len(after.wal)-len(before.wal))
		torn := disk{before.db, append([]byte{}, after.wal[:at]...)}
		if round%2 == 0 { // a disk writes in any order
			for range 1 + random.IntN(2000) {
				torn.wal = append(torn.wal, byte(random.IntN(256)))
			}
		}
		require.Equal(t, count(t, before.restore(t)), count(t, torn.restore(t)), "round %d, cut at %d", round, at)
		require.Equal(t, confirmed, count(t, after.restore(t)), "everything that was confirmed")
	}
}

// A power cut while the log is being carried over leaves any mixture of old and new pages in the database, and the log whole.
func TestSQLiteAfterAPowerCutInACheckpoint(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4))
	name := filepath.Join(t.TempDir(), "kontor.db")
	d := durable(t, name)
	plain(t, d, "CREATE TABLE rows (n INTEGER PRIMARY KEY, filler BLOB)")
	for round := range 10 {
		insert(t, d, 20*(round+1), random)
		before := read(t, name)
		plain(t, d, "PRAGMA wal_checkpoint(RESTART)")
		after := read(t, name)
		mixed := disk{append([]byte{}, before.db...), before.wal}
		const page = 4096
		for at := 0; at+page <= len(after.db); at += page {
			if at+page > len(mixed.db) {
				mixed.db = append(mixed.db, make([]byte, at+page-len(mixed.db))...)
			}
			if random.IntN(2) == 0 {
				copy(mixed.db[at:at+page], after.db[at:at+page])
			}
		}
		require.Equal(t, 20*(round+1), count(t, mixed.restore(t)), "round %d", round)
	}
}

func durable(t *testing.T, name string) *storage.DB {
	t.Helper()
	d, err := storage.Open(t.Context(), storage.Options{URL: name, Now: clock.System{}.Now})
	require.NoError(t, err)
	t.Cleanup(func() { _ = d.Close() })
	return d
}

func plain(t *testing.T, d *storage.DB, text string) {
	t.Helper()
	_, err := d.SQL().ExecContext(t.Context(), text)
	require.NoError(t, err)
}

// insert writes rows up to a number, in one transaction.
func insert(t *testing.T, d *storage.DB, upTo int, random *rand.Rand) {
	t.Helper()
	there := count(t, d)
	var rows [][]any
	for n := there + 1; n <= upTo; n++ {
		rows = append(rows, []any{n, make([]byte, random.IntN(6000))})
	}
	require.NoError(t, d.Tx(t.Context(), func(ctx context.Context) error { return d.Load(ctx, "rows", []string{"n", "filler"}, rows) }))
}

// disk is what is on it of a database: between two transactions, when everything has been written.
type disk struct{ db, wal []byte }

func read(t *testing.T, name string) (d disk) {
	t.Helper()
	var err error
	d.db, err = os.ReadFile(name)
	require.NoError(t, err)
	d.wal, err = os.ReadFile(name + "-wal")
	require.NoError(t, err)
	return d
}

// restore starts from what was on the disk.
func (d disk) restore(t *testing.T) *storage.DB {
	t.Helper()
	name := filepath.Join(t.TempDir(), "kontor.db")
	require.NoError(t, os.WriteFile(name, d.db, 0o600))
	require.NoError(t, os.WriteFile(name+"-wal", d.wal, 0o600))
	return durable(t, name)
}

// count counts the rows, which have to be those from 1 on, in a database without damage.
func count(t *testing.T, d *storage.DB) (n int) {
	t.Helper()
	var found string
	require.NoError(t, d.SQL().QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&found))
	require.Equal(t, "ok", found)
	last := 0
	require.NoError(t, d.SQL().QueryRowContext(t.Context(), "SELECT count(*), coalesce(max(n), 0) FROM rows").Scan(&n, &last))
	require.Equal(t, last, n, fmt.Sprint("no row is missing before ", last))
	return n
}
