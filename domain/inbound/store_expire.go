package inbound

import (
	"context"
	"time"

	"kontor/domain/account"
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
