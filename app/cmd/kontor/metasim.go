package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"kontor/app"
	"kontor/app/config"
	"kontor/domain/clock"
	"kontor/integrations/metasim"
)

type metasimCommand struct {
	Listen      string `default:"127.0.0.1:8081" help:"Address to listen on. There is no sign-in: keep it to this machine."`
	CallbackURL string `help:"Where webhooks go, as http://127.0.0.1:8080/webhooks/meta."`
	Seed        uint64 `help:"Makes ids and tokens repeatable; 0 is random."`
}

// Run serves the simulator until a signal comes. It takes the app's id, secrets and verify token from the settings, so that
// a Kontor with the same settings and KONTOR_META_GRAPH_URL at this address understands it.
func (cmd *metasimCommand) Run(ctx context.Context, c *console) error {
	cfg, err := config.Load(c.environ)
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", cmd.Listen)
	if err != nil {
		return err
	}
	shifted := &clock.Shifted{}
	sim := metasim.New(metasim.Options{
		App: metasim.App{
			ID: cfg.MetaAppID, Secrets: cfg.AppSecrets(), VerifyToken: cfg.MetaVerifyToken.Reveal(),
			CallbackURL: cmd.CallbackURL, PublicURL: "http://" + listener.Addr().String(),
		},
		Clock: shifted, Shift: shifted.Shift, Logger: app.NewLog(cfg, c.err), Seed: cmd.Seed,
	})
	server := &http.Server{Handler: sim.Handler(), ReadHeaderTimeout: 5 * time.Second}
	_, _ = fmt.Fprintf(c.out, "the simulated Meta is at http://%s, its phone at http://%s/phone/\n", listener.Addr(), listener.Addr())
	stopped := context.AfterFunc(ctx, func() {
		sim.Close()
		_ = server.Close()
	})
	defer stopped()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
