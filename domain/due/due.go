// Package due is the due-work index: rows that say what must be done when, and which worker holds it. Delivery lanes and
// fetches are work here. The row decides; a bell only saves the wait for the next look (at most two seconds), and may be
// lost. Intake has its own index, the unfinished events themselves, and shares the bell.
//
// A worker claims work with a lease and an epoch, renews the lease while it calls out, and ends with Done or Later. When
// it dies, the lease runs out and another claims the work under the next epoch; whatever the first one still writes
// carries the old epoch and changes nothing.
package due

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"kontor/domain/clock"
	"kontor/domain/fault"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

// Work is one thing to do. Of each key in a queue there is one: putting it again makes it due again.
type Work struct {
	AccountID  ids.ID `gorm:"primaryKey"`
	Queue      string `gorm:"primaryKey"`
	Key        string `gorm:"primaryKey"`
	ChannelID  *ids.ID
	DueAt      time.Time
	LeaseUntil time.Time
	Epoch      int64 // counts claims, from a random number on: work that is put again is none that somebody still holds
	Version    int64 // counts puts
	Attempts   int64 // counts Later with failed = true, since the last Done
}

// TableName names the table.
func (Work) TableName() string { return "due_work" }

// Bell wakes the workers of a queue. Ringing must not block and may do nothing.
type Bell interface {
	Ring(queue string)
}

// ErrLost says that the lease ran out and somebody else may hold the work.
var ErrLost = errors.New("the lease on the work is lost")

// Index is the due-work index.
type Index struct {
	every storage.Everywhere
	clock clock.Clock
	bell  Bell

	mu     sync.Mutex        // guards served
	served map[string]ids.ID // by queue, the channel that was served last
}

// New returns the index.
func New(every storage.Everywhere, c clock.Clock, bell Bell) *Index {
	return &Index{every: every, clock: c, bell: bell, served: map[string]ids.ID{}}
}

// Put makes work due, in the context's transaction, and rings its queue's bell after the commit when it is due now.
// Work that is there already becomes due at the earlier of the two times.
func (x *Index) Put(ctx context.Context, work ...Work) error {
	now := x.clock.Now()
	rows := make([]Work, 0, len(work))
	ring := map[string]bool{}
	seen := map[Work]bool{}
	for _, w := range work {
		key := Work{AccountID: w.AccountID, Queue: w.Queue, Key: w.Key}
		if seen[key] {
			continue
		}
		seen[key] = true
		if w.DueAt.IsZero() {
			w.DueAt = now
		}
		w.LeaseUntil, w.Epoch = now, rand.Int64N(1<<62) //nolint:gosec // it is to be another, not a secret
		rows = append(rows, w)
		ring[w.Queue] = ring[w.Queue] || !w.DueAt.After(now)
	}
	_, err := x.every.Exec(ctx, `INSERT INTO due_work
		(account_id, queue, key, channel_id, due_at, lease_until, epoch, version, attempts)
		SELECT account_id, queue, key, channel_id, due_at, lease_until, epoch, 0, 0 FROM ? WHERE true
		ORDER BY account_id, queue, key
		ON CONFLICT (account_id, queue, key) DO UPDATE SET version = due_work.version + 1,
		due_at = CASE WHEN excluded.due_at < due_work.due_at THEN excluded.due_at ELSE due_work.due_at END`,
		storage.Rows(rows, "account_id", "queue", "key", "channel_id", "due_at", "lease_until", "epoch"))
	if err != nil {
		return fmt.Errorf("put due work: %w", err)
	}
	for queue, now := range ring {
		if now {
			x.every.DB().AfterCommit(ctx, func() { x.bell.Ring(queue) })
		}
	}
	return nil
}

// Hurry has the work of a queue that waits for a channel done now, in the context's transaction: what it waited for is there.
// Who is at it meanwhile and puts it off does not put it off any more.
func (x *Index) Hurry(ctx context.Context, queue string, a, channelID ids.ID) error {
	now := x.clock.Now()
	_, err := x.every.Exec(ctx, `UPDATE due_work SET version = version + 1, due_at = CASE WHEN due_at > ? THEN ? ELSE due_at END
		WHERE queue = ? AND channel_id = ? AND account_id = ?`, now, now, queue, channelID, a)
	if err != nil {
		return fmt.Errorf("hurry due work: %w", err)
	}
	x.every.DB().AfterCommit(ctx, func() { x.bell.Ring(queue) })
	return nil
}

// Filter narrows a claim by other tables; the work is named t.
type Filter struct {
	Where string
	Args  []any

	from     string // joins
	fromArgs []any
}

// Claim takes up to limit pieces of due work of a queue, the longest due first.
func (x *Index) Claim(ctx context.Context, queue string, limit int, f Filter) ([]Work, error) {
	now := x.clock.Now()
	where := "t.queue = ? AND t.due_at <= ?"
	if f.Where != "" {
		where += " AND " + f.Where
	}
	f.Where, f.Args = where, append([]any{queue, now}, f.Args...)
	return x.claim(ctx, now, limit, f, "t.due_at")
}

// claim takes work that the filter finds. The guard speaks of no column of an index: the database might take it for a way to find
// the row, through all that is due, where its key leads straight to it.
func (x *Index) claim(ctx context.Context, now time.Time, limit int, f Filter, order string) ([]Work, error) {
	var got []Work
	err := x.every.DB().Retry(ctx, func(ctx context.Context) error {
		got = nil
		return x.every.Claim(ctx, &got, storage.Claim{
			Table: "due_work", Key: []string{"account_id", "queue", "key"},
			Set: "lease_until = ?, epoch = epoch + 1", SetArgs: []any{now.Add(Lease)},
			Guard: "@lease_until <= ?", GuardArgs: []any{now},
			From: f.from, FromArgs: f.fromArgs, Where: f.Where, WhereArgs: f.Args,
			Order: order, Limit: limit,
			Back: "account_id, queue, key, channel_id, epoch, version, attempts",
		})
	})
	if err != nil {
		return nil, fmt.Errorf("claim due work: %w", err)
	}
	fault.Point("due.claimed")
	return got, nil
}

// Renew extends the lease; ErrLost when it is no longer ours.
func (x *Index) Renew(ctx context.Context, w Work) error {
	return x.guarded(ctx, w, `UPDATE due_work SET lease_until = ? WHERE account_id = ? AND queue = ? AND key = ?
		AND epoch = ?`, x.clock.Now().Add(Lease))
}

// Hold checks, inside the context's transaction, that the lease is still ours: what the transaction writes is then the
// work of its only holder.
func (x *Index) Hold(ctx context.Context, w Work) error { return x.Renew(ctx, w) }

// HoldAll is Hold for much work at once: it says of each piece whether its lease is still ours.
func (x *Index) HoldAll(ctx context.Context, work []Work) (held []bool, err error) {
	rows := slices.Clone(work)
	until := x.clock.Now().Add(Lease)
	for i := range rows {
		rows[i].LeaseUntil = until
	}
	var back []Work
	_, err = storage.UpdateMany(ctx, x.every.DB(), rows, storage.Update{
		Match: []string{"account_id", "queue", "key", "epoch"}, Set: []string{"lease_until"},
		Back: []string{"account_id", "queue", "key", "epoch"}, Into: &back,
	})
	return among(work, back), err
}

// DoneAll is Done for much work at once; the errors are those of each piece.
func (x *Index) DoneAll(ctx context.Context, work []Work) (each []error, err error) {
	var gone []Work
	err = x.every.DB().Retry(ctx, func(ctx context.Context) error {
		gone = nil
		return x.every.Select(ctx, &gone, `DELETE FROM due_work WHERE (account_id, queue, key, epoch, version) IN
			(SELECT v.account_id, v.queue, v.key, v.epoch, v.version FROM ?) RETURNING account_id, queue, key, epoch`,
			storage.Rows(work, "account_id", "queue", "key", "epoch", "version"))
	})
	if err != nil {
		return nil, err
	}
	each = make([]error, len(work))
	for i, ended := range among(work, gone) {
		if !ended {
			each[i] = x.again(ctx, work[i])
		}
	}
	return each, nil
}

// among says of each piece of work whether it is among those that were found.
func among(work, found []Work) []bool {
	type claim struct {
		account    ids.ID
		queue, key string
		epoch      int64
	}
	of := func(w Work) claim { return claim{w.AccountID, w.Queue, w.Key, w.Epoch} }
	there := make(map[claim]bool, len(found))
	for _, w := range found {
		there[of(w)] = true
	}
	is := make([]bool, len(work))
	for i, w := range work {
		is[i] = there[of(w)]
	}
	return is
}

// Done ends the work. When it was put again meanwhile, it stays and is due at once.
func (x *Index) Done(ctx context.Context, w Work) error {
	n, err := x.every.Exec(ctx, `DELETE FROM due_work WHERE account_id = ? AND queue = ? AND key = ?
		AND epoch = ? AND version = ?`, w.AccountID, w.Queue, w.Key, w.Epoch, w.Version)
	if err != nil || n > 0 {
		return err
	}
	return x.again(ctx, w)
}

// again leaves work due at once that was put while it was held.
func (x *Index) again(ctx context.Context, w Work) error {
	now := x.clock.Now()
	err := x.guarded(ctx, w, `UPDATE due_work SET due_at = ?, lease_until = ?, attempts = 0
		WHERE account_id = ? AND queue = ? AND key = ? AND epoch = ?`, now, now)
	x.every.DB().AfterCommit(ctx, func() { x.bell.Ring(w.Queue) })
	return err
}

// Later lets go of the work until a time. When it was put again meanwhile, it is due at once. failed counts an attempt.
func (x *Index) Later(ctx context.Context, w Work, at time.Time, failed bool) error {
	n := 0
	if failed {
		n = 1
	}
	return x.guarded(ctx, w, `UPDATE due_work SET due_at = CASE WHEN version = ? THEN ? ELSE due_at END,
		lease_until = ?, attempts = attempts + ?
		WHERE account_id = ? AND queue = ? AND key = ? AND epoch = ?`, w.Version, at, x.clock.Now(), n)
}

// guarded runs a statement whose last four arguments are the work's key and epoch.
func (x *Index) guarded(ctx context.Context, w Work, text string, args ...any) error {
	n, err := x.every.Exec(ctx, text, append(args, w.AccountID, w.Queue, w.Key, w.Epoch)...)
	if err == nil && n == 0 {
		err = ErrLost
	}
	return err
}

// Tick claims one run of a periodic job, for the installation: true for exactly one caller per job and tick.
func (x *Index) Tick(ctx context.Context, job string, tick time.Time) (bool, error) {
	n, err := x.every.Exec(ctx, `INSERT INTO job_ticks (job, tick, run_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`,
		job, tick, x.clock.Now())
	return n > 0, err
}

// ticksKept is how long the rows of periodic jobs stay.
const ticksKept = 7 * 24 * time.Hour

// PruneTicks removes the rows of ticks long past.
func (x *Index) PruneTicks(ctx context.Context) error {
	_, err := x.every.Exec(ctx, `DELETE FROM job_ticks WHERE run_at < ?`, x.clock.Now().Add(-ticksKept))
	return err
}

// Oldest returns since when the longest-waiting work of a queue has been due; the zero time when none is.
func (x *Index) Oldest(ctx context.Context, queue string) (time.Time, error) {
	var rows []Work
	err := x.every.Select(ctx, &rows, `SELECT * FROM due_work WHERE queue = ? AND due_at <= ? ORDER BY due_at LIMIT 1`,
		queue, x.clock.Now())
	if err != nil || len(rows) == 0 {
		return time.Time{}, err
	}
	return rows[0].DueAt, nil
}

// Overdue returns how much work of each queue has been due for longer than a while.
func (x *Index) Overdue(ctx context.Context, while time.Duration) (map[string]int64, error) {
	var rows []struct {
		Queue string
		N     int64
	}
	err := x.every.Select(ctx, &rows, `SELECT queue, COUNT(*) AS n FROM due_work WHERE due_at <= ? GROUP BY queue`,
		x.clock.Now().Add(-while))
	counts := map[string]int64{}
	for _, r := range rows {
		counts[r.Queue] = r.N
	}
	return counts, err
}
