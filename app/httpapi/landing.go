package httpapi

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"kontor/domain/account"
	"kontor/domain/connection"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/integrations"
)

// landingPatience is how long the platform may take to tell what a login is good for.
const landingPatience = 50 * time.Second

// landings are the addresses that people come back to from the login of a provider.
func (a *API) landings() []plainRoute {
	var routes []plainRoute
	for _, d := range a.Doors {
		if l, ok := d.(integrations.Landing); ok {
			routes = append(routes, plainRoute{http.MethodGet, l.LandingPath(), a.land(l)})
		}
	}
	return routes
}

// land ends a login. Whoever brings its end has to be the one who began it, by their session's cookie, or by the token they
// began it with. They are sent on to where they wanted to go, with the connection or with a code of what went wrong; those
// who did not say where see a page, and programs get JSON.
func (a *API) land(l integrations.Landing) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		x := exchangeOf(r.Context())
		who, err := a.admit(r, x, Member)
		if err != nil && errs.KindOf(err) != errs.Unauthorized {
			return a.landed(c, connection.End{}, err)
		}
		if err != nil {
			who = account.Actor{IP: x.ip, RequestID: x.id}
		}
		x.actor = who
		ctx, cancel := context.WithTimeout(r.Context(), landingPatience)
		defer cancel()
		end, err := a.Connections.Finish(ctx, who, l.Landed(c.QueryParams()))
		return a.landed(c, end, err)
	}
}

// landed sends people on, or shows what has become of their login.
func (a *API) landed(c echo.Context, end connection.End, err error) error {
	x := exchangeOf(c.Request().Context())
	id := end.Connection.ID.String()
	switch {
	case strings.Contains(c.Request().Header.Get("Accept"), "application/json"):
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, map[string]ids.ID{"connection_id": end.Connection.ID})
	case err == nil && end.ReturnTo != "":
		return c.Redirect(http.StatusSeeOther, withParameter(end.ReturnTo, "connection", id))
	case err == nil:
		return a.pages.show(c, http.StatusOK, page{
			Title: x.text("landing.connected_title", nil), Code: "landing.connected_title",
			Text: []string{x.text("landing.connected", map[string]any{"pages": len(end.Connection.Pages)})},
			Link: withParameter("/channels", "connection", id), LinkText: x.text("landing.choose", nil),
		})
	case end.ReturnTo != "":
		return c.Redirect(http.StatusSeeOther, withParameter(end.ReturnTo, "connect_error", x.problem(err).Code))
	}
	return a.pages.refuse(c, "landing.refused_title", err, page{
		Text: []string{x.text("landing.nothing_changed", nil)}, Link: "/channels", LinkText: x.text("landing.back", nil),
	})
}

// withParameter adds a parameter to a path of ours.
func withParameter(path, name, value string) string {
	to, err := url.Parse(path)
	if err != nil {
		return "/"
	}
	q := to.Query()
	q.Set(name, value)
	to.RawQuery = q.Encode()
	if with := to.String(); !strings.HasPrefix(with, "//") { // a slash that was encoded may not be any more
		return with
	}
	return "/"
}
