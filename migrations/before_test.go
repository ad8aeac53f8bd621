package migrations_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/ids"
	"kontor/domain/storage"
	"kontor/domain/storage/storagetest"
	"kontor/migrations"
)

// before is an installation with one account that has everything but a migration and those after it.
func before(t *testing.T, version int64) (d *storage.DB, exec func(sql string, args ...any), account ids.ID, now time.Time) {
	t.Helper()
	d = storagetest.New(t)
	require.NoError(t, migrations.GoTo(t.Context(), d, version-1))
	account, now = ids.New(), time.Now().UTC()
	exec = func(sql string, args ...any) {
		_, err := d.Exec(t.Context(), sql, args...)
		require.NoError(t, err)
	}
	exec("INSERT INTO accounts (id, name, language, time_zone, country, enabled, paused_kinds, created_at) VALUES (?, 'A', 'en', 'UTC', '', TRUE, '[]', ?)",
		account, now)
	return d, exec, account, now
}
