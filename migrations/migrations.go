// Package migrations is the history of the schema: SQL files that are run in order and never edited once shipped.
// common/ holds one text for both databases, in which {{uuid}}, {{ts}}, {{json}} and {{bytes}} stand for column types, and
// {{elements}} for the function that makes rows of a list in JSON, with a column value; a folder named after an engine
// holds what only that engine has, with a number of its own.
//
// Every file states compatible_from: the lowest schema version a binary must know to run on the schema this file makes.
// A migration that only adds keeps it; one that takes something away raises it, a release after the code stopped using
// what goes. There is no other way in which the schema changes.
package migrations

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math"
	"path"
	"strings"
	"testing/fstest"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"kontor/domain/storage"
)

//go:embed common/*.sql postgres/*.sql sqlite/*.sql
var files embed.FS

// types puts an engine's column types, and its name of a function, in the place of the macros.
func types(engine storage.Engine) *strings.Replacer {
	if engine == storage.Postgres {
		return strings.NewReplacer("{{uuid}}", "UUID", "{{ts}}", "TIMESTAMPTZ", "{{json}}", "JSONB", "{{bytes}}", "BYTEA",
			"{{elements}}", "jsonb_array_elements")
	}
	// The driver gives times back as times only for columns of the type DATETIME.
	return strings.NewReplacer("{{uuid}}", "TEXT", "{{ts}}", "DATETIME", "{{json}}", "TEXT", "{{bytes}}", "BLOB",
		"{{elements}}", "json_each")
}

// ErrTooNew says that the database was migrated by a newer Kontor that this one cannot work beside.
var ErrTooNew = errors.New("the database's schema is newer than this program can work with")

// Latest returns the newest schema version this binary knows.
func Latest() int64 {
	newest := int64(0)
	for _, from := range sources() {
		for _, f := range must(fs.Glob(from, "*/*.sql")) {
			v, err := goose.NumericComponent(path.Base(f))
			if err == nil {
				newest = max(newest, v)
			}
		}
	}
	return newest
}

// ErrUnfinished says that a restore into the database was begun and not finished: what is in it must not be worked with.
var ErrUnfinished = errors.New("a restore into this database was begun and not finished: empty it, and restore again")

func sources() []fs.FS {
	if next := ahead(); next != nil {
		return []fs.FS{files, next}
	}
	return []fs.FS{files}
}

// Run brings the schema up to date; one runner works at a time and the others wait for it. lockFile keeps other
// processes away from an SQLite file and is not used on PostgreSQL.
func Run(ctx context.Context, d *storage.DB, lockFile string, log *slog.Logger) error {
	if err := Check(ctx, d); err != nil {
		return err
	}
	return up(ctx, d, lockFile, log, Latest())
}

func up(ctx context.Context, d *storage.DB, lockFile string, log *slog.Logger, version int64) error {
	p, err := provider(d, log)
	if err != nil {
		return err
	}
	if d.Engine() == storage.SQLite && lockFile != "" {
		release, err := storage.LockFile(ctx, lockFile)
		if err != nil {
			return err
		}
		defer release()
	}
	if _, err = p.UpTo(ctx, version); err != nil {
		return fmt.Errorf("migrate the database: %w", err)
	}
	return nil
}

// closed is needed by no program that there is: a schema with it is refused by all of them, also by older ones.
const closed = math.MaxInt64

// Restore makes a schema of an older version in an empty database, has it filled, and brings it up to date. Every
// program refuses to work on it until finish has been committed.
func Restore(ctx context.Context, d *storage.DB, version int64, log *slog.Logger, fill, finish func(context.Context) error) error {
	if err := up(ctx, d, "", log, version); err != nil {
		return err
	}
	_, err := d.Exec(ctx, "INSERT INTO schema_compat (version, compatible_from) VALUES (0, ?) ON CONFLICT DO NOTHING", int64(closed))
	if err != nil {
		return err
	}
	if err := fill(ctx); err != nil {
		return err
	}
	if err := up(ctx, d, "", log, Latest()); err != nil {
		return err
	}
	return d.Tx(ctx, func(ctx context.Context) error {
		if err := finish(ctx); err != nil {
			return err
		}
		_, err := d.Exec(ctx, "DELETE FROM schema_compat WHERE version = 0")
		return err
	})
}

// Undo takes every migration back. It exists for the test that each one can be taken back.
func Undo(ctx context.Context, d *storage.DB, log *slog.Logger) error {
	p, err := provider(d, log)
	if err != nil {
		return err
	}
	_, err = p.DownTo(ctx, 0)
	return err
}

// Check refuses a schema that this binary is too old for. An empty database is fine.
func Check(ctx context.Context, d *storage.DB) error {
	version, from, err := Version(ctx, d)
	if err != nil {
		return err
	}
	if from == closed {
		return ErrUnfinished
	}
	if from > Latest() {
		return fmt.Errorf("%w: it is at version %d and needs a program that knows version %d; this one knows %d",
			ErrTooNew, version, from, Latest())
	}
	return nil
}

// Version returns the schema's version and the version a binary must know to work on it; zeros for an empty database.
func Version(ctx context.Context, d *storage.DB) (version, compatibleFrom int64, err error) {
	tables := "SELECT count(*) FROM sqlite_master WHERE name = 'schema_compat'"
	if d.Engine() == storage.Postgres {
		tables = "SELECT count(*) FROM pg_tables WHERE tablename = 'schema_compat' AND schemaname = current_schema()"
	}
	n := 0
	if err := d.SQL().QueryRowContext(ctx, tables).Scan(&n); err != nil || n == 0 {
		return 0, 0, storage.Translate(err)
	}
	err = d.SQL().QueryRowContext(ctx, "SELECT max(version), max(compatible_from) FROM schema_compat").
		Scan(&version, &compatibleFrom)
	return version, compatibleFrom, storage.Translate(err)
}

func provider(d *storage.DB, log *slog.Logger) (*goose.Provider, error) {
	fsys, err := expand(d.Engine())
	if err != nil {
		return nil, err
	}
	options := []goose.ProviderOption{goose.WithSlog(log), goose.WithDisableGlobalRegistry(true)}
	dialect := goose.DialectSQLite3
	if d.Engine() == storage.Postgres {
		dialect = goose.DialectPostgres
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return nil, err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	return goose.NewProvider(dialect, d.SQL(), fsys, options...)
}

// expand returns the files for an engine, common and its own, with the macros replaced.
func expand(engine storage.Engine) (fs.FS, error) {
	out := fstest.MapFS{}
	for _, from := range sources() {
		for _, dir := range []string{"common", string(engine), "ahead"} {
			for _, name := range must(fs.Glob(from, dir+"/*.sql")) {
				text, err := fs.ReadFile(from, name)
				if err != nil {
					return nil, err
				}
				out[path.Base(name)] = &fstest.MapFile{Data: []byte(types(engine).Replace(string(text)))}
			}
		}
	}
	return out, nil
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err) // the files are part of the program
	}
	return v
}

// Text returns everything an engine's migrations say, one after the other: what a test database is named after.
func Text(engine storage.Engine) ([]byte, error) {
	fsys, err := expand(engine)
	if err != nil {
		return nil, err
	}
	var all []byte
	for _, f := range must(fs.Glob(fsys, "*.sql")) {
		text, err := fs.ReadFile(fsys, f)
		if err != nil {
			return nil, err
		}
		all = append(all, text...)
	}
	return all, nil
}
