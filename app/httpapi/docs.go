package httpapi

import (
	"embed"
	"net/http"
	"path"

	"github.com/labstack/echo/v4"
)

// docsPath is the page that shows the OpenAPI document. Everything it needs comes from this server.
const docsPath = "/api/docs"

//go:embed docs
var docsFiles embed.FS

// document serves the OpenAPI document.
func (a *API) document(c echo.Context) error {
	text, err := a.openapi()
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "no-cache")
	return c.Blob(http.StatusOK, "application/openapi+json", text)
}

func docsPage(name string) echo.HandlerFunc {
	types := map[string]string{".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css"}
	return func(c echo.Context) error {
		text, err := docsFiles.ReadFile("docs/" + name)
		if err != nil {
			return err
		}
		c.Response().Header().Set("Content-Security-Policy", docsPolicy)
		c.Response().Header().Set("Cache-Control", "no-cache")
		return c.Blob(http.StatusOK, types[path.Ext(name)], text)
	}
}
