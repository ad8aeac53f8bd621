package storage

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Type is what a column holds, the same on both engines. Ids are text, and so is JSON.
type Type string

// The types of columns.
const (
	Text  Type = "text"
	JSON  Type = "json" // PostgreSQL only: SQLite does not know which of its texts are JSON
	Int   Type = "int"
	Float Type = "float"
	Bool  Type = "bool"
	Time  Type = "time"
	Bytes Type = "bytes"
)

// Table is one as the database has it.
type Table struct {
	Name    string
	Columns []Column
}

// Column is one of a table.
type Column struct {
	Name string
	Type Type
}

// typeOf reads what a database says of a column.
func typeOf(declared string) (Type, error) {
	switch strings.ToLower(declared) {
	case "text", "uuid", "character varying":
		return Text, nil
	case "json", "jsonb":
		return JSON, nil
	case "bigint", "integer", "smallint":
		return Int, nil
	case "double precision", "real":
		return Float, nil
	case "boolean":
		return Bool, nil
	case "datetime", "timestamp with time zone":
		return Time, nil
	case "bytea", "blob":
		return Bytes, nil
	}
	return "", fmt.Errorf("a column of the unknown type %q", declared)
}

// queryer is a database or a transaction on it.
type queryer interface {
	QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error)
}

// derived tells whether a table is kept by somebody else: SQLite's full-text search by triggers, the history by goose.
func derived(name string) bool {
	return strings.HasPrefix(name, "search_") || name == "goose_db_version"
}

// Tables returns the tables of the schema, those that others refer to before the others, but no derived ones, and no parts
// of others.
func (d *DB) Tables(ctx context.Context) ([]Table, error) { return tables(ctx, d.sql, d.engine) }

func tables(ctx context.Context, q queryer, engine Engine) ([]Table, error) {
	columns, references := `SELECT m.name, p.name, p.type FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS p
			WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' ORDER BY m.name, p.cid`,
		`SELECT m.name, f."table", '' FROM sqlite_master AS m JOIN pragma_foreign_key_list(m.name) AS f WHERE m.type = 'table'`
	if engine == Postgres {
		columns, references = `SELECT c.table_name, c.column_name, c.data_type FROM information_schema.columns AS c
			JOIN information_schema.tables AS t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
			WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE'
				AND NOT (SELECT p.relispartition FROM pg_class AS p WHERE p.oid = format('%I.%I', t.table_schema, t.table_name)::regclass)
			ORDER BY c.table_name, c.ordinal_position`,
			`SELECT c.relname, p.relname, '' FROM pg_constraint AS f JOIN pg_class AS c ON c.oid = f.conrelid
			JOIN pg_class AS p ON p.oid = f.confrelid
			WHERE f.contype = 'f' AND f.connamespace = current_schema()::regnamespace`
	}
	described, err := triples(ctx, q, columns)
	if err != nil {
		return nil, err
	}
	var list []Table
	for _, c := range described {
		if derived(c[0]) {
			continue
		}
		if len(list) == 0 || list[len(list)-1].Name != c[0] {
			list = append(list, Table{Name: c[0]})
		}
		t, err := typeOf(c[2])
		if err != nil {
			return nil, fmt.Errorf("%s.%s: %w", c[0], c[1], err)
		}
		last := &list[len(list)-1]
		last.Columns = append(last.Columns, Column{c[1], t})
	}
	tied, err := triples(ctx, q, references)
	if err != nil {
		return nil, err
	}
	return inOrder(list, tied)
}

func triples(ctx context.Context, q queryer, text string) (list [][3]string, err error) {
	rows, err := q.QueryContext(ctx, text)
	if err != nil {
		return nil, Translate(err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var t [3]string
		if err := rows.Scan(&t[0], &t[1], &t[2]); err != nil {
			return nil, err
		}
		list = append(list, t)
	}
	return list, Translate(rows.Err())
}

// inOrder puts what is referred to before what refers to it. A table that refers to itself would need its rows in order.
func inOrder(list []Table, tied [][3]string) (ordered []Table, err error) {
	for len(list) > 0 {
		n := len(list)
		list = slices.DeleteFunc(list, func(t Table) bool {
			waits := slices.ContainsFunc(tied, func(f [3]string) bool {
				return f[0] == t.Name && slices.ContainsFunc(list, func(o Table) bool { return o.Name == f[1] })
			})
			if !waits {
				ordered = append(ordered, t)
			}
			return !waits
		})
		if len(list) == n {
			return nil, fmt.Errorf("tables refer to each other in a circle: %s and others", list[0].Name)
		}
	}
	return ordered, nil
}

// Snapshot is the whole database as it was at one moment, however long it takes to read it.
type Snapshot struct {
	Tables []Table
	tx     *sql.Tx
	engine Engine
}

// Snapshot lets f read the database as it is now. Nobody waits for it: on SQLite it holds no more than the right to read,
// and the write-ahead log grows meanwhile.
func (d *DB) Snapshot(ctx context.Context, f func(Snapshot) error) (err error) {
	// Read-only, SQLite's transaction is not immediate: it takes no writer's place.
	tx, err := d.sql.BeginTx(ctx, &sql.TxOptions{Isolation: d.snapshotLevel(), ReadOnly: true})
	if err != nil {
		return Translate(err)
	}
	defer func() { _ = tx.Rollback() }() // there is nothing to keep
	if d.engine == Postgres {
		// Whoever takes the rows may be slow.
		for _, limit := range []string{"idle_in_transaction_session_timeout", "statement_timeout"} {
			if _, err := tx.ExecContext(ctx, "SET LOCAL "+limit+" = 0"); err != nil {
				return Translate(err)
			}
		}
	}
	s := Snapshot{tx: tx, engine: d.engine}
	if s.Tables, err = tables(ctx, tx, d.engine); err != nil {
		return err
	}
	return Translate(f(s))
}

func (d *DB) snapshotLevel() sql.IsolationLevel {
	if d.engine == Postgres {
		return sql.LevelRepeatableRead
	}
	return sql.LevelDefault
}

// SchemaVersion returns the last migration of the schema that the snapshot shows. Not all of them are in schema_compat.
func (s Snapshot) SchemaVersion(ctx context.Context) (version int64, err error) {
	err = s.tx.QueryRowContext(ctx, "SELECT max(version_id) FROM goose_db_version").Scan(&version)
	return version, Translate(err)
}

// Rows gives each row of a table to f, in no order: nil, string, int64, float64, bool, time.Time or []byte for each column.
// The slice is used again for the next row.
func (s Snapshot) Rows(ctx context.Context, t Table, f func(row []any) error) (err error) {
	columns := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		columns[i] = c.Name
		if s.engine == Postgres && (c.Type == Text || c.Type == JSON) {
			columns[i] += "::text"
		}
	}
	rows, err := s.tx.QueryContext(ctx, "SELECT "+strings.Join(columns, ", ")+" FROM "+t.Name) //nolint:gosec // names of the schema
	if err != nil {
		return Translate(err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	row, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range row {
		into[i] = &row[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return Translate(err)
		}
		for i, c := range t.Columns {
			if row[i], err = plainValue(c.Type, row[i]); err != nil {
				return fmt.Errorf("%s.%s: %w", t.Name, c.Name, err)
			}
		}
		if err := f(row); err != nil {
			return err
		}
	}
	return Translate(rows.Err())
}

// plainValue makes the same of what either driver gives.
func plainValue(t Type, v any) (any, error) {
	switch v := v.(type) {
	case []byte:
		if t == Text {
			return string(v), nil
		}
	case string:
		if t == Bytes {
			return []byte(v), nil
		}
		if t == JSON { // PostgreSQL puts spaces in
			var tight bytes.Buffer
			err := json.Compact(&tight, []byte(v))
			return tight.String(), err
		}
	case int64:
		if t == Bool {
			return v != 0, nil
		}
	}
	return v, nil
}

// maxParameters is how many values stand in one statement at most.
const maxParameters = 30_000

// Load writes rows into a table, in the context's transaction when there is one.
func (d *DB) Load(ctx context.Context, table string, columns []string, rows [][]any) error {
	row := "(" + strings.TrimSuffix(strings.Repeat("?, ", len(columns)), ", ") + ")"
	for part := range slices.Chunk(rows, max(1, maxParameters/max(1, len(columns)))) {
		text := "INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") VALUES " +
			strings.TrimSuffix(strings.Repeat(row+", ", len(part)), ", ")
		if _, err := NewEverywhere(d).Exec(ctx, text, slices.Concat(part...)...); err != nil {
			return fmt.Errorf("fill %s: %w", table, err)
		}
	}
	return nil
}
