package outbound

import (
	"context"
	"errors"
	"time"

	"kontor/domain/account"
)

// ForgetAttempts deletes up to n attempts that were begun before a time, the oldest first, and returns how many. Messages
// keep what became of them; those that are not finished keep their attempts too, by which they are settled.
func (s *Service) ForgetAttempts(ctx context.Context, a account.ID, before time.Time, n int) (int, error) {
	gone, err := s.store.forgetAttempts(ctx, a, before, n)
	return int(gone), err
}

// Months makes places for the attempts of the months to come, and drops months of which nothing is kept any more, all at once
// instead of one by one. SQLite has no such places.
func (s *Service) Months(ctx context.Context) error {
	now := s.Clock.Now()
	err := s.Every.AddMonthsAhead(ctx, attempts, now)
	gone, failed := dropMonths(ctx, s.Every, now)
	if len(gone) > 0 {
		s.Log.Info("months of attempts are dropped", "parts", gone)
	}
	return errors.Join(err, failed)
}
