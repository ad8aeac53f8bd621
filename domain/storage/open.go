package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/driver/postgres"
	gormsqlite "gorm.io/driver/sqlite"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/logger"
	"modernc.org/sqlite"
)

// Options say which database to open and how.
type Options struct {
	// URL is postgres://… or the path of an SQLite file.
	URL string
	// MaxConns bounds the pool; 0 means 20 on PostgreSQL and 8 on SQLite.
	MaxConns int
	// Relaxed gives up surviving a power cut (SQLite's synchronous=NORMAL): for tests only.
	Relaxed bool
	// BusyTimeout is how long SQLite waits for its one writer; 0 means 5 s. Tests keep it short, so that a statement
	// that escaped its transaction fails instead of hanging.
	BusyTimeout time.Duration
	// Now is the clock that gorm fills times from.
	Now func() time.Time
	// Log receives slow statements.
	Log *slog.Logger
	// Trace, if set, is told the text of every statement, and may fail it: for tests.
	Trace func(text string) error
	// Slow is the duration from which a statement is logged; 0 means 500 ms.
	Slow time.Duration
}

// Open opens the database that the URL names. It does not migrate it.
func Open(ctx context.Context, o Options) (*DB, error) {
	if o.BusyTimeout == 0 {
		o.BusyTimeout = 5 * time.Second
	}
	if o.Slow == 0 {
		o.Slow = 500 * time.Millisecond
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	open := openSQLite
	if strings.HasPrefix(o.URL, "postgres://") || strings.HasPrefix(o.URL, "postgresql://") {
		open = openPostgres
	}
	d, dialector, err := open(o)
	if err != nil {
		return nil, err
	}
	d.opts = o
	d.gorm, err = gorm.Open(dialector, &gorm.Config{
		SkipDefaultTransaction: true,
		NowFunc:                o.Now,
		Logger:                 slowLog(o),
		// A DB that is only pinged on use lets the program start, and say so, while the database is away.
		DisableAutomaticPing: true,
		ClauseBuilders:       map[string]clause.ClauseBuilder{"LIMIT": limit},
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open the database: %w", err), d.Close())
	}
	if err := errors.Join(guard(d.gorm), hide(d.gorm), d.gorm.Callback().Query().Replace("gorm:query", d.read)); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	if err := d.sql.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("reach the database: %w", err), d.Close())
	}
	return d, nil
}

// limit writes how many rows are wanted as a number. Given as a value, PostgreSQL takes a tenth of all there are for it, finds
// that a plan for any value is dear, and plans such a statement anew each time.
func limit(c clause.Clause, b clause.Builder) {
	if l, ok := c.Expression.(clause.Limit); ok && l.Limit != nil && *l.Limit >= 0 && l.Offset <= 0 {
		_, _ = b.WriteString("LIMIT " + strconv.Itoa(*l.Limit))
		return
	}
	c.Build(b)
}

func openPostgres(o Options) (*DB, gorm.Dialector, error) {
	cfg, err := pgx.ParseConfig(o.URL)
	if err != nil {
		return nil, nil, fmt.Errorf("read the database URL: %w", err)
	}
	if cfg.RuntimeParams["application_name"] == "" {
		cfg.RuntimeParams["application_name"] = "kontor"
	}
	// A transaction whose process hangs holds its rows no longer than a lease holds work, in milliseconds. Where a second one of
	// that process waited for them, it is twice as long.
	if cfg.RuntimeParams["idle_in_transaction_session_timeout"] == "" {
		cfg.RuntimeParams["idle_in_transaction_session_timeout"] = "10000"
	}
	// Its just-in-time compiler pays off in statements that take seconds. Ours read few rows, and those that go round the
	// channels look dearer than they are: compiling took tens of milliseconds, each time.
	if cfg.RuntimeParams["jit"] == "" {
		cfg.RuntimeParams["jit"] = "off"
	}
	// A prepared statement keeps the plan that it was given when its tables were nearly empty, as queues mostly are: reading
	// all of them is what is cheapest then, and what stops everything when a hundred thousand messages have come. All of our
	// statements have an index.
	if cfg.RuntimeParams["enable_seqscan"] == "" {
		cfg.RuntimeParams["enable_seqscan"] = "off"
	}
	// By itself PostgreSQL plans a statement anew each time when that looks cheaper for the values at hand, as it always does
	// for lists of one or two. Planning took longer than running then. Each of ours has one plan that is right for all values.
	if cfg.RuntimeParams["plan_cache_mode"] == "" {
		cfg.RuntimeParams["plan_cache_mode"] = "force_generic_plan"
	}
	own := func(_ context.Context, c *pgx.Conn) error {
		// timestamptz would come back in the machine's zone.
		c.TypeMap().RegisterType(&pgtype.Type{
			Name: "timestamptz", OID: pgtype.TimestamptzOID, Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC},
		})
		m := c.TypeMap()
		m.TryWrapEncodePlanFuncs = slices.Insert(m.TryWrapEncodePlanFuncs, 0, plainIDs)
		return nil
	}
	db := stdlib.OpenDB(*cfg, stdlib.OptionAfterConnect(own))
	conns := o.MaxConns
	if conns == 0 {
		conns = 20
	}
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	db.SetConnMaxIdleTime(5 * time.Minute)
	// One connection is always left for what happens outside of transactions while they wait for it.
	d := &DB{engine: Postgres, sql: db, writer: db, places: make(chan struct{}, max(conns-1, 1))}
	return d, postgres.New(postgres.Config{Conn: o.pool(d)}), nil
}

func openSQLite(o Options) (*DB, gorm.Dialector, error) {
	sync := "FULL"
	if o.Relaxed {
		sync = "NORMAL"
	}
	q := url.Values{"_pragma": {
		fmt.Sprintf("busy_timeout(%d)", o.BusyTimeout.Milliseconds()),
		"journal_mode(WAL)", "synchronous(" + sync + ")", "foreign_keys(1)",
	}}
	// Immediate: a transaction that reads first and writes later would fail at once when another wrote in between.
	// Times are written as UTC text, which sorts; the driver's default would not.
	q.Set("_txlock", "immediate")
	q.Set("_time_format", "sqlite")
	q.Set("_timezone", "UTC")
	file, err := sqlite.NewConnector("file:" + (&url.URL{Path: o.URL}).EscapedPath() + "?" + q.Encode())
	if err != nil {
		return nil, nil, fmt.Errorf("open the database file: %w", err)
	}
	db := sql.OpenDB(preparing{file})
	conns := o.MaxConns
	if conns == 0 {
		conns = 8
	}
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	// A connection forgets all pages that it has read when another one has written. Transactions, of which there is one at a time
	// anyway, have one of their own: begun on whichever is free, each read two dozen pages again.
	writer := sql.OpenDB(preparing{file})
	writer.SetMaxOpenConns(1)
	d := &DB{engine: SQLite, sql: db, writer: writer, places: make(chan struct{}, 1)}
	return d, gormsqlite.New(gormsqlite.Config{DriverName: "sqlite", Conn: o.pool(d)}), nil
}

func (o Options) pool(d *DB) gorm.ConnPool {
	p := pool{d.sql, d.writer}
	if o.Trace == nil {
		return p
	}
	return &traced{p, o.Trace}
}

// pool is where statements run that are in no transaction, and where transactions begin.
type pool struct {
	*sql.DB
	writer *sql.DB
}

// BeginTx begins a transaction.
func (p pool) BeginTx(ctx context.Context, o *sql.TxOptions) (gorm.ConnPool, error) {
	return p.writer.BeginTx(ctx, o)
}

// GetDBConn returns the pool itself, which gorm asks for.
func (p pool) GetDBConn() (*sql.DB, error) { return p.DB, nil }

// slowLog reports statements that take long, without their values: those are customers' data.
func slowLog(o Options) logger.Interface {
	return logger.NewSlogLogger(o.Log, logger.Config{
		SlowThreshold: o.Slow, LogLevel: logger.Warn, IgnoreRecordNotFoundError: true, ParameterizedQueries: true,
	})
}
