package bench

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite" // the driver
)

// embedded measures the program on SQLite.
func (b *bench) embedded(ctx context.Context) error {
	const folder = "embedded"
	if err := os.RemoveAll(filepath.Join(b.folder, folder)); err != nil {
		return err
	}
	set, err := b.found(ctx, "", folder, going(10))
	if err != nil {
		return err
	}
	people, settings := newCrowd(set, 0), b.settings("", folder)
	file := filepath.Join(b.folder, folder, "kontor.db")
	return b.rounds("SQLite", func(n int) error {
		var got, busy driven
		var than float64
		err := inTurn(n, func() (err error) {
			if got, err = b.withoutSlots(ctx, file, func() (driven, error) {
				return b.embeddedAcks(ctx, people, settings, file)
			}); err == nil {
				busy, err = b.embeddedAcks(ctx, people, settings, file)
			}
			return err
		}, func() (err error) {
			than, err = b.rawRows(ctx)
			return err
		})
		if err == nil {
			b.report.add("17", got.rate(), than)
			b.report.note("17", "p50 %s, p99 %s ms; with its own worker, which writes too, at work on them meanwhile %s/s, p50 %s, p99 %s ms",
				short(got.times.at(0.5)), short(got.times.at(0.99)),
				short(busy.rate()), short(busy.times.at(0.5)), short(busy.times.at(0.99)))
		}
		return err
	})
}

// withoutSlots measures while there is nothing that a worker could take hold of: as with PostgreSQL, nobody works on what is
// stored. An embedded server cannot be told to leave its worker out.
func (b *bench) withoutSlots(ctx context.Context, file string, measure func() (driven, error)) (d driven, err error) {
	exec := func(text string) error {
		db, err := openSQLite(file)
		if err != nil {
			return err
		}
		_, err = db.ExecContext(ctx, text)
		return errors.Join(err, db.Close())
	}
	if err := exec("CREATE TABLE slots_aside AS SELECT * FROM inbound_slots; DELETE FROM inbound_slots"); err != nil {
		return d, err
	}
	d, err = measure()
	return d, errors.Join(err, exec("INSERT INTO inbound_slots SELECT * FROM slots_aside; DROP TABLE slots_aside"))
}

// embeddedAcks sends webhooks over one connection, kills the server, and counts what it has kept. An embedded server has its
// worker in it.
func (b *bench) embeddedAcks(ctx context.Context, people *crowd, settings []string, file string) (driven, error) {
	p, err := b.serve(ctx, settings)
	if err != nil {
		return driven{}, err
	}
	defer p.kill()
	h := newHooks()
	d, err := drive{addr: p.addr, conns: 1, last: b.Last, want: http.StatusOK, next: func(n int) []byte { return people.anybody(h, n) }}.run(ctx)
	if err != nil {
		return d, err
	}
	p.kill()
	db, err := openSQLite(file)
	if err != nil {
		return d, err
	}
	defer func() { _ = db.Close() }()
	kept := 0
	err = db.QueryRowContext(ctx, "SELECT count(*) FROM event_keys WHERE key LIKE ?", "%"+h.run+"%").Scan(&kept)
	if err == nil && kept < d.good {
		err = fmt.Errorf("%w: %d of %d", errLost, kept, d.good)
	}
	return d, err
}

// openSQLite opens a file as the program does: written ahead, and synced with every commit.
func openSQLite(file string) (*sql.DB, error) {
	q := url.Values{"_pragma": {"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)"}, "_txlock": {"immediate"}}
	return sql.Open("sqlite", "file:"+(&url.URL{Path: file}).EscapedPath()+"?"+q.Encode())
}

// rawRows writes the same bytes with the driver alone, each in a commit of its own, and returns how many a second.
func (b *bench) rawRows(ctx context.Context) (rate float64, err error) {
	file := filepath.Join(b.folder, "raw.db")
	defer func() {
		for _, end := range []string{"", "-wal", "-shm"} {
			_ = os.Remove(file + end)
		}
	}()
	db, err := openSQLite(file)
	if err != nil {
		return 0, err
	}
	db.SetMaxOpenConns(1)
	defer func() { err = errors.Join(err, db.Close()) }()
	if _, err := db.ExecContext(ctx, "CREATE TABLE ev_uniq (id INTEGER PRIMARY KEY, account_id INTEGER NOT NULL, external_id TEXT NOT NULL, payload TEXT NOT NULL, UNIQUE (account_id, external_id))"); err != nil {
		return 0, err
	}
	insert, err := db.PrepareContext(ctx, "INSERT INTO ev_uniq (account_id, external_id, payload) VALUES (1, ?, ?) ON CONFLICT DO NOTHING")
	if err != nil {
		return 0, err
	}
	defer func() { _ = insert.Close() }()
	h := newHooks()
	body := h.body(page{External: "104200000000000"}, "70000000000001", time.Now().UnixMilli(), 1)
	n, began := 0, time.Now()
	for ; time.Since(began) < b.Last; n++ {
		if _, err := insert.ExecContext(ctx, fmt.Sprintf("%s_%d", h.run, n), body); err != nil {
			return 0, err
		}
	}
	return perSecond(n, time.Since(began)), nil
}
