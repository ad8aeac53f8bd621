package httpapi

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"kontor/domain/errs"
	"kontor/domain/inbound"
	"kontor/integrations"
)

// doors are the addresses that providers tell us things at.
func (a *API) doors() []plainRoute {
	var routes []plainRoute
	for _, d := range a.Doors {
		routes = append(routes,
			plainRoute{http.MethodGet, d.Path(), a.handshake(d)},
			plainRoute{http.MethodPost, d.Path(), a.receive(d)})
	}
	return routes
}

// handshake answers a provider that makes sure of the address. The challenge is plain text and nothing else: a browser that
// was sent here must not take it for a page.
func (a *API) handshake(d integrations.Door) echo.HandlerFunc {
	return func(c echo.Context) error {
		if !d.Configured() {
			return errs.New(errs.Unavailable, "door.not_configured")
		}
		challenge, err := d.Handshake(c.QueryParams())
		if err != nil {
			return errs.New(errs.Forbidden, "door.verify_token").Because(err)
		}
		return c.String(http.StatusOK, challenge)
	}
}

// receive stores what a provider tells us and says 200 once it is committed. Only what was not rightly signed, is too large
// or is encoded is refused: a provider that is refused long enough stops telling.
func (a *API) receive(d integrations.Door) echo.HandlerFunc {
	return func(c echo.Context) error {
		if !d.Configured() {
			return errs.New(errs.Unavailable, "door.not_configured")
		}
		r := c.Request()
		raw, done, err := a.bodies.read(c)
		defer done()
		if err != nil {
			return err
		}
		if err := d.Verify(r.Header, raw); err != nil {
			return errs.New(errs.Unauthorized, "door.signature").Because(err)
		}
		b := inbound.Batch{Door: d.Name()}
		b.Routed, b.Unrouted = d.Split(raw)
		if err := a.Inbound.Accept(r.Context(), b); err != nil {
			return err
		}
		return c.NoContent(http.StatusOK)
	}
}
