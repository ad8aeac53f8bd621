package servers

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// Cluster is a Redis cluster of three masters, each of which has a replica.
type Cluster struct {
	// Client is a connection to all of them.
	Client *redis.ClusterClient
	Nodes  []*Redis
}

// NewCluster starts all six in a folder, and waits until each knows what each of them is for.
func NewCluster(ctx context.Context, folder string) (c *Cluster, err error) {
	c = &Cluster{}
	defer func() {
		if err != nil {
			c.Close()
		}
	}()
	create := []string{"--cluster", "create"}
	for n := range 6 {
		gossip, err := FreePort()
		if err != nil {
			return c, err
		}
		node, err := newRedis(ctx, filepath.Join(folder, fmt.Sprint("node", n)), "--cluster-enabled", "yes", "--cluster-port", gossip,
			"--cluster-node-timeout", "1000", "--repl-diskless-sync-delay", "0")
		if err != nil {
			return c, err
		}
		c.Nodes = append(c.Nodes, node)
		create = append(create, node.Addr())
	}
	create = append(create, "--cluster-replicas", "1", "--cluster-yes")
	if out, err := exec.CommandContext(ctx, "redis-cli", create...).CombinedOutput(); err != nil { //nolint:gosec // our own addresses
		return c, fmt.Errorf("create a cluster: %w\n%s", err, out)
	}
	c.Client = redis.NewClusterClient(&redis.ClusterOptions{Addrs: c.addrs(), ClusterStateReloadInterval: time.Second})
	return c, within(ctx, "cluster whose nodes agree", c.ready)
}

// ready says what is missing before a master may die.
func (c *Cluster) ready(ctx context.Context) error {
	for _, n := range c.Nodes {
		info, err := n.Client.ClusterInfo(ctx).Result()
		if err != nil || !strings.Contains(info, "cluster_state:ok") || !strings.Contains(info, "cluster_known_nodes:6") {
			return errors.Join(err, errors.New("a node does not know all others"))
		}
		replication, err := n.Client.Info(ctx, "replication").Result()
		if err != nil {
			return err
		}
		whole := strings.Contains(replication, "connected_slaves:1") || strings.Contains(replication, "master_link_status:up")
		if !whole {
			return errors.New("a replica is not up to date")
		}
	}
	return nil
}

// Failover kills the master that has a key, and waits until its replica has taken its place.
func (c *Cluster) Failover(ctx context.Context, key string) error {
	master, err := c.Client.MasterForKey(ctx, key)
	if err != nil {
		return err
	}
	var others []*Redis
	for _, n := range c.Nodes {
		if n.Addr() == master.Options().Addr {
			n.Close()
		} else {
			others = append(others, n)
		}
	}
	return within(ctx, "new master", func(ctx context.Context) error {
		for _, n := range others {
			info, err := n.Client.ClusterInfo(ctx).Result()
			if err != nil || !strings.Contains(info, "cluster_state:ok") || !strings.Contains(info, "cluster_slots_ok:16384") {
				return errors.Join(err, errors.New("not every part of the keys has a master"))
			}
		}
		return nil
	})
}

func (c *Cluster) addrs() (all []string) {
	for _, n := range c.Nodes {
		all = append(all, n.Addr())
	}
	return all
}

// URL is its address.
func (c *Cluster) URL() string { return "redis-cluster://" + strings.Join(c.addrs(), ",") }

// Close ends all of them.
func (c *Cluster) Close() {
	if c.Client != nil {
		_ = c.Client.Close()
	}
	for _, n := range c.Nodes {
		n.Close()
	}
}
