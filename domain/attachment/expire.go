package attachment

import (
	"context"
	"time"

	"kontor/domain/account"
)

// Expire deletes the bytes of up to n files of messages that were there before a time, the oldest first, and returns how
// many it found. The row stays and says what was there. Files of messages that are still to be sent stay, and those that
// somebody may be about to fetch by a link.
//
// The bytes go first: broken off in between, the row still says that there is something to delete.
func (s *Service) Expire(ctx context.Context, a account.ID, before time.Time, n int) (int, error) {
	rows, err := s.store.old(ctx, a, before, s.Clock.Now(), n)
	if err != nil {
		return 0, err
	}
	for i := range rows {
		if err := s.Blobs.Delete(ctx, rows[i].Blob); err != nil {
			return i, err
		}
		rows[i].State, rows[i].Blob = Expired, ""
	}
	return len(rows), s.store.expire(ctx, rows)
}
