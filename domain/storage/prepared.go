package storage

import (
	"container/list"
	"context"
	"database/sql/driver"
	"errors"
)

// preparing is a connector whose connections keep the statements that they have prepared: to prepare one of ours takes SQLite
// about as long as to run it. PostgreSQL's driver does so by itself.
type preparing struct{ driver.Connector }

// Connect opens a connection.
func (p preparing) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := p.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	inner, ok := c.(sqliteConn)
	if !ok {
		return nil, errors.Join(errors.New("the driver of SQLite lacks what is needed of it"), c.Close())
	}
	return &preparedConn{sqliteConn: inner, byText: map[string]*list.Element{}, used: list.New()}, nil
}

type sqliteConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

type sqliteStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

type sqliteRows interface {
	driver.Rows
	driver.RowsColumnTypeDatabaseTypeName
	driver.RowsColumnTypeLength
	driver.RowsColumnTypeNullable
	driver.RowsColumnTypePrecisionScale
	driver.RowsColumnTypeScanType
}

// Bounds of what a connection keeps: statements, and the length of a text, beyond which it lists many rows and will hardly be
// the same again.
const (
	maxPrepared     = 200
	maxPreparedText = 8 << 10
)

// preparedConn is used by one goroutine at a time, as database/sql has it.
type preparedConn struct {
	sqliteConn
	byText map[string]*list.Element // of *prepared
	used   *list.List               // the last used first
}

type prepared struct {
	sqliteStmt
	text string
	busy bool // its rows are still being read
}

// statement returns the prepared statement of a text; nil when it is in use, or not worth keeping.
func (c *preparedConn) statement(ctx context.Context, text string) (*prepared, error) {
	if e := c.byText[text]; e != nil {
		p := e.Value.(*prepared) //nolint:forcetypeassert,errcheck // nothing else is in the list
		if p.busy {
			return nil, nil
		}
		c.used.MoveToFront(e)
		return p, nil
	}
	if len(text) > maxPreparedText {
		return nil, nil
	}
	s, err := c.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	p := &prepared{text: text}
	if p.sqliteStmt, _ = s.(sqliteStmt); p.sqliteStmt == nil {
		return nil, s.Close()
	}
	c.byText[text] = c.used.PushFront(p)
	return p, c.shed()
}

// shed lets go of the statements that were not used for longest.
func (c *preparedConn) shed() error {
	for e := c.used.Back(); e != nil && c.used.Len() > maxPrepared; {
		p, before := e.Value.(*prepared), e.Prev() //nolint:forcetypeassert,errcheck // nothing else is in the list
		if !p.busy {
			c.used.Remove(e)
			delete(c.byText, p.text)
			if err := p.Close(); err != nil {
				return err
			}
		}
		e = before
	}
	return nil
}

// ExecContext runs a statement.
func (c *preparedConn) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	p, err := c.statement(ctx, text)
	if err != nil {
		return nil, err
	}
	if p == nil {
		return c.sqliteConn.ExecContext(ctx, text, args)
	}
	return p.ExecContext(ctx, args)
}

// QueryContext runs a query.
func (c *preparedConn) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	p, err := c.statement(ctx, text)
	if err != nil {
		return nil, err
	}
	if p == nil {
		return c.sqliteConn.QueryContext(ctx, text, args)
	}
	found, err := p.QueryContext(ctx, args)
	if err != nil {
		return nil, err
	}
	rows, ok := found.(sqliteRows)
	if !ok {
		return nil, errors.Join(errors.New("the driver of SQLite lacks what is needed of its rows"), found.Close())
	}
	p.busy = true
	return &preparedRows{rows, p}, nil
}

// Close closes the statements and the connection.
func (c *preparedConn) Close() error {
	var failed []error
	for e := range c.byText {
		failed = append(failed, c.byText[e].Value.(*prepared).Close()) //nolint:forcetypeassert,errcheck // nothing else is in the list
	}
	return errors.Join(append(failed, c.sqliteConn.Close())...)
}

type preparedRows struct {
	sqliteRows
	of *prepared
}

// Close lets the statement be used again.
func (r *preparedRows) Close() error {
	err := r.sqliteRows.Close()
	r.of.busy = false
	return err
}
