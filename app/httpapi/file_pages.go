package httpapi

import (
	"fmt"
	"html/template"
	"io"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"kontor/domain/account"
	"kontor/domain/attachment"
)

// FilePath is below what the public links of files lie.
const FilePath = "/files/"

// What there is beside the page of a link.
const (
	linkFile = "/download"
	linkLogo = "/logo"
)

// filePage is what somebody outside sees who opens the link to a file.
type filePage struct {
	Title, Code string
	Text        []string
	Brand       string // the name above; the product's where there is no other
	Logo        string // its address, or empty
	File, Size  string
	Download    string // its address; empty when there is nothing to have any more
	Action      string
	Until       string
}

// fileLinks are the addresses of a link: its page, its file, the sender's picture. Machines look with HEAD, and are shown
// what they would get.
func (a *API) fileLinks() (routes []plainRoute) {
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		routes = append(routes,
			plainRoute{method, FilePath + ":token", a.shared(a.showFilePage)},
			plainRoute{method, FilePath + ":token" + linkFile, a.shared(a.sendSharedFile)},
			plainRoute{method, FilePath + ":token" + linkLogo, a.shared(a.sendSharedLogo)},
		)
	}
	return routes
}

// shared finds what a link is of. Whoever asks is nobody here: where the link is none, they are told no more than that.
func (a *API) shared(show func(echo.Context, attachment.Shared, account.Account) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		ctx := c.Request().Context()
		h := c.Response().Header()
		h.Set("Cache-Control", "private, no-store")
		h.Set("X-Robots-Tag", "noindex, nofollow, noarchive")
		err := a.slowDown(exchangeOf(ctx))
		if err != nil {
			return a.pages.refuse(c, "file_link.title", err, page{})
		}
		s, err := a.Attachments.Look(ctx, c.Param("token"))
		if err != nil {
			return a.pages.refuse(c, "file_link.title", err, page{})
		}
		acc, err := a.Accounts.Get(ctx, s.Link.AccountID)
		if err != nil {
			return a.pages.refuse(c, "file_link.title", err, page{})
		}
		return show(c, s, acc)
	}
}

// showFilePage says what there is to have and until when, or why there is nothing any more.
func (a *API) showFilePage(c echo.Context, s attachment.Shared, acc account.Account) error {
	x := exchangeOf(c.Request().Context())
	here := FilePath + c.Param("token")
	p := filePage{Brand: acc.BrandName}
	if p.Brand == "" {
		p.Brand = "Kontor"
	}
	if acc.Logo != "" {
		p.Logo = here + linkLogo
	}
	if s.Ended != "" {
		words := endings()[s.Ended]
		p.Code = words.text
		p.Title, p.Text = x.text(words.title, nil), []string{x.text(words.text, nil), x.text("file_link.ask", nil)}
		return a.pages.showFile(c, http.StatusGone, p, acc.Palette())
	}
	p.Title, p.Code = x.text("file_link.for_you", nil), "file_link.for_you"
	p.File, p.Size = s.File.Name, x.fileFacts(s.File)
	p.Download, p.Action = here+linkFile, x.text("file_link.download", nil)
	p.Until = x.text("file_link.until", map[string]any{"time": x.localTime(s.Link.ExpiresAt, acc.TimeZone)})
	return a.pages.showFile(c, http.StatusOK, p, acc.Palette())
}

// ending is how it is said that a link leads nowhere any more.
type ending struct{ title, text string }

func endings() map[attachment.End]ending {
	return map[attachment.End]ending{
		attachment.LinkExpired: {"file_link.expired_title", "file_link.expired"},
		attachment.LinkRevoked: {"file_link.revoked_title", "file_link.revoked"},
		attachment.LinkEmpty:   {"file_link.gone_title", "file_link.gone"},
	}
}

// sendSharedFile sends the file itself, always as something to be saved, as downloadFile does.
func (a *API) sendSharedFile(c echo.Context, s attachment.Shared, acc account.Account) error {
	if s.Ended != "" {
		return a.showFilePage(c, s, acc)
	}
	ctx := c.Request().Context()
	file, err := a.Attachments.Open(ctx, s.File)
	if err != nil {
		return a.pages.refuse(c, "file_link.title", err, page{})
	}
	defer func() { _ = file.Close() }()
	for name, value := range download(s.File) {
		c.Response().Header().Set(name, value)
	}
	if c.Request().Method == http.MethodGet { // who only looks has not fetched it
		if err := a.Attachments.Fetched(ctx, s); err != nil {
			return err
		}
	}
	return send(c, file)
}

// sendSharedLogo sends the picture of whom a link is from, also when the link has ended: its page says so.
func (a *API) sendSharedLogo(c echo.Context, _ attachment.Shared, acc account.Account) error {
	acc, file, err := a.Accounts.Logo(c.Request().Context(), acc.ID)
	if err != nil {
		return err
	}
	if file == nil {
		return echo.NewHTTPError(http.StatusNotFound)
	}
	defer func() { _ = file.Close() }()
	for name, value := range logoHeaders(acc) {
		c.Response().Header().Set(name, value)
	}
	return send(c, file)
}

// send sends bytes to those who want them.
func send(c echo.Context, file io.Reader) error {
	c.Response().WriteHeader(http.StatusOK)
	if c.Request().Method != http.MethodHead {
		_, _ = io.Copy(c.Response(), file) // a reader who sees fewer bytes than announced knows that it broke
	}
	return nil
}

// fileFacts is what sort of file it is, and how large: PDF · 1.2 MB.
func (x *exchange) fileFacts(f attachment.Attachment) string {
	size := strconv.FormatInt(f.Size, 10) + " B"
	for _, unit := range []struct {
		name  string
		bytes float64
		form  string
	}{{"kB", 1e3, "%.0f"}, {"MB", 1e6, "%.1f"}} {
		if float64(f.Size) >= unit.bytes {
			size = message.NewPrinter(language.Make(x.language())).Sprintf(unit.form, float64(f.Size)/unit.bytes) + " " + unit.name
		}
	}
	if sort := strings.TrimPrefix(path.Ext(f.Name), "."); sort != "" && len(sort) <= 5 {
		return strings.ToUpper(sort) + " · " + size
	}
	return size
}

// localTime is a time in a zone, in the reader's way of writing it.
func (x *exchange) localTime(at time.Time, zone string) string {
	if z, err := time.LoadLocation(zone); err == nil {
		at = at.In(z)
	}
	return at.Format(x.text("file_link.time", nil))
}

// style are the brand's colours for a style sheet. They are six hexadecimal digits each, whatever anybody wrote.
func style(p account.Palette) template.CSS {
	return template.CSS(fmt.Sprintf( //nolint:gosec // see above
		":root{--fill:%s;--ink:%s;--name:%s}@media(prefers-color-scheme:dark){:root{--name:%s}}", p.Fill, p.Ink, p.OnLight, p.OnDark))
}

// showFile shows the page of a link. It loads the sender's picture and nothing else, and runs nothing.
func (p pages) showFile(c echo.Context, status int, what filePage, colors account.Palette) error {
	return p.write(c, status, "file.html", style(colors)+p.fileStyle, "img-src 'self'; ", what)
}
