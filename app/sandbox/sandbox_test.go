package sandbox_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/app"
	"kontor/app/apptest"
	"kontor/app/sandbox"
	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/clock/clocktest"
	"kontor/domain/ids"
	"kontor/domain/outbound"
	"kontor/domain/staff"
	"kontor/domain/storage"
	"kontor/domain/task"
	"kontor/integrations/metasim"
)

// world is a running sandbox with somebody who writes.
type world struct {
	*sandbox.Sandbox
	t    *testing.T
	log  *logged
	anna metasim.Person

	remembered map[string]ids.ID // events by the bodies that brought them
}

// logged is what the program writes to its log.
type logged struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logged) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(line)
}

// String returns everything that was written.
func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func start(t *testing.T) *world {
	t.Helper()
	log := &logged{}
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(log.String())
		}
	})
	s, err := sandbox.New(t.Context(), sandbox.Options{
		Environ: apptest.Environ(t), Log: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelWarn})),
		App: app.Options{Relaxed: true, Hashing: staff.Hashing{Memory: 64, Iterations: 1, Parallelism: 1}},
	})
	require.NoError(t, err)
	ctx, stop := context.WithCancel(context.Background())
	ready, ended := make(chan struct{}), make(chan error, 1)
	go func() {
		ended <- s.Run(ctx, "en", func() { close(ready) })
		close(ended)
	}()
	t.Cleanup(func() {
		stop()
		require.NoError(t, errors.Join(<-ended, s.Close()))
	})
	select {
	case <-ready:
	case err := <-ended:
		require.NoError(t, err)
	}
	w := &world{Sandbox: s, t: t, log: log}
	w.anna, err = s.Sim.AddPerson(metasim.Person{FirstName: "Anna", LastName: "Berg"})
	require.NoError(t, err)
	return w
}

func (w *world) owner() account.Actor {
	return account.Actor{AccountID: w.Account.ID, Kind: account.Staff, StaffID: w.Owner.ID, Role: account.Owner, Name: w.Owner.Name}
}

func (w *world) write(text string) {
	w.t.Helper()
	_, err := w.Sim.Write(metasim.Write{Page: w.Page.ID, Person: w.anna.ID, Text: text})
	require.NoError(w.t, err)
}

// soon waits until something holds, which must be quick.
func (w *world) soon(holds func() bool, what string) {
	w.t.Helper()
	clocktest.Soon(w.t, holds, what)
}

func (w *world) tasks() []task.Task {
	w.t.Helper()
	list, _, err := w.App.Services.Tasks.List(w.t.Context(), w.Account.ID, task.Filter{}, storage.Page{})
	require.NoError(w.t, err)
	return list
}

func (w *world) comments(t task.Task) []task.Comment {
	w.t.Helper()
	list, _, err := w.App.Services.Tasks.Comments(w.t.Context(), t.AccountID, t.ID, false, storage.Page{})
	require.NoError(w.t, err)
	return list
}

func (w *world) state(c task.Comment) outbound.State {
	w.t.Helper()
	found, err := w.App.Services.Outbound.Of(w.t.Context(), c.AccountID, []ids.ID{c.ID})
	require.NoError(w.t, err)
	return outbound.Worst(found[c.ID])
}

func (w *world) answer(t task.Task, text string) task.Comment {
	w.t.Helper()
	c, err := w.App.Services.Tasks.AddComment(w.t.Context(), w.owner(), t.ID, task.NewComment{Text: text, Visibility: task.Public})
	require.NoError(w.t, err)
	return c
}

// What a newcomer does in the first minute, through the program itself and the simulated platform.
func TestTheFirstMinute(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.write("Is the table still there?")
	w.soon(func() bool { return len(w.tasks()) == 1 }, "the message becomes a task")
	made := w.tasks()[0]
	w.soon(func() bool { return w.tasks()[0].Title == "Anna Berg: Is the table still there?" }, "the profile names the task")

	c := w.answer(made, "Yes, it is")
	w.soon(func() bool { return len(w.Sim.Ledger(metasim.LedgerQuery{Page: w.Page.ID})) == 1 }, "the answer arrives")
	require.Equal(t, "Yes, it is", w.Sim.Ledger(metasim.LedgerQuery{})[0].Text)
	w.soon(func() bool { s := w.state(c); return s == outbound.Delivered || s == outbound.Sent }, "and is known to")
	_, err := w.Sim.Read(metasim.Read{Page: w.Page.ID, Person: w.anna.ID})
	require.NoError(t, err)
	w.soon(func() bool { return w.state(c) == outbound.Read }, "and read")
	require.Len(t, w.comments(made), 2, "our echo is no comment")

	off, on := false, true
	_, err = w.App.Services.Channels.Update(t.Context(), w.owner(), w.Channel.ID, channel.Change{Enabled: &off})
	require.NoError(t, err)
	w.write("while off")
	held := func() int64 {
		n, err := w.App.Services.Inbound.HeldCount(t.Context(), w.Account.ID, w.Channel.ID)
		require.NoError(t, err)
		return n
	}
	w.soon(func() bool { return held() == 1 }, "what comes meanwhile is held")
	_, err = w.App.Services.Channels.Update(t.Context(), w.owner(), w.Channel.ID, channel.Change{Enabled: &on})
	require.NoError(t, err)
	_, err = w.App.Services.Inbound.Import(t.Context(), w.owner(), w.Channel.ID)
	require.NoError(t, err)
	w.soon(func() bool { return len(w.comments(made)) == 3 }, "and imported")
}

func TestTheWindowOfTheRealClockAndThePlatforms(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.write("hello")
	w.soon(func() bool { return len(w.tasks()) == 1 }, "task")
	made := w.tasks()[0]
	_, err := w.Sim.Advance(25 * time.Hour)
	require.NoError(t, err)
	w.answer(made, "as a human")
	w.soon(func() bool { return len(w.Sim.Ledger(metasim.LedgerQuery{})) == 1 }, "the human agent gets through")
	require.Equal(t, "HUMAN_AGENT", w.Sim.Ledger(metasim.LedgerQuery{})[0].Tag)
	bot := w.owner()
	bot.Kind = account.Bot
	c, err := w.App.Services.Tasks.AddComment(t.Context(), bot, made.ID, task.NewComment{Text: "beep", Visibility: task.Public})
	require.NoError(t, err)
	require.Equal(t, outbound.Refused, w.state(c))
	_, err = w.Sim.Advance(6*24*time.Hour - 59*time.Minute)
	require.NoError(t, err)
	c = w.answer(made, "too late")
	require.Equal(t, outbound.Refused, w.state(c))
	require.Len(t, w.Sim.Ledger(metasim.LedgerQuery{}), 1)
}
