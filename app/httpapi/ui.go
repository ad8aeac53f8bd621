package httpapi

import (
	"errors"
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

// screens serves the web UI on every address that no route has.
func (a *API) screens(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		err := next(c)
		r := c.Request()
		if !errors.Is(err, echo.ErrNotFound) || ours(r.URL.Path) || r.Method != http.MethodGet && r.Method != http.MethodHead {
			return err
		}
		if !a.ui.Serve(c.Response(), r) {
			return err
		}
		c.SetPath("/*") // any address at all: one measurement for all of them
		return nil
	}
}
