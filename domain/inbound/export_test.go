package inbound

import "kontor/domain/ids"

// SlotOf is slotOf, for tests.
func SlotOf(channelID ids.ID, lane string) int { return slotOf(channelID, lane) }
