//go:build !faults

package mail

import "time"

// lease is longer than sending takes.
const lease = 2 * time.Minute
