package crashtest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"kontor/app/servers"
	"kontor/domain/storage/storagetest"
	"kontor/integrations/metasim"
)

// manyRedis is a Redis of several servers.
type manyRedis struct {
	url      string
	client   redis.UniversalClient
	nodes    []*servers.Redis
	failover func(ctx context.Context) error
}

// Rings and what screens are told go through Redis Sentinel and through a Redis cluster. The master that has them is killed:
// work goes on meanwhile, and once another has taken its place, rings get through again.
func TestTheMasterOfRedisDies(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]func(t *testing.T) manyRedis{"sentinel": startSentinel, "cluster": startCluster} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			database := storagetest.URL(t)
			if !strings.HasPrefix(database, "postgres") {
				t.Skip(oneProcess)
			}
			for _, program := range []string{"redis-server", "redis-cli"} {
				if _, err := exec.LookPath(program); err != nil {
					t.Skip(program + " is not installed")
				}
			}
			r := start(t)
			i := prepare(t)
			i.on(database, r.url)
			i.found()
			_, err := i.sim.ChangePage(i.page.ID, func(p *metasim.Page) { p.NoDeliveries = true })
			require.NoError(t, err)
			f := i.sail(2, 2)
			staff := f.client()
			screen := f.browse(f.servers[0], staff.token)
			var people []metasim.Person
			for n := range 3 {
				people = append(people, f.person(fmt.Sprint("Person ", n)))
			}
			wrote, answered := 0, 0
			write := func() {
				for _, p := range people {
					wrote++
					f.write(p, fmt.Sprintf("message %03d", wrote))
				}
			}
			answer := func() {
				f.soon(patience, "everything has arrived", func() bool { f.sim.RetryNow(); return len(f.written()) == wrote })
				for _, made := range f.tasks() {
					answered++
					comment := f.comment(staff, made.ID, "public", fmt.Sprintf("answer %03d", answered))
					f.soon(patience, "a screen hears of it", func() bool { return screen.knows(comment) })
				}
				f.delivered(answered)
			}
			ring := func() {
				f.soon(patience, "both servers hear what the other tells screens", func() bool { return r.listening(t, 2) })
				before := r.rings(f)
				for tries := 0; r.rings(f) <= before; tries++ {
					require.Less(t, tries, 20, "rings get through")
					write()
					answer()
				}
			}
			ring()
			done := make(chan error, 1)
			go func() { done <- r.failover(t.Context()) }()
			write()
			answer()
			require.NoError(t, <-done)
			ring()
			f.checkAnswers()
			require.Len(t, f.tasks(), len(people))
			t.Logf("%d messages, %d answers, %d rings", wrote, answered, r.rings(f))
		})
	}
}

func startSentinel(t *testing.T) manyRedis {
	t.Helper()
	s, err := servers.NewSentinel(t.Context(), t.TempDir())
	require.NoError(t, err)
	t.Cleanup(s.Close)
	return manyRedis{s.URL(), s.Client, s.Redis[:], s.Failover}
}

func startCluster(t *testing.T) manyRedis {
	t.Helper()
	c, err := servers.NewCluster(t.Context(), t.TempDir())
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return manyRedis{c.URL(), c.Client, c.Nodes, func(ctx context.Context) error { return c.Failover(ctx, processedRings) }}
}

// processedRings counts the rings that workers have answered.
const processedRings = "asynq:{kontor}:processed"

func (r manyRedis) rings(f *fleet) (n int) {
	f.t.Helper()
	f.soon(patience, "Redis says how many rings there were", func() (ok bool) {
		var err error
		n, err = r.client.Get(f.t.Context(), processedRings).Int()
		return err == nil || errors.Is(err, redis.Nil)
	})
	return n
}

// listening tells whether so many servers hear what others tell screens.
func (r manyRedis) listening(t *testing.T, servers int64) bool {
	t.Helper()
	heard := map[string]int64{"kontor:feed": 0, "kontor:presence": 0}
	for _, node := range r.nodes {
		if node.PID() == 0 {
			continue
		}
		found, err := node.Client.PubSubNumSub(t.Context(), slices.Collect(maps.Keys(heard))...).Result()
		require.NoError(t, err)
		for channel, n := range found {
			heard[channel] += n
		}
	}
	return heard["kontor:feed"] == servers && heard["kontor:presence"] == servers
}
