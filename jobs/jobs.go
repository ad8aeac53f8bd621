// Package jobs runs what happens later, and is the only one that knows asynq. The rows of the database say what is to be
// done; a job is only the ring that saves a worker the wait for its next look, which comes every two seconds anyway. So a
// ring may be lost, doubled or late, Redis may be wiped or away, and the work still gets done, once.
//
// The list of queues is in queues.go; how a worker goes about one in loop.go; rings between processes in bell.go.
package jobs

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/hibiken/asynq"
)

// Worker works through queues until it is stopped.
type Worker struct {
	loops  []*loop
	bell   *Bell
	server *asynq.Server // of the rings of other processes; nil on the embedded Redis, which has none
	log    *slog.Logger
}

// Grace is how long work that has begun may go on after a stop: the longest call, and some.
const Grace = 100 * time.Second

// looksAtOnce is how many queues look for work at the same time. They all do when a process starts, and each would open a
// connection to the database for it.
const looksAtOnce = 4

// NewWorker makes a worker for queues. It answers the bell's rings, and those that other processes send through Redis.
func NewWorker(redis *Redis, bell *Bell, log *slog.Logger, queues ...Queue) *Worker {
	w := &Worker{bell: bell, log: log}
	looks := make(chan struct{}, looksAtOnce)
	for _, q := range queues {
		l := newLoop(q, log)
		l.looks = looks
		w.loops = append(w.loops, l)
		bell.answer(q.Name, l.ring)
	}
	if !redis.Embedded() {
		w.server = asynq.NewServer(redis, asynq.Config{
			Concurrency:       4,
			Queues:            map[string]int{ringQueue: 1},
			TaskCheckInterval: checkInterval,
			ShutdownTimeout:   time.Second,
			Logger:            asynqLog{log},
			LogLevel:          asynq.WarnLevel,
		})
	}
	return w
}

// Run works until the context ends, then lets what has begun come to its end, at most for Grace.
func (w *Worker) Run(ctx context.Context) error {
	if err := w.hear(); err != nil {
		return err
	}
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	var wg sync.WaitGroup
	for _, l := range w.loops {
		wg.Go(func() { l.run(ctx, work) })
	}
	<-ctx.Done()
	if w.server != nil {
		defer w.server.Shutdown()
		w.server.Stop()
	}
	last := time.AfterFunc(Grace, cancel)
	defer last.Stop()
	wg.Wait()
	return nil
}

// checkInterval is how often asynq looks for rings. Its own second would be the longest part of a delivery.
const checkInterval = 20 * time.Millisecond

// hear begins to answer the rings of other processes.
func (w *Worker) hear() error {
	if w.server == nil {
		return nil
	}
	mux := asynq.NewServeMux()
	mux.HandleFunc(ringTask, func(_ context.Context, t *asynq.Task) error {
		w.bell.ringHere(string(t.Payload()))
		return nil
	})
	return w.server.Start(mux)
}

// asynqLog passes asynq's messages on.
type asynqLog struct{ log *slog.Logger }

func (l asynqLog) Debug(args ...any) { l.write(slog.LevelDebug, args) }
func (l asynqLog) Info(args ...any)  { l.write(slog.LevelInfo, args) }
func (l asynqLog) Warn(args ...any)  { l.write(slog.LevelWarn, args) }
func (l asynqLog) Error(args ...any) { l.write(slog.LevelError, args) }
func (l asynqLog) Fatal(args ...any) { l.write(slog.LevelError, args) }

func (l asynqLog) write(level slog.Level, args []any) {
	l.log.Log(context.Background(), level, //nolint:forbidigo // asynq gives none
		"asynq", "message", args)
}
