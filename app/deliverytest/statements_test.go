package deliverytest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/contact"
	"kontor/domain/inbound"
	"kontor/domain/outbound"
	"kontor/domain/storage"
	"kontor/domain/task"
	"kontor/integrations/metasim"
)

// Each statement on the way of a message and its answer fails once, one after the other and in three ways: the database is
// away, it gives the transaction up, or nobody knows why. In the end everything is there once all the same; what failed without
// a known reason may have been set aside, and is processed again by hand.
func TestPeerBug_LibredeskEachStatementFails(t *testing.T) {
	t.Parallel()
	for name, failure := range map[string]error{
		"away": storage.ErrUnavailable, "given_up": storage.ErrAborted, "unknown": errors.New("nobody knows"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := play(t)
			failed := 0
			for nth := 1; ; nth++ {
				if !w.conversation(nth, failure) {
					break
				}
				failed++
			}
			t.Logf("%d statements failed, each in its turn", failed)
			require.Greater(t, failed, 30)
			people, _, err := w.Contacts.List(w.Ctx(), w.Account.ID, contact.Filter{}, storage.Page{Limit: storage.MaxLimit})
			require.NoError(t, err)
			require.Len(t, people, failed+1)
			require.Len(t, w.AllTasks(), failed+1)
			require.Empty(t, w.sim.Doubles())
		})
	}
}

// conversation has somebody new write, and answers them, while the nth statement fails; false when there are not so many.
func (w *world) conversation(nth int, failure error) (failed bool) {
	w.T.Helper()
	name := fmt.Sprint("Person ", nth)
	p, err := w.sim.AddPerson(metasim.Person{FirstName: name})
	require.NoError(w.T, err)
	n := 0
	act := func(do func()) { // what the test asks itself does not count
		w.Fail(func(string) error {
			if n++; n == nth {
				failed = true
				return failure
			}
			return nil
		})
		defer w.Fail(nil)
		do()
	}
	_, err = w.sim.Write(metasim.Write{Page: w.page.ID, Person: p.ID, Text: "hello from " + name})
	require.NoError(w.T, err)
	act(w.arrive)
	w.tellAgain()
	made := w.taskOf("hello from " + name)
	var c task.Comment
	answer := func() {
		c, err = w.Tasks.AddComment(w.Ctx(), w.Owner, made.ID, task.NewComment{Text: "answer", Visibility: task.Public})
	}
	if act(answer); err != nil { // a person tries again
		act(answer)
	}
	require.NoError(w.T, err)
	for tries := 0; w.state(c) != outbound.Sent && tries < 20; tries++ {
		act(w.deliverOnce)
		act(w.arrive)
		w.tellAgain()
		w.Clock.Add(15 * time.Second) // leases end, and the platform is asked
	}
	require.Equal(w.T, outbound.Sent, w.state(c), "statement %d", nth)
	require.Equal(w.T, []string{"answer"}, w.sent(made), "statement %d", nth)
	require.ElementsMatch(w.T, []string{"hello from " + name, "answer"}, w.Texts(made), "statement %d", nth)
	return failed
}

// arrive lets everything arrive that the platform has to tell, and takes it in; what fails stays due.
func (w *world) arrive() {
	w.T.Helper()
	require.NoError(w.T, w.sim.Flush(w.Ctx()))
	for {
		if n, err := w.Inbound.Process(w.Ctx()); n == 0 || err != nil {
			return
		}
	}
}

// tellAgain has the platform tell once more what was not stored, what was stored taken in, and what was set aside processed by hand.
func (w *world) tellAgain() {
	w.T.Helper()
	w.sim.RetryNow()
	w.arrive()
	aside, _, err := w.Inbound.Events(w.Ctx(), w.Account.ID, inbound.Filter{State: inbound.Failed}, storage.Page{})
	require.NoError(w.T, err)
	if len(aside) > 0 {
		_, err = w.Inbound.Replay(w.Ctx(), w.Owner, inbound.Filter{State: inbound.Failed})
		require.NoError(w.T, err)
		w.Fetch(inbound.ReplayQueue)
		w.Process()
	}
}

func (w *world) taskOf(snippet string) task.Task {
	w.T.Helper()
	for _, x := range w.AllTasks() {
		if x.Snippet == snippet {
			return x
		}
	}
	w.T.Fatalf("%q became no task", snippet)
	return task.Task{}
}

// deliverOnce does what is due; what fails stays due.
func (w *world) deliverOnce() {
	lanes, err := w.Outbound.Claim(w.Ctx(), 10)
	if err != nil {
		return
	}
	for _, l := range lanes {
		_ = w.Outbound.Deliver(w.Ctx(), l)
	}
}
