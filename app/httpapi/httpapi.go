// Package httpapi is the HTTP side of the program: the REST API with its OpenAPI document, and the few addresses beside
// it (health, metrics). It turns requests into calls of the domain's services and their answers into JSON; rules of the
// product do not live here.
//
// Start at routes.go, the table of every route with the right it takes. A route's handler stands in the file of its
// feature (staff.go, teams.go …); what all routes have in common is in register.go (from row to operation), auth.go
// (who calls, and may they), errors.go (errors in words) and middleware.go (log, headers, limits).
package httpapi

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humaecho"
	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/time/rate"

	"kontor/app/config"
	"kontor/app/doctor"
	"kontor/app/realtime"
	"kontor/app/texts"
	"kontor/app/web"
	"kontor/domain"
	"kontor/domain/clock"
	"kontor/integrations"
)

// Base is the path that every route of the API begins with.
const Base = "/api/v1"

// Check is a part of the program that must work before requests are welcome.
type Check struct {
	Name string
	Run  func(context.Context) error
}

// Deps are what the server needs.
type Deps struct {
	Config   config.Config
	Services *domain.Services
	Doors    []integrations.Door
	Hub      *realtime.Hub
	Rooms    *realtime.Rooms
	Texts    *texts.Catalogue
	Clock    clock.Clock
	Log      *slog.Logger
	Metrics  *prometheus.Registry
	Checks   []Check
	// Examine looks at what the installation stands on.
	Examine   func(context.Context) []doctor.Diagnosis
	Version   string
	SSO       SSO    // nil without a provider of single sign-on
	PhoneURL  string // where the sandbox's simulated phone is; empty elsewhere
	Anonymous Rate   // how many requests an address may make without signing in; DefaultAnonymous when zero
}

// Rate is a limit on how often something may happen.
type Rate struct {
	PerSecond float64
	Burst     int
}

// DefaultAnonymous is enough for a page of people who sign in at nine o'clock from one address.
func DefaultAnonymous() Rate { return Rate{PerSecond: 10, Burst: 100} }

// API is the HTTP side of the program.
type API struct {
	Deps
	*domain.Services
	echo      *echo.Echo
	huma      huma.API
	anonymous *buckets
	origin    *http.CrossOriginProtection
	durations *prometheus.HistogramVec
	bodies    bodies
	pages     pages
	ui        *web.UI
	openapi   func() ([]byte, error)
	examined  examinations
}

// New puts the server together from the table of routes.
func New(d Deps) (*API, error) {
	if d.Anonymous == (Rate{}) {
		d.Anonymous = DefaultAnonymous()
	}
	teachHuma()
	ui, err := web.New()
	if err != nil {
		return nil, err
	}
	a := &API{
		Deps: d, Services: d.Services, echo: echo.New(),
		anonymous: newBuckets(rate.Limit(d.Anonymous.PerSecond), d.Anonymous.Burst, d.Clock),
		origin:    http.NewCrossOriginProtection(),
		durations: newDurations(),
		bodies:    newBodies(),
		ui:        ui,
	}
	if err := d.Metrics.Register(a.durations); err != nil {
		return nil, fmt.Errorf("register metrics: %w", err)
	}
	if a.pages, err = newPages(); err != nil {
		return nil, fmt.Errorf("read the pages: %w", err)
	}
	if err := a.origin.AddTrustedOrigin(d.Config.PublicURL); err != nil {
		return nil, fmt.Errorf("trust the public URL: %w", err)
	}
	a.echo.HideBanner, a.echo.HidePort = true, true
	a.echo.HTTPErrorHandler = a.fail
	a.echo.IPExtractor = ipExtractor(d.Config.TrustedProxies)
	a.echo.Use(a.observe, a.recover, a.protect, compress(), a.screens)
	a.huma = humaecho.NewV4WithGroup(a.echo, a.echo.Group(Base), a.humaConfig())
	for _, r := range a.Routes() {
		a.mount(r)
	}
	for _, p := range a.plain() {
		a.echo.Add(p.method, p.path, p.handle)
	}
	// Written when somebody first asks for it: it is large, and few ever do.
	a.openapi = sync.OnceValues(func() ([]byte, error) { return json.Marshal(a.huma.OpenAPI()) })
	return a, nil
}

// ServeHTTP answers a request.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.echo.ServeHTTP(w, r) }

// The server's patience. Streams lift the limit on writing for themselves.
const (
	headerTimeout = 5 * time.Second
	readTimeout   = time.Minute
	writeTimeout  = time.Minute
	idleTimeout   = 2 * time.Minute
	maxHeader     = 32 << 10
)

// Server returns an HTTP server for the API with its limits.
func (a *API) Server() *http.Server {
	return &http.Server{
		Handler: a, ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout,
		IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader,
		ErrorLog: slog.NewLogLogger(a.Log.Handler(), slog.LevelDebug),
	}
}
