package storage_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/domain/ids"
	"kontor/domain/storage/storagetest"
)

// A newer version adds a column to a table that statements of ours read and were prepared for: what is tried again goes through.
func TestATableWidensUnderPreparedStatements(t *testing.T) {
	t.Parallel()
	d := storagetest.New(t)
	a := ids.New()
	row := work(a, "k")
	require.NoError(t, d.Of(t.Context(), a).Create(&row).Error)
	read := func() error {
		return d.Retry(t.Context(), func(ctx context.Context) error {
			var rows []due
			err := d.Of(ctx, a).Find(&rows).Error
			if err == nil {
				require.Len(t, rows, 1)
			}
			return err
		})
	}
	for range 3 {
		require.NoError(t, read())
	}
	_, err := d.SQL().ExecContext(t.Context(), "ALTER TABLE due_work ADD COLUMN ahead_note TEXT")
	require.NoError(t, err)
	for range 3 {
		require.NoError(t, read())
	}
}
