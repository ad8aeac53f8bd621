package main

import (
	"context"
	"errors"
	"fmt"

	"kontor/app"
	"kontor/app/config"
	"kontor/app/sandbox"
)

type sandboxCommand struct {
	PhoneListen string `default:"127.0.0.1:8081" help:"Address of the simulated phone and platform."`
	Language    string `default:"en" enum:"en,de" help:"Language of the account: en or de."`
}

// Run serves the sandbox until a signal comes.
func (cmd *sandboxCommand) Run(ctx context.Context, c *console) error {
	cfg, err := config.Load(c.environ)
	if err != nil {
		return err
	}
	if cfg.LogLevel == "info" {
		cfg.LogLevel = "warn" // what is printed below must stay in sight
	}
	s, err := sandbox.New(ctx, sandbox.Options{
		Environ: c.environ, PhoneListen: cmd.PhoneListen, Language: cmd.Language, Log: app.NewLog(cfg, c.err),
	})
	if err != nil {
		return err
	}
	err = s.Run(ctx, cmd.Language, func() { cmd.greet(c, s) })
	return errors.Join(err, s.Close())
}

func (cmd *sandboxCommand) greet(c *console, s *sandbox.Sandbox) {
	_, _ = fmt.Fprintf(c.out, `
Kontor's sandbox is running. Nothing in it reaches the real Meta.

  Kontor     %s
             sign in as %s with the password "%s"
  The phone  %s
             write to the page as one of its customers, and see the task appear
  API        %s/api/docs

Press Ctrl+C to stop.
`, s.URL, sandbox.OwnerEmail, sandbox.Password, s.PhoneURL, s.URL)
}
