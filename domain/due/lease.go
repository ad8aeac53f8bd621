//go:build !faults

package due

import "time"

// Lease is how long a claim holds without being renewed; its holder renews it every LeaseRenewal.
const (
	Lease        = 10 * time.Second
	LeaseRenewal = 3 * time.Second
)
