package jobs

import (
	"io"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"
)

// lines are what is written, a line at a time.
type lines chan string

func (l lines) Write(b []byte) (int, error) {
	select {
	case l <- string(b):
	default:
	}
	return len(b), nil
}

func TestWhatTheClientOfRedisNoticesIsALineOfTheLog(t *testing.T) { //nolint:paralleltest // the client has one log
	said := make(lines, 1)
	LogTo(slog.New(slog.NewJSONHandler(said, nil)))
	defer LogTo(slog.New(slog.NewTextHandler(io.Discard, nil)))
	r, err := OpenRedis("redis://127.0.0.1:1")
	require.NoError(t, err)
	defer func() { require.NoError(t, r.Close()) }()
	require.Error(t, r.Client.Ping(t.Context()).Err())
	line := <-said
	require.Contains(t, line, `"level":"WARN","msg":"redis","said":"`)
	require.Contains(t, line, "127.0.0.1:1")
}
