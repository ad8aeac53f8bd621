//go:build faults

package outbound

import "time"

// This is the build that is killed often. It waits for nothing as long as the other does.

// How long a call may take.
const (
	textTimeout  = 4 * time.Second
	mediaTimeout = 6 * time.Second
)

// When the platform is asked what became of a message whose answer was lost, and when a person is.
const (
	readBackAfter = 4 * time.Second
	personAfter   = 10 * time.Second
)
