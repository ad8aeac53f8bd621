package metasim

import (
	"container/heap"
	"time"
)

// timers runs things at times of the simulated clock. Nobody tells it when that clock is moved from outside, so while
// something waits it looks again every few milliseconds; with nothing waiting it sleeps.
type timers struct {
	queue *timerQueue
	wake  chan struct{}
}

// lookAgain is the longest a moved clock goes unnoticed.
const lookAgain = 10 * time.Millisecond

func newTimers() timers { return timers{queue: &timerQueue{}, wake: make(chan struct{}, 1)} }

// at has do called, with the simulator's lock held, once the clock reaches t. The lock is held.
func (t *timers) at(when time.Time, do func()) {
	heap.Push(t.queue, timer{at: when, seq: t.queue.next, do: do})
	t.queue.next++
	t.poke()
}

func (t *timers) poke() {
	select {
	case t.wake <- struct{}{}:
	default:
	}
}

func (s *Sim) runTimers() {
	for s.ctx.Err() == nil {
		var again <-chan time.Time
		if wait, waiting := s.runDue(); waiting {
			again = time.After(min(wait, lookAgain))
		}
		select {
		case <-s.timers.wake:
		case <-again:
		case <-s.ctx.Done():
		}
	}
}

// runDue runs what is due and returns how long the next one has to wait.
func (s *Sim) runDue() (wait time.Duration, waiting bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.timers.queue.Len() > 0 {
		next := s.timers.queue.items[0]
		if wait = next.at.Sub(s.clock.Now()); wait > 0 {
			return wait, true
		}
		heap.Pop(s.timers.queue)
		next.do()
	}
	return 0, false
}

type timer struct {
	at  time.Time
	seq int // keeps the order of equal times
	do  func()
}

// timerQueue is a heap, earliest first.
type timerQueue struct {
	items []timer
	next  int
}

// Len is part of heap.Interface.
func (q *timerQueue) Len() int { return len(q.items) }

// Less is part of heap.Interface.
func (q *timerQueue) Less(i, j int) bool {
	a, b := q.items[i], q.items[j]
	return a.at.Before(b.at) || a.at.Equal(b.at) && a.seq < b.seq
}

// Swap is part of heap.Interface.
func (q *timerQueue) Swap(i, j int) { q.items[i], q.items[j] = q.items[j], q.items[i] }

// Push is part of heap.Interface.
func (q *timerQueue) Push(x any) { q.items = append(q.items, x.(timer)) }

// Pop is part of heap.Interface.
func (q *timerQueue) Pop() any {
	last := q.items[len(q.items)-1]
	q.items = q.items[:len(q.items)-1]
	return last
}
