// Package app puts the program together. New is the one page where everything meets: what is opened, in which order, and
// who is given what. Run serves until its context ends; Close lets go of everything in reverse order.
//
// The commands are in cmd/kontor, settings in config, the HTTP side in httpapi, words for people in texts.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"golang.org/x/sync/errgroup"

	"kontor/app/config"
	"kontor/app/httpapi"
	"kontor/app/texts"
	"kontor/domain/account"
	"kontor/domain/audit"
	"kontor/domain/clock"
	"kontor/domain/feed"
	"kontor/domain/idempotency"
	"kontor/domain/secret"
	"kontor/domain/session"
	"kontor/domain/staff"
	"kontor/domain/storage"
	"kontor/migrations"
)

// Options are what the settings do not say: which parts to run, and what tests do differently. The zero value is the
// whole program.
type Options struct {
	Parts     config.Parts // config.All when empty
	Log       *slog.Logger // silent when nil
	Clock     clock.Clock  // the machine's when nil
	Hashing   staff.Hashing
	Anonymous httpapi.Rate
	Relaxed   bool // a database that may forget the last moments at a power cut: for tests
}

// App is the program.
type App struct {
	Config   config.Config
	DB       *storage.DB
	Box      *secret.Box
	Texts    *texts.Catalogue
	Services httpapi.Services
	API      *httpapi.API

	options  Options
	log      *slog.Logger
	listener net.Listener
	closers  []func() error
}

// New opens and connects everything, and listens when the parts include HTTP. Whatever was opened before an error is
// closed again.
func New(ctx context.Context, cfg config.Config, o Options) (a *App, err error) {
	a = &App{Config: cfg, options: o.filled()}
	a.log = a.options.Log
	defer func() {
		if err != nil {
			err = errors.Join(err, a.Close())
		}
	}()
	if err := cfg.CheckFor(a.options.Parts); err != nil {
		return a, err
	}
	if err := os.MkdirAll(cfg.DataDir, 0o700); err != nil {
		return a, fmt.Errorf("make the data folder: %w", err)
	}
	if err := a.lock(ctx); err != nil {
		return a, err
	}
	if a.Box, err = openBox(cfg); err != nil {
		return a, err
	}
	if err := a.openDatabase(ctx); err != nil {
		return a, err
	}
	if a.Texts, err = texts.Load(account.Languages()); err != nil {
		return a, err
	}

	every := storage.NewEverywhere(a.DB)
	now := a.options.Clock
	events := feed.New(every, now, quiet{})
	log := audit.New(a.DB, now)
	accounts := account.NewService(a.DB, now, log, events)
	sessions := session.NewService(a.DB, now, log, events)
	people := staff.NewService(staff.Deps{
		DB: a.DB, Clock: now, Log: log, Feed: events, Accounts: accounts, Sessions: sessions, Hashing: a.options.Hashing,
	})
	a.Services = httpapi.Services{Accounts: accounts, Staff: people, Sessions: sessions, Audit: log}

	if !a.options.Parts.HTTP() {
		return a, nil
	}
	a.API, err = httpapi.New(httpapi.Deps{ //nolint:contextcheck // its handlers take each request's
		Config: cfg, Services: a.Services, Keys: idempotency.New(every, now), Texts: a.Texts, Clock: now, Log: a.log,
		Metrics: a.metrics(), Version: Version(), Anonymous: a.options.Anonymous,
		Checks: []httpapi.Check{{Name: "database", Run: a.DB.Ping}},
	})
	if err != nil {
		return a, err
	}
	return a, a.listen(ctx)
}

func (o Options) filled() Options {
	if o.Parts == "" {
		o.Parts = config.All
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	return o
}

// quiet is the bell of a process in which nothing listens for rings. Rows are found without them, only later.
type quiet struct{}

// Ring does nothing.
func (quiet) Ring(string) {}

// lockWait is how long a starting server waits for the one it replaces to let go of the data folder.
const lockWait = 2 * time.Second

// lock keeps a second server off embedded parts. Commands that only look something up or write a row do not take it.
func (a *App) lock(ctx context.Context) error {
	if a.options.Parts == config.Tools || (!a.Config.SQLite() && !a.Config.EmbeddedQueue()) {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, lockWait)
	defer cancel()
	release, err := storage.LockFile(ctx, filepath.Join(a.Config.DataDir, "kontor.lock"))
	if errors.Is(err, storage.ErrLocked) {
		return fmt.Errorf("another Kontor runs on the data folder %s: its embedded database and queue belong to one "+
			"process. Stop it, or set KONTOR_DATABASE_URL and KONTOR_REDIS_URL for several", a.Config.DataDir)
	}
	if err == nil {
		a.onClose(func() error { release(); return nil })
	}
	return err
}

func (a *App) openDatabase(ctx context.Context) (err error) {
	a.DB, err = storage.Open(ctx, storage.Options{
		URL: a.Config.Database(), Relaxed: a.options.Relaxed, Now: a.options.Clock.Now, Log: a.log,
	})
	if err != nil {
		return err
	}
	a.onClose(a.DB.Close)
	if a.Config.Migrate == "off" {
		return upToDate(ctx, a.DB)
	}
	return Migrate(ctx, a.Config, a.DB, a.log)
}

// Migrate brings the schema up to date.
func Migrate(ctx context.Context, cfg config.Config, db *storage.DB, log *slog.Logger) error {
	return migrations.Run(ctx, db, filepath.Join(cfg.DataDir, "migrate.lock"), log)
}

func upToDate(ctx context.Context, db *storage.DB) error {
	if err := migrations.Check(ctx, db); err != nil {
		return err
	}
	version, _, err := migrations.Version(ctx, db)
	if err == nil && version < migrations.Latest() {
		err = fmt.Errorf("the schema is at version %d and this program needs %d: run kontor migrate, or leave out "+
			"KONTOR_MIGRATE=off", version, migrations.Latest())
	}
	return err
}

func (a *App) metrics() *prometheus.Registry {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		collectors.NewDBStatsCollector(a.DB.SQL(), string(a.DB.Engine())))
	return r
}

func (a *App) listen(ctx context.Context) (err error) {
	a.listener, err = (&net.ListenConfig{}).Listen(ctx, "tcp", a.Config.Listen)
	if err != nil {
		return fmt.Errorf("listen on %s: %w", a.Config.Listen, err)
	}
	a.onClose(func() error {
		if err := a.listener.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			return err
		}
		return nil
	})
	return nil
}

// Addr returns the address that the server listens on.
func (a *App) Addr() string { return a.listener.Addr().String() }

// stopTimeout is how long requests that are under way may take to end.
const stopTimeout = 15 * time.Second

// Run serves until the context ends, lets what is under way finish, and returns. Close comes after it.
func (a *App) Run(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	if a.API != nil {
		server := a.API.Server()
		group.Go(func() error {
			a.log.Info("listening", "address", a.Addr(), "url", a.Config.PublicURL, "version", Version())
			if err := server.Serve(a.listener); !errors.Is(err, http.ErrServerClosed) {
				return fmt.Errorf("serve: %w", err)
			}
			return nil
		})
		group.Go(func() error {
			<-ctx.Done()
			stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
			defer cancel()
			return server.Shutdown(stopping)
		})
	}
	group.Go(func() error { <-ctx.Done(); return nil })
	return group.Wait()
}

func (a *App) onClose(f func() error) { a.closers = append(a.closers, f) }

// Close lets go of everything that New opened, in reverse order.
func (a *App) Close() error {
	var all []error
	for _, f := range slices.Backward(a.closers) {
		all = append(all, f())
	}
	a.closers = nil
	return errors.Join(all...)
}
