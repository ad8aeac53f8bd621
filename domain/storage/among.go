package storage

import (
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// Among is the condition that a column has one of many values. On PostgreSQL they are one argument, so that the text, and with
// it the prepared statement, is the same for any number of them.
func Among[T any](column string, list []T) clause.Expression { return among[T]{column, list} }

type among[T any] struct {
	column string
	list   []T
}

// Build writes the condition.
func (x among[T]) Build(b clause.Builder) {
	if s, ok := b.(*gorm.Statement); ok && s.Name() == string(Postgres) {
		_, _ = b.WriteString(x.column + " = ANY(")
		b.AddVar(b, &x.list)
		_ = b.WriteByte(')')
		return
	}
	clause.Expr{SQL: x.column + " IN ?", Vars: []any{x.list}}.Build(b)
}
