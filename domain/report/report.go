// Package report counts what was done in a time: how much came in, how fast it was answered and resolved, what lies open
// and for how long, and all that by channel, template, topic, tag, team or person. It only reads.
//
// Start at Service.Make. What is counted stands on the tasks themselves (task/milestone.go).
package report

import (
	"slices"
	"time"

	"kontor/domain/ids"
)

// Dimension is by what figures are told apart.
type Dimension string

// The dimensions. A task with two tags, teams or people counts for each of them.
const (
	ByChannel  Dimension = "channel"
	ByTemplate Dimension = "template"
	ByTopic    Dimension = "topic"
	ByTag      Dimension = "tag"
	ByTeam     Dimension = "team"
	ByStaff    Dimension = "staff"
)

// Dimensions are all of them.
func Dimensions() []Dimension {
	return []Dimension{ByChannel, ByTemplate, ByTopic, ByTag, ByTeam, ByStaff}
}

// MaxDays is the longest time that is reported on.
const MaxDays = 366

// MaxGroups is how many groups are told apart; the rest counts in the whole only.
const MaxGroups = 200

// Query says what to report on.
type Query struct {
	From, To time.Time // what was made, answered, resolved from From until before To
	Zone     *time.Location
	By       Dimension
	Working  bool     // durations count the hours in which the account works, as they were at the time
	Channels []ids.ID // only tasks of these; nil: of all, and those of none
}

// Report is what was done.
type Report struct {
	Total  Figures
	Days   []Day    // each day of the time, also those on which nothing was
	Hours  [168]int // tasks made, by hour of the week in the zone; Monday's first hour comes first
	Groups []Group  // those with most tasks first
	More   bool     // there are more than MaxGroups
}

// Day is what was done on a day in the zone.
type Day struct {
	Date              string // as 2026-11-26
	Created, Resolved int
}

// Group are the figures of one channel, template, topic, tag, team or person.
type Group struct {
	Key string // its id, or the topic or tag itself; empty: of none
	Figures
}

// Figures are what is counted of tasks.
type Figures struct {
	FirstAnswer Spread   // of the tasks made in the time, as far as they have been answered by staff
	Created     int      // tasks made in the time
	Resolution  Spread   // of the tasks resolved in the time
	Resolved    int      // tasks resolved in the time that are so still
	Open        [2][]int // now, by queue (new, pending) and age as in Ages
}

// Ages are the ages by which open tasks are told apart: younger than each in turn, and older than all.
func Ages() []time.Duration {
	const day = 24 * time.Hour
	return []time.Duration{day, 3 * day, 7 * day, 30 * day}
}

// OpenCount is how many tasks are open.
func (f Figures) OpenCount() (n int) {
	for _, queue := range f.Open {
		for _, count := range queue {
			n += count
		}
	}
	return n
}

// limits are the upper ends of a spread's buckets, in seconds; the last bucket has none.
func limits() []int64 {
	const minute, hour, day = 60, 3600, 86400
	return []int64{
		30, minute, 2 * minute, 5 * minute, 10 * minute, 20 * minute, 30 * minute, 45 * minute, hour, 90 * minute, 2 * hour, 3 * hour,
		4 * hour, 6 * hour, 8 * hour, 12 * hour, 18 * hour, day, 36 * hour, 2 * day, 3 * day, 5 * day, 7 * day, 14 * day, 30 * day,
	}
}

// Spread says how durations are spread: how many fell below each of the limits, and above all.
type Spread struct {
	Counts  []int // as many as there are limits, and one
	Seconds int64 // all together
}

// Bucket is a part of a spread.
type Bucket struct {
	UpTo  int64 // seconds; 0: no end
	Count int
}

// Buckets returns the parts of a spread from the shortest to the longest, from the first to the last with something in it.
func (s Spread) Buckets() []Bucket {
	out := []Bucket{}
	for i, n := range s.Counts {
		b := Bucket{Count: n}
		if l := limits(); i < len(l) {
			b.UpTo = l[i]
		}
		out = append(out, b)
	}
	empty := func(b Bucket) bool { return b.Count == 0 }
	for len(out) > 0 && empty(out[len(out)-1]) {
		out = out[:len(out)-1]
	}
	if first := slices.IndexFunc(out, func(b Bucket) bool { return !empty(b) }); first > 0 {
		out = out[first:]
	}
	return out
}

// Count is how many durations there are.
func (s Spread) Count() (n int) {
	for _, c := range s.Counts {
		n += c
	}
	return n
}

// Quantile returns the duration below which a part of all lie, about: within its bucket they are taken to lie evenly. ok is
// false when there are none.
func (s Spread) Quantile(part float64) (d time.Duration, ok bool) {
	count := s.Count()
	if count == 0 {
		return 0, false
	}
	rank, l := part*float64(count), limits()
	for i, n := range s.Counts {
		if rank > float64(n) {
			rank -= float64(n)
			continue
		}
		var from int64
		if i > 0 {
			from = l[i-1]
		}
		if i == len(l) {
			return time.Duration(from) * time.Second, true
		}
		return time.Duration(float64(from)+float64(l[i]-from)*rank/float64(n)) * time.Second, true
	}
	return 0, false
}

// Mean returns the mean duration; ok is false when there are none.
func (s Spread) Mean() (d time.Duration, ok bool) {
	count := s.Count()
	if count == 0 {
		return 0, false
	}
	return time.Duration(s.Seconds/int64(count)) * time.Second, true
}
