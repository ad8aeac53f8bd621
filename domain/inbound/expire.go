package inbound

import (
	"context"
	"time"

	"kontor/domain/account"
)

// ExpireBodies takes the bytes of up to n finished events that were received before a time, the oldest first, and returns
// of how many. The event, what became of it and its key stay: nothing can come in twice. One that waits, is held or failed
// keeps its bytes, because there is still something to be made of them.
func (s *Service) ExpireBodies(ctx context.Context, a account.ID, before time.Time, n int) (int, error) {
	taken, err := s.store.expire(ctx, a, before, s.Clock.Now(), n)
	return int(taken), err
}

// ForgetEvents deletes up to n finished events that were received before a time, the oldest first, and returns how many. Their
// keys stay: nothing can come in twice. So does what was made of them, and what is not finished.
func (s *Service) ForgetEvents(ctx context.Context, a account.ID, before time.Time, n int) (int, error) {
	gone, err := s.store.forgetEvents(ctx, a, before, n)
	return int(gone), err
}
