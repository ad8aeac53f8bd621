package crashtest

import (
	"cmp"
	"fmt"
	"os"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/outbound"
	"kontor/domain/task"
	"kontor/integrations/metasim"
)

// Whatever happens to Redis, what comes in becomes tasks and what people answer goes out: rows say what is to be done, and
// workers look for them without being rung.
func TestPeerBug_ChatwootWorkersIdleWhileRedisIsSick(t *testing.T) {
	t.Parallel()
	for name, harm := range map[string]func(i *installation) error{
		"away":       func(i *installation) error { i.queue.Stop(syscall.SIGKILL); return nil },
		"hangs":      func(i *installation) error { return syscall.Kill(i.queue.PID(), syscall.SIGSTOP) },
		"full":       func(i *installation) error { return i.redis.ConfigSet(i.t.Context(), "maxmemory", "1").Err() },
		"a_replica":  func(i *installation) error { return i.redis.ReplicaOf(i.t.Context(), "127.0.0.1", "1").Err() },
		"no_scripts": func(i *installation) error { return i.redis.ScriptFlush(i.t.Context()).Err() },
		"not_ours": func(i *installation) error {
			return i.redis.Eval(i.t.Context(), `for _, k in ipairs(redis.call("KEYS", "*")) do redis.call("DEL", k) redis.call("SET", k, "x") end
				redis.call("LPUSH", "asynq:{kontor}:pending", "nothing", "\255\254") return "ok"`, nil).Err()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i := installApart(t)
			i.serve("")
			anna := i.person("Anna")
			i.write(anna, "all is well")
			i.soon(30*time.Second, "it becomes a task", func() bool { return len(i.written()) == 1 })
			require.NoError(t, harm(i))
			ben := i.person("Ben")
			i.write(anna, "it is not")
			i.write(ben, "for me neither")
			i.soon(30*time.Second, "both have arrived", func() bool { return len(i.written()) == 3 })
			for _, made := range i.tasks() {
				i.answer(made, fmt.Sprint("answer to ", made.Number))
			}
			i.soon(30*time.Second, "both are answered", func() bool { return len(i.accepted()) == 2 })
			i.settled()
			i.checkAnswers()
			i.worker.ends(t)
			i.server.ends(t)
		})
	}
}

// The program begins while there is no Redis, and works.
func TestRedisIsAwayAtTheStart(t *testing.T) {
	t.Parallel()
	i := installApart(t)
	i.queue.Stop(syscall.SIGKILL)
	i.serve("")
	made, answer := i.first()
	i.soon(30*time.Second, "it is sent", func() bool { return i.message(answer).State == outbound.Sent })
	require.Len(t, i.comments(made), 2)
}

// rows is how much waits when Redis is wiped; KONTOR_CRASH_ROWS makes it another number.
const rows = 2000

// All that is due waits while nobody works, Redis loses every ring, and a worker begins: how long until all of it is done is
// written into the log. With the embedded queue it is the process that has died.
func TestEverythingDueComesBackAfterAWipe(t *testing.T) {
	t.Parallel()
	want, err := strconv.Atoi(cmp.Or(os.Getenv("KONTOR_CRASH_ROWS"), strconv.Itoa(rows)))
	require.NoError(t, err)
	i := install(t)
	i.serve("process.claimed") // nobody works: the first who tries dies
	i.sim.ChangeWebhooks(func(w *metasim.Webhooks) { w.Batch, w.Parallel = 100, 4 })
	const people = 100
	for p := range people {
		who := i.person(fmt.Sprint("Person ", p))
		for n := range want / people {
			i.write(who, fmt.Sprint("message ", n))
		}
	}
	i.dies()
	if i.split {
		i.soon(2*time.Minute, "all of it is stored", func() bool { return i.stored("received") == want })
		require.NoError(t, i.redis.FlushAll(t.Context()).Err())
	}
	began := time.Now()
	i.serve("")
	i.soon(2*time.Minute, "all of it is done", func() bool {
		i.sim.RetryNow()
		return i.stored("processed") == want && i.stored("received") == 0
	})
	t.Logf("%d events were done %.1f s after a worker had begun beside an empty Redis", want, time.Since(began).Seconds())
	require.Len(t, i.tasks(), people)
}

// stored counts the customers' messages in a state.
func (i *installation) stored(state string) (n int) {
	i.t.Helper()
	require.NoError(i.t, i.hands.DB.SQL().QueryRowContext(i.t.Context(),
		"SELECT count(*) FROM inbound_events WHERE type = 'messages' AND state = '"+state+"'").Scan(&n))
	return n
}

// A worker that dies again and again before it has tried anything costs an answer nothing: neither its place nor one of its
// attempts.
func TestPeerBug_AsynqCrashCountsAsATry(t *testing.T) {
	t.Parallel()
	i := install(t)
	_, err := i.sim.ChangePage(i.page.ID, func(p *metasim.Page) { p.NoDeliveries = true })
	require.NoError(t, err)
	i.serve("")
	i.write(i.person("Anna"), "hello")
	i.soon(20*time.Second, "a task", func() bool { return len(i.tasks()) == 1 })
	i.kill()
	var answers []task.Comment
	for n := range 2 {
		answers = append(answers, i.answer(i.tasks()[0], fmt.Sprint("answer ", n)))
	}
	for range 4 {
		i.serve("deliver.claimed")
		i.dies()
	}
	i.serve("")
	for _, a := range answers {
		i.soon(30*time.Second, "it is sent", func() bool { return i.message(a).State == outbound.Sent })
		require.Equal(t, 1, i.message(a).Attempts)
	}
	sent := i.accepted()
	require.Equal(t, []string{"answer 0", "answer 1"}, []string{sent[0].Text, sent[1].Text})
}

// A call hangs for longer than several leases last, with a second worker at hand: nobody makes it a second time, and the
// worker that makes it keeps its lease.
func TestPeerBug_AsynqSecondCopyBesideTheFirst(t *testing.T) {
	t.Parallel()
	i := install(t)
	i.serve("")
	if i.split {
		i.start("", "working", "worker")
	}
	_, err := i.sim.AddFault(metasim.Fault{Call: "send", Answer: metasim.AnswerHang, Accept: true})
	require.NoError(t, err)
	_, err = i.sim.ChangePage(i.page.ID, func(p *metasim.Page) { p.Echo = metasim.EchoNever })
	require.NoError(t, err)
	_, answer := i.first()
	i.soon(30*time.Second, "the platform has it", func() bool { return len(i.accepted()) == 1 })
	i.soon(60*time.Second, "it is found with the platform", func() bool { return i.message(answer).State == outbound.Sent })
	attempts, err := i.hands.Services.Outbound.Attempts(t.Context(), i.owner.AccountID, i.message(answer).ID)
	require.NoError(t, err)
	require.Len(t, attempts, 1)
	require.Equal(t, string(outbound.Unconfirmed), attempts[0].Outcome, "whoever called has waited for the answer")
	require.Len(t, i.accepted(), 1)
}
