package httpapi

import (
	"log/slog"
	"net/http/httptest"
	"testing"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"kontor/app/config"
	"kontor/app/texts"
	"kontor/domain/account"
	"kontor/domain/clock"
)

// Panic answers a request whose handler panics.
func Panic(t *testing.T, value any) (int, string) {
	t.Helper()
	words, err := texts.Load(account.Languages())
	require.NoError(t, err)
	cfg, err := config.Load(nil)
	require.NoError(t, err)
	a, err := New(Deps{
		Config: cfg, Texts: words, Clock: clock.System{}, Log: slog.New(slog.DiscardHandler), Metrics: prometheus.NewRegistry(),
	})
	require.NoError(t, err)
	a.echo.GET("/panic", func(echo.Context) error { panic(value) })
	w := httptest.NewRecorder()
	a.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "GET", "/panic", nil))
	return w.Code, w.Body.String()
}
