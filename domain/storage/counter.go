package storage

import (
	"context"
	"fmt"
	"sync"

	"kontor/domain/ids"
)

// Counter hands out an account's numbers, each once. Numbers may be left out, and two processes hand out theirs from
// different blocks, so that nobody waits for another's transaction.
type Counter struct {
	every Everywhere
	name  string
	mu    sync.Mutex
	rest  map[ids.ID]block
}

// block is a range of numbers that belong to this process: next up to, not including, end.
type block struct{ next, end int64 }

// blockSize is how many numbers are taken at once.
const blockSize = 50

// NewCounter returns the counter of a name.
func NewCounter(every Everywhere, name string) *Counter {
	return &Counter{every: every, name: name, rest: map[ids.ID]block{}}
}

// Take returns n numbers of an account, in rising order.
//
// On PostgreSQL they come from blocks taken in a transaction of their own: the counter's row would otherwise be locked
// until the caller's transaction ends, and with it everybody else's. SQLite has one writer anyway and would wait for
// itself, so the numbers are taken in the caller's transaction there, and come back with it.
func (c *Counter) Take(ctx context.Context, account ids.ID, n int) ([]int64, error) {
	if c.every.db.engine == SQLite {
		b, err := c.advance(ctx, account, int64(n))
		return b.take(nil, n), err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	b := c.rest[account]
	out := b.take(nil, n)
	if missing := n - len(out); missing > 0 {
		var err error
		if b, err = c.advance(c.every.db.outside(ctx), account, int64(max(missing, blockSize))); err != nil {
			return nil, err
		}
		out = b.take(out, missing)
	}
	c.rest[account] = b
	return out, nil
}

func (b *block) take(out []int64, n int) []int64 {
	for ; n > 0 && b.next < b.end; n-- {
		out = append(out, b.next)
		b.next++
	}
	return out
}

// advance moves the stored counter on by n and returns the range passed.
func (c *Counter) advance(ctx context.Context, account ids.ID, n int64) (block, error) {
	var after []int64
	err := c.every.Select(ctx, &after, `INSERT INTO counters (account_id, name, next) VALUES (?, ?, ?)
		ON CONFLICT (account_id, name) DO UPDATE SET next = counters.next + ? RETURNING next`, account, c.name, n+1, n)
	if err != nil {
		return block{}, fmt.Errorf("take numbers: %w", err)
	}
	return block{after[0] - n, after[0]}, nil
}
