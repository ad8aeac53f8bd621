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
	layouts   *template.Template
	style     template.CSS
	fileStyle template.CSS
}

func newPages() (p pages, err error) {
	if p.layouts, err = template.ParseFS(pageFiles, "page/*.html"); err != nil {
		return p, err
	}
	for name, to := range map[string]*template.CSS{"page/page.css": &p.style, "page/file.css": &p.fileStyle} {
		text, err := pageFiles.ReadFile(name)
		if err != nil {
			return p, err
		}
		*to = template.CSS(text) //nolint:gosec // a file of ours
	}
	return p, nil
}

// show answers with a page. It loads nothing and runs nothing.
func (p pages) show(c echo.Context, status int, what page) error {
	return p.write(c, status, "page.html", p.style, "", what)
}

// write answers with a layout that is filled in. Its policy allows the style that stands in it and what else is said.
func (p pages) write(c echo.Context, status int, layout string, style template.CSS, allowed string, what any) error {
	x := exchangeOf(c.Request().Context())
	var out bytes.Buffer
	err := p.layouts.ExecuteTemplate(&out, layout, struct {
		Page                any
		Language, RequestID string
		Style               template.CSS
	}{what, x.language(), x.id, style})
	if err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(style))
	c.Response().Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'sha256-"+
		base64.StdEncoding.EncodeToString(sum[:])+"'; "+allowed+"base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
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
