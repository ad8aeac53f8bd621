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
	"github.com/redis/go-redis/v9"
	"golang.org/x/sync/errgroup"

	"kontor/app/blob"
	"kontor/app/config"
	"kontor/app/doctor"
	"kontor/app/httpapi"
	"kontor/app/realtime"
	"kontor/app/texts"
	"kontor/domain"
	"kontor/domain/account"
	"kontor/domain/clock"
	"kontor/domain/feed"
	"kontor/domain/secret"
	"kontor/domain/staff"
	"kontor/domain/storage"
	"kontor/integrations"
	"kontor/integrations/guardhttp"
	"kontor/integrations/meta"
	"kontor/integrations/oidc"
	"kontor/jobs"
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
	// BusyTimeout is how long SQLite's one writer is waited for; 0: as usual.
	BusyTimeout time.Duration
	// MaxConns bounds the connections to the database; 0: as usual.
	MaxConns int
	// Trace is told the text of every statement, and may fail it: for tests.
	Trace func(text string) error
	// Exempt are further addresses that the outbound client may reach although they are private: the sandbox's.
	Exempt []string
	// Seeded says that somebody else makes the first account: the sandbox.
	Seeded bool
	// PhoneURL is where the simulated phone is: the sandbox's.
	PhoneURL string
}

// App is the program.
type App struct {
	Config   config.Config
	DB       *storage.DB
	Box      *secret.Box
	Texts    *texts.Catalogue
	Services *domain.Services
	API      *httpapi.API

	options  Options
	log      *slog.Logger
	metrics  *prometheus.Registry
	redis    *jobs.Redis
	bell     *jobs.Bell
	blobs    blob.Store
	hub      *realtime.Hub
	rooms    *realtime.Rooms
	relay    *realtime.Relay
	worker   *jobs.Worker
	sso      *oidc.Provider // nil without settings for one
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
	// Reading the texts and reaching the database take the longest here; neither needs the other.
	var reading errgroup.Group
	reading.Go(func() (err error) {
		a.Texts, err = texts.Load(account.Languages(), integrations.Texts()...)
		return err
	})
	if err := errors.Join(a.openDatabase(ctx), reading.Wait()); err != nil {
		return a, err
	}

	a.metrics = a.newMetrics()
	if err := a.openQueue(); err != nil {
		return a, err
	}
	if a.blobs, err = openFiles(cfg); err != nil {
		return a, err
	}
	if a.options.Parts.HTTP() {
		if err := a.listen(ctx); err != nil {
			return a, err
		}
		a.Config = cfg.ListeningOn(a.Addr()) // platforms are told where to send people back to
	}
	doors, err := a.assemble()
	if err != nil {
		return a, err
	}
	if a.options.Parts.Works() {
		a.worker = a.newWorker()
	}
	if !a.options.Parts.HTTP() {
		return a, nil
	}
	a.API, err = httpapi.New(httpapi.Deps{ //nolint:contextcheck // requests bring contexts of their own
		Config: a.Config, Services: a.Services, Texts: a.Texts, Clock: a.options.Clock, Log: a.log, Doors: doors, Hub: a.hub, Rooms: a.rooms,
		Metrics: a.metrics, Version: Version(), Anonymous: a.options.Anonymous, PhoneURL: a.options.PhoneURL,
		Checks: []httpapi.Check{{Name: "database", Run: a.DB.Ping}, {Name: "files", Run: a.blobs.Check}}, SSO: a.signOn(),
		Examine: a.examination().Parts,
	})
	return a, err
}

// examination looks at what the program stands on, from within.
func (a *App) examination() doctor.Installation {
	return doctor.Installation{Config: a.Config, Log: a.log, Box: func() (*secret.Box, error) { return a.Box, nil }}
}

// openQueue connects to Redis, or starts the embedded one, and hangs up the bell.
func (a *App) openQueue() (err error) {
	if a.redis, err = jobs.OpenRedis(a.Config.RedisURL.Reveal()); err != nil {
		return err
	}
	a.onClose(a.redis.Close)
	a.bell = jobs.NewBell(a.redis, a.log)
	a.onClose(a.bell.Close)
	return nil
}

// assemble puts domain and integrations together, and has the feed's rings answered.
func (a *App) assemble() ([]integrations.Door, error) {
	c := a.Config
	client, err := guardhttp.New(guardhttp.Options{
		Exempt: append(a.exempt(), a.options.Exempt...),
	})
	if err != nil {
		return nil, fmt.Errorf("make the outbound client: %w", err)
	}
	own, err := guardhttp.New(guardhttp.Options{Exempt: []string{c.PublicURL}})
	if err != nil {
		return nil, fmt.Errorf("make the client of our own address: %w", err)
	}
	settings := meta.Settings{
		GraphURL: c.MetaGraphURL, LoginURL: c.MetaLoginURL, PublicURL: c.PublicURL, Version: c.MetaAPIVersion,
		AppID: c.MetaAppID, VerifyToken: c.MetaVerifyToken, LoginConfig: c.MetaLoginConfig, Permissions: c.MetaPermissions,
	}
	for _, s := range c.AppSecrets() {
		settings.AppSecrets = append(settings.AppSecrets, secret.New(s))
	}
	kinds, doors := integrations.New(integrations.Options{Meta: settings, HTTP: client, Own: own, Clock: a.options.Clock})
	mails, err := a.mails()
	if err != nil {
		return nil, err
	}
	a.sso = a.newSSO(client)
	figures := newFigures(a.metrics)
	a.Services = domain.Assemble(domain.Parts{
		DB: a.DB, Clock: a.options.Clock, Log: a.log, Box: a.Box, Bell: a.bell, Kinds: kinds, Blobs: a.blobs,
		Mails: mails, Link: func(path string) string { return a.Config.PublicURL + path },
		FileURL: func(token string) string { return a.Config.PublicURL + httpapi.FilePath + token },
		Fetcher: client, Hashing: a.options.Hashing, Words: a.Texts.Text, ObserveEvent: figures.event, ObserveAttempt: figures.attempt,
	})
	a.hub = realtime.NewHub(a.Services.Feed, a.options.Clock, a.log)
	a.relay = realtime.NewRelay(a.redis.Client, a.log)
	var others redis.UniversalClient
	if !a.redis.Embedded() {
		others = a.redis.Client
	}
	a.rooms = realtime.NewRooms(a.hub, a.options.Clock, others, a.log)
	a.bell.Answer(feed.Queue, func() {
		a.hub.Ring()
		if !a.redis.Embedded() {
			a.relay.Ring()
		}
	})
	return doors, nil
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
		URL: a.Config.Database(), Relaxed: a.options.Relaxed, BusyTimeout: a.options.BusyTimeout, MaxConns: a.options.MaxConns, Now: a.options.Clock.Now, Log: a.log, Trace: a.options.Trace,
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

func (a *App) newMetrics() *prometheus.Registry {
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
		if err := a.offerSetup(ctx); err != nil && ctx.Err() == nil {
			return err
		}
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
	a.background(ctx, group)
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
