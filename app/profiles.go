package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/pprof" //nolint:gosec // what it registers by itself is served by nobody: the mux below is the only one
	"runtime"
	"time"
)

// How much of what waits is written down while profiles may be asked for: one in so many times that somebody waited for a
// lock, and one for each so many nanoseconds of waiting.
const (
	oneLockIn  = 100
	oneWaitPer = 10_000
)

// profiles serves what the Go tools read about a running program, of servers and of workers, where the settings ask for it.
// What it says is nothing of any account, but it costs, and it is for this machine only.
func (a *App) profiles(ctx context.Context) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", a.Config.ProfileListen)
	if err != nil {
		return fmt.Errorf("listen for profiles on %s: %w", a.Config.ProfileListen, err)
	}
	runtime.SetMutexProfileFraction(oneLockIn)
	runtime.SetBlockProfileRate(oneWaitPer)
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	a.log.InfoContext(ctx, "profiles", "address", listener.Addr().String())
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve profiles: %w", err)
	}
	return nil
}
