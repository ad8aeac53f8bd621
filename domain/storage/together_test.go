package storage_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"kontor/domain/clock/clocktest"
	"kontor/domain/errs"
	"kontor/domain/storage"
)

// gate answers questions when it is let, and remembers which came together.
type gate struct {
	mu     sync.Mutex
	groups [][]int
	began  chan []int
	open   chan struct{}
}

var errOdd = errors.New("an odd question")

func (g *gate) ask(_ context.Context, questions []int) ([]int, error) {
	g.mu.Lock()
	g.groups = append(g.groups, slices.Clone(questions))
	g.mu.Unlock()
	g.began <- questions
	<-g.open
	answers := make([]int, len(questions))
	for i, q := range questions {
		if q < 0 {
			return nil, errOdd
		}
		answers[i] = 10 * q
	}
	return answers, nil
}

func TestTogether(t *testing.T) {
	t.Parallel()
	g := &gate{began: make(chan []int, 100), open: make(chan struct{})}
	together := storage.NewTogether(g.ask)
	var all sync.WaitGroup
	do := func(q int) {
		all.Go(func() {
			a, err := together.Do(t.Context(), q)
			if q < 0 {
				require.ErrorIs(t, err, errOdd)
				return
			}
			require.NoError(t, err)
			require.Equal(t, 10*q, a)
		})
	}
	do(1)
	require.Equal(t, []int{1}, <-g.began, "nobody waits for company")
	do(2)
	require.Equal(t, []int{2}, <-g.began, "nor for one that takes its time")
	for q := range 20 {
		do(100 + q)
	}
	do(-1)
	clocktest.Soon(t, func() bool { return together.Waiting() == 21 }, "all others wait")
	close(g.open)
	all.Wait()
	require.Zero(t, together.Waiting())
	require.Len(t, g.groups[2], 21, "whoever came meanwhile is asked for together")
	require.Len(t, g.groups, 3+21, "and alone, when that fails by one of them")
}

func TestTogetherSurvivesAPanic(t *testing.T) {
	t.Parallel()
	first := true
	together := storage.NewTogether(func(_ context.Context, list []int) ([]int, error) {
		if first {
			first = false
			panic("a fault of the program's")
		}
		return list, nil
	})
	require.Panics(t, func() { _, _ = together.Do(t.Context(), 1) })
	a, err := together.Do(t.Context(), 2)
	require.NoError(t, err)
	require.Equal(t, 2, a)
}

func TestTogetherHeedsAnEndedContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := storage.NewTogether(func(_ context.Context, list []int) ([]int, error) { return list, nil }).Do(ctx, 1)
	require.ErrorIs(t, err, context.Canceled)
}

func TestTogetherGivesUpADatabaseThatDoesNotAnswer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var asked atomic.Int32
		together := storage.NewTogether(func(ctx context.Context, questions []int) ([]int, error) {
			if asked.Add(1) <= 2 { // as many as may be under way at once
				<-ctx.Done()
				return nil, storage.Translate(ctx.Err())
			}
			return questions, nil
		})
		var all sync.WaitGroup
		for range 2 {
			all.Go(func() {
				_, err := together.Do(t.Context(), 1)
				if errs.KindOf(err) != errs.Unavailable {
					t.Error(err)
				}
			})
		}
		all.Wait()
		a, err := together.Do(t.Context(), 7)
		require.NoError(t, err)
		require.Equal(t, 7, a)
	})
}
