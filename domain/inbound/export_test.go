package inbound

import (
	"context"
	"time"

	"kontor/domain/ids"
	"kontor/domain/storage"
)

// SlotOf is slotOf, for tests.
func SlotOf(channelID ids.ID, lane string) int { return slotOf(channelID, lane) }

// WaitAtMost shortens how long the database has for a group.
func (s *Service) WaitAtMost(longest time.Duration) { s.arrivals.Within(1, longest) }

// DropMonths is dropMonths, for tests.
func DropMonths(ctx context.Context, every storage.Everywhere, now time.Time) ([]string, error) {
	return dropMonths(ctx, every, now)
}
