package realtime_test

import (
	"log/slog"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"kontor/app/realtime"
	"kontor/domain/clock"
	"kontor/domain/clock/clocktest"
	"kontor/domain/ids"
)

func sign(a, task ids.ID, name string, typing realtime.Typing) realtime.Sign {
	return realtime.Sign{AccountID: a, TaskID: task, StaffID: ids.ID{1}, Name: name, Tab: "one", Typing: typing}
}

func TestRoomsTellOnlyTheirAccountAndOnlyOfChanges(t *testing.T) {
	t.Parallel()
	c := clock.NewFixed(time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC))
	hub := realtime.NewHub(nil, c, slog.New(slog.DiscardHandler))
	rooms := realtime.NewRooms(hub, c, nil, slog.New(slog.DiscardHandler))
	ours, theirs, task := ids.New(), ids.New(), ids.New()
	here, elsewhere := hub.Listen(ours), hub.Listen(theirs)

	rooms.Note(sign(ours, task, "Ada", realtime.NotTyping))
	p := <-here.Present
	require.Equal(t, task, p.TaskID)
	require.Equal(t, "Ada", p.People[0].Name)
	rooms.Note(sign(ours, task, "Ada", realtime.NotTyping)) // nothing new
	rooms.Note(sign(ours, task, "Ada", realtime.TypingPublic))
	require.Equal(t, realtime.TypingPublic, (<-here.Present).People[0].Typing)
	require.Len(t, rooms.Of(ours), 1)
	require.Empty(t, rooms.Of(theirs))

	left := sign(ours, task, "Ada", realtime.NotTyping)
	left.Left = true
	rooms.Note(left)
	require.Empty(t, (<-here.Present).People)
	require.Empty(t, rooms.Of(ours))
	require.Empty(t, here.Present)
	require.Empty(t, elsewhere.Present)
}

func TestWhoseScreenIsSilentHasLeft(t *testing.T) {
	t.Parallel()
	c := clock.NewFixed(time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC))
	hub := realtime.NewHub(nil, c, slog.New(slog.DiscardHandler))
	rooms := realtime.NewRooms(hub, c, nil, slog.New(slog.DiscardHandler))
	go rooms.Run(t.Context())
	a := ids.New()
	rooms.Note(sign(a, ids.New(), "Ada", realtime.NotTyping))
	c.Add(realtime.Stay + time.Second)
	clocktest.Soon(t, func() bool { return len(rooms.Of(a)) == 0 }, "who is away is gone")
}

func TestRoomsOfSeveralProcessesAreOne(t *testing.T) {
	t.Parallel()
	server := miniredis.RunT(t)
	c := clock.System{}
	var both [2]*realtime.Rooms
	for i := range both {
		client := redis.NewClient(&redis.Options{Addr: server.Addr()})
		t.Cleanup(func() { _ = client.Close() })
		hub := realtime.NewHub(nil, c, slog.New(slog.DiscardHandler))
		both[i] = realtime.NewRooms(hub, c, client, slog.New(slog.DiscardHandler))
		go both[i].Run(t.Context())
	}
	a, task := ids.New(), ids.New()
	clocktest.Soon(t, func() bool {
		both[0].Note(sign(a, task, "Ada", realtime.NotTyping)) // until the other has subscribed
		return len(both[1].Of(a)) == 1
	}, "the other has heard of her")
	require.Equal(t, both[0].Of(a), both[1].Of(a))
}
