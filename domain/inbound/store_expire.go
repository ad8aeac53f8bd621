package inbound

import (
	"context"
	"time"

	"gorm.io/gorm"

	"kontor/domain/account"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

// expire takes the bytes of up to n finished events. It asks for one state after the other, as the index has them, and says
// the state twice: an event that is replayed meanwhile keeps its bytes.
func (s store) expire(ctx context.Context, a account.ID, before, now time.Time, n int) (gone int64, err error) {
	for _, state := range []State{Processed, Ignored} {
		some, err := s.expireIn(ctx, a, state, before, now, n-int(gone))
		if gone += some; err != nil {
			return gone, err
		}
	}
	return gone, nil
}

// expireIn finds them first and then changes them by their keys: in one statement PostgreSQL, which knows little of many parts
// together, may read all events of the account to find them again. So does forgetEvents.
func (s store) expireIn(ctx context.Context, a account.ID, state State, before, now time.Time, n int) (int64, error) {
	var old []Event
	err := s.db.Select(ctx, &old, `SELECT id, month FROM inbound_events WHERE account_id = ? AND state = ? AND received_at < ? AND raw IS NOT NULL
		ORDER BY received_at, id LIMIT ?`, a, state, before, n)
	if err != nil || len(old) == 0 {
		return 0, err
	}
	q := these(s.db.Of(ctx, a).Model(&Event{}), old).Where("raw IS NOT NULL AND state = ?", state).
		Updates(map[string]any{"raw": nil, "raw_expired_at": now})
	return q.RowsAffected, storage.Translate(q.Error)
}

// these narrows a statement to some events, of which the oldest come first: in their months only.
func these(q *gorm.DB, events []Event) *gorm.DB {
	list := make([]ids.ID, len(events))
	for i, e := range events {
		list[i] = e.ID
	}
	return q.Where(storage.Among("id", list)).Where("month BETWEEN ? AND ?", events[0].Month, events[len(events)-1].Month)
}

// forgetEvents says the state twice: an event that is replayed meanwhile stays. What is not finished is passed over; it is little.
func (s store) forgetEvents(ctx context.Context, a account.ID, before time.Time, n int) (int64, error) {
	var old []Event
	err := s.db.Select(ctx, &old, `SELECT e.id, e.month FROM inbound_events AS e
		WHERE e.account_id = ? AND e.received_at < ? AND e.month <= ? AND e.state IN ('processed', 'ignored')
		ORDER BY e.received_at, e.id LIMIT ?`, a, before, storage.MonthOf(before), n)
	if err != nil || len(old) == 0 {
		return 0, err
	}
	q := these(s.db.Of(ctx, a), old).Where("state IN ?", []State{Processed, Ignored}).Delete(&Event{})
	return q.RowsAffected, storage.Translate(q.Error)
}

// dropMonths drops past months in which there is nothing but what ForgetEvents would take. It asks each account for its newest
// event in a month, and for one in each state that is not finished: an index has both, however many events there are.
func dropMonths(ctx context.Context, every storage.Everywhere, now time.Time) ([]string, error) {
	return every.DropMonths(ctx, Event{}.TableName(), storage.MonthOf(now.Add(-storage.Apart)), `SELECT 1 AS one FROM accounts AS a WHERE
		(SELECT max(e.received_at) FROM @part AS e WHERE e.account_id = a.id) >=
			CASE a.keep_events_days WHEN 0 THEN '-infinity' ELSE ?::timestamptz - make_interval(hours => 24 * a.keep_events_days::int) END
		OR EXISTS (SELECT 1 FROM (VALUES ('received'), ('waiting'), ('held'), ('failed')) AS open (state) WHERE
			(SELECT min(e.received_at) FROM @part AS e WHERE e.account_id = a.id AND e.state <> 'processed' AND e.state = open.state)
				IS NOT NULL)`, now)
}
