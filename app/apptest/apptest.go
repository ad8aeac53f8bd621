// Package apptest runs the whole program in a test: on a free port, with a fresh database, with people who have signed
// in, against a simulated Meta. What a test sees is what a client sees; nothing else is replaced but the cost of passwords.
//
//	a := apptest.Start(t)
//	team := apptest.Post[staff.Team](a.Admin, "/teams", apptest.Body{"name": "Sales"})
//
// Start at Start. Callers (Client) are in client.go.
package apptest

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/app"
	"kontor/app/config"
	"kontor/app/httpapi"
	"kontor/domain/account"
	"kontor/domain/clock"
	"kontor/domain/clock/clocktest"
	"kontor/domain/ids"
	"kontor/domain/session"
	"kontor/domain/staff"
	"kontor/domain/storage/storagetest"
	"kontor/integrations/metasim"
)

// Password is everybody's in tests.
const Password = "tall green bicycle"

// Canary is the foreign account's name, and begins the names of its people: an answer to anybody else that holds it is
// a leak.
const Canary = "Canary"

// App is the running program with an account full of people, and a second account that must see nothing of the first.
type App struct {
	*app.App
	URL  string
	Log  *Log
	Meta *metasim.Sim // the platform; meta.go makes pages and people of it

	Account account.Account
	Foreign account.Account
	// Callers with a session of their own.
	Owner, Admin, Member, ForeignOwner *Client
	// Anonymous has not signed in.
	Anonymous *Client

	http    *http.Client
	environ []string
	mu      sync.Mutex // guards pages
	pages   map[account.ID]Page
}

// Option changes how the program is started.
type Option func(*config.Config, *app.Options)

// Start runs the program until the test ends.
func Start(t testing.TB, options ...Option) *App {
	t.Helper()
	a := StartEmpty(t, options...)
	a.Account, a.Owner = a.NewAccount(t, "Acme")
	a.Foreign, a.ForeignOwner = a.NewAccount(t, Canary)
	a.Admin = a.Person(t, a.Account, account.Admin)
	a.Member = a.Person(t, a.Account, account.Member)
	return a
}

// StartEmpty runs the program until the test ends, without any account.
func StartEmpty(t testing.TB, options ...Option) *App {
	t.Helper()
	log := &Log{}
	platform, environ := listenAsMeta(t)
	environ = append(Environ(t), environ...)
	cfg, err := config.Load(environ)
	require.NoError(t, err)
	o := app.Options{
		Log:     slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Hashing: staff.Hashing{Memory: 64, Iterations: 1, Parallelism: 1}, // else most of the time goes into passwords
		// All callers of a test come from one address.
		Anonymous: httpapi.Rate{PerSecond: 100_000, Burst: 100_000}, Relaxed: true,
		BusyTimeout: 30 * time.Second, // hundreds of subtests write at once, on machines that do other things too
		MaxConns:    6,                // each new one costs PostgreSQL as much as hundreds of statements
	}
	for _, option := range options {
		option(&cfg, &o)
	}
	sim := startMeta(t, platform, o.Clock)
	program, err := app.New(t.Context(), cfg, o)
	require.NoError(t, err)
	a := &App{
		App: program, URL: "http://" + program.Addr(), Log: log, Meta: sim, pages: map[account.ID]Page{},
		http: &http.Client{Transport: &http.Transport{}}, environ: environ,
	}
	sim.ChangeApp(func(m *metasim.App) { m.CallbackURL = a.URL + "/webhooks/meta" })
	a.run(t)
	a.Anonymous = a.client(t)
	return a
}

// Environ returns the settings of a server on a free port with a fresh database, and a Redis of its own where there is one.
func Environ(t testing.TB) []string {
	t.Helper()
	environ := []string{"KONTOR_LISTEN=127.0.0.1:0"}
	database := storagetest.URL(t)
	if !strings.HasPrefix(database, "postgres") {
		return append(environ, "KONTOR_DATA_DIR="+filepath.Dir(database))
	}
	environ = append(environ, "KONTOR_DATA_DIR="+t.TempDir(), "KONTOR_DATABASE_URL="+database)
	if queue := redisURL(t); queue != "" {
		environ = append(environ, "KONTOR_REDIS_URL="+queue)
	}
	return environ
}

// Beside returns the settings of a command that runs beside the program.
func (a *App) Beside() []string { return append(slices.Clone(a.environ), "KONTOR_PUBLIC_URL="+a.URL) }

func (a *App) run(t testing.TB) {
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx) }()
	t.Cleanup(func() {
		a.http.CloseIdleConnections() // a stopping server waits five seconds for those that were opened and not used
		stop()
		require.NoError(t, errors.Join(<-ended, a.Close()))
	})
}

// NewAccount founds an account and signs its owner in.
func (a *App) NewAccount(t testing.TB, name string) (account.Account, *Client) {
	t.Helper()
	email := strings.ToLower(name) + "-" + ids.New().String()[24:] + "@people.example"
	made, err := a.Found(t.Context(), account.New{Name: name}, staff.New{Email: email, Name: name + "'s owner", Password: Password})
	require.NoError(t, err)
	return made, a.SignIn(t, email)
}

// NewPerson adds somebody to an account, with an e-mail address and a name of their own.
func (a *App) NewPerson(t testing.TB, in account.Account, role account.Role) staff.Staff {
	t.Helper()
	name := in.Name + "-" + string(role) + "-" + ids.New().String()[24:]
	s, err := a.Services.Staff.Create(t.Context(), account.SystemActor(in.ID), staff.New{
		Email: name + "@people.example", Name: name, Password: Password, Role: role,
	})
	require.NoError(t, err)
	return s
}

// Person adds somebody to an account and signs them in.
func (a *App) Person(t testing.TB, in account.Account, role account.Role) *Client {
	t.Helper()
	return a.Open(t, a.NewPerson(t, in, role))
}

// SignIn signs in with e-mail and password, the way a browser does.
func (a *App) SignIn(t testing.TB, email string) *Client {
	t.Helper()
	c := a.client(t)
	me := Post[httpapi.Me](c, "/session", Body{"email": email, "password": Password})
	c.Staff = me.Staff
	return c
}

// SignInMust signs somebody in with their password and returns what they are told.
func (a *App) SignInMust(t testing.TB, s staff.Staff) httpapi.Me {
	t.Helper()
	return Post[httpapi.Me](a.client(t), "/session", Body{"email": s.Email, "password": Password})
}

var printedToken = regexp.MustCompile(`/set-up#([\w-]+)`)

// SetupToken is what the program printed for whoever makes the first account.
func (a *App) SetupToken(t testing.TB) string {
	t.Helper()
	Eventually(t, func() bool { return printedToken.MatchString(a.Log.String()) }, "the link is printed")
	return printedToken.FindStringSubmatch(a.Log.String())[1]
}

// Open signs somebody in without asking for the password.
func (a *App) Open(t testing.TB, s staff.Staff) *Client {
	t.Helper()
	value, _, err := a.Services.Sessions.Open(t.Context(), session.Opening{
		AccountID: s.AccountID, StaffID: s.ID, LoginID: s.LoginID, Name: s.Name,
	})
	require.NoError(t, err)
	c := a.client(t)
	c.Staff, c.Cookie = s, value.Reveal()
	return c
}

// Token returns a caller with an API token that acts for somebody.
func (a *App) Token(t testing.TB, s staff.Staff, as account.ActorKind) (*Client, session.Token) {
	t.Helper()
	value, token, err := a.Services.Sessions.IssueToken(t.Context(), account.SystemActor(s.AccountID), s.ID,
		session.NewToken{Name: "test", ActsAs: as})
	require.NoError(t, err)
	c := a.client(t)
	c.Staff, c.Bearer = s, value.Reveal()
	return c, token
}

// WithPublicURL starts the program with an address at which the world is told to reach it.
func WithPublicURL(address string) Option {
	return func(c *config.Config, _ *app.Options) { c.PublicURL = address }
}

// WithClock makes the program tell its time by a clock of the test's.
func WithClock(c clock.Clock) Option {
	return func(_ *config.Config, o *app.Options) { o.Clock = c }
}

// WithTrace has every statement told, and lets it fail.
func WithTrace(note func(text string) error) Option {
	return func(_ *config.Config, o *app.Options) { o.Trace = note }
}

// Eventually waits until a condition holds.
func Eventually(t testing.TB, condition func() bool, what string) {
	t.Helper()
	clocktest.Soon(t, condition, what)
}
