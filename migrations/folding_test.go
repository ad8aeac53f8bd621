package migrations_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/domain/storage"
	"kontor/migrations"
)

// What an index was made with must not be folded otherwise afterwards: rows would no longer be found in it.
func TestTextsAreFoldedAsBefore(t *testing.T) {
	t.Parallel()
	d, _, _, _ := before(t, 34)
	if d.Engine() == storage.SQLite {
		return // it has a tokenizer
	}
	texts := []string{
		"", "Do you have OAT milk? a@b.example; 9:30-18/7_x+", "Ärger über Öl, Übermaß; ÄÖÜß äöü", "größer", "ẞ", "naïve – café",
		"Łódź, ÇA VA?; a@ñ_b.é", "Üñ", "Ä.b,c:d;e_f@g/h+i-j", "\x01\x7f\u0080ä", "äöü…", "日本", "🙂 gut", "İI", "e\u0301", "a\u00a0b", "ä\u00a0ö",
	}
	folded := func() []string {
		var rows []struct{ Words string }
		for _, text := range texts {
			require.NoError(t, d.Select(t.Context(), &rows, "SELECT kontor_fold(?) AS words", text))
		}
		list := make([]string, len(rows))
		for i, r := range rows {
			list[i] = r.Words
		}
		return list
	}
	was := folded()
	require.Equal(t, "arger uber ol  ubermaß  aouß aou", was[2])
	for _, version := range []int64{34, 40, 39, 33} {
		require.NoError(t, migrations.GoTo(t.Context(), d, version))
		require.Equal(t, was, folded(), "at %d", version)
	}
}

// A program that runs on while a newer one migrates the database keeps its connections.
func TestSearchesOfOpenConnectionsStillUseTheirIndexes(t *testing.T) {
	t.Parallel()
	d, _, _, _ := before(t, 40)
	if d.Engine() == storage.SQLite {
		return
	}
	open, err := d.SQL().Conn(t.Context())
	require.NoError(t, err)
	defer open.Close() //nolint:errcheck // the pool is closed with it
	indexed := map[string]string{
		"tasks": "title || ' ' || description", "comments": "text",
		"contacts": "name || ' ' || coalesce(emails::TEXT, '') || ' ' || coalesce(phones::TEXT, '')",
	}
	look := func() {
		for table, words := range indexed {
			var plan string
			require.NoError(t, open.QueryRowContext(t.Context(),
				"EXPLAIN (FORMAT JSON) SELECT 1 FROM "+table+" WHERE kontor_words(account_id, "+words+") @@ 'x'").Scan(&plan))
			require.Contains(t, plan, table+"_words")
		}
	}
	look()
	for _, version := range []int64{40, 39} {
		require.NoError(t, migrations.GoTo(t.Context(), d, version))
		look()
	}
}
