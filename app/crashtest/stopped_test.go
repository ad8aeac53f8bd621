package crashtest

import (
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/outbound"
	"kontor/domain/task"
	"kontor/integrations/metasim"
)

// stops waits until the worker has stopped itself at its fault point, and starts another where there can be one.
func (i *installation) stops() (stopped *process) {
	i.t.Helper()
	stopped = i.server
	if i.split {
		stopped = i.worker
	}
	i.soon(30*time.Second, "a process stops at its fault point", stopped.stopped)
	if i.split {
		i.worker, _ = i.start("", "working", "worker")
	}
	return stopped
}

// first has Anna write and somebody answer.
func (i *installation) first() (task.Task, task.Comment) {
	i.t.Helper()
	_, err := i.sim.ChangePage(i.page.ID, func(p *metasim.Page) { p.NoDeliveries = true }) // sent is the last state
	require.NoError(i.t, err)
	i.write(i.person("Anna"), "hello")
	i.soon(20*time.Second, "a task", func() bool { return len(i.tasks()) == 1 })
	made := i.tasks()[0]
	return made, i.answer(made, "the answer")
}

// goesOn lets a stopped process go on until it has done all that it had begun.
func (i *installation) goesOn(stopped *process) {
	i.t.Helper()
	stopped.signal(i.t, syscall.SIGCONT)
	if i.split {
		stopped.ends(i.t)
	}
}

// A worker stands still between writing down that it is about to send and sending, for longer than its lease. Another takes
// the conversation over, a person says that the answer did not arrive, and it is sent. When the first one comes back, it does
// not send what it was about to.
func TestPeerBug_ChatwootLockOutlivedByItsHolder(t *testing.T) {
	t.Parallel()
	i := install(t)
	i.serve("deliver.after_attempt:1:stop")
	_, answer := i.first()
	stopped := i.stops()
	if i.split {
		i.soon(60*time.Second, "another asks the platform", func() bool {
			return i.message(answer).State == outbound.Unconfirmed && i.message(answer).CheckedAt != nil
		})
		require.Empty(t, i.accepted())
		_, err := i.hands.Services.Outbound.Settle(t.Context(), i.owner, i.message(answer).ID, false)
		require.NoError(t, err)
		_, err = i.hands.Services.Outbound.Retry(t.Context(), i.owner, i.message(answer).ID)
		require.NoError(t, err)
		i.soon(60*time.Second, "it is sent", func() bool { return i.message(answer).State == outbound.Sent })
	}
	i.goesOn(stopped)
	i.soon(30*time.Second, "it is sent", func() bool { return i.message(answer).State == outbound.Sent })
	require.Len(t, i.accepted(), 1)
	i.checkAnswers()
}

// A worker stands still between the platform's word and writing it down. Another finds out what has become of the answer. What
// the first one has to say when it comes back changes nothing.
func TestAStoppedWorkerThatComesBackChangesNothing(t *testing.T) {
	t.Parallel()
	i := install(t)
	i.serve("deliver.after_send:1:stop")
	made, answer := i.first()
	stopped := i.stops()
	require.Len(t, i.accepted(), 1)
	var before outbound.Message
	if i.split {
		// The stopped one may hold rows that the other needs, until the database ends its transactions.
		i.soon(60*time.Second, "another has found out", func() bool { return i.message(answer).State == outbound.Sent })
		before = i.message(answer)
	}
	i.goesOn(stopped)
	i.soon(30*time.Second, "it is known to be sent", func() bool { return i.message(answer).State == outbound.Sent })
	if i.split {
		after := i.message(answer)
		require.Equal(t, before.UpdatedAt, after.UpdatedAt)
		require.Equal(t, before.ExternalID, after.ExternalID)
	}
	require.Len(t, i.accepted(), 1)
	require.Len(t, i.comments(made), 2)
}

// A worker stands still in the middle of its transaction. What it holds waits for it, and in the end everything is there once,
// in order.
func TestAWorkerStopsWhileItTakesIn(t *testing.T) {
	t.Parallel()
	i := install(t)
	i.serve("process.before_commit:1:stop")
	const people, each = 6, 3
	for p := range people {
		who := i.person(fmt.Sprint("Person ", p))
		for n := range each {
			i.write(who, fmt.Sprint("message ", n))
		}
	}
	stopped := i.stops()
	i.goesOn(stopped)
	i.soon(30*time.Second, "everything has arrived", func() bool { return len(i.written()) == people*each })
	require.Len(t, i.tasks(), people)
	for _, made := range i.tasks() {
		for n, c := range i.comments(made) {
			require.Equal(t, fmt.Sprint("message ", n), c.Text, "in the order in which it was written")
		}
	}
}
