package inbound

import (
	"context"
	"fmt"
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
		ON CONFLICT (sha256) DO UPDATE SET times = unrouted_events.times + 1, received_at = excluded.received_at`,
		storage.Rows(distinct(rows)))
	return err
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
	var parts []string
	var args []any
	for i, slot := range claimed {
		parts = append(parts, fmt.Sprintf(`SELECT * FROM (SELECT * FROM inbound_events WHERE slot = ? AND state = 'received'
			ORDER BY occurred_at, received_at, id LIMIT %d) AS s%d`, max(limit/len(claimed), 1), i))
		args = append(args, slot)
	}
	var events []Event
	err := s.every.Select(ctx, &events, strings.Join(parts, " UNION ALL "), args...)
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
	err := s.db.Of(ctx, e.AccountID).Where("id = ? AND state = ?", e.ID, Received).Find(&rows).Error
	return rows, storage.Translate(err)
}

// close writes what became of events.
func (s store) close(ctx context.Context, events []Event) error {
	_, err := storage.UpdateMany(ctx, s.db, events, storage.Update{
		Match: []string{"account_id", "id"},
		Set:   []string{"state", "reason", "waiting_until", "task_id", "comment_id", "contact_id", "processed_at"},
	})
	return err
}

// forget blanks the bytes of events whose message was unsent.
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
	err = s.db.Of(ctx, a).Model(&Event{}).Where("id IN ?", list).Pluck("id", &found).Error
	return found, storage.Translate(err)
}

// withoutRaw is every column but the bytes.
var withoutRaw = []string{ //nolint:gochecknoglobals // a constant list
	"account_id", "id", "channel_id", "type", "key", "lane", "slot", "state", "reason", "envelope", "month",
	"waiting_until", "task_id", "comment_id", "contact_id", "recovered", "occurred_at", "received_at", "processed_at",
}

func (s store) list(ctx context.Context, a account.ID, f Filter, p storage.Page) ([]Event, string, error) {
	q, err := storage.Keyset(f.apply(s.db.Of(ctx, a).Select(withoutRaw)), storage.ByID(), p)
	if err != nil {
		return nil, "", err
	}
	var rows []Event
	if err := q.Find(&rows).Error; err != nil {
		return nil, "", storage.Translate(err)
	}
	rows, next := storage.Cut(rows, storage.ByID(), p, func(e Event) (any, ids.ID) { return "", e.ID })
	return rows, next, nil
}

// move brings events of a filter from one state to another and returns how many.
func (s store) move(ctx context.Context, a account.ID, f Filter, from, to State, reason string) (int64, error) {
	q := f.apply(s.db.Of(ctx, a).Model(&Event{})).Where("state = ?", from).
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
		Order("id DESC").Limit(n).Find(&rows).Error
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
		Order("id DESC").Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, storage.Translate(err)
	}
	return &rows[0].ReceivedAt, nil
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
	err := s.every.Select(ctx, &rows, `SELECT COUNT(*) AS n FROM inbound_events WHERE state = ? AND received_at <= ?`,
		state, before)
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	return rows[0].N, nil
}

func (f Filter) apply(q *gorm.DB) *gorm.DB {
	if len(f.IDs) > 0 {
		q = q.Where("id IN ?", f.IDs)
	}
	if f.State != "" {
		q = q.Where("state = ?", f.State)
	}
	if f.ChannelID != nil {
		q = q.Where("channel_id = ?", *f.ChannelID)
	}
	if f.Type != "" {
		q = q.Where("type = ?", f.Type)
	}
	if !f.From.IsZero() {
		q = q.Where("received_at >= ?", f.From)
	}
	if !f.To.IsZero() {
		q = q.Where("received_at < ?", f.To)
	}
	return q
}

func (s store) count(ctx context.Context, a account.ID, f Filter) (n int64, err error) {
	err = f.apply(s.db.Of(ctx, a).Model(&Event{})).Count(&n).Error
	return n, storage.Translate(err)
}
