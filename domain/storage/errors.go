package storage

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"io"
	"net"
	"slices"

	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"kontor/domain/errs"
)

// Errors that callers branch on. Each stands in the chain of what Translate returns.
var (
	// ErrNotFound says that no row matched.
	ErrNotFound = errors.New("no such row")
	// ErrDuplicate says that a unique key is taken.
	ErrDuplicate = errors.New("a unique key is taken")
	// ErrAborted says that the database gave the transaction up, and that the same one may succeed now.
	ErrAborted = errors.New("the database gave up the transaction")
	// ErrUnavailable says that the database could not do its work: connection, time, space. The statement is not at
	// fault.
	ErrUnavailable = errors.New("the database is not available")
)

// Translate turns a driver's error into one of this package's, so that nobody else knows drivers. An error that blames
// the statement or its values comes back unchanged.
func Translate(err error) error {
	if err == nil {
		return nil
	}
	for _, ours := range []error{ErrNotFound, ErrDuplicate, ErrAborted, ErrUnavailable} {
		if errors.Is(err, ours) {
			return err
		}
	}
	if class := classify(err); class != nil {
		wrapped := errors.Join(class, err)
		if errors.Is(class, ErrUnavailable) || errors.Is(class, ErrAborted) {
			return errs.New(errs.Unavailable, "storage.unavailable").Because(wrapped)
		}
		return wrapped
	}
	return err
}

// Found translates the error of a look-up: no row means that the thing is missing.
func Found(err error, what string) error {
	err = Translate(err)
	if errors.Is(err, ErrNotFound) {
		return errs.Missing(what).Because(err)
	}
	return err
}

func classify(err error) error {
	var pg *pgconn.PgError
	var lite *sqlite.Error
	switch {
	case errors.Is(err, gorm.ErrRecordNotFound), errors.Is(err, sql.ErrNoRows):
		return ErrNotFound
	case errors.As(err, &pg):
		if pg.Routine == "RevalidateCachedQuery" { // the schema has changed under a prepared statement; the driver prepares it anew
			return ErrAborted
		}
		if pg.Code == "23514" && pg.ConstraintName == "" { // the parts of a table have changed while a row was on its way into one
			return ErrAborted
		}
		return classifyPostgres(pg.Code)
	case errors.As(err, &lite):
		return classifySQLite(lite.Code())
	case errors.Is(err, driver.ErrBadConn), errors.Is(err, sql.ErrConnDone), errors.Is(err, sql.ErrTxDone), errors.Is(err, io.ErrUnexpectedEOF),
		errors.Is(err, context.DeadlineExceeded), isNet(err), pgconn.SafeToRetry(err), pgconn.Timeout(err):
		return ErrUnavailable
	}
	return nil
}

// Blames tells whether an error is the fault of a statement's values: the database has looked at them, or what writes them
// down for it has, and would refuse them again. Of an error that nobody knows it is not said.
func Blames(err error) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return slices.Contains([]string{"22", "23", "54"}, pg.Code[:2]) // data, constraints, limits such as of an index's row
	}
	if lite, ok := errors.AsType[*sqlite.Error](err); ok {
		return slices.Contains([]int{sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_TOOBIG}, lite.Code()&0xff)
	}
	_, marshaler := errors.AsType[*json.MarshalerError](err)
	_, value := errors.AsType[*json.UnsupportedValueError](err)
	return marshaler || value
}

func isNet(err error) bool {
	var n net.Error
	var c *pgconn.ConnectError
	return errors.As(err, &n) || errors.As(err, &c)
}

// classifyPostgres maps SQLSTATE codes (postgresql.org/docs/current/errcodes-appendix.html).
func classifyPostgres(code string) error {
	switch code {
	case "23505":
		return ErrDuplicate
	case "40001", "40P01", "55P03":
		return ErrAborted
	case "25P02":
		return nil // our own fault: a statement after one that failed
	}
	switch code[:2] {
	case "08", "53", "57", "58": // connection, resources, operator intervention, system
		return ErrUnavailable
	}
	if code == "25006" { // read-only: a standby after a failover
		return ErrUnavailable
	}
	return nil
}

// classifySQLite maps extended result codes (sqlite.org/rescode.html).
func classifySQLite(code int) error {
	switch code {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return ErrDuplicate
	}
	switch code & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return ErrAborted
	case sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY:
		return ErrUnavailable
	}
	return nil
}
