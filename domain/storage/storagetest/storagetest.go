// Package storagetest gives each test a fresh, migrated database of its own: an SQLite file, or a PostgreSQL database
// when KONTOR_TEST_DATABASE_URL names a server on which databases may be made. The same tests run on both; the switch is
// that one variable. Only tests import it, and it alone of the domain may import migrations.
package storagetest

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"hash/crc64"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the server that databases are made on
	"github.com/stretchr/testify/require"

	"kontor/domain/clock"
	"kontor/domain/ids"
	"kontor/domain/storage"
	"kontor/migrations"
)

// serverVariable names the PostgreSQL server to test on.
const serverVariable = "KONTOR_TEST_DATABASE_URL"

// New opens a fresh database, migrated, closed and removed when the test ends.
func New(t testing.TB) *storage.DB {
	t.Helper()
	return Open(t, URL(t))
}

// Open opens a database made by URL once more, as a second process would.
func Open(t testing.TB, dbURL string) *storage.DB { return Traced(t, dbURL, clock.System{}, nil) }

// Traced opens a database that lives by a clock and tells of every statement, which then may fail.
func Traced(t testing.TB, dbURL string, c clock.Clock, note func(text string) error) *storage.DB {
	t.Helper()
	d, err := storage.Open(t.Context(), storage.Options{
		URL: dbURL, Relaxed: true, BusyTimeout: 2 * time.Second, MaxConns: 8, Now: c.Now, Trace: note,
	})
	require.NoError(t, err)
	t.Cleanup(func() { _ = d.Close() })
	return d
}

// URL makes a fresh, migrated database and returns what opens it.
func URL(t testing.TB) string {
	t.Helper()
	if server := os.Getenv(serverVariable); server != "" {
		return fromTemplate(t, server)
	}
	name := filepath.Join(t.TempDir(), "kontor.db")
	migrated, err := migratedFile()
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(name, migrated, 0o600))
	return name
}

// Empty returns what opens a database without a schema.
func Empty(t testing.TB) string {
	t.Helper()
	if server := os.Getenv(serverVariable); server != "" {
		return create(t, server, "template0")
	}
	return filepath.Join(t.TempDir(), "kontor.db")
}

// migratedFile migrates one SQLite file for the whole process; copying it takes less than migrating again.
var migratedFile = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "kontor-test-*")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	name := filepath.Join(dir, "kontor.db")
	if err := migrate(name); err != nil {
		return nil, err
	}
	return os.ReadFile(name)
})

func migrate(dbURL string) error {
	ctx := context.Background()
	d, err := storage.Open(ctx, storage.Options{URL: dbURL, Relaxed: true, MaxConns: 2, Now: clock.System{}.Now})
	if err != nil {
		return err
	}
	if err := migrations.Run(ctx, d, "", slog.New(slog.DiscardHandler)); err != nil {
		return err
	}
	if d.Engine() == storage.SQLite {
		if _, err := d.SQL().ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
			return err
		}
	}
	return d.Close()
}

// fromTemplate copies a migrated PostgreSQL database. The first test of the run makes it; its name carries a hash of
// the migrations, so that a changed schema gets a template of its own.
func fromTemplate(t testing.TB, server string) string {
	t.Helper()
	name := "kontor_template_" + fingerprint(t)
	db, err := sql.Open("pgx", server)
	require.NoError(t, err)
	defer func() { _ = db.Close() }()
	conn, err := db.Conn(t.Context())
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	// Several test processes arrive here at once.
	key := int64(crc64.Checksum([]byte(name), crc64.MakeTable(crc64.ISO)) >> 1) //nolint:gosec // any number does
	_, err = conn.ExecContext(t.Context(), "SELECT pg_advisory_lock($1)", key)
	require.NoError(t, err)
	exists := false
	require.NoError(t, conn.QueryRowContext(t.Context(),
		"SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)", name).Scan(&exists))
	if !exists {
		making := name + "_making"
		_, err = conn.ExecContext(t.Context(), "DROP DATABASE IF EXISTS "+making)
		require.NoError(t, err)
		_, err = conn.ExecContext(t.Context(), "CREATE DATABASE "+making+" TEMPLATE template0 ENCODING 'UTF8'")
		require.NoError(t, err)
		require.NoError(t, migrate(named(t, server, making)))
		_, err = conn.ExecContext(t.Context(), "ALTER DATABASE "+making+" RENAME TO "+name)
		require.NoError(t, err)
	}
	_, err = conn.ExecContext(t.Context(), "SELECT pg_advisory_unlock($1)", key)
	require.NoError(t, err)
	return create(t, server, name)
}

func create(t testing.TB, server, template string) string {
	t.Helper()
	db, err := sql.Open("pgx", server)
	require.NoError(t, err)
	name := "kontor_test_" + strings.ReplaceAll(ids.New().String(), "-", "")
	// Copying files costs the server a third of what copying through the log does.
	_, err = db.ExecContext(t.Context(), "CREATE DATABASE "+name+" TEMPLATE "+template+" STRATEGY FILE_COPY")
	require.NoError(t, err)
	t.Cleanup(func() {
		_, _ = db.ExecContext(context.Background(), "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
		_ = db.Close()
	})
	return named(t, server, name)
}

func named(t testing.TB, server, database string) string {
	t.Helper()
	u, err := url.Parse(server)
	require.NoError(t, err)
	u.Path = "/" + database
	return u.String()
}

func fingerprint(t testing.TB) string {
	t.Helper()
	text, err := migrations.Text(storage.Postgres)
	require.NoError(t, err)
	return fmt.Sprintf("%x", sha256.Sum256(text))[:12]
}
