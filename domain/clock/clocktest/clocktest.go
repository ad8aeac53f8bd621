// Package clocktest waits, in tests, for what others do meanwhile.
package clocktest

import (
	"testing"
	"time"
)

// Patience is how long a test waits for what has to come. No test that passes waits so long: it is for machines that do much
// besides.
const Patience = time.Minute

// Soon waits until something holds. It looks less and less often, so that many tests that wait do not keep the machine from
// what they wait for; and it looks in the test's own goroutine, so that what it calls may end the test.
func Soon(t testing.TB, holds func() bool, what string) {
	t.Helper()
	const first, last = time.Millisecond, 100 * time.Millisecond
	end := time.Now().Add(Patience)
	for wait := first; !holds(); wait = min(wait*3/2, last) {
		if time.Now().After(end) {
			t.Fatalf("in %v this has not come: %s", Patience, what)
		}
		time.Sleep(wait)
	}
}
