package crashtest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/outbound"
	"kontor/integrations/metasim"
)

// Both processes are told to end while calls to the platform are under way, and the next ones begin: what was under way ends
// in its own process, and nothing is tried again.
func TestPeerBug_AsynqDeployWithSendsInFlight(t *testing.T) {
	t.Parallel()
	i := install(t)
	_, err := i.sim.ChangePage(i.page.ID, func(p *metasim.Page) { p.NoDeliveries = true })
	require.NoError(t, err)
	i.serve("")
	const people = 4
	for n := range people {
		i.write(i.person(fmt.Sprint("Person ", n)), "hello")
	}
	i.soon(20*time.Second, "tasks", func() bool { return len(i.tasks()) == people })
	_, err = i.sim.AddFault(metasim.Fault{Call: "send", Count: people, DelayMS: 3000}) // longer than a lease
	require.NoError(t, err)
	for _, made := range i.tasks() {
		i.answer(made, "in flight")
	}
	i.soon(20*time.Second, "the platform has them, and has not answered", func() bool { return len(i.accepted()) == people })
	old := []*process{i.server}
	if i.split {
		old = append(old, i.worker)
		i.server, i.worker = nil, nil
		i.serve("") // beside the old ones
	}
	for _, p := range old {
		p.ends(t)
	}
	i.serve("")
	for _, made := range i.tasks() {
		i.answer(made, "afterwards")
	}
	i.soon(30*time.Second, "all are sent", func() bool { return len(i.accepted()) == 2*people })
	i.settled()
	i.checkAnswers()
	for _, m := range i.answers() {
		require.Equal(t, 1, m.Attempts)
		require.Equal(t, outbound.Sent, m.State)
	}
	for _, made := range i.tasks() {
		require.Len(t, i.comments(made), 3)
	}
}

// A newer version widens the schema while the older one works, and both go on side by side: nothing is lost, nothing is set
// aside, nothing happens twice. SQLite has one process, so that the newer one follows the older, and the older the newer.
func TestPeerBug_ChatwootOldWorkersOnANewSchema(t *testing.T) {
	t.Parallel()
	i := install(t)
	i.serve("")
	anna, ben := i.person("Anna"), i.person("Ben")
	wrote := 0
	talk := func(rounds int) {
		for range rounds {
			wrote += 2
			i.write(anna, fmt.Sprint("anna ", wrote))
			i.write(ben, fmt.Sprint("ben ", wrote))
			i.soon(30*time.Second, "both have arrived", func() bool {
				i.sim.RetryNow()
				return len(i.written()) == wrote
			})
			for _, made := range i.tasks() {
				i.answer(made, fmt.Sprint("answer ", wrote))
			}
		}
	}
	talk(5)                             // every connection has prepared its statements
	i.hands.DB.SQL().SetMaxIdleConns(0) // who looks on prepares nothing
	older := i.environ
	newer := append(slices.Clone(older), "KONTOR_AHEAD=1")
	if i.split {
		oldServer, oldWorker := i.server, i.worker
		i.server, i.worker, i.environ = nil, nil, newer
		i.serve("")
		talk(5)
		i.worker.kill() // what is left are the older worker and the newer server
		talk(5)
		oldServer.kill()
		oldWorker.kill()
	} else {
		i.server.kill()
		i.environ = newer
		i.serve("")
		talk(5)
		i.kill()
		i.environ = older
	}
	i.serve("")
	talk(5)
	i.settled()
	i.checkAnswers()
	require.Len(t, i.tasks(), 2)
	i.soon(30*time.Second, "everything is processed, the last receipts too", func() bool {
		var open int
		require.NoError(t, i.hands.DB.SQL().QueryRowContext(t.Context(),
			"SELECT count(*) FROM inbound_events WHERE state NOT IN ('processed', 'ignored')").Scan(&open))
		return open == 0
	})
}

// Two servers and three workers share what there is to do.
func TestPeerBug_LibredeskSeveralReplicas(t *testing.T) {
	t.Parallel()
	i := installApart(t)
	i.serve("")
	i.start("", "listening", "serve", "--http-only")
	i.start("", "working", "worker")
	i.start("", "working", "worker")
	i.sim.ChangeWebhooks(func(w *metasim.Webhooks) { w.Copies, w.Parallel = 2, 8 })
	const people, each = 8, 4
	var list []metasim.Person
	for n := range people {
		list = append(list, i.person(fmt.Sprint("Person ", n)))
	}
	for n := range each {
		for _, p := range list {
			i.write(p, fmt.Sprint("message ", n))
		}
		for _, made := range i.tasks() {
			i.answer(made, fmt.Sprint("answer ", n))
		}
	}
	i.soon(30*time.Second, "everything has arrived", func() bool { return len(i.written()) == people*each })
	i.settled()
	i.checkAnswers()
	require.Len(t, i.tasks(), people)
	inOrder := map[string][]string{}
	for _, sent := range i.accepted() {
		inOrder[sent.PSID] = append(inOrder[sent.PSID], sent.Text)
	}
	for _, texts := range inOrder {
		require.True(t, slices.IsSorted(texts), texts)
	}
}
