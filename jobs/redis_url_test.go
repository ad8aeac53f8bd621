package jobs

import (
	"crypto/tls"
	"testing"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
)

func TestTheFormsOfARedisURL(t *testing.T) {
	t.Parallel()
	secure := &tls.Config{MinVersion: tls.VersionTLS12}
	named := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: "cache"}
	for text, want := range map[string]asynq.RedisConnOpt{
		"redis://cache":                   asynq.RedisClientOpt{Addr: "cache:6379"},
		"redis://[::1]":                   asynq.RedisClientOpt{Addr: "[::1]:6379"},
		"redis://:word@cache:7000/3":      asynq.RedisClientOpt{Addr: "cache:7000", Password: "word", DB: 3},
		"rediss://kontor:w%40rd@cache":    asynq.RedisClientOpt{Addr: "cache:6379", Username: "kontor", Password: "w@rd", TLSConfig: named},
		"redis-sentinel://a,b:1?master=m": asynq.RedisFailoverClientOpt{MasterName: "m", SentinelAddrs: []string{"a:26379", "b:1"}},
		"redis-sentinel://kontor:word@a:1,b:2/4?master=m&sentinel_user=watch&sentinel_password=other": asynq.RedisFailoverClientOpt{
			MasterName: "m", SentinelAddrs: []string{"a:1", "b:2"}, Username: "kontor", Password: "word", DB: 4,
			SentinelUsername: "watch", SentinelPassword: "other",
		},
		"rediss-sentinel://a?master=m": asynq.RedisFailoverClientOpt{MasterName: "m", SentinelAddrs: []string{"a:26379"}, TLSConfig: secure},
		"redis-cluster://a,b,c:1":      clusterOpt{Addrs: []string{"a:6379", "b:6379", "c:1"}},
		"rediss-cluster://kontor:word@a:1/": clusterOpt{
			Addrs: []string{"a:1"}, Username: "kontor", Password: "word", TLSConfig: secure,
		},
	} {
		got, err := parse(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
}

func TestAClientSoonNoticesThatAClusterHasChanged(t *testing.T) {
	t.Parallel()
	r, err := OpenRedis("redis-cluster://127.0.0.1:1")
	require.NoError(t, err)
	t.Cleanup(func() { _ = r.Close() })
	client, ok := r.Client.(*redis.ClusterClient)
	require.True(t, ok)
	require.Equal(t, Sweep, client.Options().ClusterStateReloadInterval, "as soon as workers look by themselves")
}

func TestARedisURLThatIsWrongIsRefused(t *testing.T) {
	t.Parallel()
	for text, says := range map[string]string{
		"redis://a,b":                          "one host",
		"redis://a/first":                      "number of a database",
		"redis://a?master=m":                   "master",
		"redis-sentinel://a":                   "?master=name",
		"redis-sentinel://a?master=m&pasword=": "pasword",
		"redis-cluster://a/1":                  "no databases",
		"redis-cluster://a,,b":                 "a host is missing",
		"redis-ring://a":                       "redis-ring",
		"redis://:secret@a:b:c":                "port",
		"redis-cluster://:secret@a:1,b":        "port", // who says one port says that of the last host too
	} {
		_, err := parse(text)
		require.ErrorContains(t, err, says, text)
		require.NotContains(t, err.Error(), "secret")
	}
}
