package crashtest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/account"
	"kontor/domain/ids"
	"kontor/domain/task"
	"kontor/integrations/metasim"
)

// patience is how long a test waits for what comes soon on a machine that is not busy.
const patience = time.Minute

// Two servers and four workers on one PostgreSQL and one Redis. Customers write through either server and staff answer through
// either; then a server and two workers are killed, and the rest goes on. In the end there is one task for each conversation,
// everything is there once and in its order, every answer went out once, screens have heard of all of it whichever server they
// are connected to, and what happens once in a while has happened once.
func TestSeveralServersAndWorkersShareTheWork(t *testing.T) {
	t.Parallel()
	i, p := installOwn(t, "fsync=off", "full_page_writes=off")
	i.countRuns()
	f := i.sail(2, 4)
	f.sim.ChangeWebhooks(func(w *metasim.Webhooks) { w.Copies, w.Batch, w.Parallel = 2, 3, 8 })
	_, err := f.sim.ChangePage(f.page.ID, func(p *metasim.Page) { p.NoDeliveries = true })
	require.NoError(t, err)
	staff := f.client()
	screens := []*browser{f.browse(f.servers[0], staff.token), f.browse(f.servers[1], staff.token)}
	f.soon(patience, "both servers listen to each other", func() bool {
		n, err := f.redis.PubSubNumSub(t.Context(), "kontor:feed").Result()
		return err == nil && n["kontor:feed"] == 2
	})

	talk := &talk{fleet: f, staff: staff, dice: rand.New(rand.NewPCG(1, 1)), written: map[ids.ID]int{}} //nolint:gosec // repeatable
	for n := range 12 {
		talk.people = append(talk.people, f.person(fmt.Sprint("Person ", n)))
	}
	talk.goOn(150)
	for _, made := range talk.comments {
		f.soon(patience, "screens of both servers hear of it", func() bool { return screens[0].knows(made) && screens[1].knows(made) })
	}
	var conns int
	require.NoError(t, p.DB.QueryRowContext(t.Context(),
		"SELECT count(*) FROM pg_stat_activity WHERE application_name = 'kontor'").Scan(&conns))

	talk.goOn(50)
	f.servers[0].kill()
	f.workers[0].kill()
	f.workers[1].kill()
	talk.goOn(150)
	talk.goOn(0)

	f.soon(patience, "every message has arrived", func() bool {
		f.sim.RetryNow()
		return len(f.written()) == talk.said
	})
	f.delivered(talk.answered)
	f.checkAnswers()
	talk.check()
	f.soon(patience, "the screen that is left has heard of every answer", func() bool {
		return !slices.ContainsFunc(talk.comments, func(id string) bool { return !screens[1].knows(id) })
	})
	require.True(t, screens[0].cut())
	require.False(t, screens[1].cut())
	require.Positive(t, f.servers[0].taken.Load())
	require.Positive(t, f.servers[1].taken.Load())
	require.LessOrEqual(t, conns, 7*20, "each process keeps to its share of the database's connections")
	f.requireOneRunATick()
	t.Logf("%d messages, %d answers; %d and %d webhooks; %d connections", talk.said, talk.answered,
		f.servers[0].taken.Load(), f.servers[1].taken.Load(), conns)
}

// talk is what customers and staff say to each other.
type talk struct {
	*fleet
	staff    client
	dice     *rand.Rand
	people   []metasim.Person
	said     int
	answered int
	written  map[ids.ID]int // answers by task
	comments []string       // that staff have written
}

// goOn has customers write, and staff answer, so many times. With none, everybody speaks once.
func (k *talk) goOn(times int) {
	k.t.Helper()
	if times == 0 {
		for _, p := range k.people {
			k.said++
			k.write(p, fmt.Sprintf("message %03d", k.said))
		}
		k.soon(patience, "everybody has a task", func() bool {
			k.sim.RetryNow()
			return len(k.tasks()) == len(k.people)
		})
		for _, made := range k.tasks() {
			k.say(made, k.answered)
		}
		return
	}
	pace := time.NewTicker(5 * time.Millisecond)
	defer pace.Stop()
	for range times {
		<-pace.C
		if k.dice.IntN(3) > 0 {
			k.said++
			k.write(k.people[k.dice.IntN(len(k.people))], fmt.Sprintf("message %03d", k.said))
		} else if tasks := k.tasks(); len(tasks) > 0 {
			k.say(tasks[k.dice.IntN(len(tasks))], k.answered)
		}
	}
}

// say has staff answer, and write a note beside every fourth answer.
func (k *talk) say(made task.Task, n int) {
	k.t.Helper()
	k.answered++
	k.written[made.ID]++
	k.comments = append(k.comments, k.comment(k.staff, made.ID, "public", fmt.Sprintf("answer %03d", n)))
	if n%4 == 0 {
		k.comments = append(k.comments, k.comment(k.staff, made.ID, "internal", fmt.Sprintf("note %03d", n)))
	}
}

// check compares what there is with what was said.
func (k *talk) check() {
	k.t.Helper()
	require.Len(k.t, k.tasks(), len(k.people), "one task for each conversation")
	var incoming, numbers []string
	for _, made := range k.tasks() {
		numbers = append(numbers, fmt.Sprint(made.Number))
		var theirs, ours []string
		for _, c := range k.installation.comments(made) {
			switch {
			case c.AuthorKind == account.Contact:
				theirs = append(theirs, c.Text)
			case c.Visibility == task.Public:
				ours = append(ours, c.Text)
			}
		}
		require.True(k.t, slices.IsSorted(theirs), "what a customer wrote stands in its order: %v", theirs)
		require.Len(k.t, ours, k.written[made.ID], "every answer stands there once")
		incoming = append(incoming, theirs...)
	}
	for _, list := range [][]string{incoming, numbers} {
		slices.Sort(list)
		require.Len(k.t, slices.Compact(slices.Clone(list)), len(list), "nothing is there twice")
	}
	require.Len(k.t, incoming, k.said)
	sent := map[string][]string{}
	for _, a := range k.accepted() {
		sent[a.PSID] = append(sent[a.PSID], a.Text)
	}
	for _, texts := range sent {
		require.True(k.t, slices.IsSorted(texts), "answers of a conversation go out in their order: %v", texts)
	}
	require.Zero(k.t, k.stored("received")+k.stored("failed"))
}

// counted are jobs that happen once in a while, each of which runs one statement on a table that nothing else deletes from.
func counted() map[string]string {
	return map[string]string{"feed_events": "prune_feed", "unrouted_events": "prune_unrouted"}
}

// countRuns has the database count how often those jobs run.
func (i *installation) countRuns() {
	i.t.Helper()
	statements := []string{
		"CREATE TABLE test_runs (job TEXT NOT NULL)",
		`CREATE FUNCTION test_run() RETURNS trigger LANGUAGE plpgsql AS
			'BEGIN INSERT INTO test_runs VALUES (TG_ARGV[0]); RETURN NULL; END'`,
	}
	for table, job := range counted() {
		statements = append(statements, fmt.Sprintf(
			"CREATE TRIGGER test_run AFTER DELETE ON %s FOR EACH STATEMENT EXECUTE FUNCTION test_run('%s')", table, job))
	}
	for _, s := range statements {
		_, err := i.hands.DB.SQL().ExecContext(i.t.Context(), s)
		require.NoError(i.t, err)
	}
}

// requireOneRunATick compares how often jobs have run with how often it was their time.
func (i *installation) requireOneRunATick() {
	i.t.Helper()
	for _, job := range counted() {
		var ran, ticks int
		require.NoError(i.t, i.hands.DB.SQL().QueryRowContext(i.t.Context(), `SELECT
			(SELECT count(*) FROM test_runs WHERE job = $1), (SELECT count(DISTINCT tick) FROM job_ticks WHERE job = $1)`, job).Scan(&ran, &ticks))
		require.Positive(i.t, ticks, job)
		require.Equal(i.t, ticks, ran, "%s runs once a tick, whoever does it", job)
	}
}
