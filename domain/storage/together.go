package storage

import (
	"context"
	"errors"
	"sync"
	"time"

	"kontor/domain/errs"
)

// Together asks the database once for what many callers want at the same time: whoever comes while others' statements run is in
// the next ones. Nobody waits for company, so that a lone caller is as fast as ever, and the more there are, the less each
// costs.
//
// What fails by something in it is asked again for each caller alone, so that one harms no other. Callers must not be in a
// transaction: what is asked is none of theirs.
type Together[Q, A any] struct {
	ask     func(ctx context.Context, questions []Q) ([]A, error)
	flights int           // how many groups may be under way at once: while one waits for rows that somebody holds, others go on
	longest time.Duration // what the database has for a group: one that does not answer must not keep those who come later waiting
	mu      sync.Mutex
	running int
	waiting []*question[Q, A]
}

type question[Q, A any] struct {
	q    Q
	a    A
	err  error
	turn chan bool // true: to ask for all who wait; false: it was answered
}

var errNotAsked = errors.New("whoever asked for all did not come to an end")

// NewTogether makes one of what asks for many: it returns an answer for each question, in their order. Two groups are under way
// at once, for half a minute each at most.
func NewTogether[Q, A any](ask func(ctx context.Context, questions []Q) ([]A, error)) *Together[Q, A] {
	return (&Together[Q, A]{ask: ask}).Within(2, 30*time.Second)
}

// Within sets how many groups are under way at once, and how long the database has for one; before the first question.
func (t *Together[Q, A]) Within(flights int, longest time.Duration) *Together[Q, A] {
	t.flights, t.longest = flights, longest
	return t
}

// Do asks a question, with others'. Once it waits, the context's end does not keep it from its answer.
func (t *Together[Q, A]) Do(ctx context.Context, q Q) (A, error) {
	if err := ctx.Err(); err != nil {
		var none A
		return none, err
	}
	mine := &question[Q, A]{q: q, err: errNotAsked, turn: make(chan bool, 1)}
	if !t.first(mine) && !<-mine.turn {
		return mine.a, mine.err
	}
	t.lead(context.WithoutCancel(ctx), mine)
	return mine.a, mine.err
}

// first tells whether somebody need not wait for others.
func (t *Together[Q, A]) first(mine *question[Q, A]) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.running < t.flights {
		t.running++
		return true
	}
	t.waiting = append(t.waiting, mine)
	return false
}

// lead asks for all who wait, and hands over to one of those who have come meanwhile.
func (t *Together[Q, A]) lead(ctx context.Context, mine *question[Q, A]) {
	t.mu.Lock()
	group := append([]*question[Q, A]{mine}, t.waiting...)
	t.waiting = nil
	t.mu.Unlock()
	defer func() { // also when it panics
		for _, x := range group[1:] {
			x.turn <- false
		}
		t.mu.Lock()
		defer t.mu.Unlock()
		if len(t.waiting) == 0 {
			t.running--
			return
		}
		t.waiting[0].turn <- true
		t.waiting = t.waiting[1:]
	}()
	t.answer(ctx, group)
}

func (t *Together[Q, A]) answer(ctx context.Context, group []*question[Q, A]) {
	questions := make([]Q, len(group))
	for i, x := range group {
		questions[i] = x.q
	}
	limited, cancel := context.WithTimeout(ctx, t.longest)
	answers, err := t.ask(limited, questions)
	cancel()
	if err != nil && len(group) > 1 && errs.KindOf(err) != errs.Unavailable {
		for _, x := range group {
			t.answer(ctx, []*question[Q, A]{x})
		}
		return
	}
	for i, x := range group {
		if x.err = err; err == nil {
			x.a = answers[i]
		}
	}
}
