package apptest

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/domain/storage"
)

// probe is what the signed event says of itself by which an examination tries our own door.
const probe = "kontor_check"

// Strays counts what was rightly signed and belongs to no channel. The probe is left out: the examination of a new channel
// sends it whenever it comes to it.
func Strays(t testing.TB, db *storage.DB) (n int) {
	t.Helper()
	rows, err := db.SQL().QueryContext(t.Context(), "SELECT raw FROM unrouted_events")
	require.NoError(t, err)
	defer func() { require.NoError(t, rows.Close()) }()
	for rows.Next() {
		var raw []byte
		require.NoError(t, rows.Scan(&raw))
		if !bytes.Contains(raw, []byte(probe)) {
			n++
		}
	}
	require.NoError(t, rows.Err())
	return n
}
