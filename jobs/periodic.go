package jobs

import (
	"context"
	"errors"
	"time"

	"kontor/domain/clock"
	"kontor/domain/due"
)

// Periodic is something done once every so often in the whole installation, however many workers there are.
type Periodic struct {
	Name  string
	Every time.Duration
	Do    func(ctx context.Context) error
}

// Ticks makes the queue of periodic jobs. A job's tick is a row; who writes it runs the job, and then looks for the next one: a
// process that dies takes only the tick with it at which it was.
func Ticks(index *due.Index, c clock.Clock, list ...Periodic) Queue {
	tried := make([]time.Time, len(list)) // by this process: a tick is tried once
	return Queue{Name: "periodic", Workers: 1, Claim: func(ctx context.Context, _ int) ([]func(context.Context) error, error) {
		var failed error
		for i, p := range list {
			tick := c.Now().Truncate(p.Every)
			if tick.Equal(tried[i]) {
				continue
			}
			mine, err := index.Tick(ctx, p.Name, tick)
			if err != nil {
				failed = errors.Join(failed, err)
				continue
			}
			if tried[i] = tick; mine {
				return []func(context.Context) error{p.Do}, failed
			}
		}
		return nil, failed
	}}
}
