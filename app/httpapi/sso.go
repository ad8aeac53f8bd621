package httpapi

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"kontor/domain/errs"
	"kontor/domain/session"
	"kontor/domain/staff"
)

// Addresses of single sign-on.
const (
	ssoStartPath = "/oauth/oidc/start"
	// SSOCallbackPath is where the provider sends people back to.
	SSOCallbackPath = "/oauth/oidc/callback"
	signInPath      = "/sign-in"
)

// ssoPatience is how long the provider may take to tell who somebody is.
const ssoPatience = 20 * time.Second

// SSO is the way to the provider of single sign-on.
type SSO interface {
	// Name is what people know the provider by.
	Name() string
	// URL is where the browser goes.
	URL(ctx context.Context, s staff.SSOStart) (string, error)
	// Identify turns what the browser came back with into who the provider says it is.
	Identify(ctx context.Context, code string, s staff.SSOStart) (staff.SSOIdentity, error)
}

func (a *API) sso() []plainRoute {
	if a.SSO == nil {
		return nil
	}
	return []plainRoute{{http.MethodGet, ssoStartPath, a.startSSO}, {http.MethodGet, SSOCallbackPath, a.endSSO}}
}

// startSSO sends the browser to the provider.
func (a *API) startSSO(c echo.Context) error {
	x := exchangeOf(c.Request().Context())
	ctx, cancel := context.WithTimeout(c.Request().Context(), ssoPatience)
	defer cancel()
	err := a.slowDown(x)
	if err != nil {
		return a.ssoFailed(c, err)
	}
	start, err := a.Staff.BeginSSO(ctx, pathOfOurs(c.QueryParam("back")))
	if err != nil {
		return a.ssoFailed(c, err)
	}
	to, err := a.SSO.URL(ctx, start)
	if err != nil {
		return a.ssoFailed(c, err)
	}
	a.setCookie(x, a.ssoCookie(start.Browser.Reveal()))
	return c.Redirect(http.StatusSeeOther, to)
}

// endSSO opens a session for whom the provider sends back.
func (a *API) endSSO(c echo.Context) error {
	x := exchangeOf(c.Request().Context())
	ctx, cancel := context.WithTimeout(c.Request().Context(), ssoPatience)
	defer cancel()
	a.setCookie(x, a.ssoCookie(""))
	back, err := a.arrive(ctx, c, x)
	if err != nil {
		return a.ssoFailed(c, err)
	}
	to := withParameter(signInPath, "entered", "true")
	if back != "" {
		to = withParameter(to, "back", back)
	}
	return c.Redirect(http.StatusSeeOther, to)
}

func (a *API) arrive(ctx context.Context, c echo.Context, x *exchange) (back string, err error) {
	if err := a.slowDown(x); err != nil {
		return "", err
	}
	browser := ""
	if k, err := c.Cookie(a.prefixed(ssoName)); err == nil {
		browser = k.Value
	}
	start, back, err := a.Staff.ResumeSSO(ctx, c.QueryParam("state"), browser)
	if err != nil {
		return "", err
	}
	if refusal := c.QueryParam("error"); refusal != "" {
		return "", errs.New(errs.Unauthorized, "sso.declined").Because(errs.New(errs.Unauthorized, "sso.declined", "error", refusal))
	}
	who, err := a.SSO.Identify(ctx, c.QueryParam("code"), start)
	if err != nil {
		return "", err
	}
	seat, err := a.Staff.SignInBySSO(ctx, who, staff.SSOPolicy{Create: a.Config.OIDCCreateStaff == "on"}, x.ip)
	if err != nil {
		return "", err
	}
	if err := a.endFormer(ctx, x); err != nil {
		return "", err
	}
	in, err := a.open(ctx, x, seat, session.SSO)
	if err != nil {
		return "", err
	}
	a.setCookie(x, in.SetCookie)
	return back, nil
}

// ssoFailed shows on the screen for signing in what has gone wrong.
func (a *API) ssoFailed(c echo.Context, err error) error {
	p := exchangeOf(c.Request().Context()).problem(err)
	return c.Redirect(http.StatusSeeOther, withParameter(signInPath, "problem", p.Code))
}

// pathOfOurs is a path to go to after signing in, when it is one: nobody is sent elsewhere by a link. Browsers leave out tabs
// and line breaks, and take a backslash for a slash.
func pathOfOurs(path string) string {
	odd := func(r rune) bool { return r <= ' ' || r == 0x7f || r == '\\' }
	if len(path) > 500 || !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsFunc(path, odd) {
		return ""
	}
	return path
}
