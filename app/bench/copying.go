package bench

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"kontor/domain/ids"
)

// postgresLoader copies rows into tables without their indexes, which are made afterwards.
type postgresLoader struct{}

func (postgresLoader) before(ctx context.Context, db *sql.DB) error {
	if _, err := db.ExecContext(ctx, "CREATE TABLE bench_indexes (definition TEXT)"); err != nil {
		return err
	}
	_, err := db.ExecContext(ctx, `INSERT INTO bench_indexes SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i
		JOIN pg_class c ON c.oid = i.indrelid
		WHERE c.relname IN ('tasks', 'comments', 'contacts', 'identities', 'conversations', 'task_assignees', 'task_tags')
		AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid)`)
	if err != nil {
		return err
	}
	return each(ctx, db, func(definition string) string {
		name := strings.Fields(strings.TrimPrefix(definition, "CREATE UNIQUE INDEX "))[0]
		if rest, ok := strings.CutPrefix(definition, "CREATE INDEX "); ok {
			name = strings.Fields(rest)[0]
		}
		return "DROP INDEX " + name
	})
}

func (postgresLoader) after(ctx context.Context, db *sql.DB) error {
	if err := each(ctx, db, func(definition string) string { return definition }); err != nil {
		return err
	}
	for _, text := range []string{"DROP TABLE bench_indexes", "VACUUM ANALYZE"} {
		if _, err := db.ExecContext(ctx, text); err != nil {
			return err
		}
	}
	return nil
}

// each runs a statement made of each index that was put aside.
func each(ctx context.Context, db *sql.DB, statement func(definition string) string) (err error) {
	all, err := column(ctx, db, "SELECT definition FROM bench_indexes")
	if err != nil {
		return err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if _, err := conn.ExecContext(ctx, "SET maintenance_work_mem = '512MB'"); err != nil {
		return err
	}
	for _, d := range all {
		if _, err := conn.ExecContext(ctx, statement(d)); err != nil {
			return err
		}
	}
	return nil
}

// column reads the only column of what a query finds.
func column(ctx context.Context, db *sql.DB, query string) (all []string, err error) {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var one string
		if err := rows.Scan(&one); err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}

func (postgresLoader) load(ctx context.Context, db *sql.DB, t table) (err error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	return conn.Raw(func(driver any) error {
		c := driver.(*stdlib.Conn).Conn() //nolint:errcheck,forcetypeassert // pgx's own
		_, err := c.CopyFrom(ctx, pgx.Identifier{t.name}, strings.Split(t.columns, ","), &rowSource{table: t})
		return err
	})
}

// rowSource hands rows out one by one.
type rowSource struct {
	table
	i   int
	now []any
}

// Next goes to the next row that there is.
func (s *rowSource) Next() bool {
	for s.now = nil; s.now == nil && s.i < s.n; s.i++ {
		s.now = s.row(s.i)
	}
	for i, v := range s.now {
		if id, ok := v.(ids.ID); ok {
			s.now[i] = [16]byte(id)
		}
	}
	return s.now != nil
}

// Values returns it.
func (s *rowSource) Values() ([]any, error) { return s.now, nil }

// Err is always nil: rows are computed.
func (*rowSource) Err() error { return nil }
