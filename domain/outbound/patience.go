//go:build !faults

package outbound

import "time"

// How long a call may take. Leases are renewed while it runs, so that these may be longer than a lease.
const (
	textTimeout  = 8 * time.Second
	mediaTimeout = 90 * time.Second
)

// When the platform is asked what became of a message whose answer was lost, and when a person is.
const (
	readBackAfter = 20 * time.Second
	personAfter   = 120 * time.Second
)
