package storage

import (
	"context"
	"database/sql"
	"errors"
	"reflect"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/callbacks"
	"gorm.io/gorm/schema"

	"kontor/domain/ids"
)

// read takes the place of gorm's own query: rows of structs, which are what is read all day, go straight into their fields.
// gorm makes a pointer to a pointer for each value first, which took a third of what a list of tasks costs.
func (d *DB) read(g *gorm.DB) {
	if g.Error != nil {
		return
	}
	callbacks.BuildQuerySQL(g)
	if g.DryRun || g.Error != nil {
		return
	}
	s := g.Statement
	rows, err := s.ConnPool.QueryContext(s.Context, s.SQL.String(), s.Vars...)
	if err != nil {
		_ = g.AddError(err)
		return
	}
	defer func() { _ = g.AddError(rows.Close()) }()
	n, ok, err := d.fill(s.Context, rows, s.ReflectValue)
	if !ok {
		gorm.Scan(rows, g, 0)
		return
	}
	g.RowsAffected = n
	if err == nil && n == 0 && s.RaiseErrorOnNotFound {
		err = gorm.ErrRecordNotFound
	}
	if err != nil {
		_ = g.AddError(err)
	}
}

// fill reads rows into a slice of structs, which it makes anew, or the first one into a struct; ok is false for anything else.
func (d *DB) fill(ctx context.Context, rows *sql.Rows, into reflect.Value) (n int64, ok bool, err error) {
	if !into.CanSet() {
		return 0, false, nil
	}
	of, many := into.Type(), into.Kind() == reflect.Slice
	if many {
		of = of.Elem()
	}
	if of.Kind() != reflect.Struct || of == reflect.TypeFor[time.Time]() || scans(reflect.PointerTo(of)) {
		return 0, false, nil
	}
	s, err := d.schemaOf(reflect.New(of).Interface())
	if err != nil {
		return 0, false, nil //nolint:nilerr // it is no row type, and read as what it is
	}
	c, err := cellsOf(s, rows)
	if err != nil || !many {
		if err == nil && rows.Next() {
			n, err = 1, c.read(ctx, rows, into)
		}
		return n, true, errors.Join(err, rows.Err())
	}
	list := reflect.New(into.Type()).Elem()
	list.Set(reflect.MakeSlice(into.Type(), 0, 0))
	for rows.Next() {
		if list.Len() == list.Cap() {
			list.Grow(max(fewRows, 3*list.Cap()))
		}
		list.SetLen(list.Len() + 1)
		if err := c.read(ctx, rows, list.Index(list.Len()-1)); err != nil {
			return 0, true, err
		}
	}
	into.Set(list)
	return int64(list.Len()), true, rows.Err()
}

// fewRows is for how many rows there is room at first. Four times as many are a page.
const fewRows = 13

// scans tells whether values of a type read themselves.
func scans(t reflect.Type) bool { return t.Implements(reflect.TypeFor[sql.Scanner]()) }

// cells are the columns of a result, with the fields that they go into; those without one are left out.
type cells struct {
	fields []*schema.Field
	values []any
	into   []any // pointers to the values
}

func cellsOf(s *schema.Schema, rows *sql.Rows) (c cells, err error) {
	columns, err := rows.Columns()
	if err != nil {
		return c, err
	}
	c = cells{make([]*schema.Field, len(columns)), make([]any, len(columns)), make([]any, len(columns))}
	for i, name := range columns {
		if f := s.LookUpField(name); f != nil && f.Readable {
			c.fields[i] = f
		}
		c.into[i] = &c.values[i]
	}
	return c, nil
}

// read reads one row into a struct. What is null becomes the field's zero: a transaction that is tried again reads into the same.
func (c cells) read(ctx context.Context, rows *sql.Rows, to reflect.Value) error {
	if err := rows.Scan(c.into...); err != nil {
		return err
	}
	for i, f := range c.fields {
		if f == nil {
			continue
		}
		if c.values[i] == nil {
			f.ReflectValueOf(ctx, to).SetZero()
			continue
		}
		if err := put(ctx, f, to, c.values[i]); err != nil {
			return err
		}
	}
	return nil
}

// put sets a field to a value as a driver gives it. What most columns are is done here, the rest by gorm.
func put(ctx context.Context, f *schema.Field, row reflect.Value, value any) error {
	if f.Serializer != nil {
		return f.Serializer.Scan(ctx, f, row, value)
	}
	field := f.ReflectValueOf(ctx, row)
	switch to := field.Addr().Interface().(type) {
	case *ids.ID:
		return to.Scan(value)
	case **ids.ID:
		*to = new(ids.ID)
		return (*to).Scan(value)
	case *time.Time:
		if t, ok := value.(time.Time); ok {
			*to = t
			return nil
		}
	case **time.Time:
		if t, ok := value.(time.Time); ok {
			*to = &t
			return nil
		}
	case sql.Scanner:
		return to.Scan(value)
	}
	switch v := value.(type) {
	case string:
		if field.Kind() == reflect.String {
			field.SetString(v)
			return nil
		}
	case int64:
		if field.CanInt() {
			field.SetInt(v)
			return nil
		}
	case bool:
		if field.Kind() == reflect.Bool {
			field.SetBool(v)
			return nil
		}
	}
	if p := field.Type(); p.Kind() == reflect.Pointer && scans(p) {
		field.Set(reflect.New(p.Elem()))
		return field.Interface().(sql.Scanner).Scan(value) //nolint:forcetypeassert,errcheck // as the type says
	}
	return f.Set(ctx, row, value)
}
