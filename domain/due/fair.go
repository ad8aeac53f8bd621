package due

import (
	"context"
	"fmt"
	"time"

	"kontor/domain/ids"
	"kontor/domain/storage"
)

// Fair says how a claim is shared between channels.
type Fair struct {
	Filter // of the work t, with its account_id, channel_id, key and rank: 0 for the first piece of its channel
	// PerChannel is how many pieces of one channel may be held at once, in the whole installation.
	PerChannel int
}

// ClaimFair takes up to limit pieces of due work of a queue, going round the channels: each one that has work gets one
// piece before any gets a second, beginning after the one that was served last; and none has more than PerChannel at once.
// So a channel with ten thousand pieces, or one whose calls hang, keeps no other waiting. Work of no channel is not seen.
//
// Only the PerChannel pieces that are longest due count of each channel, held or not: that bounds both what is held and
// what a claim costs, however much is due.
func (x *Index) ClaimFair(ctx context.Context, queue string, limit int, f Fair) ([]Work, error) {
	x.mu.Lock()
	last := x.served[queue]
	x.mu.Unlock()
	now := x.clock.Now()
	turns, err := x.turns(ctx, queue, last, now, limit, f)
	if err != nil || len(turns) == 0 {
		return nil, err
	}
	for i := range turns {
		turns[i].Queue = queue
	}
	got, err := x.claim(ctx, now, limit, Filter{
		from:     "JOIN ? ON v.account_id = t.account_id AND v.queue = t.queue AND v.key = t.key",
		fromArgs: []any{storage.Rows(turns, "account_id", "queue", "key")},
		// It may have been put off since it was found.
		Where: storage.Aside("t.due_at <= ?"), Args: []any{now},
	}, "")
	if err != nil {
		return nil, err
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.served[queue] = turns[len(turns)-1].ChannelID
	return got, nil
}

// turns finds the pieces whose turn it is. When much is due, the next few channels have enough of it; only else all of them
// have to be looked at.
func (x *Index) turns(ctx context.Context, queue string, last ids.ID, now time.Time, limit int, f Fair) (found []turn, err error) {
	for _, look := range []struct{ pieces, reach int }{{1, 16 + 2*limit}, {f.PerChannel, everyChannel}} {
		found = nil
		text, args := f.round(x.every.DB(), queue, last, now, limit, look.pieces, look.reach)
		if err := x.every.Select(ctx, &found, text, args...); err != nil {
			return nil, fmt.Errorf("look for due work: %w", err)
		}
		if len(found) == limit {
			break
		}
	}
	return found, nil
}

// everyChannel is more channels than there are.
const everyChannel = 1_000_000

// turn is a piece of work whose turn it is.
type turn struct {
	AccountID ids.ID
	Queue     string
	ChannelID ids.ID
	Key       string
}

// round finds the pieces whose turn it is, in a table t with their rank within their channel and their channel's place in
// the round, looking at so many pieces of so many channels. Channels are found by leaps through the index, so that their
// pieces need not be read.
func (f Fair) round(
	db *storage.DB, queue string, last ids.ID, now time.Time, limit, perChannel, reach int,
) (text string, args []any) {
	const (
		next  = "(SELECT d.channel_id FROM due_work AS d WHERE d.queue = ? AND d.channel_id > %s ORDER BY d.channel_id LIMIT 1)"
		owner = "(SELECT d.account_id FROM due_work AS d WHERE d.queue = ? AND d.channel_id = c.channel_id LIMIT 1)"
		// No limit that anything would reach: it keeps databases from working something out anew wherever it is spoken of.
		once = " LIMIT 1000000"
	)
	walk := func(name, from string) string {
		return name + "(channel_id, pos) AS (SELECT " + fmt.Sprintf(next, from) + ", 1 UNION ALL SELECT " +
			fmt.Sprintf(next, "w.channel_id") + ", w.pos + 1 FROM " + name + " AS w WHERE w.channel_id IS NOT NULL AND w.pos < ?"
	}
	// What is held keeps its place, and has no key.
	pieces, key, rank := db.InOrder("SELECT CASE WHEN d.lease_until <= ? THEN d.key END AS value FROM due_work AS d WHERE d.queue = ?" +
		" AND d.channel_id = r.channel_id AND d.due_at <= ? ORDER BY d.due_at, d.key LIMIT ?")
	text = "WITH RECURSIVE " + walk("ahead", "?") + "), " + walk("behind", "?") + " AND w.channel_id <= ?)," +
		" c AS (SELECT channel_id, pos FROM ahead UNION ALL" +
		" SELECT channel_id, pos + 1000000 FROM behind WHERE channel_id <= ?)," +
		" r AS (SELECT " + owner + " AS account_id, c.channel_id, c.pos FROM c WHERE c.channel_id IS NOT NULL" + once + ")," +
		" t AS (SELECT r.account_id, r.channel_id, r.pos, " + rank + " AS rank, " + key + " AS key" +
		" FROM r CROSS JOIN " + pieces + " WHERE true" + once + ")" +
		" SELECT t.account_id, t.channel_id, t.key FROM t WHERE t.key IS NOT NULL"
	args = []any{queue, last, queue, reach, queue, ids.Nil, queue, reach, last, last, queue, now, queue, now, perChannel}
	if f.Where != "" {
		text += " AND " + f.Where
		args = append(args, f.Args...)
	}
	return text + " ORDER BY t.rank, t.pos LIMIT ?", append(args, limit)
}
