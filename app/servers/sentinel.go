package servers

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// Sentinel is a Redis with a replica, and three sentinels that make the replica the master when the master is gone.
type Sentinel struct {
	Redis [2]*Redis // the first is the master at the beginning
	// Client is a connection to whichever is the master.
	Client   *redis.Client
	watchers []*Redis
}

// masterName is what the sentinels call the master.
const masterName = "kontor"

// NewSentinel starts all five in a folder, and waits until the sentinels know of each other and of a replica that is up to
// date: from then on the master may die.
func NewSentinel(ctx context.Context, folder string) (s *Sentinel, err error) {
	s = &Sentinel{}
	defer func() {
		if err != nil {
			s.Close()
		}
	}()
	if s.Redis[0], err = newRedis(ctx, filepath.Join(folder, "master"), "--repl-diskless-sync-delay", "0"); err != nil {
		return s, err
	}
	if s.Redis[1], err = newRedis(ctx, filepath.Join(folder, "replica"), "--replicaof", "127.0.0.1 "+s.Redis[0].Port); err != nil {
		return s, err
	}
	for n := range 3 {
		w, err := watch(ctx, filepath.Join(folder, fmt.Sprint("sentinel", n)), s.Redis[0].Port)
		if err != nil {
			return s, err
		}
		s.watchers = append(s.watchers, w)
	}
	s.Client = redis.NewFailoverClient(&redis.FailoverOptions{MasterName: masterName, SentinelAddrs: s.addrs()})
	return s, within(ctx, "sentinels and a replica that know each other", s.ready)
}

// watch starts a sentinel, which keeps what it learns in the file of its settings.
func watch(ctx context.Context, folder, master string) (*Redis, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	file := filepath.Join(folder, "sentinel.conf")
	settings := fmt.Sprintf("sentinel monitor %[1]s 127.0.0.1 %[2]s 2\nsentinel down-after-milliseconds %[1]s 1000\n"+
		"sentinel failover-timeout %[1]s 5000\n", masterName, master)
	if err := os.WriteFile(file, []byte(settings), 0o600); err != nil {
		return nil, err
	}
	return newServer(ctx, folder, file, "--sentinel", "--bind", "127.0.0.1")
}

// ready says what is missing before the master may die.
func (s *Sentinel) ready(ctx context.Context) error {
	info, err := s.Redis[1].Client.Info(ctx, "replication").Result()
	if err != nil || !strings.Contains(info, "master_link_status:up") {
		return errors.Join(err, errors.New("the replica is not up to date"))
	}
	for _, w := range s.watchers {
		asked := redis.NewSentinelClient(w.Client.Options())
		known, err := asked.Master(ctx, masterName).Result()
		_ = asked.Close()
		if err != nil {
			return err
		}
		if known["num-other-sentinels"] != "2" || known["num-slaves"] != "1" {
			return fmt.Errorf("a sentinel knows %s others and %s replicas", known["num-other-sentinels"], known["num-slaves"])
		}
	}
	return nil
}

// Failover kills the master and waits until the replica has taken its place.
func (s *Sentinel) Failover(ctx context.Context) error {
	s.Redis[0].Close()
	asked := redis.NewSentinelClient(s.watchers[0].Client.Options())
	defer func() { _ = asked.Close() }()
	return within(ctx, "a new master", func(ctx context.Context) error {
		at, err := asked.GetMasterAddrByName(ctx, masterName).Result()
		if err != nil {
			return err
		}
		if !slices.Equal(at, []string{"127.0.0.1", s.Redis[1].Port}) {
			return fmt.Errorf("the master is still at %s", net.JoinHostPort(at[0], at[1]))
		}
		return writable(ctx, s.Redis[1].Client)
	})
}

func (s *Sentinel) addrs() (all []string) {
	for _, w := range s.watchers {
		all = append(all, w.Addr())
	}
	return all
}

// URL is its address.
func (s *Sentinel) URL() string {
	return "redis-sentinel://" + strings.Join(s.addrs(), ",") + "?master=" + masterName
}

// Close ends all of them.
func (s *Sentinel) Close() {
	if s.Client != nil {
		_ = s.Client.Close()
	}
	for _, r := range append(s.watchers, s.Redis[:]...) {
		if r != nil {
			r.Close()
		}
	}
}

// writable tells whether one is a master.
func writable(ctx context.Context, c *redis.Client) error {
	role, err := c.Do(ctx, "ROLE").Slice()
	if err != nil {
		return err
	}
	if role[0] != "master" {
		return fmt.Errorf("it is a %v", role[0])
	}
	return nil
}

// within waits until something holds.
func within(ctx context.Context, what string, holds func(ctx context.Context) error) error {
	for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		err := holds(ctx)
		if err == nil {
			return nil
		}
		if ctx.Err() != nil || time.Now().After(end) {
			return fmt.Errorf("no %s: %w", what, err)
		}
	}
}
