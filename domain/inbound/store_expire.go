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
		some, err := s.expireIn(ctx, a, state, before, now, n-int(gone))
		if gone += some; err != nil {
			return gone, err
		}
	}
	return gone, nil
}

// expireIn finds them first and then changes them by their keys, in their months: in one statement PostgreSQL, which knows little
// of many parts together, may read all events of the account to find them again.
func (s store) expireIn(ctx context.Context, a account.ID, state State, before, now time.Time, n int) (int64, error) {
	var old []Event
	err := s.db.Select(ctx, &old, `SELECT id, month FROM inbound_events WHERE account_id = ? AND state = ? AND received_at < ? AND raw IS NOT NULL
		ORDER BY received_at, id LIMIT ?`, a, state, before, n)
	if err != nil || len(old) == 0 {
		return 0, err
	}
	list := make([]ids.ID, len(old))
	for i, e := range old {
		list[i] = e.ID
	}
	q := s.db.Of(ctx, a).Model(&Event{}).Where(storage.Among("id", list)).
		Where("month BETWEEN ? AND ? AND raw IS NOT NULL AND state = ?", old[0].Month, old[len(old)-1].Month, state).
		Updates(map[string]any{"raw": nil, "raw_expired_at": now})
	return q.RowsAffected, storage.Translate(q.Error)
}
