package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"
)

// Redis is a connection to Redis, or the embedded one that lives in this process and forgets everything with it.
type Redis struct {
	asynq.RedisConnOpt
	Client   redis.UniversalClient
	embedded *miniredis.Miniredis
	stop     chan struct{}
}

// OpenRedis connects to the Redis that a URL names (parse says how), or starts the embedded one when there is none. Redis need
// not be there: rings come late then.
func OpenRedis(url string) (*Redis, error) {
	r := &Redis{stop: make(chan struct{})}
	if url == "" {
		r.embedded = miniredis.NewMiniRedis()
		if err := r.embedded.Start(); err != nil {
			return nil, fmt.Errorf("start the embedded queue: %w", err)
		}
		r.RedisConnOpt = asynq.RedisClientOpt{Addr: r.embedded.Addr()}
		go r.tick()
	} else {
		opt, err := parse(url)
		if err != nil {
			return nil, fmt.Errorf("read the Redis URL: %w", err)
		}
		r.RedisConnOpt = opt
	}
	client, ok := r.MakeRedisClient().(redis.UniversalClient)
	if !ok {
		return nil, fmt.Errorf("connect to Redis: unknown client")
	}
	r.Client = client
	return r, nil
}

// LogTo has what the client of Redis notices by itself, as that it cannot connect, told to a log. It holds for the process.
func LogTo(log *slog.Logger) { redis.SetLogger(clientLog{log}) }

type clientLog struct{ log *slog.Logger }

// Printf is what the client calls.
func (l clientLog) Printf(ctx context.Context, format string, values ...any) {
	l.log.WarnContext(ctx, "redis", "said", fmt.Sprintf(format, values...))
}

// tick moves the embedded Redis' clock, without which nothing in it ever expires.
func (r *Redis) tick() {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-r.stop:
			return
		case <-ticker.C:
			r.embedded.FastForward(time.Second)
		}
	}
}

// Embedded tells whether it lives in this process.
func (r *Redis) Embedded() bool { return r.embedded != nil }

// Close closes the connection, and ends the embedded Redis.
func (r *Redis) Close() error {
	close(r.stop)
	err := r.Client.Close()
	if r.embedded != nil {
		r.embedded.Close()
	}
	return err
}
