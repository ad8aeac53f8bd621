package realtime_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/app/realtime"
	"kontor/domain/clock"
	"kontor/domain/clock/clocktest"
	"kontor/domain/feed"
	"kontor/domain/ids"
	"kontor/domain/storage"
	"kontor/domain/storage/storagetest"
	"kontor/jobs"
)

type hubBell struct{ hub *realtime.Hub }

func (b *hubBell) Ring(string) { b.hub.Ring() }

func setup(t *testing.T) (*realtime.Hub, *feed.Feed, *storage.DB) {
	t.Helper()
	db := storagetest.New(t)
	bell := &hubBell{}
	f := feed.New(storage.NewEverywhere(db), clock.System{}, bell)
	bell.hub = realtime.NewHub(f, clock.System{}, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { bell.hub.Run(ctx); close(done) }()
	t.Cleanup(func() { cancel(); <-done })
	return bell.hub, f, db
}

func next(t *testing.T, l *realtime.Listener) feed.Event {
	t.Helper()
	select {
	case e, ok := <-l.Events:
		require.True(t, ok)
		return e
	case <-time.After(clocktest.Patience):
		require.Fail(t, "no event came")
		return feed.Event{}
	}
}

func TestListenersHearTheirAccountOnceAndOnlyAfterTheCommit(t *testing.T) {
	t.Parallel()
	hub, f, db := setup(t)
	mine, other := ids.New(), ids.New()
	l := hub.Listen(mine)
	defer hub.Leave(l)
	taskID := ids.New()

	require.Error(t, db.Tx(t.Context(), func(ctx context.Context) error {
		require.NoError(t, f.Publish(ctx, feed.Event{AccountID: mine, Type: "rolled.back"}))
		return context.Canceled
	}))
	require.NoError(t, f.Publish(t.Context(), feed.Event{AccountID: other, Type: feed.TaskCreated}))
	for range 3 {
		require.NoError(t, f.Publish(t.Context(), feed.Event{
			AccountID: mine, Type: feed.TaskCreated, Refs: feed.Refs{TaskID: &taskID},
		}))
	}
	for range 3 {
		e := next(t, l)
		require.Equal(t, feed.TaskCreated, e.Type)
		require.Equal(t, taskID, *e.Refs.TaskID)
	}
	hub.Ring()
	require.NoError(t, f.Publish(t.Context(), feed.Event{AccountID: mine, Type: "last"}))
	require.Equal(t, "last", next(t, l).Type, "nothing is told twice")
}

func TestAListenerThatFallsBehindIsLetGo(t *testing.T) {
	t.Parallel()
	hub, f, _ := setup(t)
	mine := ids.New()
	l := hub.Listen(mine)
	events := make([]feed.Event, 400)
	for i := range events {
		events[i] = feed.Event{AccountID: mine, Type: feed.TaskChanged}
	}
	require.NoError(t, f.Publish(t.Context(), events...))
	n := 0
	clocktest.Soon(t, func() bool { return hub.Listeners() == 0 }, "who does not listen is let go")
	for range l.Events {
		n++
	}
	require.Less(t, n, 400)
}

func TestRelayRingsOtherProcesses(t *testing.T) {
	t.Parallel()
	r, err := jobs.OpenRedis("")
	require.NoError(t, err)
	t.Cleanup(func() { _ = r.Close() })
	heard := make(chan struct{}, 100)
	here, there := realtime.NewRelay(r.Client, slog.Default()), realtime.NewRelay(r.Client, slog.Default())
	go there.Run(t.Context(), func() { heard <- struct{}{} })
	go here.Run(t.Context(), nil)
	clocktest.Soon(t, func() bool {
		here.Ring()
		select {
		case <-heard:
			return true
		default:
			return false
		}
	}, "the other process hears")
}
