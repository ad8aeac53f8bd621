package httpapi

import (
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"
)

// ours tells whether an address belongs to the server and not to a screen: what is missing there is missing.
func ours(path string) bool {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return slices.Contains([]string{
		"api", "webhooks", "oauth", "deletion", "healthz", "readyz", "metrics", "docs",
	}, first)
}

// screen serves the web UI on every address that no route has.
func (a *API) screen(c echo.Context) error {
	r := c.Request()
	if r.Method != http.MethodGet && r.Method != http.MethodHead || ours(r.URL.Path) {
		return echo.ErrNotFound
	}
	if !a.ui.Serve(c.Response(), r) {
		return echo.ErrNotFound
	}
	return nil
}
