package domaintest

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/stretchr/testify/require"

	"kontor/domain/storage"
)

// Plan returns how the database would run a statement, as Statements returned it, whatever its parameters. A test's tables are
// nearly empty, so that PostgreSQL is told to avoid what is only good for small ones: what it still does, no index spares it.
// Further settings come after those.
func (w *World) Plan(text string, settings ...string) string {
	w.T.Helper()
	c, err := w.DB.SQL().Conn(w.Ctx())
	require.NoError(w.T, err)
	defer func() { require.NoError(w.T, c.Close()) }()
	explain, args := "EXPLAIN QUERY PLAN "+text, make([]any, strings.Count(text, "?"))
	if w.DB.Engine() == storage.Postgres {
		avoid := []string{"enable_seqscan = off", "enable_sort = off", "enable_bitmapscan = off", "plan_cache_mode = force_generic_plan"}
		for _, setting := range append(avoid, settings...) {
			_, err := c.ExecContext(w.Ctx(), "SET "+setting)
			require.NoError(w.T, err)
		}
		_, err := c.ExecContext(w.Ctx(), "PREPARE planned AS "+text)
		require.NoError(w.T, err)
		defer func() {
			_, err := c.ExecContext(w.Ctx(), "DEALLOCATE planned; RESET ALL")
			require.NoError(w.T, err)
		}()
		if explain, args = "EXPLAIN EXECUTE planned", nil; parameters(text) > 0 {
			explain += "(" + strings.Repeat("NULL, ", parameters(text)-1) + "NULL)"
		}
	}
	rows, err := c.QueryContext(w.Ctx(), explain, args...)
	require.NoError(w.T, err, text)
	defer func() { require.NoError(w.T, rows.Close()) }()
	columns, err := rows.Columns()
	require.NoError(w.T, err)
	var plan strings.Builder
	for rows.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		require.NoError(w.T, rows.Scan(into...))
		fmt.Fprintln(&plan, values[len(values)-1]) // SQLite says it in the last column, PostgreSQL has one
	}
	require.NoError(w.T, rows.Err())
	return plan.String()
}

// parameters is how many parameters a statement for PostgreSQL has.
func parameters(text string) (n int) {
	for _, m := range regexp.MustCompile(`\$(\d+)`).FindAllStringSubmatch(text, -1) {
		if i, err := strconv.Atoi(m[1]); err == nil {
			n = max(n, i)
		}
	}
	return n
}

// Plans returns how the database would answer each query that f asks it, behind its text.
func (w *World) Plans(f func()) (plans []string) {
	w.T.Helper()
	for _, text := range w.Statements(f) {
		if strings.HasPrefix(text, "SELECT") {
			plans = append(plans, text+"\n"+w.Plan(text))
		}
	}
	return plans
}
