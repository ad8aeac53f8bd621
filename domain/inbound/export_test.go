package inbound

import (
	"time"

	"kontor/domain/ids"
)

// SlotOf is slotOf, for tests.
func SlotOf(channelID ids.ID, lane string) int { return slotOf(channelID, lane) }

// WaitAtMost shortens how long the database has for a group.
func (s *Service) WaitAtMost(longest time.Duration) { s.longest = longest }
