package httpapi

import (
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humaecho"

	"kontor/domain/access"
	"kontor/domain/account"
	"kontor/domain/errs"
	"kontor/domain/session"
)

// guard lets a request through to its handler when its caller may.
func (a *API) guard(r Route) func(huma.Context, func(huma.Context)) {
	return func(hc huma.Context, next func(huma.Context)) {
		c := humaecho.UnwrapV4(hc)
		x := exchangeOf(hc.Context())
		var err error
		admit := func() (account.Actor, error) {
			who, err := a.admit(c.Request(), x, r.Permission)
			if err == nil && who.MustEnrol && !r.handler.early {
				err = errs.New(errs.Forbidden, "session.must_enrol")
			}
			return who, err
		}
		if x.actor, err = admit(); err != nil {
			a.fail(err, c)
			return
		}
		scope, err := a.Access.ScopeOf(hc.Context(), x.actor)
		if err != nil {
			a.fail(err, c)
			return
		}
		x.again = func() (access.Scope, error) {
			who, err := admit()
			if err != nil {
				return access.Scope{}, err
			}
			return a.Access.ScopeOf(hc.Context(), who)
		}
		next(huma.WithContext(hc, scope.In(hc.Context())))
	}
}

// admit returns who calls, and why they may not when they may not.
func (a *API) admit(r *http.Request, x *exchange, p Permission) (account.Actor, error) {
	if p == Public {
		return account.Actor{}, a.slowDown(x)
	}
	who, err := a.authenticate(r, x)
	if errs.KindOf(err) == errs.Unauthorized {
		if slow := a.slowDown(x); slow != nil {
			err = slow
		}
	}
	if err != nil {
		return who, err
	}
	who.IP, who.RequestID = x.ip, x.id
	return who, allowed(who, p)
}

// authenticate recognises the caller by token, else by cookie.
func (a *API) authenticate(r *http.Request, x *exchange) (account.Actor, error) {
	if header := r.Header.Get("Authorization"); header != "" {
		scheme, token, _ := strings.Cut(header, " ")
		if !strings.EqualFold(scheme, "Bearer") {
			return account.Actor{}, errs.New(errs.Unauthorized, "session.required")
		}
		return a.Sessions.Authenticate(r.Context(), strings.TrimSpace(token))
	}
	if x.cookie == "" {
		return account.Actor{}, errs.New(errs.Unauthorized, "session.required")
	}
	return a.Sessions.AuthenticateCookie(r.Context(), x.cookie)
}

// allowed tells whether somebody signed in has the permission.
func allowed(who account.Actor, p Permission) error {
	switch p {
	case Person:
		if !who.InPerson() {
			return errs.New(errs.Forbidden, "token.in_person")
		}
		return nil
	case Member:
		return who.Require(account.Member)
	case Admin:
		return who.Require(account.Admin)
	}
	return who.Require(account.Owner)
}

// slowDown counts a request that nobody has signed in for.
func (a *API) slowDown(x *exchange) error {
	if a.anonymous.take(x.ip) {
		return nil
	}
	return errs.New(errs.TooMany, "request.slow_down", "seconds", 1)
}

// cookieName is the session cookie's. On https its prefix makes browsers refuse one set by a neighbouring host.
func (a *API) cookieName() string { return a.prefixed("kontor_session") }

// The names of the cookies of a sign-in under way.
const (
	challengeName = "kontor_challenge"
	ssoName       = "kontor_sso"
)

func (a *API) prefixed(name string) string {
	if a.Config.HTTPS() {
		return "__Host-" + name
	}
	return name
}

func (a *API) cookie(value string) http.Cookie {
	return http.Cookie{ //nolint:gosec // secure wherever the server is reached by https
		Name: a.cookieName(), Value: value, Path: "/", HttpOnly: true, Secure: a.Config.HTTPS(),
		SameSite: http.SameSiteLaxMode, MaxAge: int(session.Absolute.Seconds()),
	}
}

func (a *API) noCookie() http.Cookie {
	c := a.cookie("") //nolint:gosec // as above
	c.MaxAge = -1
	return c
}

// securityOf says in the OpenAPI document how a route's caller is recognised.
func securityOf(p Permission) []map[string][]string {
	switch p {
	case Public:
		return []map[string][]string{{}}
	case Person:
		return []map[string][]string{{"session": {}}}
	}
	return []map[string][]string{{"token": {}}, {"session": {}}}
}
