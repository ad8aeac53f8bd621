package jobs

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/due"
)

func TestAnIdleQueueLooksOnceASweep(t *testing.T) {
	t.Parallel()
	for name, outcome := range map[string]error{"nothing_to_do": nil, "the_database_is_away": errors.New("away")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				looks := 0
				ctx, cancel := context.WithTimeout(t.Context(), 10*Sweep+Sweep/2)
				defer cancel()
				q := Batches("batches", 1, func(context.Context) (int, error) {
					if looks++; looks > 100 { // else time stands still
						cancel()
					}
					return 0, outcome
				})
				newLoop(q, slog.New(slog.DiscardHandler)).run(ctx, t.Context())
				require.Equal(t, 11, looks)
			})
		})
	}
}

func TestARingWhileEverybodyIsBusyIsNotLost(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		var l *loop
		looks, started := 0, time.Now()
		l = newLoop(Batches("batches", 1, func(context.Context) (int, error) {
			switch looks++; looks {
			case 1:
				l.ring()
				synctest.Wait() // the loop has heard it, and found nobody free
			case 2:
				cancel()
			}
			return 0, nil
		}), slog.New(slog.DiscardHandler))
		l.run(ctx, t.Context())
		require.Equal(t, 2, looks)
		require.Zero(t, time.Since(started), "it did not wait for the next sweep")
	})
}

func TestPiecesAreClaimedUntilThereAreNoMore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const workers, all = 3, 20
		left, done, most := all, atomic.Int32{}, 0
		ctx, cancel := context.WithCancel(t.Context())
		started := time.Now()
		l := newLoop(Pieces("pieces", workers, func(_ context.Context, n int) ([]due.Work, error) {
			n = min(n, left)
			left, most = left-n, max(most, n)
			return make([]due.Work, n), nil
		}, func(context.Context, due.Work) error {
			if done.Add(1) == all {
				cancel()
			}
			return nil
		}), slog.New(slog.DiscardHandler))
		l.run(ctx, t.Context())
		require.Equal(t, workers, most)
		require.Less(t, time.Since(started), Sweep)
	})
}

// Many that come one by one are done in few batches; one that comes alone does not wait.
func TestGathering(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		there, batches := 0, []int{}
		put := func(n int) { mu.Lock(); defer mu.Unlock(); there += n }
		next := Gathering(50, 20300*time.Microsecond, &Rush{}, func(context.Context) (int, error) {
			mu.Lock()
			defer mu.Unlock()
			n := there
			if there = 0; n > 0 {
				batches = append(batches, n)
			}
			return n, nil
		})
		loop := newLoop(Batches("some", 1, next), slog.New(slog.DiscardHandler))
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() { loop.run(ctx, ctx) })
		synctest.Wait()
		for range 50 { // one a millisecond
			put(1)
			loop.ring()
			synctest.Wait()
			time.Sleep(time.Millisecond)
		}
		require.Equal(t, []int{1, 20, 20}, batches, "the first one at once, the others gathered")
		put(50)
		time.Sleep(15 * time.Millisecond)
		synctest.Wait()
		require.Equal(t, []int{1, 20, 20, 59}, batches)
		put(1)
		loop.ring()
		synctest.Wait()
		require.Equal(t, []int{1, 20, 20, 59, 1}, batches, "nothing gathers after a full one")
		cancel()
		wg.Wait()
	})
}

// During a rush elsewhere, what can wait is done now and then, and afterwards at once again.
func TestGivingWayToARush(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var r Rush
		const workers = 3
		var looks []time.Duration
		started := time.Now()
		ctx, cancel := context.WithCancel(t.Context())
		l := newLoop(Pieces("later", workers, func(_ context.Context, n int) ([]due.Work, error) {
			looks = append(looks, time.Since(started))
			if len(looks) == 20 {
				cancel()
			}
			return make([]due.Work, n), nil
		}, func(context.Context, due.Work) error { time.Sleep(time.Millisecond); return nil }).GivingWay(&r), slog.New(slog.DiscardHandler))
		_, err := Gathering(50, 0, &r, func(context.Context) (int, error) { return 50, nil })(ctx)
		require.NoError(t, err)
		l.run(ctx, t.Context())
		require.Equal(t, []time.Duration{0, lull, 2 * lull, 3 * lull, rush}, looks[:5])
		require.Less(t, looks[19]-looks[8], lull)
	})
}
