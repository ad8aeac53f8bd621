package storage

import (
	"context"
	"fmt"
	"strings"
)

// Everywhere reads and changes rows of all accounts at once. Only intake, delivery and periodic jobs hold one: a batch
// mixes accounts there, and its rows carry them.
type Everywhere struct{ db *DB }

// NewEverywhere is called where the program is put together.
func NewEverywhere(d *DB) Everywhere { return Everywhere{d} }

// DB returns the database it works on.
func (e Everywhere) DB() *DB { return e.db }

// Select is DB.Select for all accounts.
func (e Everywhere) Select(ctx context.Context, dest any, text string, args ...any) error {
	_, err := e.db.eachUnchecked(ctx, text, args, func(q string, a []any) (int64, error) {
		return e.db.scan(ctx, dest, q, a)
	})
	return err
}

// Exec is DB.Exec for all accounts.
func (e Everywhere) Exec(ctx context.Context, text string, args ...any) (int64, error) {
	return e.db.eachUnchecked(ctx, text, args, func(q string, a []any) (int64, error) {
		r, err := e.db.conn(ctx).ExecContext(ctx, q, a...)
		if err != nil {
			return 0, err
		}
		return r.RowsAffected()
	})
}

// SelectEach runs a query for each of some numbers, for which @each stands in it, and appends what they find to dest. On PostgreSQL
// it is one query that is joined with the numbers: said as often as there are numbers, a table in parts takes longer to plan
// than to read.
func (e Everywhere) SelectEach(ctx context.Context, dest any, query string, numbers []int) error {
	if len(numbers) == 0 {
		return nil
	}
	if e.db.engine == Postgres {
		query = strings.ReplaceAll(query, "@each", "n.each")
		return e.Select(ctx, dest, "SELECT q.* FROM unnest(?::bigint[]) AS n(each) CROSS JOIN LATERAL ("+query+") AS q", numbers)
	}
	list, args := make([]string, len(numbers)), make([]any, len(numbers))
	for i, n := range numbers {
		list[i], args[i] = fmt.Sprintf("SELECT * FROM (%s) AS q%d", strings.ReplaceAll(query, "@each", "?"), i), n
	}
	return e.Select(ctx, dest, strings.Join(list, " UNION ALL "), args...)
}

// Claim describes rows to be taken by one worker and no other. It becomes one statement,
//
//	WITH c AS (SELECT key FROM table … LIMIT n FOR UPDATE SKIP LOCKED)
//	UPDATE table SET … FROM c WHERE key = c AND guard RETURNING …
//
// in which the guard makes it right on both engines, and SKIP LOCKED, which SQLite has not and does not need, makes it
// fast on PostgreSQL. The candidates are materialized: as an ordinary sub-query PostgreSQL may run them once per row, and
// then claims more than the limit. Nothing else in Kontor claims rows.
type Claim struct {
	Table string
	Key   []string // the primary key
	Set   string   // assignments in SQL: a lease, an epoch
	Guard string   // condition on the row's own columns that the assignments make false; none: held by the lock alone
	From  string   // in the inner query, after the table, which is named t there: joins
	Where string   // further conditions of the inner query
	Order string
	Limit int
	Back  string // columns to return; the key when empty
	// The arguments of each part.
	SetArgs, FromArgs, GuardArgs, WhereArgs []any
}

// Claim takes up to Limit rows and appends them to dest.
func (e Everywhere) Claim(ctx context.Context, dest any, c Claim) error {
	if c.Guard == "" {
		c.Guard = "true" // the lock alone keeps others away, until the transaction ends
	}
	lock, materialized := "", ""
	if e.db.engine == Postgres {
		lock, materialized = " FOR UPDATE OF t SKIP LOCKED", " MATERIALIZED"
	}
	where := "(" + qualify(c.Guard) + ")"
	if c.Where != "" {
		where += " AND " + c.Where
	}
	if c.Order != "" {
		where += " ORDER BY " + c.Order
	}
	back := c.Back
	if back == "" {
		back = strings.Join(c.Key, ", ")
	}
	// The candidates' columns have names of their own, so that none in the rest of the text is ambiguous.
	names, same := make([]string, len(c.Key)), make([]string, len(c.Key))
	for i, k := range c.Key {
		names[i] = fmt.Sprintf("c%d", i)
		same[i] = fmt.Sprintf("u.%s = c.c%d", k, i)
	}
	text := fmt.Sprintf("WITH c (%s) AS%s (SELECT t.%s FROM %s AS t %s WHERE %s LIMIT %d%s) "+
		"UPDATE %s AS u SET %s FROM c WHERE %s AND (%s) RETURNING %s",
		strings.Join(names, ", "), materialized, strings.Join(c.Key, ", t."), c.Table, c.From, where, c.Limit, lock,
		c.Table, c.Set, strings.Join(same, " AND "), plain(c.Guard), back)
	var args []any
	for _, a := range [][]any{c.FromArgs, c.GuardArgs, c.WhereArgs, c.SetArgs, c.GuardArgs} {
		args = append(args, a...)
	}
	return e.Select(ctx, dest, text, args...)
}

// In a guard the row's own columns are written as @column: t.column inside, the bare name outside.
func qualify(guard string) string { return strings.ReplaceAll(guard, "@", "t.") }
func plain(guard string) string   { return strings.ReplaceAll(guard, "@", "") }
