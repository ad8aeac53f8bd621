//go:build faults

package due

import "time"

// Lease is how long a claim holds without being renewed; its holder renews it every LeaseRenewal. This is the build that is
// killed often: it takes work over sooner, and holds it no more loosely.
const (
	Lease        = 2 * time.Second
	LeaseRenewal = 500 * time.Millisecond
)
