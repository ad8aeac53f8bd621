// Package clock tells the time. Everything in Kontor that asks for the time takes a Clock, so that tests
// and the sandbox can move it; time.Now is banned outside this package.
//
// All times are UTC and cut to microseconds, the resolution PostgreSQL stores, so that a time read back equals the
// one written.
package clock

import (
	"sync/atomic"
	"time"
)

// Clock tells the time in UTC at microsecond resolution.
type Clock interface {
	Now() time.Time
}

// Later returns the later of two times, of which either may be missing.
func Later(a, b *time.Time) *time.Time {
	if a == nil || b != nil && b.After(*a) {
		return b
	}
	return a
}

// Same tells whether two times, of which either may be missing, are the same, or both missing.
func Same(a, b *time.Time) bool {
	return a == nil && b == nil || a != nil && b != nil && a.Equal(*b)
}

// Max returns the later of two times.
func Max(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// System is the machine's clock.
type System struct{}

// Now returns the present in UTC.
func (System) Now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// Shifted runs beside the machine's clock at a distance that can be changed. The sandbox gives the same one to Kontor
// and to the Meta simulator, so that "a day later" is one click; tests use it to move time without waiting.
// The zero value is the present.
type Shifted struct {
	offset atomic.Int64
}

// Now returns the present plus the offset.
func (s *Shifted) Now() time.Time { return System{}.Now().Add(time.Duration(s.offset.Load())) }

// Shift moves the clock by d, backwards when d is negative, and returns the whole offset.
func (s *Shifted) Shift(d time.Duration) time.Duration { return time.Duration(s.offset.Add(int64(d))) }

// Fixed stands still until it is moved. It is for tests of rules that depend on exact times.
type Fixed struct {
	now atomic.Pointer[time.Time]
}

// NewFixed returns a clock that stands at t.
func NewFixed(t time.Time) *Fixed {
	f := &Fixed{}
	f.Set(t)
	return f
}

// Now returns the time the clock stands at.
func (f *Fixed) Now() time.Time { return *f.now.Load() }

// Set puts the clock to t.
func (f *Fixed) Set(t time.Time) {
	t = t.UTC().Truncate(time.Microsecond)
	f.now.Store(&t)
}

// Add moves the clock by d.
func (f *Fixed) Add(d time.Duration) { f.Set(f.Now().Add(d)) }
