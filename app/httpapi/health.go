package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"kontor/domain/errs"
)

// checkTimeout is how long the readiness checks may take together.
const checkTimeout = 2 * time.Second

// healthz says that the process answers.
func (a *API) healthz(c echo.Context) error {
	return c.JSON(http.StatusOK, map[string]string{"status": "ok", "version": a.Version})
}

// readyz says whether everything that requests need works. Which part does not is in the log, and in the answer by name.
func (a *API) readyz(c echo.Context) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), checkTimeout)
	defer cancel()
	states := map[string]string{}
	status := http.StatusOK
	x := exchangeOf(c.Request().Context())
	for _, check := range a.Checks {
		states[check.Name] = "ok"
		if err := check.Run(ctx); err != nil {
			states[check.Name], status = "down", http.StatusServiceUnavailable
			x.code = "request.unavailable"
			x.cause = errs.New(errs.Unavailable, "request.unavailable").Because(fmt.Errorf("%s: %w", check.Name, err))
		}
	}
	return c.JSON(status, map[string]any{"status": http.StatusText(status), "checks": states})
}

// metrics serves the process's measurements for Prometheus.
func (a *API) metrics() echo.HandlerFunc {
	return echo.WrapHandler(promhttp.HandlerFor(a.Metrics, promhttp.HandlerOpts{}))
}
