package servers

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"

	"github.com/redis/go-redis/v9"
)

// Redis is one of our own, which keeps nothing over a restart.
type Redis struct {
	Server
	Client *redis.Client
}

// NewRedis starts one in a folder, with arguments beyond those it has by itself.
func NewRedis(ctx context.Context, folder string, more ...string) (*Redis, error) {
	return newRedis(ctx, filepath.Join(folder, "redis"), more...)
}

func newRedis(ctx context.Context, folder string, more ...string) (*Redis, error) {
	return newServer(ctx, folder, append([]string{"--bind", "127.0.0.1", "--save", "", "--appendonly", "no"}, more...)...)
}

// newServer starts a redis-server, whatever it is to be, on a port of its own.
func newServer(ctx context.Context, folder string, args ...string) (*Redis, error) {
	program, err := exec.LookPath("redis-server")
	if err != nil {
		return nil, errors.New("there is no redis-server: install the package redis-server")
	}
	r := &Redis{}
	r.program, r.folder = program, folder
	if err := os.MkdirAll(r.folder, 0o700); err != nil {
		return nil, err
	}
	if r.Port, err = FreePort(); err != nil {
		return nil, err
	}
	r.args = append(args, "--port", r.Port)
	r.Client = redis.NewClient(&redis.Options{Addr: r.Addr()})
	r.up = func() error { return r.Client.Ping(ctx).Err() }
	return r, r.Start()
}

// URL is its address.
func (r *Redis) URL() string { return "redis://" + r.Addr() }

// Close ends it.
func (r *Redis) Close() {
	_ = r.Client.Close()
	r.Stop(syscall.SIGKILL)
}
