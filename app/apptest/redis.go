package apptest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"testing"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
)

// redisVariable names a Redis server to test on, beside the PostgreSQL server that storagetest asks for. Without it, and on
// SQLite, the queue is the embedded one.
const redisVariable = "KONTOR_TEST_REDIS_URL"

// enoughDatabases is how many a Redis needs so that tests do not meet in one: redis-server --databases 2000.
const enoughDatabases = 100

// redisURL returns what opens a database of the server that no other test uses; empty when there is no server.
func redisURL(t testing.TB) string {
	t.Helper()
	server := os.Getenv(redisVariable)
	if server == "" {
		return ""
	}
	options, err := redis.ParseURL(server)
	require.NoError(t, err)
	first := redis.NewClient(options)
	defer func() { _ = first.Close() }()
	limits, err := first.ConfigGet(t.Context(), "databases").Result()
	require.NoError(t, err)
	count, err := strconv.ParseInt(limits["databases"], 10, 64)
	require.NoError(t, err)
	require.GreaterOrEqual(t, count, int64(enoughDatabases), "%s has too few databases", redisVariable)
	next, err := first.Incr(t.Context(), "kontor:test:databases").Result()
	require.NoError(t, err)

	mine := *options
	mine.DB = int(1 + next%(count-1))
	client := redis.NewClient(&mine)
	require.NoError(t, client.FlushDB(t.Context()).Err())
	t.Cleanup(func() {
		_ = client.FlushDB(context.Background()).Err()
		_ = client.Close()
	})
	u, err := url.Parse(server)
	require.NoError(t, err)
	u.Path = fmt.Sprint("/", mine.DB)
	return u.String()
}
