// Package storage is the seam to the database and the only place that knows there are two dialects: PostgreSQL, and
// the embedded SQLite that needs no setup. It opens the database, carries transactions in the context, writes many rows
// with one statement, claims work, pages lists, and refuses statements that forget the account.
//
// It holds no entity and no rule of the product. Start at DB.Of (one account's rows through gorm), DB.Tx, and Rows
// (many rows in one statement); guard.go lists the tables that belong to no account, each with its reason.
package storage

import (
	"context"
	"database/sql"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/schema"

	"kontor/domain/ids"
)

// Engine names one of the two databases.
type Engine string

// The engines.
const (
	Postgres Engine = "postgres"
	SQLite   Engine = "sqlite"
)

// DB is an open database. It is safe for concurrent use.
type DB struct {
	engine  Engine
	gorm    *gorm.DB
	sql     *sql.DB
	writer  *sql.DB  // for transactions; the same one on PostgreSQL
	schemas sync.Map // parsed gorm schemas by type
	checked sync.Map // written SQL that the guard has let through
	checks  atomic.Int64
	places  chan struct{} // has one for every transaction that may be open at the same time
	opts    Options
}

// Engine returns which database this is.
func (d *DB) Engine() Engine { return d.engine }

// Chains tells whether one statement can write several tables, one after the other (WITH … AS (INSERT …)).
func (d *DB) Chains() bool { return d.engine == Postgres }

// SQL returns the connection pool, for migrations and for the health check.
func (d *DB) SQL() *sql.DB { return d.sql }

// Close closes every connection.
func (d *DB) Close() error { return errors.Join(d.sql.Close(), d.writer.Close()) }

// Ping checks that the database answers.
func (d *DB) Ping(ctx context.Context) error { return Translate(d.sql.PingContext(ctx)) }

// Now returns the time by the database's clock. An embedded one has the machine's.
func (d *DB) Now(ctx context.Context) (now time.Time, err error) {
	if d.engine == SQLite {
		return d.opts.Now(), nil
	}
	return now, Translate(d.sql.QueryRowContext(ctx, "SELECT clock_timestamp()").Scan(&now))
}

// Forgetful returns a setting with which the database may forget at a power cut what it has confirmed; empty when there is
// none. What a webhook was answered 200 for would be lost with it.
func (d *DB) Forgetful(ctx context.Context) (setting, value string, err error) {
	safe := map[string][]string{"PRAGMA journal_mode": {"wal"}, "PRAGMA synchronous": {"2", "3"}} // FULL, EXTRA
	if d.engine == Postgres {
		safe = map[string][]string{
			"SHOW fsync": {"on"}, "SHOW full_page_writes": {"on"}, "SHOW synchronous_commit": {"on", "remote_apply", "remote_write", "local"},
		}
	}
	for _, ask := range slices.Sorted(maps.Keys(safe)) {
		if err := d.sql.QueryRowContext(ctx, ask).Scan(&value); err != nil {
			return "", "", Translate(err)
		}
		if !slices.Contains(safe[ask], value) {
			_, setting, _ = strings.Cut(ask, " ")
			return setting, value, nil
		}
	}
	return "", "", nil
}

// Of returns a query on the rows of one account, inside the context's transaction when there is one. It is how every
// store begins: the guard refuses gorm statements on account-owned tables that did not begin here. Rows to be created
// carry their account themselves; the guard checks them too.
func (d *DB) Of(ctx context.Context, account ids.ID) *gorm.DB {
	return d.in(ctx).Where(accountIs{account})
}

// Unscoped returns a query on the tables that belong to no account; for any other table the guard refuses it.
func (d *DB) Unscoped(ctx context.Context) *gorm.DB { return d.in(ctx) }

// in returns gorm bound to the context and to its transaction.
func (d *DB) in(ctx context.Context) *gorm.DB {
	if t := d.txOf(ctx); t != nil {
		return t.gorm.WithContext(ctx)
	}
	return d.gorm.WithContext(ctx)
}

// conn returns what runs statements: the context's transaction, else the pool.
func (d *DB) conn(ctx context.Context) gorm.ConnPool {
	if t := d.txOf(ctx); t != nil {
		return t.gorm.Statement.ConnPool
	}
	return d.gorm.Statement.ConnPool
}

// schemaOf returns gorm's view of a row type: table, columns, primary key.
func (d *DB) schemaOf(row any) (*schema.Schema, error) {
	return schema.Parse(row, &d.schemas, d.gorm.NamingStrategy)
}
