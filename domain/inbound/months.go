package inbound

import "context"

// Months makes places for the events of the months to come. SQLite has no such places.
func (s *Service) Months(ctx context.Context) error {
	return s.Every.AddMonthsAhead(ctx, Event{}.TableName(), s.Clock.Now())
}
