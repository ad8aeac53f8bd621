package storage

import (
	"context"
	"database/sql"

	"gorm.io/gorm"
)

// traced tells of every statement before it runs. It is there when Options.Trace is set: tests count statements by it, so
// that a loop which asks the database once per row does not pass unseen.
type traced struct {
	*sql.DB
	note func(text string)
}

// PrepareContext tells and prepares.
func (t *traced) PrepareContext(ctx context.Context, text string) (*sql.Stmt, error) {
	t.note(text)
	return t.DB.PrepareContext(ctx, text)
}

// ExecContext tells and executes.
func (t *traced) ExecContext(ctx context.Context, text string, args ...any) (sql.Result, error) {
	t.note(text)
	return t.DB.ExecContext(ctx, text, args...)
}

// QueryContext tells and queries.
func (t *traced) QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	t.note(text)
	return t.DB.QueryContext(ctx, text, args...)
}

// QueryRowContext tells and queries.
func (t *traced) QueryRowContext(ctx context.Context, text string, args ...any) *sql.Row {
	t.note(text)
	return t.DB.QueryRowContext(ctx, text, args...)
}

// BeginTx begins a transaction that tells too.
func (t *traced) BeginTx(ctx context.Context, o *sql.TxOptions) (gorm.ConnPool, error) {
	tx, err := t.DB.BeginTx(ctx, o)
	return &tracedTx{tx, t.note}, err
}

// GetDBConn returns the pool itself, which gorm asks for.
func (t *traced) GetDBConn() (*sql.DB, error) { return t.DB, nil }

type tracedTx struct {
	*sql.Tx
	note func(text string)
}

// PrepareContext tells and prepares.
func (t *tracedTx) PrepareContext(ctx context.Context, text string) (*sql.Stmt, error) {
	t.note(text)
	return t.Tx.PrepareContext(ctx, text)
}

// ExecContext tells and executes.
func (t *tracedTx) ExecContext(ctx context.Context, text string, args ...any) (sql.Result, error) {
	t.note(text)
	return t.Tx.ExecContext(ctx, text, args...)
}

// QueryContext tells and queries.
func (t *tracedTx) QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	t.note(text)
	return t.Tx.QueryContext(ctx, text, args...)
}

// QueryRowContext tells and queries.
func (t *tracedTx) QueryRowContext(ctx context.Context, text string, args ...any) *sql.Row {
	t.note(text)
	return t.Tx.QueryRowContext(ctx, text, args...)
}
