package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/schema"

	"kontor/domain/ids"
)

// maxRows is how many rows go into one statement: SQLite takes 32 766 parameters, and no row here has more than 30
// columns.
const maxRows = 1000

// Values are rows that stand in a statement as a table named v. They are how a statement works on many rows at once:
//
//	db.Exec(ctx, `UPDATE tasks AS t SET unread = v.unread FROM ? WHERE t.account_id = v.account_id AND t.id = v.id`,
//		storage.Rows(seen, "account_id", "id", "unread"))
type Values struct {
	rows    reflect.Value // a slice of structs
	columns []string
}

// Rows makes Values of a slice of structs; the columns are names as gorm maps them, all of them when none is named.
func Rows[T any](rows []T, columns ...string) Values {
	return Values{rows: reflect.ValueOf(rows), columns: columns}
}

// Select runs a query and appends what it finds to dest, a pointer to a slice. Question marks in the text stand for
// args; an argument that is Values becomes the table v. More rows than fit one statement are asked for in several.
func (d *DB) Select(ctx context.Context, dest any, text string, args ...any) error {
	_, err := d.each(ctx, text, args, func(q string, a []any) (int64, error) { return d.scan(ctx, dest, q, a) })
	return err
}

// Exec runs a statement, as Select does, and returns how many rows it changed.
func (d *DB) Exec(ctx context.Context, text string, args ...any) (int64, error) {
	return d.each(ctx, text, args, func(q string, a []any) (int64, error) {
		r, err := d.conn(ctx).ExecContext(ctx, q, a...)
		if err != nil {
			return 0, err
		}
		return r.RowsAffected()
	})
}

// each builds the statement for every chunk of its Values and runs it; the guard looks at the text first.
func (d *DB) each(ctx context.Context, text string, args []any, run func(string, []any) (int64, error)) (int64, error) {
	if err := errors.Join(d.checkText(text), checkHiding(ctx, text)); err != nil {
		return 0, err
	}
	return d.eachUnchecked(ctx, text, args, run)
}

func (d *DB) eachUnchecked(
	ctx context.Context, text string, args []any, run func(string, []any) (int64, error),
) (int64, error) {
	total := int64(0)
	for _, chunk := range chunks(args) {
		b := builder{db: d, ctx: ctx}
		if err := b.write(text, chunk); err != nil {
			return total, err
		}
		n, err := run(b.text.String(), b.args)
		if err != nil {
			return total, Translate(err)
		}
		total += n
	}
	return total, nil
}

// chunks splits the arguments so that no Values among them has more than maxRows rows. Values without rows mean that
// there is nothing to do.
func chunks(args []any) [][]any {
	for i, a := range args {
		v, ok := a.(Values)
		if !ok {
			continue
		}
		var out [][]any
		for from := 0; from < v.rows.Len(); from += maxRows {
			part := append([]any(nil), args...)
			part[i] = Values{rows: v.rows.Slice(from, min(from+maxRows, v.rows.Len())), columns: v.columns}
			out = append(out, part)
		}
		return out
	}
	return [][]any{args}
}

// scan runs a query and appends its rows to dest.
func (d *DB) scan(ctx context.Context, dest any, text string, args []any) (n int64, err error) {
	rows, err := d.conn(ctx).QueryContext(ctx, text, args...)
	if err != nil {
		return 0, err
	}
	defer func() {
		if closing := rows.Close(); err == nil {
			err = closing
		}
	}()
	list := reflect.ValueOf(dest).Elem()
	part := reflect.New(list.Type())
	n, ok, err := d.fill(ctx, rows, part.Elem())
	if !ok {
		n, err = scanRows(d.gorm.WithContext(ctx), rows, part.Interface())
	}
	if err != nil {
		return 0, err
	}
	switch {
	case n == 0:
	case list.Len() == 0:
		list.Set(part.Elem())
	default:
		list.Set(reflect.AppendSlice(list, part.Elem()))
	}
	return n, nil
}

// scanRows reads rows of one plain column.
func scanRows(g *gorm.DB, rows *sql.Rows, dest any) (int64, error) {
	tx := g.Session(&gorm.Session{NewDB: true}).Set("kontor", nil) // a fresh statement
	tx.Statement.Dest = dest
	tx.Statement.ReflectValue = reflect.ValueOf(dest).Elem()
	gorm.Scan(rows, tx, 0)
	if tx.Error != nil {
		return 0, tx.Error
	}
	return tx.RowsAffected, rows.Err()
}

// builder writes a statement in the dialect's form.
type builder struct {
	db   *DB
	ctx  context.Context
	text strings.Builder
	args []any
}

func (b *builder) write(text string, args []any) error {
	used := 0
	for i, part := range strings.Split(text, "?") {
		if i > 0 {
			if used == len(args) {
				return fmt.Errorf("statement has more than %d question marks: %s", len(args), text)
			}
			if err := b.arg(args[used]); err != nil {
				return err
			}
			used++
		}
		b.text.WriteString(part)
	}
	if used != len(args) {
		return fmt.Errorf("statement has %d question marks for %d arguments: %s", used, len(args), text)
	}
	return nil
}

func (b *builder) arg(a any) error {
	if v, ok := a.(Values); ok {
		return b.values(v)
	}
	b.bind(a)
	return nil
}

func (b *builder) bind(a any) {
	b.args = append(b.args, a)
	if b.db.engine == Postgres {
		b.text.WriteString("$" + strconv.Itoa(len(b.args)))
	} else {
		b.text.WriteString("?")
	}
}

// values writes the rows as a table named v: on PostgreSQL one array a column, so that the text, and with it the
// prepared statement, is the same for any number of rows; on SQLite a list of values.
func (b *builder) values(v Values) error {
	s, err := b.db.schemaOf(reflect.New(v.rows.Type().Elem()).Interface())
	if err != nil {
		return err
	}
	fields, err := fieldsOf(s, v.columns)
	if err != nil {
		return err
	}
	if err := checkAccounts(b.ctx, fields, v.rows); err != nil {
		return err
	}
	if b.db.engine == Postgres {
		b.unnest(fields, v.rows)
	} else {
		b.list(fields, v.rows)
	}
	return nil
}

func (b *builder) unnest(fields []*schema.Field, rows reflect.Value) {
	b.text.WriteString("unnest(")
	for i, f := range fields {
		if i > 0 {
			b.text.WriteString(", ")
		}
		column := make([]any, rows.Len())
		for r := range column {
			column[r] = valueOf(b.ctx, f, rows.Index(r))
		}
		b.bind(column)
		b.text.WriteString("::" + postgresType(f) + "[]")
	}
	b.text.WriteString(") AS v(" + strings.Join(columnNames(fields), ", ") + ")")
}

func (b *builder) list(fields []*schema.Field, rows reflect.Value) {
	b.text.WriteString("(SELECT ")
	for i, f := range fields {
		if i > 0 {
			b.text.WriteString(", ")
		}
		fmt.Fprintf(&b.text, "column%d AS %s", i+1, f.DBName)
	}
	b.text.WriteString(" FROM (VALUES ")
	for r := range rows.Len() {
		if r > 0 {
			b.text.WriteString(", ")
		}
		b.text.WriteString("(")
		for i, f := range fields {
			if i > 0 {
				b.text.WriteString(", ")
			}
			b.bind(valueOf(b.ctx, f, rows.Index(r)))
		}
		b.text.WriteString(")")
	}
	b.text.WriteString(")) AS v")
}

// checkAccounts refuses rows whose account, if they have one, is missing.
func checkAccounts(ctx context.Context, fields []*schema.Field, rows reflect.Value) error {
	at := slices.IndexFunc(fields, func(f *schema.Field) bool { return f.DBName == "account_id" })
	if at < 0 {
		return nil
	}
	for i := range rows.Len() {
		if id, ok := valueOf(ctx, fields[at], rows.Index(i)).(ids.ID); ok && id == ids.Nil {
			return fmt.Errorf("%w: a row of %s", ErrUnscoped, fields[at].Schema.Table)
		}
	}
	return nil
}

func fieldsOf(s *schema.Schema, columns []string) ([]*schema.Field, error) {
	if len(columns) == 0 {
		columns = s.DBNames
	}
	fields := make([]*schema.Field, len(columns))
	for i, c := range columns {
		if fields[i] = s.LookUpField(c); fields[i] == nil {
			return nil, fmt.Errorf("%s has no column %s", s.Name, c)
		}
	}
	return fields, nil
}

func columnNames(fields []*schema.Field) []string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.DBName
	}
	return names
}

func valueOf(ctx context.Context, f *schema.Field, row reflect.Value) any {
	v, _ := f.ValueOf(ctx, reflect.Indirect(row))
	return v
}

// postgresType names the column type of a field, for the cast of its array.
func postgresType(f *schema.Field) string {
	if f.TagSettings["SERIALIZER"] == "json" {
		return "jsonb"
	}
	switch t := f.IndirectFieldType; {
	case t == reflect.TypeFor[ids.ID]():
		return "uuid"
	case t == reflect.TypeFor[time.Time]():
		return "timestamptz"
	case t == reflect.TypeFor[[]byte]():
		return "bytea"
	case t.Kind() == reflect.Bool:
		return "boolean"
	case t.Kind() == reflect.Float64:
		return "double precision"
	case t.Kind() == reflect.String:
		return "text"
	}
	return "bigint"
}

// ListOf returns a table of the texts in a column that is a list in JSON, named e with the column value.
func (d *DB) ListOf(column string) string {
	if d.engine == SQLite {
		return "json_each(" + column + ") AS e"
	}
	return "jsonb_array_elements_text(CASE jsonb_typeof(" + column + ") WHEN 'array' THEN " + column + " ELSE '[]' END) AS e(value)"
}

// InOrder returns a table n of what a query finds, whose one column is named value: with each value its place, from 0. The
// query may speak of the tables that stand before this one.
func (d *DB) InOrder(query string) (table, value, place string) {
	if d.engine == SQLite {
		return "json_each((SELECT json_group_array(value) FROM (" + query + "))) AS n", "n.value", "n.key"
	}
	return "unnest(ARRAY(" + query + ")) WITH ORDINALITY AS n(value, place)", "n.value", "n.place - 1"
}
