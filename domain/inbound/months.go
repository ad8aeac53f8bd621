package inbound

import (
	"context"
	"errors"
)

// Months makes places for the events of the months to come, and drops months of which nothing is kept any more, all at once
// instead of one by one. SQLite has no such places.
func (s *Service) Months(ctx context.Context) error {
	now := s.Clock.Now()
	err := s.Every.AddMonthsAhead(ctx, Event{}.TableName(), now)
	gone, failed := dropMonths(ctx, s.Every, now)
	if len(gone) > 0 {
		s.Log.InfoContext(ctx, "months of events are dropped", "parts", gone)
	}
	return errors.Join(err, failed)
}
