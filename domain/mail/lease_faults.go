//go:build faults

package mail

import "time"

// lease is longer than sending takes. This is the build that is killed often: it sends to servers beside it.
const lease = 4 * time.Second
