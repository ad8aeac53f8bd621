package jobs

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/clock"
	"kontor/domain/due"
	"kontor/domain/storage"
	"kontor/domain/storage/storagetest"
)

type silent struct{}

func (silent) Ring(string) {}

// Eight schedulers, each with a connection of its own, look at the same jobs over and over while the clock goes on: each job
// runs once a tick.
func TestPeerBug_AsynqSeveralSchedulers(t *testing.T) {
	t.Parallel()
	const schedulers, ticks = 8, 10
	url := storagetest.URL(t)
	now := clock.NewFixed(time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC))
	var runs, rare atomic.Int64
	count := func(n *atomic.Int64) func(context.Context) error {
		return func(context.Context) error { n.Add(1); return nil }
	}
	var queues []Queue
	for range schedulers {
		index := due.New(storage.NewEverywhere(storagetest.Open(t, url)), now, silent{})
		queues = append(queues, Ticks(index, now,
			Periodic{Name: "often", Every: time.Minute, Do: count(&runs)}, Periodic{Name: "rarely", Every: time.Hour, Do: count(&rare)}))
	}
	for range ticks {
		var wg sync.WaitGroup
		for _, q := range queues {
			wg.Go(func() {
				for range 3 {
					todo, err := q.Claim(t.Context(), 1)
					if err != nil {
						t.Error(err)
					}
					for _, do := range todo {
						if err := do(t.Context()); err != nil {
							t.Error(err)
						}
					}
				}
			})
		}
		wg.Wait()
		now.Add(time.Minute)
	}
	require.EqualValues(t, ticks, runs.Load())
	require.EqualValues(t, 1, rare.Load())
}

// A process dies at one of the jobs that are due: another does the rest.
func TestADeathTakesOneTick(t *testing.T) {
	t.Parallel()
	url := storagetest.URL(t)
	now := clock.NewFixed(time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC))
	var done []string
	process := func() Queue {
		var list []Periodic
		for _, name := range []string{"first", "second", "third"} {
			list = append(list, Periodic{Name: name, Every: 24 * time.Hour, Do: func(context.Context) error {
				done = append(done, name)
				return nil
			}})
		}
		return Ticks(due.New(storage.NewEverywhere(storagetest.Open(t, url)), now, silent{}), now, list...)
	}
	dying, other := process(), process()
	todo, err := dying.Claim(t.Context(), 1) // and is not heard of again
	require.NoError(t, err)
	require.Len(t, todo, 1)
	for range 3 {
		todo, err := other.Claim(t.Context(), 1)
		require.NoError(t, err)
		for _, do := range todo {
			require.NoError(t, do(t.Context()))
		}
	}
	require.Equal(t, []string{"second", "third"}, done)
}
