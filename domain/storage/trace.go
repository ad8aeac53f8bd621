package storage

import (
	"context"
	"database/sql"

	"gorm.io/gorm"
)

// traced tells of every statement before it runs, and an error of who is told takes the statement's place. It is there when
// Options.Trace is set: tests count statements by it, so that a loop which asks the database once per row does not pass unseen,
// and have each of them fail in turn.
type traced struct {
	pool
	note func(text string) error
}

// PrepareContext tells and prepares.
func (t *traced) PrepareContext(ctx context.Context, text string) (*sql.Stmt, error) {
	if err := t.note(text); err != nil {
		return nil, err
	}
	return t.DB.PrepareContext(ctx, text)
}

// ExecContext tells and executes.
func (t *traced) ExecContext(ctx context.Context, text string, args ...any) (sql.Result, error) {
	if err := t.note(text); err != nil {
		return nil, err
	}
	return t.DB.ExecContext(ctx, text, args...)
}

// QueryContext tells and queries.
func (t *traced) QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	if err := t.note(text); err != nil {
		return nil, err
	}
	return t.DB.QueryContext(ctx, text, args...)
}

// QueryRowContext tells and queries.
func (t *traced) QueryRowContext(ctx context.Context, text string, args ...any) *sql.Row {
	query := func(ctx context.Context) *sql.Row { return t.DB.QueryRowContext(ctx, text, args...) }
	if t.note(text) != nil {
		return failed(ctx, query)
	}
	return query(ctx)
}

// BeginTx begins a transaction that tells too.
func (t *traced) BeginTx(ctx context.Context, o *sql.TxOptions) (gorm.ConnPool, error) {
	tx, err := t.writer.BeginTx(ctx, o)
	return &tracedTx{tx, t.note}, err
}

type tracedTx struct {
	*sql.Tx
	note func(text string) error
}

// failed is a row that cannot be read: database/sql makes one of a context that has ended.
func failed(ctx context.Context, query func(ctx context.Context) *sql.Row) *sql.Row {
	ended, cancel := context.WithCancel(ctx)
	cancel()
	return query(ended)
}

// PrepareContext tells and prepares.
func (t *tracedTx) PrepareContext(ctx context.Context, text string) (*sql.Stmt, error) {
	if err := t.note(text); err != nil {
		return nil, err
	}
	return t.Tx.PrepareContext(ctx, text)
}

// ExecContext tells and executes.
func (t *tracedTx) ExecContext(ctx context.Context, text string, args ...any) (sql.Result, error) {
	if err := t.note(text); err != nil {
		return nil, err
	}
	return t.Tx.ExecContext(ctx, text, args...)
}

// QueryContext tells and queries.
func (t *tracedTx) QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	if err := t.note(text); err != nil {
		return nil, err
	}
	return t.Tx.QueryContext(ctx, text, args...)
}

// QueryRowContext tells and queries.
func (t *tracedTx) QueryRowContext(ctx context.Context, text string, args ...any) *sql.Row {
	query := func(ctx context.Context) *sql.Row { return t.Tx.QueryRowContext(ctx, text, args...) }
	if t.note(text) != nil {
		return failed(ctx, query)
	}
	return query(ctx)
}
