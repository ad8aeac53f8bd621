package outbound

import (
	"context"
	"time"

	"kontor/domain/account"
)

// ForgetAttempts deletes up to n attempts that were begun before a time, the oldest first, and returns how many. Messages
// keep what became of them; those that are not finished keep their attempts too, by which they are settled.
func (s *Service) ForgetAttempts(ctx context.Context, a account.ID, before time.Time, n int) (int, error) {
	gone, err := s.store.forgetAttempts(ctx, a, before, n)
	return int(gone), err
}
