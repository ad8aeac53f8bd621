//go:build !faults

package idempotency

import "time"

// Abandoned is how long a request may run apart; one that took longer was cut off, and may be made again.
const Abandoned = 5 * time.Minute
