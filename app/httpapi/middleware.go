package httpapi

import (
	"compress/gzip"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
	"github.com/prometheus/client_golang/prometheus"

	"kontor/domain/errs"
	"kontor/domain/ids"
)

// observe gives every request an id and ends it with one log line and one measurement.
func (a *API) observe(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		start := a.Clock.Now()
		x := a.begin(c)
		a.setHeaders(c, x)
		if err := next(c); err != nil {
			a.fail(err, c)
		}
		took := a.Clock.Now().Sub(start)
		route := c.Path()
		if x.code == "request.not_found" {
			route = "" // any address at all: not one measurement each
		}
		a.durations.WithLabelValues(method(c), route, strconv.Itoa(c.Response().Status)).Observe(took.Seconds())
		a.logRequest(c, x, route, took)
		return nil
	}
}

// compress makes long answers of the API small for who takes gzip: a page of tasks comes to a sixth. What is secret is in
// no answer beside text of a stranger's, so that its length tells nothing. A stream must not wait for a buffer to fill, and
// files are as small as they get.
func compress() echo.MiddlewareFunc {
	return middleware.GzipWithConfig(middleware.GzipConfig{
		Level: gzip.BestSpeed, MinLength: worthCompressing,
		Skipper: func(c echo.Context) bool {
			path, ours := strings.CutPrefix(c.Path(), Base)
			return !ours || path == "/stream" || path == "/attachments/:id"
		},
	})
}

// worthCompressing is the shortest answer that is compressed, in bytes: what fits into a packet gains nothing.
const worthCompressing = 1400

func (a *API) logRequest(c echo.Context, x *exchange, route string, took time.Duration) {
	attrs := []slog.Attr{
		slog.String("method", c.Request().Method), slog.String("path", shownPath(c)), slog.String("route", route),
		slog.Int("status", c.Response().Status), slog.Float64("ms", float64(took.Microseconds())/1000),
		slog.Int64("bytes", c.Response().Size), slog.String("ip", x.ip), slog.String("request_id", x.id),
	}
	if x.actor.AccountID != ids.Nil {
		attrs = append(attrs, slog.String("account_id", x.actor.AccountID.String()),
			slog.String("staff_id", x.actor.StaffID.String()), slog.String("as", string(x.actor.Kind)))
	}
	if x.code != "" {
		attrs = append(attrs, slog.String("code", x.code))
	}
	level := slog.LevelInfo
	switch {
	case x.cause != nil:
		level = slog.LevelError
		attrs = append(attrs, slog.String("error", x.cause.Error()))
	case strings.HasPrefix(route, "/webhooks/") && c.Response().Status >= http.StatusBadRequest:
		level = slog.LevelWarn // a provider that is refused stops telling
	case route == "/healthz", route == "/readyz", route == "/metrics":
		level = slog.LevelDebug // asked all day long by machines
	}
	a.Log.LogAttrs(c.Request().Context(), level, "request", attrs...)
}

// shownPath is a request's path as the log may have it: what gives access to something is left out.
func shownPath(c echo.Context) string {
	for _, secret := range []string{FilePath, deletionPath} {
		if strings.HasPrefix(c.Request().URL.Path, secret) {
			return secret + "…"
		}
	}
	return c.Request().URL.Path
}

// method is a request's for the measurements, which anybody's inventions must not multiply.
func method(c echo.Context) string {
	switch m := c.Request().Method; m {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete,
		http.MethodOptions:
		return m
	}
	return "other"
}

// recover turns a panic into an internal error; its stack goes to the log.
func (a *API) recover(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if v == http.ErrAbortHandler { //nolint:errorlint // net/http's own sign, to be passed on as it is
				panic(v)
			}
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}()
		return next(c)
	}
}

// protect refuses what no honest client sends: addresses that are no text, and changes that another website makes with a
// visitor's cookie. A token needs no such check: browsers do not add it by themselves.
func (a *API) protect(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		if query, err := url.QueryUnescape(r.URL.RawQuery); err != nil || !storable(query) || !storable(r.URL.Path) {
			return echo.NewHTTPError(http.StatusBadRequest)
		}
		if strings.HasPrefix(r.URL.Path, Base+"/") && r.Header.Get("Authorization") == "" {
			if err := a.origin.Check(r); err != nil {
				return errs.New(errs.Forbidden, "request.foreign_origin").Because(err)
			}
		}
		return next(c)
	}
}

func storable(text string) bool { return utf8.ValidString(text) && !strings.ContainsRune(text, 0) }

// Content security policies. Answers of the API are data and never a page.
const (
	dataPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox"
	docsPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-ancestors 'none'; " +
		"base-uri 'none'; form-action 'none'"
)

// setHeaders sets the headers that every answer carries. A page with other needs replaces its policy.
func (a *API) setHeaders(c echo.Context, x *exchange) {
	h := c.Response().Header()
	h.Set("X-Request-Id", x.id)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Content-Security-Policy", dataPolicy)
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	if a.Config.HTTPS() {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

func newDurations() *prometheus.HistogramVec {
	return prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Namespace: "kontor", Subsystem: "http", Name: "request_duration_seconds",
		Help:    "How long requests took, by route.",
		Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
	}, []string{"method", "route", "status"})
}
