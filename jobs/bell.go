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
	away   map[string]*atomic.Bool
	failed atomic.Bool
}

// NewBell makes a bell.
func NewBell(redis asynq.RedisConnOpt, log *slog.Logger) *Bell {
	return &Bell{client: asynq.NewClient(redis), log: log, here: map[string]func(){}, away: map[string]*atomic.Bool{}}
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

// ringTimeout bounds a ring through a Redis that does not answer.
const ringTimeout = time.Second

// ringAway sends a ring through Redis. While one is on its way, further rings of the queue are the same one.
func (b *Bell) ringAway(queue string) {
	b.mu.Lock()
	busy := b.away[queue]
	if busy == nil {
		busy = &atomic.Bool{}
		b.away[queue] = busy
	}
	b.mu.Unlock()
	if !busy.CompareAndSwap(false, true) {
		return
	}
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), ringTimeout) //nolint:forbidigo // a ring outlives its request
		defer cancel()
		busy.Store(false) // what is put from here on rings anew
		_, err := b.client.EnqueueContext(ctx, asynq.NewTask(ringTask, []byte(queue)), asynq.Queue(ringQueue),
			asynq.MaxRetry(0), asynq.Timeout(ringTimeout))
		if was := b.failed.Swap(err != nil); err != nil && !was {
			b.log.Warn("rings do not get through; workers find their work by looking", "error", err)
		} else if err == nil && was {
			b.log.Info("rings get through again")
		}
	}()
}
