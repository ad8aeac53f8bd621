package httpapi

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"net/http"

	"github.com/labstack/echo/v4"
)

//go:embed page
var pageFiles embed.FS

// page is a plain page for people whom another website sends here: they have no screen of ours before them.
type page struct {
	Title    string
	Text     []string
	Code     string // stable, for programs
	Link     string // where to go on, or empty
	LinkText string
}

// pages shows them.
type pages struct {
	layout *template.Template
	style  template.CSS
	policy string
}

func newPages() (pages, error) {
	layout, err := template.ParseFS(pageFiles, "page/page.html")
	if err != nil {
		return pages{}, err
	}
	style, err := pageFiles.ReadFile("page/page.css")
	if err != nil {
		return pages{}, err
	}
	sum := sha256.Sum256(style)
	policy := "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	return pages{layout, template.CSS(style), policy}, nil //nolint:gosec // a file of ours
}

// show answers with a page. It loads nothing and runs nothing.
func (p pages) show(c echo.Context, status int, what page) error {
	x := exchangeOf(c.Request().Context())
	var out bytes.Buffer
	err := p.layout.Execute(&out, struct {
		page
		Language, RequestID string
		Style               template.CSS
	}{what, x.language(), x.id, p.style})
	if err != nil {
		return err
	}
	c.Response().Header().Set("Content-Security-Policy", p.policy)
	return c.HTMLBlob(status, out.Bytes())
}

// refuse answers with a page that says what is wrong.
func (p pages) refuse(c echo.Context, title string, err error, link page) error {
	x := exchangeOf(c.Request().Context())
	problem := x.problem(err)
	for name, values := range problem.headers {
		if problem.Status != http.StatusUnauthorized { // a browser would ask for a password
			c.Response().Header()[name] = values
		}
	}
	link.Title, link.Code, link.Text = x.text(title, nil), problem.Code, append([]string{problem.Detail}, link.Text...)
	return p.show(c, problem.Status, link)
}

// language is the one to speak to whoever calls.
func (x *exchange) language() string { return x.texts.Match(x.accept, x.actor.Language) }
