package storage

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"time"

	"gorm.io/gorm"

	"kontor/domain/errs"
	"kontor/domain/fault"
)

// tx is a running transaction with what is to happen once it has committed.
type tx struct {
	gorm  *gorm.DB
	after []func()
}

type txKey struct{ db *DB }

// txOf returns the context's transaction on this database, or nil.
func (d *DB) txOf(ctx context.Context) *tx {
	t, _ := ctx.Value(txKey{d}).(*tx)
	return t
}

// Tx runs f in a transaction that rides in the context f is given: every statement made with that context belongs to
// it. Inside a running transaction f simply joins it. On PostgreSQL a statement that failed has broken the whole
// transaction, so f must not carry on after an error; use "on conflict do nothing" where a clash is expected.
func (d *DB) Tx(ctx context.Context, f func(ctx context.Context) error) error {
	return d.run(ctx, sql.LevelDefault, f)
}

func (d *DB) run(ctx context.Context, level sql.IsolationLevel, f func(ctx context.Context) error) error {
	if d.txOf(ctx) != nil {
		return f(ctx)
	}
	release, err := d.enter(ctx)
	if err != nil {
		return err
	}
	t := &tx{}
	err = func() error {
		defer release()
		return d.gorm.WithContext(ctx).Transaction(func(g *gorm.DB) error {
			t.gorm = g
			err := f(context.WithValue(ctx, txKey{d}, t))
			fault.Point("tx.before_commit")
			return err
		}, &sql.TxOptions{Isolation: level})
	}()
	if err != nil {
		return Translate(err)
	}
	fault.Point("tx.after_commit")
	for _, hook := range t.after {
		hook()
	}
	return nil
}

// outside returns the context without its transaction.
func (d *DB) outside(ctx context.Context) context.Context {
	return context.WithValue(ctx, txKey{d}, (*tx)(nil))
}

// Retry runs f in a transaction, and again when the database had to give it up: a deadlock, a serialization failure,
// SQLite's writer busy. f must not change anything outside the database.
func (d *DB) Retry(ctx context.Context, f func(ctx context.Context) error) error {
	return d.retry(ctx, sql.LevelDefault, f)
}

// RetryUndisturbed is Retry for an f that compares what it reads at different times: it sees its own changes and nobody
// else's. It is given up when it writes a row that was changed since it began.
func (d *DB) RetryUndisturbed(ctx context.Context, f func(ctx context.Context) error) error {
	return d.retry(ctx, d.snapshotLevel(), f)
}

func (d *DB) retry(ctx context.Context, level sql.IsolationLevel, f func(ctx context.Context) error) error {
	if d.txOf(ctx) != nil {
		return f(ctx) // the outer transaction is broken as a whole; its owner repeats it
	}
	const tries = 10
	for try := 1; ; try++ {
		err := d.run(ctx, level, f)
		if err == nil || try == tries || !errors.Is(err, ErrAborted) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Duration(try) * time.Duration(1+rand.IntN(20)) * time.Millisecond): //nolint:gosec // spreads retries
		}
	}
}

// AfterCommit runs f once the context's transaction has committed, or at once when there is none. Screens are told and
// bells are rung this way: nobody hears of what was rolled back.
func (d *DB) AfterCommit(ctx context.Context, f func()) {
	if t := d.txOf(ctx); t != nil {
		t.after = append(t.after, f)
		return
	}
	f()
}

// enter queues for a place for a transaction, in order of arrival. SQLite has one, whose own busy handler keeps no
// order; a wait longer than the busy timeout usually means a transaction opened inside another without its context.
func (d *DB) enter(ctx context.Context) (release func(), err error) {
	var limit <-chan time.Time
	if d.engine == SQLite {
		timer := time.NewTimer(d.opts.BusyTimeout)
		defer timer.Stop()
		limit = timer.C
	}
	select {
	case d.places <- struct{}{}:
		return func() { <-d.places }, nil
	case <-ctx.Done():
		return nil, Translate(ctx.Err())
	case <-limit:
		return nil, errs.New(errs.Unavailable, "storage.busy").Because(ErrAborted)
	}
}
