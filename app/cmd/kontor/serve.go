package main

import (
	"context"
	"errors"
	"runtime/debug"
	"time"

	"kontor/app"
	"kontor/app/config"
	"kontor/jobs"
)

type serveCommand struct {
	HTTPOnly bool `name:"http-only" help:"Leave jobs to kontor worker. Needs PostgreSQL and Redis."`
}

// Run serves until a signal comes.
func (s *serveCommand) Run(ctx context.Context, c *console) error {
	parts := config.All
	if s.HTTPOnly {
		parts = config.HTTPOnly
	}
	return serve(ctx, c, parts)
}

type workerCommand struct{}

// Run works until a signal comes.
func (*workerCommand) Run(ctx context.Context, c *console) error {
	return serve(ctx, c, config.WorkerOnly)
}

// begun is when what only the start needed is given back: some 5 MB.
const begun = 2 * time.Second

func serve(ctx context.Context, c *console, parts config.Parts) error {
	cfg, err := c.config()
	if err != nil {
		return err
	}
	log := app.NewLog(cfg, c.err)
	jobs.LogTo(log)
	a, err := app.New(ctx, cfg, app.Options{Parts: parts, Log: log})
	if err != nil {
		return err
	}
	defer time.AfterFunc(begun, debug.FreeOSMemory).Stop()
	return errors.Join(a.Run(ctx), a.Close())
}

// tools opens the program without serving, beside a running server, and closes it when f is done.
func tools(ctx context.Context, c *console, f func(*app.App) error) error {
	cfg, err := c.config()
	if err != nil {
		return err
	}
	cfg.LogLevel = "warn"
	a, err := app.New(ctx, cfg, app.Options{Parts: config.Tools, Log: app.NewLog(cfg, c.err)})
	if err != nil {
		return err
	}
	return errors.Join(f(a), a.Close())
}
