package httpapi

import (
	"net/http"
	"net/url"
	"time"

	"github.com/labstack/echo/v4"

	"kontor/domain/channel"
	"kontor/domain/errs"
	"kontor/integrations"
)

// deletionPath is where people see what became of their wish to have their data deleted.
const deletionPath = "/deletion/"

// notices are the addresses at which providers say, past their webhooks, that somebody takes back what they let Kontor do.
func (a *API) notices() []plainRoute {
	routes := []plainRoute{{http.MethodGet, deletionPath + ":code", a.deletionStatus}}
	for _, d := range a.Doors {
		n, ok := d.(integrations.Notices)
		if !ok {
			continue
		}
		routes = append(routes,
			plainRoute{http.MethodPost, n.DeauthorizePath(), a.notice(d, n, func(c echo.Context, r channel.Revocation) error {
				if err := a.Connections.Revoked(c.Request().Context(), r); err != nil {
					return err
				}
				return c.NoContent(http.StatusOK)
			})},
			plainRoute{http.MethodPost, n.DeletionPath(), a.notice(d, n, func(c echo.Context, r channel.Revocation) error {
				code, err := a.Connections.Erase(c.Request().Context(), r)
				if err != nil {
					return err
				}
				return c.JSON(http.StatusOK, n.DeletionAnswer(a.Config.PublicURL+deletionPath+code, code))
			})})
	}
	return routes
}

// notice verifies what a provider says before anything is done. What is forged is refused, and in the log.
func (a *API) notice(
	d integrations.Door, n integrations.Notices, do func(echo.Context, channel.Revocation) error,
) echo.HandlerFunc {
	return func(c echo.Context) error {
		if !d.Configured() {
			return errs.New(errs.Unavailable, "door.not_configured")
		}
		raw, done, err := a.bodies.read(c)
		defer done()
		if err != nil {
			return err
		}
		form, err := url.ParseQuery(string(raw))
		if err != nil {
			return errs.New(errs.Unauthorized, "door.signed_request").Because(err)
		}
		r, err := n.Revocation(form)
		if err != nil {
			return errs.New(errs.Unauthorized, "door.signed_request").Because(err)
		}
		return do(c, r)
	}
}

// deletionStatus says what was erased, and what was not and why, to whoever has the code.
func (a *API) deletionStatus(c echo.Context) error {
	x := exchangeOf(c.Request().Context())
	err := a.slowDown(x)
	if err == nil {
		d, failed := a.Connections.Deletion(c.Request().Context(), c.Param("code"))
		if err = failed; err == nil {
			return a.pages.show(c, http.StatusOK, page{Title: x.text("deletion.title", nil), Code: "deletion.title", Text: []string{
				x.text("deletion.erased", map[string]any{
					"at": d.ErasedAt.Format(time.DateTime), "connections": d.Connections, "channels": d.Channels,
				}),
				x.text("deletion.kept", nil), x.text("deletion.contacts", nil),
			}})
		}
	}
	return a.pages.refuse(c, "deletion.title", err, page{})
}
