package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"kontor/app/servers"
)

// ours are the PostgreSQL and the Redis of a run: those that the environment names, or private ones in a temporary folder.
// They are started when they are first needed, from the thread that lives as long as the program, so that they end with it
// whatever happens.
type ours struct {
	database, redis string
	started         bool
	err             error
	folder          string
	ends            []func() // of those that we have started
}

func newServers() *ours {
	return &ours{database: os.Getenv(databaseVariable), redis: os.Getenv(redisVariable)}
}

// The variables by which tests find servers.
const (
	databaseVariable = "KONTOR_TEST_DATABASE_URL"
	redisVariable    = "KONTOR_TEST_REDIS_URL"
)

func (s *ours) environ() []string {
	return []string{databaseVariable + "=" + s.database, redisVariable + "=" + s.redis}
}

// start starts what the environment does not name. It does so once, and keeps what went wrong.
func (s *ours) start(ctx context.Context) error {
	if !s.started {
		s.started = true
		s.err = s.startBoth(ctx)
	}
	return s.err
}

func (s *ours) startBoth(ctx context.Context) (err error) {
	if s.database != "" && s.redis != "" {
		return nil
	}
	if s.folder, err = os.MkdirTemp("", "kontor-servers-*"); err != nil {
		return err
	}
	if err := os.Chmod(s.folder, 0o755); err != nil { //nolint:gosec // PostgreSQL may have to run as somebody else
		return err
	}
	return errors.Join(s.startPostgres(), s.startRedis(ctx))
}

// startPostgres makes a cluster that may forget everything at a power cut.
func (s *ours) startPostgres() error {
	if s.database != "" {
		return nil
	}
	p, err := servers.NewPostgres(s.folder, "fsync=off", "full_page_writes=off", "max_connections=2000", "shared_buffers=256MB", "max_wal_size=2GB")
	if err != nil {
		return fmt.Errorf("%s names no PostgreSQL, and ours does not start: %w", databaseVariable, err)
	}
	s.database, s.ends = p.URL(p.Addr(), "postgres"), append(s.ends, p.Close)
	return nil
}

// startRedis starts one with many databases, so that each test that wants one has its own.
func (s *ours) startRedis(ctx context.Context) error {
	if s.redis != "" {
		return nil
	}
	r, err := servers.NewRedis(ctx, s.folder, "--databases", "2000")
	if err != nil {
		return fmt.Errorf("%s names no Redis, and ours does not start: %w", redisVariable, err)
	}
	s.redis, s.ends = r.URL(), append(s.ends, r.Close)
	return nil
}

// stop ends the private servers and removes what they wrote.
func (s *ours) stop() {
	for _, end := range s.ends {
		end()
	}
	if s.folder != "" {
		_ = os.RemoveAll(s.folder)
	}
}
