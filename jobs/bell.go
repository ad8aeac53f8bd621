package jobs

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hibiken/asynq"
)

// The one asynq task and queue: a ring, whose payload is the name of the work's queue.
const (
	ringTask  = "kontor:ring"
	ringQueue = "kontor"
)

// Bell wakes workers: directly those of this process, through Redis those of others. It implements due.Bell.
type Bell struct {
	client *asynq.Client
	log    *slog.Logger
	mu     sync.RWMutex
	here   map[string]func()
	away   map[string]*atomic.Int32
	failed atomic.Bool
}

// NewBell makes a bell.
func NewBell(redis asynq.RedisConnOpt, log *slog.Logger) *Bell {
	return &Bell{client: asynq.NewClient(redis), log: log, here: map[string]func(){}, away: map[string]*atomic.Int32{}}
}

// Close closes the connection to Redis.
func (b *Bell) Close() error { return b.client.Close() }

// answer makes f answer the rings of a queue in this process.
func (b *Bell) answer(queue string, f func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.here[queue] = f
}

// Answer has f called for every ring of a queue that no worker works on, as the feed's. f must not block.
func (b *Bell) Answer(queue string, f func()) { b.answer(queue, f) }

// Ring wakes the workers of a queue. It never blocks.
func (b *Bell) Ring(queue string) {
	if !b.ringHere(queue) {
		b.ringAway(queue)
	}
}

// ringHere wakes the worker in this process; false when there is none.
func (b *Bell) ringHere(queue string) bool {
	b.mu.RLock()
	f := b.here[queue]
	b.mu.RUnlock()
	if f == nil {
		return false
	}
	f()
	return true
}

const (
	// ringTimeout bounds a ring through a Redis that does not answer.
	ringTimeout = time.Second
	// spacing is the least time between two rings of a queue through Redis: a queue that is rung all the time is awake anyway.
	spacing = 5 * time.Millisecond
)

// What is happening to a queue's rings through Redis.
const (
	quiet int32 = iota
	ringing
	ringAgain // somebody rang meanwhile
)

// ringAway sends a ring through Redis. While one is on its way, all further rings of the queue are one, which follows.
func (b *Bell) ringAway(queue string) {
	b.mu.Lock()
	state := b.away[queue]
	if state == nil {
		state = &atomic.Int32{}
		b.away[queue] = state
	}
	b.mu.Unlock()
	if state.Swap(ringAgain) != quiet {
		return
	}
	go func() {
		for next := time.NewTimer(0); ; next.Reset(spacing) {
			<-next.C
			if state.CompareAndSwap(ringing, quiet) {
				return
			}
			state.Store(ringing) // who rings from here on is heard by the next one
			b.send(queue)
		}
	}()
}

func (b *Bell) send(queue string) {
	ctx, cancel := context.WithTimeout(context.Background(), ringTimeout) //nolint:forbidigo // a ring outlives its request
	defer cancel()
	_, err := b.client.EnqueueContext(ctx, asynq.NewTask(ringTask, []byte(queue)), asynq.Queue(ringQueue),
		asynq.MaxRetry(0), asynq.Timeout(ringTimeout))
	if was := b.failed.Swap(err != nil); err != nil && !was {
		b.log.Warn("rings do not get through; workers find their work by looking", "error", err)
	} else if err == nil && was {
		b.log.Info("rings get through again")
	}
}
