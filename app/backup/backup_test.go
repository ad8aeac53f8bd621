package backup_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/app/backup"
	"kontor/app/blob"
	"kontor/domain/clock"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/storage"
	"kontor/domain/storage/storagetest"
	"kontor/migrations"
)

// place is a database with files.
type place struct {
	db    *storage.DB
	blobs blob.Store
}

func at(t *testing.T, dbURL string) place {
	t.Helper()
	blobs, err := blob.Open("", filepath.Join(t.TempDir(), "files"))
	require.NoError(t, err)
	return place{storagetest.Open(t, dbURL), blobs}
}

// lite is an empty SQLite database, whatever the tests run on.
func lite(t *testing.T) place {
	t.Helper()
	return at(t, filepath.Join(t.TempDir(), "kontor.db"))
}

// save writes a backup into a file.
func (p place) save(t *testing.T, change ...func(*backup.Source)) (string, backup.Manifest) {
	t.Helper()
	s := backup.Source{DB: p.db, Clock: clock.System{}, Blobs: p.blobs, Head: backup.Head{Program: "test", Keys: []string{"k1"}}}
	for _, c := range change {
		c(&s)
	}
	var out bytes.Buffer
	m, err := backup.Write(t.Context(), &out, s)
	require.NoError(t, err)
	return file(t, out.Bytes()), m
}

func file(t *testing.T, content []byte) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "kontor.tar.gz")
	require.NoError(t, os.WriteFile(name, content, 0o600))
	return name
}

func (p place) restore(t *testing.T, name string) error {
	t.Helper()
	c, err := backup.Check(name)
	if err != nil {
		return err
	}
	return p.target(nil).Restore(t.Context(), name, c.Head)
}

func (p place) target(finish error) backup.Target {
	return backup.Target{DB: p.db, Blobs: p.blobs, Log: quiet(), Finish: func(context.Context) error { return finish }}
}

// fill puts three rows into every table that there is, with all that a value can be made of, and files that they name. All ids
// of a row are the same, so that what refers to another finds it.
func (p place) fill(t *testing.T) {
	t.Helper()
	list, err := p.db.Tables(t.Context())
	require.NoError(t, err)
	rows := []ids.ID{ids.New(), ids.New(), ids.New()}
	for _, table := range list {
		if backup.LeftOut(table.Name) != "" {
			continue
		}
		may := p.nullable(t, table.Name)
		columns, values := []string{}, make([][]any, len(rows))
		for _, c := range table.Columns {
			columns = append(columns, c.Name)
			for i, id := range rows {
				v := p.value(t, table.Name, c, id, int64(i+1))
				if i == 2 && may[c.Name] {
					v = nil
				}
				values[i] = append(values[i], v)
			}
		}
		require.NoError(t, p.db.Load(t.Context(), table.Name, columns, values), table.Name)
	}
	for i, id := range rows {
		require.NoError(t, p.blobs.Put(t.Context(), id.String()+"/"+id.String(), strings.NewReader(strings.Repeat("bytes", i*100_000))))
	}
}

func (p place) value(t *testing.T, table string, c storage.Column, id ids.ID, n int64) any {
	t.Helper()
	switch {
	case c.Name == "blob":
		return id.String() + "/" + id.String()
	case c.Name == "id", c.Name == "logo", strings.HasSuffix(c.Name, "_id"), strings.HasSuffix(c.Name, "_by"), p.isID(t, table, c.Name):
		return id.String()
	}
	switch c.Type {
	case storage.JSON:
		return fmt.Sprintf(`{"b": [1, 2.50, null, true, "é\"<\\\n"], "n": %d}`, n)
	case storage.Int:
		return n * 1_234_567_890_123
	case storage.Float:
		return float64(n) / 3
	case storage.Bool:
		return n%2 == 0
	case storage.Time:
		return time.Date(2026, 11, 26, 23, 59, 59, int(n)*1000, time.UTC)
	case storage.Bytes:
		return []byte{0, byte(n), 0xff, '\n', '"'}
	}
	return fmt.Sprintf("%s.%s %d: é漢🙂 '\"\\\n\t</&> ${{x}} ?", table, c.Name, n)
}

// ask reads names from the catalogue of the database.
func (p place) ask(t *testing.T, onSQLite, onPostgres string) map[string]bool {
	t.Helper()
	text := onSQLite
	if p.db.Engine() == storage.Postgres {
		text = onPostgres
	}
	found := map[string]bool{}
	if text == "" {
		return found
	}
	rows, err := p.db.SQL().QueryContext(t.Context(), text)
	require.NoError(t, err)
	defer rows.Close() //nolint:errcheck // read to its end
	for rows.Next() {
		var name string
		require.NoError(t, rows.Scan(&name))
		found[name] = true
	}
	require.NoError(t, rows.Err())
	return found
}

func (p place) nullable(t *testing.T, table string) map[string]bool {
	t.Helper()
	return p.ask(t, fmt.Sprintf(`SELECT name FROM pragma_table_info('%s') WHERE "notnull" = 0 AND pk = 0`, table),
		fmt.Sprintf("SELECT column_name FROM information_schema.columns WHERE table_name = '%s' AND is_nullable = 'YES'", table))
}

func (p place) isID(t *testing.T, table, column string) bool {
	t.Helper()
	return p.ask(t, "", fmt.Sprintf("SELECT column_name FROM information_schema.columns WHERE table_name = '%s' AND data_type = 'uuid'", table))[column]
}

// contents are the rows of every table, sorted.
func (p place) contents(t *testing.T) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	require.NoError(t, p.db.Snapshot(t.Context(), func(s storage.Snapshot) error {
		for _, table := range s.Tables {
			if backup.LeftOut(table.Name) != "" {
				continue
			}
			all[table.Name] = []string{}
			err := s.Rows(t.Context(), table, func(row []any) error {
				text, err := json.Marshal(row)
				all[table.Name] = append(all[table.Name], string(text))
				return err
			})
			if err != nil {
				return err
			}
			slices.Sort(all[table.Name])
		}
		return nil
	}))
	return all
}

func (p place) bytes(t *testing.T, name string) string {
	t.Helper()
	r, err := p.blobs.Open(t.Context(), name)
	require.NoError(t, err)
	content, err := io.ReadAll(r)
	require.NoError(t, errors.Join(err, r.Close()))
	return string(content)
}

// same compares two places, table by table and file by file.
func same(t *testing.T, want, got place, m backup.Manifest) {
	t.Helper()
	before, after := want.contents(t), got.contents(t)
	require.Equal(t, before, after)
	files := 0
	for name, rows := range before {
		require.EqualValues(t, len(rows), m.Tables[name].Rows, name)
	}
	require.Len(t, m.Tables, len(before), "every table is in it, or there is a reason why not")
	for _, row := range before["attachments"] {
		var values []any
		require.NoError(t, json.Unmarshal([]byte(row), &values))
		for _, v := range values {
			if name, ok := v.(string); ok && strings.Count(name, "/") == 1 && len(name) == 73 {
				require.Equal(t, want.bytes(t, name), got.bytes(t, name))
				files++
			}
		}
	}
	require.Equal(t, 3, files)
}

// Every table of the schema, whatever is in it, goes into a backup and comes back as it was: on the same engine, and on the
// other one. A table that is new is among them.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	from := at(t, storagetest.URL(t))
	from.fill(t)
	name, m := from.save(t)
	require.EqualValues(t, 6, m.Files.Count, "three files of messages, and three logos of the same names")
	t.Run("same_engine", func(t *testing.T) {
		t.Parallel()
		to := at(t, storagetest.Empty(t))
		require.NoError(t, to.restore(t, name))
		same(t, from, to, m)
		require.NoError(t, migrations.Check(t.Context(), to.db))
	})
	t.Run("by_way_of_sqlite", func(t *testing.T) {
		t.Parallel()
		between, back := lite(t), at(t, storagetest.Empty(t))
		require.NoError(t, between.restore(t, name))
		same(t, from, between, m)
		var found int
		require.NoError(t, between.db.SQL().QueryRowContext(t.Context(), "SELECT count(*) FROM search_words").Scan(&found))
		require.Equal(t, 9, found, "the full-text search is there as well")
		again, n := between.save(t)
		require.NoError(t, back.restore(t, again))
		same(t, from, back, n)
	})
}

// A table without rows is in it too, and one with more rows than fit one part.
func TestManyRows(t *testing.T) {
	t.Parallel()
	from := at(t, storagetest.URL(t))
	var rows [][]any
	for n := range 3000 {
		rows = append(rows, []any{
			ids.New(), "meta", "page", "1", "test_event", fmt.Append(nil, n), 1, bytes.Repeat([]byte{1, 2, 3}, 1000), clock.System{}.Now(),
		})
	}
	columns := []string{"id", "door", "object", "entry_id", "reason", "sha256", "times", "raw", "received_at"}
	require.NoError(t, from.db.Load(t.Context(), "unrouted_events", columns, rows))
	name, m := from.save(t)
	require.EqualValues(t, 3000, m.Tables["unrouted_events"].Rows)
	require.Zero(t, m.Tables["tasks"].Rows)
	to := at(t, storagetest.Empty(t))
	require.NoError(t, to.restore(t, name))
	require.Equal(t, from.contents(t), to.contents(t))
}

// What is written while a backup is being taken is not in it, and a file that goes meanwhile is said to be gone.
func TestOneMoment(t *testing.T) {
	t.Parallel()
	from := at(t, storagetest.URL(t))
	from.fill(t)
	before := from.contents(t)
	var gone string
	for name := range from.ask(t, "SELECT blob FROM attachments LIMIT 1", "SELECT blob FROM attachments LIMIT 1") {
		gone = name
	}
	once := true
	name, m := from.save(t, func(s *backup.Source) {
		s.Said = func(backup.Progress) {
			if !once {
				return
			}
			once = false
			_, err := storage.NewEverywhere(from.db).Exec(t.Context(), "UPDATE comments SET text = 'later'")
			require.NoError(t, err)
			_, err = storage.NewEverywhere(from.db).Exec(t.Context(), "DELETE FROM tasks")
			require.NoError(t, err)
			require.NoError(t, from.blobs.Delete(t.Context(), gone))
		}
	})
	require.EqualValues(t, 2, m.Files.Gone)
	require.Contains(t, m.Files.Names, gone)
	to := at(t, storagetest.Empty(t))
	require.NoError(t, to.restore(t, name))
	require.Equal(t, before, to.contents(t))
	_, err := to.blobs.Open(t.Context(), gone)
	require.Equal(t, errs.NotFound, errs.KindOf(err))
}

// A backup of an older schema is brought up to date on its way.
func TestOlderSchema(t *testing.T) {
	t.Parallel()
	old := at(t, storagetest.Empty(t))
	var name string
	require.NoError(t, migrations.Restore(t.Context(), old.db, 20, quiet(), func(ctx context.Context) error {
		err := old.db.Load(ctx, "accounts", []string{"id", "name", "language", "time_zone", "country", "enabled", "created_at"},
			[][]any{{ids.New(), "Acme", "en", "UTC", "DE", true, time.Now().UTC()}})
		name, _ = old.save(t)
		return err
	}, func(context.Context) error { return nil }))
	c, err := backup.Check(name)
	require.NoError(t, err)
	require.EqualValues(t, 20, c.Head.Schema)
	to := at(t, storagetest.Empty(t))
	require.NoError(t, to.restore(t, name))
	version, _, err := migrations.Version(t.Context(), to.db)
	require.NoError(t, err)
	require.Equal(t, migrations.Latest(), version)
	require.Equal(t, map[string]bool{"Acme": true}, to.ask(t, "SELECT name FROM accounts", "SELECT name FROM accounts"))
}

// Nothing is written of a backup that is not whole, wherever it was cut or changed.
func TestDamaged(t *testing.T) {
	t.Parallel()
	from := at(t, storagetest.URL(t))
	from.fill(t)
	name, _ := from.save(t)
	whole, err := os.ReadFile(name)
	require.NoError(t, err)
	to := at(t, storagetest.Empty(t))
	for n := range 20 {
		cut := file(t, whole[:len(whole)*n/20])
		require.Error(t, to.restore(t, cut), "cut after %d of 20", n)
		other := bytes.Clone(whole)
		other[len(other)*n/20+11] ^= 0x40
		require.Error(t, to.restore(t, file(t, other)), "changed after %d of 20", n)
	}
	require.True(t, errs.Is(to.restore(t, file(t, whole[:len(whole)/2])), "backup.damaged"))
	require.True(t, errs.Is(to.restore(t, file(t, []byte("no archive"))), "backup.no_backup"))
	require.NoError(t, to.target(nil).Empty(t.Context()), "nothing was written")
	require.NoError(t, to.restore(t, name))
}

func TestRefused(t *testing.T) {
	t.Parallel()
	from := at(t, storagetest.URL(t))
	from.fill(t)
	name, _ := from.save(t)
	t.Run("not_empty", func(t *testing.T) {
		t.Parallel()
		require.True(t, errs.Is(at(t, storagetest.URL(t)).restore(t, name), "backup.not_empty"))
	})
	t.Run("of_a_newer_schema", func(t *testing.T) {
		t.Parallel()
		ahead := at(t, storagetest.URL(t))
		_, err := ahead.db.Exec(t.Context(), "UPDATE goose_db_version SET version_id = ? WHERE version_id = ?", migrations.Latest()+1, migrations.Latest())
		require.NoError(t, err)
		newer, _ := ahead.save(t)
		require.True(t, errs.Is(at(t, storagetest.Empty(t)).restore(t, newer), "backup.newer"))
	})
	t.Run("keys", func(t *testing.T) {
		t.Parallel()
		c, err := backup.Check(name)
		require.NoError(t, err)
		require.NoError(t, c.Head.Fits([]string{"k0", "k1"}))
		require.True(t, errs.Is(c.Head.Fits([]string{"k0"}), "backup.key_missing"))
		require.Empty(t, c.Keys, "they are in it only when asked for")
	})
	t.Run("broken_off", func(t *testing.T) {
		t.Parallel()
		to := at(t, storagetest.Empty(t))
		c, err := backup.Check(name)
		require.NoError(t, err)
		require.Error(t, to.target(errors.New("power cut")).Restore(t.Context(), name, c.Head))
		require.ErrorIs(t, migrations.Check(t.Context(), to.db), migrations.ErrUnfinished, "no program works on half of it")
		require.ErrorIs(t, migrations.Run(t.Context(), to.db, "", quiet()), migrations.ErrUnfinished)
		require.True(t, errs.Is(to.restore(t, name), "backup.not_empty"))
	})
}

// Only the database is wanted where files are saved in another way.
func TestDatabaseOnly(t *testing.T) {
	t.Parallel()
	from := at(t, storagetest.URL(t))
	from.fill(t)
	name, m := from.save(t, func(s *backup.Source) { s.Blobs, s.Keys = nil, []string{"a key", "an older one"} })
	require.True(t, m.Files.LeftOut)
	require.Zero(t, m.Files.Count)
	c, err := backup.Check(name)
	require.NoError(t, err)
	require.Equal(t, []string{"a key", "an older one"}, c.Keys)
	to := at(t, storagetest.Empty(t))
	require.NoError(t, to.restore(t, name))
	require.Equal(t, from.contents(t), to.contents(t))
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }
