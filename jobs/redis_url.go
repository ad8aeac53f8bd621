package jobs

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"
)

// parse reads the URL of a Redis, in one of three forms; with an s after redis it is spoken to by TLS:
//
//	redis://user:password@host:6379/0
//	redis-sentinel://user:password@host:26379,host:26379/0?master=name&sentinel_password=word
//	redis-cluster://user:password@host:6379,host:6379
//
// User and password are Redis' own; those of sentinels, which may have others or none, are parameters. A cluster has one
// database only. asynq's own reading leaves out users, TLS between sentinels, clusters, and Redis' password behind sentinels.
func parse(text string) (asynq.RedisConnOpt, error) {
	u, err := url.Parse(text)
	if err != nil {
		var wrong *url.Error
		if errors.As(err, &wrong) {
			err = wrong.Err // without the URL, in which a password may be
		}
		return nil, err
	}
	scheme, secure := strings.CutPrefix(u.Scheme, "rediss")
	if !secure {
		scheme = strings.TrimPrefix(u.Scheme, "redis")
	}
	at := redisAddress{query: u.Query(), user: u.User.Username()}
	at.password, _ = u.User.Password()
	if at.hosts, err = hosts(u.Host, map[string]string{"-sentinel": "26379"}[scheme]); err != nil {
		return nil, err
	}
	if at.db, err = database(u.Path); err != nil {
		return nil, err
	}
	if secure {
		at.tls = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	switch scheme {
	case "":
		return at.single()
	case "-sentinel":
		return at.sentinel()
	case "-cluster":
		return at.cluster()
	}
	return nil, fmt.Errorf("%q is no scheme of Redis", u.Scheme)
}

// redisAddress is what a URL says.
type redisAddress struct {
	hosts          []string
	user, password string
	db             int
	tls            *tls.Config
	query          url.Values
}

func (a redisAddress) single() (asynq.RedisConnOpt, error) {
	if len(a.hosts) > 1 {
		return nil, errors.New("redis:// has one host; several belong to redis-sentinel:// or redis-cluster://")
	}
	if a.tls != nil {
		a.tls.ServerName, _, _ = net.SplitHostPort(a.hosts[0]) //nolint:errcheck // hosts has put it together
	}
	opt := asynq.RedisClientOpt{Addr: a.hosts[0], Username: a.user, Password: a.password, DB: a.db, TLSConfig: a.tls}
	return opt, a.knows()
}

func (a redisAddress) sentinel() (asynq.RedisConnOpt, error) {
	opt := asynq.RedisFailoverClientOpt{
		SentinelAddrs: a.hosts, MasterName: a.query.Get("master"), Username: a.user, Password: a.password, DB: a.db, TLSConfig: a.tls,
		SentinelUsername: a.query.Get("sentinel_user"), SentinelPassword: a.query.Get("sentinel_password"),
	}
	if opt.MasterName == "" {
		return nil, errors.New("redis-sentinel:// needs the name by which the sentinels know the master: ?master=name")
	}
	return opt, a.knows("master", "sentinel_user", "sentinel_password")
}

func (a redisAddress) cluster() (asynq.RedisConnOpt, error) {
	if a.db != 0 {
		return nil, errors.New("a cluster has no databases but 0")
	}
	return clusterOpt{Addrs: a.hosts, Username: a.user, Password: a.password, TLSConfig: a.tls}, a.knows()
}

// clusterOpt is asynq's, with a client that notices within Sweep which node has taken the place of one that died. By itself it believes
// for a minute what it knows of the cluster, and as long it would ring, and listen, where nobody is.
type clusterOpt asynq.RedisClusterClientOpt

// MakeRedisClient makes the client.
func (o clusterOpt) MakeRedisClient() any {
	return redis.NewClusterClient(&redis.ClusterOptions{
		Addrs: o.Addrs, Username: o.Username, Password: o.Password, TLSConfig: o.TLSConfig, ClusterStateReloadInterval: Sweep,
	})
}

// knows refuses parameters that are not among the names: they would be taken for effective.
func (a redisAddress) knows(names ...string) error {
	for name := range a.query {
		if !slices.Contains(names, name) {
			return fmt.Errorf("the parameter %q is not known here", name)
		}
	}
	return nil
}

// hosts takes a list apart and adds the port where none is said.
func hosts(list, port string) (all []string, err error) {
	if port == "" {
		port = "6379"
	}
	for host := range strings.SplitSeq(list, ",") {
		if _, _, err := net.SplitHostPort(host); err != nil {
			host = net.JoinHostPort(strings.Trim(host, "[]"), port)
		}
		if strings.HasPrefix(host, ":") {
			return nil, errors.New("a host is missing")
		}
		all = append(all, host)
	}
	return all, nil
}

// database is the number in a path; 0 when there is none.
func database(path string) (int, error) {
	path = strings.Trim(path, "/")
	if path == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(path)
	if err != nil || n < 0 {
		return 0, errors.New("the path is the number of a database")
	}
	return n, nil
}
