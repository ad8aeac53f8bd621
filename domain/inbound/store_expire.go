package inbound

import (
	"context"
	"time"

	"kontor/domain/account"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

// expire takes the bytes of up to n finished events. It asks for one state after the other, as the index has them, and says
// the state twice: an event that is replayed meanwhile keeps its bytes.
func (s store) expire(ctx context.Context, a account.ID, before, now time.Time, n int) (gone int64, err error) {
	for _, state := range []State{Processed, Ignored} {
		some, err := s.db.Exec(ctx, `UPDATE inbound_events SET raw = NULL, raw_expired_at = ? WHERE account_id = ? AND id IN (
			SELECT id FROM inbound_events WHERE account_id = ? AND state = ? AND received_at < ? AND raw IS NOT NULL
				ORDER BY received_at, id LIMIT ?)
			AND raw IS NOT NULL AND state = ?`, now, a, a, state, before, n-int(gone), state)
		if gone += some; err != nil {
			return gone, err
		}
	}
	return gone, nil
}

const inboundEvents = "inbound_events"

// apart is how far the clocks of machines may be apart.
const apart = 24 * time.Hour

// forgetEvents finds them first and then deletes them by their keys: in one statement PostgreSQL, which knows little of many
// parts together, may read all of them to find them again. It says the state twice: an event that is replayed meanwhile stays.
// What is not finished is passed over; it is little.
func (s store) forgetEvents(ctx context.Context, a account.ID, before time.Time, n int) (gone int64, err error) {
	err = s.db.Tx(ctx, func(ctx context.Context) error {
		var old []Event
		err := s.db.Select(ctx, &old, `SELECT e.id, e.month FROM inbound_events AS e
			WHERE e.account_id = ? AND e.received_at < ? AND e.month <= ? AND e.state IN ('processed', 'ignored')
			ORDER BY e.received_at, e.id LIMIT ?`, a, before, storage.MonthOf(before), n)
		if err != nil || len(old) == 0 {
			return err
		}
		list := make([]ids.ID, len(old))
		for i, e := range old {
			list[i] = e.ID
		}
		q := s.db.Of(ctx, a).Where("id IN ? AND month BETWEEN ? AND ? AND state IN ?", list, old[0].Month, old[len(old)-1].Month,
			[]State{Processed, Ignored}).Delete(&Event{})
		gone = q.RowsAffected
		return storage.Translate(q.Error)
	})
	return gone, err
}

// dropMonths drops past months in which there is nothing but what ForgetEvents would take. It asks each account for its newest
// event in a month, and for one in each state that is not finished: an index has both, however many events there are.
func dropMonths(ctx context.Context, every storage.Everywhere, now time.Time) ([]string, error) {
	return every.DropMonths(ctx, inboundEvents, storage.MonthOf(now.Add(-apart)), `SELECT 1 AS one FROM accounts AS a WHERE
		(SELECT max(e.received_at) FROM @part AS e WHERE e.account_id = a.id) >=
			CASE a.keep_events_days WHEN 0 THEN '-infinity' ELSE ?::timestamptz - make_interval(hours => 24 * a.keep_events_days::int) END
		OR EXISTS (SELECT 1 FROM (VALUES ('received'), ('waiting'), ('held'), ('failed')) AS open (state) WHERE
			(SELECT min(e.received_at) FROM @part AS e WHERE e.account_id = a.id AND e.state <> 'processed' AND e.state = open.state)
				IS NOT NULL)`, now)
}
