package crashtest

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/account"
	"kontor/domain/ids"
	"kontor/domain/outbound"
	"kontor/domain/task"
	"kontor/integrations/metasim"
)

// What a customer writes survives the program's death at any point of intake, and happens once.
func TestKilledWhileItTakesIn(t *testing.T) {
	t.Parallel()
	for _, point := range []string{
		"accept.before_insert", "accept.before_commit", "process.before_close", "process.before_commit",
	} {
		t.Run(point, func(t *testing.T) {
			t.Parallel()
			i := install(t)
			i.serve(point)
			anna, ben := i.person("Anna"), i.person("Ben")
			for n := range 3 {
				i.write(anna, fmt.Sprint("anna ", n))
				i.write(ben, fmt.Sprint("ben ", n))
			}
			i.dies()
			i.serve("")
			i.soon(30*time.Second, "everything has arrived", func() bool {
				i.sim.RetryNow()
				tasks := i.tasks()
				return len(tasks) == 2 && len(i.comments(tasks[0])) == 3 && len(i.comments(tasks[1])) == 3
			})
			for _, made := range i.tasks() {
				for n, c := range i.comments(made) {
					require.Contains(t, c.Text, fmt.Sprint(n), "in the order in which it was written")
				}
			}
		})
	}
}

// The platform has taken the answer and the program dies before it has written that down: the answer is never sent again,
// and its fate becomes known by the echo or, where none comes, by asking the platform once.
func TestKilledBetweenThePlatformsWordAndOurs(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, point string
		echo        metasim.EchoMode
	}{
		{"the_echo_tells", "deliver.after_send", metasim.EchoAfter},
		{"the_platform_tells", "deliver.after_send", metasim.EchoNever},
		{"it_was_written_down", "deliver.after_record", metasim.EchoNever},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			i := install(t)
			_, err := i.sim.ChangePage(i.page.ID, func(p *metasim.Page) { p.Echo, p.NoDeliveries = test.echo, true })
			require.NoError(t, err)
			i.serve(test.point)
			i.write(i.person("Anna"), "hello")
			i.soon(20*time.Second, "a task", func() bool { return len(i.tasks()) == 1 })
			made := i.tasks()[0]
			first := i.answer(made, "the first answer")
			i.dies()
			require.Len(t, i.sim.Ledger(metasim.LedgerQuery{}), 1, "the platform has it")
			second := i.answer(made, "the second answer")
			i.serve("")
			i.soon(60*time.Second, "both are known to be sent", func() bool {
				return i.message(first).State == outbound.Sent && i.message(second).State == outbound.Sent
			})
			sent := i.sim.Ledger(metasim.LedgerQuery{})
			require.Len(t, sent, 2, "the platform has each once")
			require.Equal(t, []string{"the first answer", "the second answer"}, []string{sent[0].Text, sent[1].Text})
			require.Equal(t, sent[0].MID, *i.message(first).ExternalID)
			require.Len(t, i.comments(made), 3)
		})
	}
}

// The program dies after it has written down that it is about to send: nobody can know whether it has, so that it does not
// try again, and says so. What comes after it waits.
func TestKilledBeforeTheCall(t *testing.T) {
	t.Parallel()
	i := install(t)
	i.serve("deliver.after_attempt")
	i.write(i.person("Anna"), "hello")
	i.soon(20*time.Second, "a task", func() bool { return len(i.tasks()) == 1 })
	made := i.tasks()[0]
	first := i.answer(made, "the first answer")
	i.dies()
	second := i.answer(made, "the second answer")
	i.serve("")
	i.soon(60*time.Second, "the platform was asked", func() bool {
		return i.message(first).State == outbound.Unconfirmed && i.message(first).CheckedAt != nil
	})
	require.Empty(t, i.sim.Ledger(metasim.LedgerQuery{}))
	require.Equal(t, outbound.Queued, i.message(second).State)

	_, err := i.hands.Services.Outbound.Settle(t.Context(), i.owner, i.message(first).ID, false)
	require.NoError(t, err)
	_, err = i.hands.Services.Outbound.Retry(t.Context(), i.owner, i.message(first).ID)
	require.NoError(t, err)
	i.soon(30*time.Second, "a person says it did not arrive, and both go out", func() bool {
		return len(i.sim.Ledger(metasim.LedgerQuery{})) == 2
	})
	i.settled()
	i.checkAnswers()
}

// A wiped Redis takes rings with it and nothing else.
func TestRedisIsWiped(t *testing.T) {
	t.Parallel()
	i := installApart(t)
	i.serve("")
	people := []metasim.Person{i.person("Anna"), i.person("Ben"), i.person("Cleo")}
	const rounds = 10
	for n := range rounds {
		for _, p := range people {
			i.write(p, fmt.Sprint("message ", n))
		}
		for _, made := range i.tasks() {
			i.answer(made, fmt.Sprint("answer ", n, " to ", made.Number))
		}
		require.NoError(t, i.redis.FlushAll(t.Context()).Err())
	}
	i.soon(30*time.Second, "every message has arrived", func() bool { return len(i.written()) == rounds*len(people) })
	i.settled()
	i.checkAnswers()
}

// written are the comments that customers wrote, by the platform's id.
func (i *installation) written() map[string]task.Comment {
	i.t.Helper()
	all := map[string]task.Comment{}
	for _, made := range i.tasks() {
		for _, c := range i.comments(made) {
			if c.AuthorKind == account.Contact {
				require.NotContains(i.t, all, *c.ExternalID, "it is there once")
				all[*c.ExternalID] = c
			}
		}
	}
	return all
}

// answers are the messages to the platform, by their mark.
func (i *installation) answers() map[string]outbound.Message {
	i.t.Helper()
	all := map[string]outbound.Message{}
	for _, made := range i.tasks() {
		var public []ids.ID
		for _, c := range i.comments(made) {
			if c.AuthorKind == account.Staff && c.Visibility == task.Public {
				public = append(public, c.ID)
			}
		}
		found, err := i.hands.Services.Outbound.Of(i.t.Context(), made.AccountID, public)
		require.NoError(i.t, err)
		for _, messages := range found {
			for _, m := range messages {
				all[m.Token] = m
			}
		}
	}
	return all
}

// settled waits until every answer has come to rest: it is known to have been sent, or waits for a person's word, or for a
// message of its conversation that does.
func (i *installation) settled() {
	i.t.Helper()
	i.soon(60*time.Second, "every answer comes to rest", func() bool {
		all := i.answers()
		waits := map[ids.ID]bool{}
		for _, m := range all {
			if m.State == outbound.Unconfirmed && m.CheckedAt != nil {
				waits[m.ConversationID] = true
			}
		}
		for _, m := range all {
			open := m.State == outbound.Queued || m.State == outbound.Sending || m.State == outbound.Unconfirmed
			if open && !waits[m.ConversationID] {
				return false
			}
		}
		return true
	})
}

// checkAnswers compares what the program believes with what the platform has accepted.
func (i *installation) checkAnswers() {
	i.t.Helper()
	require.Empty(i.t, i.sim.Doubles(), "nothing was sent twice")
	all := i.answers()
	accepted := map[string]bool{}
	for _, sent := range i.sim.Ledger(metasim.LedgerQuery{}) {
		require.Contains(i.t, all, sent.Metadata, "nobody wrote %q", sent.Text)
		accepted[sent.Metadata] = true
	}
	for token, m := range all {
		switch m.State {
		case outbound.Sent, outbound.Delivered, outbound.Read:
			require.True(i.t, accepted[token], "%q is believed to be sent", m.Text)
		case outbound.Queued:
			require.False(i.t, accepted[token], "%q is believed to be waiting", m.Text)
		case outbound.Unconfirmed: // that is what it says
		default:
			require.Fail(i.t, "an answer is given up", "%s %q", m.State, m.Text)
		}
	}
}

// dose is for how many seconds processes die at random; KONTOR_CRASH_SECONDS gives more of it, KONTOR_CRASH_SEED the same again.
const dose = 8

// Customers write, staff answers, and processes die at any moment, by accident or at a fault point. In the end every message
// is there once, every answer went out at most once, and what the program believes is true.
func TestKilledAtAnyMoment(t *testing.T) {
	t.Parallel()
	seed, err := strconv.ParseUint(cmp.Or(os.Getenv("KONTOR_CRASH_SEED"), strconv.FormatUint(rand.Uint64(), 10)), 10, 64)
	require.NoError(t, err)
	seconds, err := strconv.Atoi(cmp.Or(os.Getenv("KONTOR_CRASH_SECONDS"), strconv.Itoa(dose)))
	require.NoError(t, err)
	t.Logf("KONTOR_CRASH_SEED=%d", seed)
	dice := rand.New(rand.NewPCG(seed, seed)) //nolint:gosec // repeatable, not secret

	i := install(t)
	var people []metasim.Person
	for n := range 6 {
		people = append(people, i.person(fmt.Sprint("Person", n)))
	}
	i.sim.ChangeWebhooks(func(w *metasim.Webhooks) { w.Copies, w.Batch, w.Parallel = 2, 3, 4 })
	points := []string{
		"accept.before_insert:3", "accept.before_commit:5", "process.before_close:4", "process.before_commit:6",
		"deliver.after_send:2", "deliver.after_record:3", "", "",
	}
	i.serve("")
	wrote, answered, deaths := 0, 0, 0
	pace := time.NewTicker(10 * time.Millisecond)
	defer pace.Stop()
	for range seconds * 100 {
		<-pace.C
		switch n := dice.IntN(100); {
		case n < 60:
			wrote++
			i.write(people[dice.IntN(len(people))], fmt.Sprint("message ", wrote))
		case n < 85:
			if tasks := i.tasks(); len(tasks) > 0 {
				answered++
				i.answer(tasks[dice.IntN(len(tasks))], fmt.Sprint("answer ", answered))
			}
		case n < 88 && i.redis != nil:
			require.NoError(t, i.redis.FlushAll(t.Context()).Err())
		case n < 90:
			victim := i.server
			if i.split && dice.IntN(2) == 0 {
				victim = i.worker
			}
			victim.kill()
		}
		if i.server.dead() || i.split && i.worker.dead() {
			deaths++
			i.serve(points[dice.IntN(len(points))])
		}
	}
	i.server.kill()
	if i.split {
		i.worker.kill()
	}
	i.serve("")
	i.soon(60*time.Second, "every message arrives", func() bool {
		i.sim.RetryNow()
		return len(i.written()) == wrote
	})
	i.settled()
	i.checkAnswers()
	require.Len(t, i.tasks(), len(i.conversations()), "one task for each conversation")
	require.Positive(t, answered)
	require.Positive(t, deaths)
	t.Logf("%d messages, %d answers, %d deaths", wrote, answered, deaths)
}

func (i *installation) conversations() map[ids.ID]bool {
	i.t.Helper()
	all := map[ids.ID]bool{}
	for _, c := range i.written() {
		all[*c.ConversationID] = true
	}
	return all
}
