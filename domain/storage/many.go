package storage

import (
	"cmp"
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"gorm.io/gorm/schema"

	"kontor/domain/ids"
)

// InsertMany writes rows with one statement. A row that clashes with a unique key is left out silently; the result
// says of each row whether it was written. Rows are written in the order of their keys, so that two transactions that
// write the same ones wait for each other instead of deadlocking.
func InsertMany[T any](ctx context.Context, d *DB, rows []T) (written []bool, err error) {
	written = make([]bool, len(rows))
	if len(rows) == 0 {
		return written, nil
	}
	s, err := d.schemaOf(new(T))
	if err != nil {
		return nil, err
	}
	keys := keysOf(ctx, s, rows)
	order := make([]int, len(rows))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(keys[a], keys[b]) })
	sorted := make([]T, len(rows))
	for i, at := range order {
		sorted[i] = rows[at]
	}

	columns := strings.Join(s.DBNames, ", ")
	// "WHERE true" keeps SQLite from reading ON CONFLICT as part of a join.
	text := fmt.Sprintf("INSERT INTO %s (%s) SELECT %s FROM ? WHERE true ON CONFLICT DO NOTHING RETURNING %s",
		s.Table, columns, columns, strings.Join(s.PrimaryFieldDBNames, ", "))
	var back []T
	if err := d.Select(ctx, &back, text, Rows(sorted)); err != nil {
		return nil, fmt.Errorf("insert into %s: %w", s.Table, err)
	}
	there := make(map[string]int, len(back))
	for _, k := range keysOf(ctx, s, back) {
		there[k]++
	}
	for _, at := range order { // equal keys within rows: the first one wins
		if there[keys[at]] > 0 {
			there[keys[at]]--
			written[at] = true
		}
	}
	return written, nil
}

// Update says what UpdateMany changes.
type Update struct {
	Match []string // columns by which rows are found, account_id first
	Set   []string // columns that take the row's value
	Also  string   // further assignments in SQL, of t (the table) and v (the row), as "version = t.version + 1"
	Carry []string // further columns of the row that Also and Where speak of
	Where string   // further conditions in SQL, of t and v
	Key   []string // the table's primary key; the row type's when empty
	Back  []string // columns to return of each changed row, into Into
	Into  any      // pointer to a slice
}

// UpdateMany changes each row found by the given ones with one statement, in the order of their keys, and returns how
// many it changed. T may be any struct that has the columns and names the table by TableName.
func UpdateMany[T any](ctx context.Context, d *DB, rows []T, u Update) (int64, error) {
	if len(rows) == 0 {
		return 0, nil
	}
	s, err := d.schemaOf(new(T))
	if err != nil {
		return 0, err
	}
	text, values := u.text(d.engine, s), Rows(rows, slices.Concat(u.Match, u.Set, u.Carry)...)
	n := int64(0)
	if len(u.Back) == 0 {
		n, err = d.Exec(ctx, text, values)
	} else {
		err = d.Select(ctx, u.Into, text+" RETURNING "+d.returned(u.Back), values)
		n = int64(reflect.ValueOf(u.Into).Elem().Len())
	}
	if err != nil {
		return 0, fmt.Errorf("update %s: %w", s.Table, err)
	}
	return n, nil
}

// Aside is a condition on rows that are found by others: said like this, it is no way to find them. Where a table was nearly empty
// when the plan was made, as queues mostly are, any index looks as good as the key, and that of all that waits as good as any.
func Aside(condition string) string { return "CASE WHEN " + condition + " THEN TRUE ELSE FALSE END" }

// returned lists columns of the changed table: PostgreSQL sees those of the row too and has to be told, SQLite does not and
// cannot be.
func (d *DB) returned(columns []string) string {
	if d.engine == Postgres {
		return "t." + strings.Join(columns, ", t.")
	}
	return strings.Join(columns, ", ")
}

// text writes the statement. PostgreSQL joins in whatever order suits it and would take the rows' locks in that order;
// so they are locked in the order of their keys first.
func (u Update) text(engine Engine, s *schema.Schema) string {
	var set, where, same []string
	for _, c := range u.Set {
		set = append(set, c+" = v."+c)
	}
	if u.Also != "" {
		set = append(set, u.Also)
	}
	for _, c := range u.Match {
		where = append(where, "t."+c+" = v."+c)
	}
	if u.Where != "" {
		where = append(where, u.Where)
	}
	on := strings.Join(where, " AND ")
	if engine != Postgres {
		return fmt.Sprintf("WITH v AS (SELECT * FROM ?) UPDATE %s AS t SET %s FROM v WHERE %s",
			s.Table, strings.Join(set, ", "), on)
	}
	columns := u.Key
	if len(columns) == 0 {
		columns = s.PrimaryFieldDBNames
	}
	var locked []string
	for i, c := range columns {
		locked = append(locked, fmt.Sprintf("t.%s AS locked_%d", c, i))
		same = append(same, fmt.Sprintf("t.%s = v.locked_%d", c, i))
	}
	// What was locked carries the row's values along: another join with them would hold each row against all of them.
	return fmt.Sprintf("WITH r AS (SELECT * FROM ?), "+
		"v AS MATERIALIZED (SELECT v.*, %s FROM %s AS t JOIN r AS v ON %s ORDER BY %s FOR UPDATE OF t) "+
		"UPDATE %s AS t SET %s FROM v WHERE %s AND %s",
		strings.Join(locked, ", "), s.Table, on, "t."+strings.Join(columns, ", t."),
		s.Table, strings.Join(set, ", "), on, strings.Join(same, " AND "))
}

// Key names a row of an account.
type Key struct {
	AccountID ids.ID
	ID        ids.ID
}

// Keyed returns rows by their keys.
func Keyed[T any](rows []T, key func(T) Key) map[Key]T {
	found := make(map[Key]T, len(rows))
	for _, r := range rows {
		found[key(r)] = r
	}
	return found
}

// SelectMany finds the rows of T's table that equal the given ones in the named columns, account_id first. Keys that are there
// twice are asked for once: the tasks of a page have few channels between them, and rows are dear to read.
func SelectMany[T, K any](ctx context.Context, d *DB, keys []K, columns ...string) ([]T, error) {
	return selectMany[T](ctx, d, keys, columns, func(*schema.Schema) string { return "" })
}

// LockMany is SelectMany, and keeps others from changing the rows until the context's transaction ends. They are locked in
// the order of their keys. SQLite needs no locks: its transactions follow each other.
func LockMany[T, K any](ctx context.Context, d *DB, keys []K, columns ...string) ([]T, error) {
	return selectMany[T](ctx, d, keys, columns, func(s *schema.Schema) string {
		if d.engine != Postgres || d.txOf(ctx) == nil {
			return ""
		}
		return " ORDER BY t." + strings.Join(s.PrimaryFieldDBNames, ", t.") + " FOR NO KEY UPDATE OF t"
	})
}

func selectMany[T, K any](
	ctx context.Context, d *DB, keys []K, columns []string, after func(*schema.Schema) string,
) ([]T, error) {
	var found []T
	if len(keys) == 0 {
		return found, nil
	}
	keys = distinct(keys)
	s, err := d.schemaOf(new(T))
	if err != nil {
		return nil, err
	}
	on := make([]string, len(columns))
	for i, c := range columns {
		on[i] = "t." + c + " = v." + c
	}
	shown, args := Shown(ctx, s.Table, "t")
	text := fmt.Sprintf("SELECT t.* FROM %s AS t JOIN ? ON %s WHERE %s%s", s.Table, strings.Join(on, " AND "), shown, after(s))
	if err := d.Select(ctx, &found, text, append([]any{Rows(keys, columns...)}, args...)...); err != nil {
		return nil, fmt.Errorf("select from %s: %w", s.Table, err)
	}
	return found, nil
}

// keysOf returns each row's primary key as text that sorts.
func keysOf[T any](ctx context.Context, s *schema.Schema, rows []T) []string {
	keys := make([]string, len(rows))
	for i := range rows {
		var k strings.Builder
		for _, f := range s.PrimaryFields {
			v, _ := f.ValueOf(ctx, reflect.ValueOf(&rows[i]).Elem())
			fmt.Fprintf(&k, "%v\x00", v)
		}
		keys[i] = k.String()
	}
	return keys
}

// KeepLater is an assignment for Update.Also: the column becomes the later of what it is and what the row says.
func KeepLater(column string) string {
	return fmt.Sprintf("%[1]s = CASE WHEN t.%[1]s IS NULL OR v.%[1]s > t.%[1]s THEN v.%[1]s ELSE t.%[1]s END", column)
}

// IsLater is the condition that KeepLater changes something.
func IsLater(column string) string {
	return fmt.Sprintf("(v.%[1]s IS NOT NULL AND (t.%[1]s IS NULL OR v.%[1]s > t.%[1]s))", column)
}

// distinct leaves out keys that were there before; the order stays. Such as cannot be compared stay as they are.
func distinct[K any](keys []K) []K {
	if !reflect.TypeFor[K]().Comparable() {
		return keys
	}
	seen := make(map[any]bool, len(keys))
	out := make([]K, 0, len(keys))
	for _, k := range keys {
		if !seen[k] {
			seen[k] = true
			out = append(out, k)
		}
	}
	return out
}
