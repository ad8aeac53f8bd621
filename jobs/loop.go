package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"kontor/domain/due"
)

// Sweep is how long work that nobody rang for waits at most.
const Sweep = 2 * time.Second

// Queue is one kind of work.
type Queue struct {
	Name string
	// Workers is how many pieces are worked on at once in this process.
	Workers int
	// Claim takes up to n pieces and returns what does each of them. None means that there is nothing to do now.
	Claim func(ctx context.Context, n int) ([]func(ctx context.Context) error, error)
	// drains says that a piece ends only when there is nothing more to do, so that its end is no reason to look again.
	drains bool
	rush   *Rush // to which it gives way
}

// Rush says that one queue has so much to do that what can wait had better: both would share the processors.
type Rush struct{ batches atomic.Int64 } // full ones, of the last second

// How long a rush lasts after a full batch, and how long those that give way to it let pass from one look to the next. They
// still get some work done, however long it takes.
const (
	rush = time.Second
	lull = 250 * time.Millisecond
)

func (r *Rush) note() {
	r.batches.Add(1)
	time.AfterFunc(rush, func() { r.batches.Add(-1) })
}

func (r *Rush) on() bool { return r != nil && r.batches.Load() > 0 }

// GivingWay is the queue with fewer looks for work during a rush elsewhere.
func (q Queue) GivingWay(to *Rush) Queue {
	q.rush = to
	return q
}

// Batches makes a queue whose work comes in batches: next does one and returns how much it did.
func Batches(name string, workers int, next func(ctx context.Context) (int, error)) Queue {
	return Queue{Name: name, Workers: workers, drains: true, Claim: func(context.Context, int) ([]func(context.Context) error, error) {
		return []func(context.Context) error{func(ctx context.Context) error {
			for {
				n, err := next(ctx)
				if n == 0 || err != nil || ctx.Err() != nil {
					return err
				}
			}
		}}, nil
	}}
}

// Gathering is next with a moment after every batch of fewer than full, in which more gathers: many that come one by one are
// then done in few batches. What comes alone, after some quiet, is done at once. Full batches are a rush.
func Gathering(
	full int, moment time.Duration, r *Rush, next func(ctx context.Context) (int, error),
) func(ctx context.Context) (int, error) {
	return func(ctx context.Context) (int, error) {
		n, err := next(ctx)
		if n >= full {
			r.note()
		}
		if n > 0 && n < full && err == nil {
			select {
			case <-ctx.Done():
			case <-time.After(moment):
			}
		}
		return n, err
	}
}

// Pieces makes a queue of due work.
func Pieces(
	name string, workers int, claim func(ctx context.Context, n int) ([]due.Work, error),
	do func(ctx context.Context, w due.Work) error,
) Queue {
	return Queue{Name: name, Workers: workers, Claim: func(ctx context.Context, n int) ([]func(context.Context) error, error) {
		work, err := claim(ctx, n)
		todo := make([]func(context.Context) error, len(work))
		for i, w := range work {
			todo[i] = func(ctx context.Context) error { return do(ctx, w) }
		}
		return todo, err
	}}
}

// loop looks for work of one queue when it is rung and every Sweep.
type loop struct {
	Queue
	log   *slog.Logger
	rings chan struct{}
	looks chan struct{} // has places for those that look for work at the same time
	// missed says that somebody looked for work when every worker was busy.
	missed atomic.Bool
}

func newLoop(q Queue, log *slog.Logger) *loop {
	return &loop{Queue: q, log: log.With("queue", q.Name), rings: make(chan struct{}, 1), looks: make(chan struct{}, 1)}
}

// ring wakes the loop; rings that come while it is awake are one.
func (l *loop) ring() {
	select {
	case l.rings <- struct{}{}:
	default:
	}
}

// run claims until ctx ends, and does what it claimed with the context work.
func (l *loop) run(ctx, work context.Context) {
	free := make(chan struct{}, l.Workers)
	for range l.Workers {
		free <- struct{}{}
	}
	sweep := time.NewTicker(Sweep)
	defer sweep.Stop()
	var wg sync.WaitGroup
	defer wg.Wait()
	for {
		l.claim(ctx, work, free, &wg)
		if l.rush.on() {
			select {
			case <-ctx.Done():
			case <-time.After(lull):
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-l.rings:
		case <-sweep.C:
		}
	}
}

// claim takes work for every free worker until there is no more.
func (l *loop) claim(ctx, work context.Context, free chan struct{}, wg *sync.WaitGroup) {
	l.missed.Store(true) // before looking for free ones: whoever gets free afterwards sees it
	n := 0
	for n < l.Workers {
		select {
		case <-free:
			n++
			continue
		default:
		}
		break
	}
	if n == 0 || ctx.Err() != nil { // whoever gets free rings
		l.giveBack(free, n)
		return
	}
	l.missed.Store(false)
	l.looks <- struct{}{}
	todo, err := l.Claim(ctx, n)
	<-l.looks
	l.report(ctx, err)
	for _, do := range todo {
		wg.Go(func() {
			defer func() {
				l.giveBack(free, 1)
				if l.missed.Swap(false) || !l.drains { // there may be more
					l.ring()
				}
			}()
			l.report(work, l.do(work, do))
		})
	}
	l.giveBack(free, n-len(todo))
}

func (l *loop) giveBack(free chan struct{}, n int) {
	for range n {
		select {
		case free <- struct{}{}:
		default: // never more than there are
		}
	}
}

// do runs a piece; a panic is a fault of the program's, and ends nothing but the piece.
func (l *loop) do(ctx context.Context, do func(ctx context.Context) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return do(ctx)
}

func (l *loop) report(ctx context.Context, err error) {
	if err == nil || ctx.Err() != nil || errors.Is(err, due.ErrLost) {
		return
	}
	l.log.ErrorContext(ctx, "work failed and stays due", "error", err)
}
