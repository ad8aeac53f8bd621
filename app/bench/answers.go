package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"

	"kontor/domain/ids"
)

// delivering is how many answers a worker of Kontor's delivers at once, and as many tasks asynq is given.
const delivering = 64

// comment is the request by which somebody writes on a task.
func comment(cookie string, task ids.ID, text, visibility string) []byte {
	body, _ := json.Marshal(map[string]any{"text": text, "visibility": visibility, "undo_seconds": 0}) //nolint:errcheck,errchkjson // plain values
	return request("POST", "/api/v1/tasks/"+task.String()+"/comments", body, cookie)
}

// answers measures how fast answers that are written go out.
func (b *bench) answers(ctx context.Context) error {
	set, err := b.workOn(ctx, going(b.Intake))
	if err != nil {
		return err
	}
	people, settings := newCrowd(set, 0), b.settings(workName, "answers")
	if b.Answers > len(people.Some) {
		return fmt.Errorf("%d answers need as many conversations: there are %d", b.Answers, len(people.Some))
	}
	return b.rounds("answers delivered", func(n int) error {
		var rate, than float64
		err := inTurn(n, func() (err error) {
			rate, err = b.delivered(ctx, people, settings)
			return err
		}, func() (err error) {
			than, err = b.handled(ctx)
			return err
		})
		b.report.add("7", rate, than)
		return err
	})
}

// delivered has answers written, starts a worker, and returns how many a second the platform had and were known to be sent.
func (b *bench) delivered(ctx context.Context, people *crowd, settings []string) (float64, error) {
	if err := b.exec(ctx, workName, "DELETE FROM messages", "DELETE FROM attempts", "DELETE FROM due_work", "VACUUM ANALYZE", "CHECKPOINT"); err != nil {
		return 0, err
	}
	b.sink.reset()
	p, err := b.serve(ctx, settings, "--http-only")
	if err != nil {
		return 0, err
	}
	defer p.kill()
	cookie, err := signIn(ctx, p.addr, *people.customer)
	if err != nil {
		return 0, err
	}
	_, err = drive{addr: p.addr, conns: 8, count: b.Answers, want: http.StatusCreated, next: func(n int) []byte {
		return comment(cookie, people.some(n), "Yes, it is still available, and we pack it as a gift with pleasure.", "public")
	}}.run(ctx)
	p.kill()
	if err != nil {
		return 0, err
	}
	rate, err := b.worked(ctx, settings, "SELECT count(*) FROM messages WHERE state IN ('queued', 'sending')")
	if err != nil {
		return 0, err
	}
	sent, twice := b.sink.taken()
	known, err := b.count(ctx, "SELECT count(*) FROM messages WHERE state = 'sent'")
	if err == nil && (sent != b.Answers || twice > 0 || known != sent) {
		err = fmt.Errorf("%w: of %d answers %d came to the platform, %d of them twice, and %d are known to be sent", errDelivery, b.Answers, sent, twice, known)
	}
	return rate, err
}

var errDelivery = errors.New("answers were not delivered once each")

// handled has the queue itself, without any of ours, work on as many empty tasks, and returns how many a second.
func (b *bench) handled(ctx context.Context) (float64, error) {
	o, err := redis.ParseURL(b.redisURL)
	if err != nil {
		return 0, err
	}
	client := asynq.NewClientFromRedisClient(redis.NewClient(o))
	defer func() { _ = client.Close() }()
	payload := make([]byte, 450)
	const queue = "kontor_bench"
	for range b.Answers {
		if _, err := client.EnqueueContext(ctx, asynq.NewTask("empty", payload), asynq.Queue(queue), asynq.MaxRetry(1)); err != nil {
			return 0, err
		}
	}
	var done, first atomic.Int64
	finished := make(chan struct{})
	server := asynq.NewServerFromRedisClient(redis.NewClient(o), asynq.Config{
		Concurrency: delivering, Queues: map[string]int{queue: 1}, LogLevel: asynq.FatalLevel, TaskCheckInterval: 20 * time.Millisecond,
	})
	if err := server.Start(asynq.HandlerFunc(func(context.Context, *asynq.Task) error {
		first.CompareAndSwap(0, time.Now().UnixNano())
		if done.Add(1) == int64(b.Answers) {
			close(finished)
		}
		return nil
	})); err != nil {
		return 0, err
	}
	defer server.Shutdown()
	select {
	case <-finished:
		return perSecond(b.Answers, time.Since(time.Unix(0, first.Load()))), nil
	case <-ctx.Done():
		return 0, ctx.Err()
	case <-time.After(patience):
		return 0, errors.New("asynq does not finish")
	}
}

// notes measures how fast what staff write down is accepted.
func (b *bench) notes(ctx context.Context) error {
	set, err := b.workOn(ctx, going(b.Intake))
	if err != nil {
		return err
	}
	people, settings := newCrowd(set, 0), b.settings(workName, "notes")
	return b.rounds("notes", func(int) error {
		d, err := b.noted(ctx, people, settings)
		if err != nil {
			return err
		}
		b.report.note("13", "p50 %s, p99 %s ms", short(d.times.at(0.5)), short(d.times.at(0.99)))
		return b.besideLibredesk(ctx, "13", d.rate(), b.Intake)
	})
}

func (b *bench) noted(ctx context.Context, people *crowd, settings []string) (driven, error) {
	const internal = "SELECT count(*) FROM comments WHERE visibility = 'internal'"
	if err := b.exec(ctx, workName, "CHECKPOINT"); err != nil {
		return driven{}, err
	}
	p, err := b.serve(ctx, settings)
	if err != nil {
		return driven{}, err
	}
	defer p.kill()
	cookie, err := signIn(ctx, p.addr, *people.customer)
	if err != nil {
		return driven{}, err
	}
	before, err := b.count(ctx, internal)
	if err != nil {
		return driven{}, err
	}
	d, err := drive{addr: p.addr, conns: 8, last: b.Last, want: http.StatusCreated, next: func(n int) []byte {
		return comment(cookie, people.some(n*7919), "Asked the warehouse, they look on Monday.", "internal")
	}}.run(ctx)
	if err != nil {
		return d, err
	}
	p.kill()
	after, err := b.count(ctx, internal)
	if err == nil && after-before < d.good {
		err = fmt.Errorf("%w: %d of %d notes", errLost, after-before, d.good)
	}
	return d, err
}
