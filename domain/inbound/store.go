package inbound

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"kontor/domain/account"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

type store struct {
	db    *storage.DB
	every storage.Everywhere
}

// insertStrays keeps what is nobody's; the same bytes again only count.
func (s store) insertStrays(ctx context.Context, rows []Unrouted) error {
	if len(rows) == 0 {
		return nil
	}
	_, err := s.db.Exec(ctx, `INSERT INTO unrouted_events (id, door, object, entry_id, reason, sha256, times, raw, received_at)
		SELECT id, door, object, entry_id, reason, sha256, times, raw, received_at FROM ? WHERE true
		ON CONFLICT (sha256) DO UPDATE SET times = unrouted_events.times + excluded.times, received_at = excluded.received_at`,
		storage.Rows(distinct(rows)))
	return err
}

// insertHeld writes events, each for as long as its channel has its page and with its key if that is new, in one statement. It
// returns how many were for a page that is another's by now; those are not written.
func (s store) insertHeld(ctx context.Context, events []addressed) (moved int, err error) {
	columns := strings.Join(append([]string{"raw"}, withoutRaw...), ", ")
	var gone []struct{ ID ids.ID }
	err = s.db.Select(ctx, &gone, `WITH v AS (SELECT * FROM ?),
		held AS (SELECT v.* FROM v JOIN page_claims AS c ON c.kind = v.kind AND c.external_id = v.external_id
			AND c.account_id = v.account_id AND c.channel_id = v.channel_id),
		fresh AS (INSERT INTO event_keys (account_id, channel_id, key, event_id, created_at)
			SELECT account_id, channel_id, key, id, received_at FROM held ORDER BY account_id, channel_id, key
			ON CONFLICT DO NOTHING RETURNING event_id),
		written AS (INSERT INTO inbound_events (`+columns+`) SELECT `+columns+` FROM held JOIN fresh ON fresh.event_id = held.id)
		SELECT v.id FROM v WHERE NOT EXISTS (SELECT 1 FROM held WHERE held.id = v.id)`, storage.Rows(events))
	return len(gone), err
}

// distinct keeps one row of the same bytes: a statement may touch a row once only.
func distinct(rows []Unrouted) []Unrouted {
	at := map[string]int{}
	var out []Unrouted
	for _, r := range rows {
		if i, ok := at[string(r.SHA256)]; ok {
			out[i].Times++
			continue
		}
		at[string(r.SHA256)] = len(out)
		out = append(out, r)
	}
	return out
}

// waiting tells whether there is anything to process, cheaply: it is asked at every look.
func (s store) waiting(ctx context.Context) (bool, error) {
	var found []int
	err := s.every.Select(ctx, &found, `SELECT 1 FROM inbound_events WHERE state = 'received' LIMIT 1`)
	return len(found) > 0, err
}

// claim locks up to n slots with events to process, those served longest ago first, until the transaction ends.
func (s store) claim(ctx context.Context, n int, now time.Time) ([]int, error) {
	var got []int
	err := s.every.Claim(ctx, &got, storage.Claim{
		Table: "inbound_slots", Key: []string{"slot"}, Set: "served_at = ?", SetArgs: []any{now},
		Where: "EXISTS (SELECT 1 FROM inbound_events AS e WHERE e.slot = t.slot AND e.state = 'received')",
		Order: "t.served_at, t.slot", Limit: n,
	})
	return got, err
}

// take reads the next events of slots, in order, of each slot its share of limit.
func (s store) take(ctx context.Context, claimed []int, limit int) ([]Event, error) {
	var events []Event
	err := s.every.SelectEach(ctx, &events, fmt.Sprintf(`SELECT * FROM inbound_events WHERE slot = @each AND state = 'received'
		ORDER BY occurred_at, received_at, id LIMIT %d`, max(limit/max(len(claimed), 1), 1)), claimed)
	return events, err
}

// lockSlot locks the slot of one event, for processing it alone.
func (s store) lockSlot(ctx context.Context, slot int, now time.Time) error {
	_, err := s.every.Exec(ctx, `UPDATE inbound_slots SET served_at = ? WHERE slot = ?`, now, slot)
	return err
}

// still returns the event if it has not been processed yet.
func (s store) still(ctx context.Context, e Event) ([]Event, error) {
	var rows []Event
	err := s.db.Of(ctx, e.AccountID).Where("id = ? AND month = ? AND state = ?", e.ID, e.Month, Received).Find(&rows).Error
	return rows, storage.Translate(err)
}

// close writes what became of events. Their month is no part of what tells them apart, but spares reading those of other months.
func (s store) close(ctx context.Context, events []Event) error {
	_, err := storage.UpdateMany(ctx, s.db, events, storage.Update{
		Match: []string{"account_id", "id", "month"},
		Set:   []string{"state", "reason", "waiting_until", "task_id", "comment_id", "contact_id", "processed_at"},
	})
	return err
}

// forget blanks the bytes of events whose message was unsent, of whatever month: their comments name no more than their ids.
func (s store) forget(ctx context.Context, events []Event) error {
	_, err := storage.UpdateMany(ctx, s.db, events, storage.Update{
		Match: []string{"account_id", "id"}, Also: "raw = NULL",
	})
	return err
}

func (s store) get(ctx context.Context, a account.ID, id ids.ID) (Event, error) {
	var e Event
	return e, storage.Found(s.db.Of(ctx, a).Where("id = ?", id).Take(&e).Error, "event")
}

// existing returns those of the ids that are an account's events.
func (s store) existing(ctx context.Context, a account.ID, list []ids.ID) (found []ids.ID, err error) {
	if len(list) == 0 {
		return nil, nil
	}
	err = s.db.Of(ctx, a).Model(&Event{}).Where(storage.Among("id", list)).Pluck("id", &found).Error
	return found, storage.Translate(err)
}

// withoutRaw is every column but the bytes.
var withoutRaw = []string{ //nolint:gochecknoglobals // a constant list
	"account_id", "id", "channel_id", "type", "key", "lane", "slot", "state", "reason", "envelope", "month",
	"waiting_until", "task_id", "comment_id", "contact_id", "recovered", "replay_id", "occurred_at", "received_at", "processed_at",
	"raw_expired_at",
}

func (s store) list(ctx context.Context, a account.ID, f Filter, p storage.Page) ([]Event, string, error) {
	q, err := storage.Keyset(f.apply(s.db.Of(ctx, a).Select(withoutRaw)), newest(), p)
	if err != nil {
		return nil, "", err
	}
	var rows []Event
	if err := q.Find(&rows).Error; err != nil {
		return nil, "", storage.Translate(err)
	}
	rows, next := storage.Cut(rows, newest(), p, func(e Event) (any, ids.ID) { return e.ReceivedAt, e.ID })
	return rows, next, nil
}

// move brings events of a filter from one state to another and returns how many.
func (s store) move(ctx context.Context, a account.ID, f Filter, from, to State, reason string) (int64, error) {
	q := f.apply(s.db.Of(ctx, a).Model(&Event{})).Where(in(from)).
		Updates(map[string]any{"state": to, "reason": reason})
	return q.RowsAffected, storage.Translate(q.Error)
}

// wake has waiting events received again; timed: only those that have not had any effect yet.
func (s store) wake(ctx context.Context, a account.ID, events []ids.ID, timed bool) (int64, error) {
	q := s.db.Of(ctx, a).Model(&Event{}).Where("id IN ? AND state = ?", events, Waiting)
	if timed {
		q = q.Where("task_id IS NULL")
	}
	q = q.Update("state", Received)
	return q.RowsAffected, storage.Translate(q.Error)
}

// latest returns the newest events of a channel that had an effect or could have one, with their bytes, newest first.
func (s store) latest(ctx context.Context, a account.ID, channelID ids.ID, n int) ([]Event, error) {
	var rows []Event
	err := s.db.Of(ctx, a).Where("channel_id = ? AND raw IS NOT NULL", channelID).
		Order("received_at DESC, id DESC").Limit(n).Find(&rows).Error
	return rows, storage.Translate(err)
}

// prune removes unrouted events older than a time.
func (s store) prune(ctx context.Context, before time.Time) error {
	_, err := s.every.Exec(ctx, `DELETE FROM unrouted_events WHERE received_at < ?`, before)
	return err
}

func (s store) strays(ctx context.Context, n int) ([]Unrouted, error) {
	var rows []Unrouted
	err := s.db.Unscoped(ctx).Order("received_at DESC").Limit(n).Find(&rows).Error
	return rows, storage.Translate(err)
}

func (s store) lastEvent(ctx context.Context, a account.ID, channelID ids.ID) (*time.Time, error) {
	var rows []Event
	err := s.db.Of(ctx, a).Select("received_at").Where("channel_id = ? AND NOT recovered", channelID).
		Order("received_at DESC, id DESC").Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, storage.Translate(err)
	}
	return &rows[0].ReceivedAt, nil
}

// forgotten tells whether a channel had events that are gone: their keys stay.
func (s store) forgotten(ctx context.Context, a account.ID, channelID ids.ID) (bool, error) {
	var gone []struct{ One int }
	err := s.db.Select(ctx, &gone, `SELECT 1 AS one FROM event_keys AS k WHERE k.account_id = ? AND k.channel_id = ?
		AND NOT EXISTS (SELECT 1 FROM inbound_events AS e WHERE e.account_id = k.account_id AND e.id = k.event_id) LIMIT 1`, a, channelID)
	return len(gone) > 0, err
}

// pulses asks once for all channels what is held, and once what was heard last.
func (s store) pulses(ctx context.Context, a account.ID) (map[ids.ID]Pulse, error) {
	var held []struct {
		ChannelID ids.ID
		N         int64
	}
	found := map[ids.ID]Pulse{}
	err := s.db.Select(ctx, &held, `SELECT channel_id, count(*) AS n FROM inbound_events
		WHERE account_id = ? AND `+in(Held)+` GROUP BY channel_id`, a)
	if err != nil {
		return nil, err
	}
	for _, h := range held {
		found[h.ChannelID] = Pulse{Held: h.N}
	}
	var last []Event
	err = s.db.Select(ctx, &last, `SELECT e.channel_id, e.received_at FROM channels AS c
		JOIN inbound_events AS e ON e.account_id = c.account_id AND e.id = (SELECT x.id FROM inbound_events AS x
			WHERE x.account_id = c.account_id AND x.channel_id = c.id AND NOT x.recovered
				ORDER BY x.received_at DESC, x.id DESC LIMIT 1)
		WHERE c.account_id = ? AND c.removed_at IS NULL`, a)
	for _, e := range last {
		p := found[e.ChannelID]
		p.LastEvent = &e.ReceivedAt
		found[e.ChannelID] = p
	}
	return found, err
}

func (s store) countStrays(ctx context.Context) (map[string]int64, error) {
	var rows []struct {
		Reason string
		Times  int64
	}
	err := s.every.Select(ctx, &rows, `SELECT reason, SUM(times) AS times FROM unrouted_events GROUP BY reason`)
	counts := map[string]int64{}
	for _, r := range rows {
		counts[r.Reason] = r.Times
	}
	return counts, err
}

// countEverywhere counts the events in a state, of all accounts, that were received before a time.
func (s store) countEverywhere(ctx context.Context, state State, before time.Time) (int64, error) {
	var rows []struct{ N int64 }
	err := s.every.Select(ctx, &rows, `SELECT COUNT(*) AS n FROM inbound_events WHERE `+in(state)+` AND received_at <= ?`,
		before)
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	return rows[0].N, nil
}

// indexed are the conditions that an index answers, with their arguments.
func (f Filter) indexed() (conditions []string, args []any) {
	add := func(condition string, arg ...any) {
		conditions, args = append(conditions, condition), append(args, arg...)
	}
	if f.State != "" {
		add(in(f.State))
	}
	if f.ChannelID != nil {
		add("channel_id = ?", *f.ChannelID)
	}
	if f.ReplayID != nil {
		add("replay_id = ?", *f.ReplayID)
	}
	if !f.From.IsZero() {
		add("received_at >= ?", f.From)
	}
	if !f.To.IsZero() {
		add("received_at < ?", f.To)
	}
	return conditions, args
}

// beside are the other conditions: what they leave out is read.
func (f Filter) beside() (conditions []string, args []any) {
	if f.Type != "" {
		conditions, args = append(conditions, "type = ?"), append(args, f.Type)
	}
	if f.Reason != "" {
		conditions, args = append(conditions, "reason = ?"), append(args, f.Reason)
	}
	return conditions, args
}

// in is the condition that an event is in a state. It stands in the statement itself, with the condition of the index over
// what was not simply processed: SQLite uses an index over some rows only where its own words are.
func in(s State) string {
	switch _, known := Steps()[s]; {
	case !known:
		return "FALSE"
	case s == Processed:
		return "state = 'processed'"
	}
	return "state <> 'processed' AND state = '" + string(s) + "'"
}

func (f Filter) apply(q *gorm.DB) *gorm.DB {
	for _, part := range []func() ([]string, []any){f.indexed, f.beside} {
		if conditions, args := part(); len(conditions) > 0 {
			q = q.Where(strings.Join(conditions, " AND "), args...)
		}
	}
	if len(f.IDs) > 0 {
		q = q.Where("id IN ?", f.IDs)
	}
	return q
}

// newest is the order of lists. It goes by the time, so that a span of it costs no reading of all that came later.
func newest() storage.Order { return storage.Order{Column: "received_at", Desc: true, Time: true} }

func (s store) counts(ctx context.Context, a account.ID, f Filter) (rows Counts, more bool, err error) {
	within, args := f.indexed()
	beside, others := f.beside()
	err = s.db.Select(ctx, &rows, `SELECT e.state, e.type, e.why AS reason, count(*) AS count, sum(e.readable) AS readable
		FROM (SELECT state, type, reason, CASE WHEN state = 'failed' THEN '' ELSE reason END AS why,
			CASE WHEN raw IS NULL THEN 0 ELSE 1 END AS readable FROM inbound_events WHERE `+
		strings.Join(append([]string{"account_id = ?"}, within...), " AND ")+
		` ORDER BY received_at DESC, id DESC LIMIT ?) AS e WHERE `+strings.Join(append([]string{"TRUE"}, beside...), " AND ")+
		` GROUP BY e.state, e.type, e.why ORDER BY count DESC, e.state, e.type, reason`,
		slices.Concat([]any{a}, args, []any{MaxCounted}, others)...)
	if err != nil {
		return nil, false, err
	}
	var beyond []struct{ One int }
	err = s.db.Select(ctx, &beyond, `SELECT 1 AS one FROM inbound_events WHERE `+
		strings.Join(append([]string{"account_id = ?"}, within...), " AND ")+
		` ORDER BY received_at DESC, id DESC LIMIT 1 OFFSET ?`, slices.Concat([]any{a}, args, []any{MaxCounted})...)
	return rows, len(beyond) > 0, err
}

func (s store) count(ctx context.Context, a account.ID, f Filter) (n int64, err error) {
	err = f.apply(s.db.Of(ctx, a).Model(&Event{})).Count(&n).Error
	return n, storage.Translate(err)
}
