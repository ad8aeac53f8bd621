package bench

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"time"
)

var errLost = errors.New("what was answered with 200 is not there after the server was killed: a promise is broken")

// acknowledge measures how fast webhooks are stored, without anybody who works on them.
func (b *bench) acknowledge(ctx context.Context) error {
	set, err := b.workOn(ctx, going(b.Intake))
	if err != nil {
		return err
	}
	people, settings := newCrowd(set, 0), b.settings(workName, "acknowledge")
	return b.rounds("webhooks to 200", func(n int) error {
		got, than := map[int]driven{}, map[int]driven{}
		err := inTurn(n, func() error {
			for _, conns := range []int{1, 8, 32, 128} {
				d, err := b.acks(ctx, people, settings, conns)
				if err != nil {
					return err
				}
				got[conns] = d
				b.report.plot(chartThroughput, "Kontor: webhook to 200", float64(conns), d.rate())
			}
			return nil
		}, func() error {
			for _, clients := range []int{1, 8, 32} {
				d, err := b.reference(ctx, "ins_uniq", clients)
				if err != nil {
					return err
				}
				than[clients] = d
				if d.good > 0 {
					b.report.plot(chartThroughput, "PostgreSQL alone: one row", float64(clients), d.rate())
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		b.report.add("1", got[32].rate(), than[32].rate())
		b.report.add("2", got[128].rate(), than[32].rate())
		b.report.add("3a", got[32].times.at(0.99), than[32].times.at(0.99))
		b.report.add("3b", got[1].times.at(0.5), than[1].times.at(0.5))
		return b.exec(ctx, workName, "TRUNCATE inbound_events, event_keys", "CHECKPOINT")
	})
}

// reference runs one of pgbench's scripts; nothing where there is no pgbench.
func (b *bench) reference(ctx context.Context, script string, clients int) (driven, error) {
	if b.pg == nil {
		return driven{}, nil
	}
	return b.pg.run(ctx, script, clients, b.Last)
}

// acks sends webhooks over some connections to a server without workers, kills it, and counts what it has kept.
func (b *bench) acks(ctx context.Context, people *crowd, settings []string, conns int) (driven, error) {
	p, err := b.serve(ctx, settings, "--http-only")
	if err != nil {
		return driven{}, err
	}
	defer p.kill()
	before, err := b.count(ctx, "SELECT count(*) FROM inbound_events")
	if err != nil {
		return driven{}, err
	}
	h := newHooks()
	d, err := drive{addr: p.addr, conns: conns, last: b.Last, want: http.StatusOK, next: func(n int) []byte { return people.anybody(h, n) }}.run(ctx)
	if err != nil {
		return d, err
	}
	p.kill()
	after, err := b.count(ctx, "SELECT count(*) FROM inbound_events")
	if err == nil && after-before < d.good {
		err = fmt.Errorf("%w: %d of %d", errLost, after-before, d.good)
	}
	return d, err
}

// count asks the database that is written to for a number.
func (b *bench) count(ctx context.Context, query string) (n int, err error) {
	db, err := sql.Open("pgx", b.url(workName))
	if err != nil {
		return 0, err
	}
	defer func() { _ = db.Close() }()
	return n, db.QueryRowContext(ctx, query).Scan(&n)
}

// unfinished are the events that have not had their effect.
const unfinished = "SELECT count(*) FROM inbound_events WHERE state = 'received'"

// drain measures how fast workers turn what is stored into work.
func (b *bench) drain(ctx context.Context) error {
	set, err := b.workOn(ctx, going(b.Intake))
	if err != nil {
		return err
	}
	people, settings := newCrowd(set, 0), b.settings(workName, "drain")
	return b.rounds("the vault drained", func(n int) error {
		var rate float64
		var than driven
		err := inTurn(n, func() (err error) {
			rate, err = b.drained(ctx, people, settings)
			return err
		}, func() (err error) {
			than, err = b.reference(ctx, "ingest", 8)
			return err
		})
		b.report.add("4", rate, than.rate())
		return err
	})
}

// drained stores webhooks, has a worker drain them, and returns how many it did a second.
func (b *bench) drained(ctx context.Context, people *crowd, settings []string) (float64, error) {
	if err := b.exec(ctx, workName, "TRUNCATE inbound_events, event_keys", "DELETE FROM due_work", "VACUUM ANALYZE", "CHECKPOINT"); err != nil {
		return 0, err
	}
	p, err := b.serve(ctx, settings, "--http-only")
	if err != nil {
		return 0, err
	}
	h := newHooks()
	_, err = drive{addr: p.addr, conns: 32, count: b.Events, want: http.StatusOK, next: func(n int) []byte { return people.anybody(h, n) }}.run(ctx)
	p.kill()
	if err != nil {
		return 0, err
	}
	return b.worked(ctx, settings, unfinished)
}

// worked has a worker do what there is, until a number has gone down to zero, and returns how fast it went.
func (b *bench) worked(ctx context.Context, settings []string, query string) (float64, error) {
	w, err := b.work(settings)
	if err != nil {
		return 0, err
	}
	defer w.kill()
	return b.emptied(ctx, w, query)
}

// emptied watches a number go down to zero, and returns how fast it went, from the first change on.
func (b *bench) emptied(ctx context.Context, w *process, query string) (float64, error) {
	db, err := sql.Open("pgx", b.url(workName))
	if err != nil {
		return 0, err
	}
	defer func() { _ = db.Close() }()
	first, from, began := -1, 0, time.Time{}
	since, wait := time.Now(), 5*time.Millisecond
	for last := -1; ; {
		n := 0
		if err := db.QueryRowContext(ctx, query).Scan(&n); err != nil {
			return 0, err
		}
		now := time.Now()
		switch {
		case first < 0:
			first = n
		case began.IsZero() && n < first:
			began, from = now, n
		case !began.IsZero() && n > 0: // asking costs too: more often only towards the end
			gone := float64(from-n) / now.Sub(began).Seconds()
			wait = min(max(time.Duration(float64(n)/(gone+1)/4*float64(time.Second)), 5*time.Millisecond), 200*time.Millisecond)
		}
		if n == 0 {
			if from == 0 { // all of it at once
				return perSecond(first, now.Sub(since)), nil
			}
			return perSecond(from, now.Sub(began)), nil
		}
		if n != last {
			since, last = now, n
		}
		select {
		case <-w.exited:
			return 0, fmt.Errorf("the worker ended:\n%s", w.said())
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-time.After(wait):
		}
		if time.Since(since) > patience {
			return 0, fmt.Errorf("%d stay undone:\n%s", n, w.said())
		}
	}
}

// flow measures the whole way with everything in one process: how much goes through it, how long one takes when it is not
// too much, and how fast whole strangers become tasks.
func (b *bench) flow(ctx context.Context) error {
	set, err := b.workOn(ctx, going(b.Intake))
	if err != nil {
		return err
	}
	people, quiet, settings := newCrowd(set, 0), newCrowd(set, 2), b.settings(workName, "flow")
	return b.rounds("webhook to task", func(n int) error {
		var all, strangers float64
		var than driven
		err := inTurn(n, func() error {
			return b.whole(ctx, settings, func(p *process, h *hooks) (err error) {
				if all, err = b.through(ctx, p, func(n int) []byte { return people.anybody(h, n) }); err != nil || !b.measures(6) {
					return err
				}
				p99, err := b.visible(ctx, p, h, people, quiet, all/4)
				b.report.add("6", p99, 0)
				return err
			})
		}, func() (err error) {
			than, err = b.reference(ctx, "ingest", 8)
			return err
		})
		if err != nil {
			return err
		}
		b.report.add("5", all, than.rate())
		if !b.measures(12) {
			return nil
		}
		err = b.whole(ctx, settings, func(p *process, h *hooks) (err error) {
			strangers, err = b.through(ctx, p, func(int) []byte { return people.newcomer(h) })
			return err
		})
		if err != nil {
			return err
		}
		return b.besideLibredesk(ctx, "12", strangers, b.Intake)
	})
}

// whole runs a server with everything in it on a vault without work.
func (b *bench) whole(ctx context.Context, settings []string, f func(*process, *hooks) error) error {
	if err := b.exec(ctx, workName, "TRUNCATE inbound_events, event_keys", "DELETE FROM due_work", "VACUUM ANALYZE", "CHECKPOINT"); err != nil {
		return err
	}
	p, err := b.serve(ctx, settings)
	if err != nil {
		return err
	}
	defer p.kill()
	return f(p, newHooks())
}

// through sends webhooks and waits until all have had their effect; it returns how many a second, over both.
func (b *bench) through(ctx context.Context, p *process, next func(n int) []byte) (float64, error) {
	began := time.Now()
	d, err := drive{addr: p.addr, conns: 32, count: b.Events, want: http.StatusOK, next: next}.run(ctx)
	if err != nil {
		return 0, err
	}
	if n, err := b.count(ctx, unfinished); err != nil || n == 0 {
		return perSecond(d.good, time.Since(began)), err
	}
	if _, err := b.emptied(ctx, p, unfinished); err != nil {
		return 0, err
	}
	took := time.Since(began)
	done, err := b.count(ctx, "SELECT count(*) FROM inbound_events WHERE state = 'processed' AND comment_id IS NOT NULL")
	if err == nil && done < d.good {
		err = fmt.Errorf("%w: %d of %d became comments", errLost, done, d.good)
	}
	return perSecond(d.good, took), err
}
