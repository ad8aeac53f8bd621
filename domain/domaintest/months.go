package domaintest

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/stretchr/testify/require"

	"kontor/domain/storage"
)

// Parted is a table that lies in parts by month on PostgreSQL.
type Parted struct {
	*World
	Table string
}

// Parted returns a table in which the month of Noon has a part, and no other, whenever the schema was made.
func (w *World) Parted(table string) Parted {
	w.T.Helper()
	p := Parted{w, table}
	for _, part := range p.Parts() {
		name := table + "_m" + part
		if part == "before" {
			name = table + "_before"
		}
		_, err := storage.NewEverywhere(w.DB).Exec(w.Ctx(), "DROP TABLE "+name)
		require.NoError(w.T, err)
	}
	require.NoError(w.T, storage.NewEverywhere(w.DB).AddMonths(w.Ctx(), table, storage.MonthOf(Noon())))
	return p
}

// Parts are the months that have a part of their own; none on SQLite.
func (p Parted) Parts() (found []string) {
	p.T.Helper()
	if p.DB.Engine() == storage.Postgres {
		require.NoError(p.T, storage.NewEverywhere(p.DB).Select(p.Ctx(), &found, `SELECT substr(c.relname, length(?::text) + 2) FROM pg_inherits AS i
			JOIN pg_class AS c ON c.oid = i.inhrelid WHERE i.inhparent = to_regclass(?::text) AND c.relname NOT LIKE '%_rest' ORDER BY 1`, p.Table, p.Table))
	}
	for i, part := range found {
		found[i] = strings.TrimPrefix(part, "m")
	}
	return found
}

// RequireParts requires that these months have parts, and no others.
func (p Parted) RequireParts(want ...string) {
	p.T.Helper()
	if p.DB.Engine() == storage.Postgres {
		require.Equal(p.T, want, p.Parts())
	}
}

// RequireReads requires that the first of some statements that has a text in it reads these parts and no others. It is run, and
// taken back.
func (p Parted) RequireReads(said []string, with string, args []any, parts ...string) {
	p.T.Helper()
	if p.DB.Engine() == storage.SQLite {
		return
	}
	at := slices.IndexFunc(said, func(text string) bool { return strings.Contains(text, with) })
	require.GreaterOrEqual(p.T, at, 0, said)
	tx, err := p.DB.SQL().BeginTx(p.Ctx(), nil)
	require.NoError(p.T, err)
	defer func() { require.NoError(p.T, tx.Rollback()) }()
	rows, err := tx.QueryContext(p.Ctx(), "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) "+said[at], args...)
	require.NoError(p.T, err, said[at])
	defer func() { require.NoError(p.T, rows.Close()) }()
	var plan strings.Builder
	read, scan := map[string]bool{}, regexp.MustCompile(`Scan.* on `+p.Table+`_m?(\w+)`)
	for rows.Next() {
		var line string
		require.NoError(p.T, rows.Scan(&line))
		fmt.Fprintln(&plan, line)
		if m := scan.FindStringSubmatch(line); m != nil && !strings.Contains(line, "never executed") {
			read[m[1]] = true
		}
	}
	require.NoError(p.T, rows.Err())
	require.ElementsMatch(p.T, parts, slices.Collect(maps.Keys(read)), "%s\n%s", said[at], plan.String())
}
