package httpapi

import (
	"context"
	"net"
	"net/http"
	"net/netip"

	"kontor/domain/account"
	"kontor/domain/secret"
	"kontor/domain/session"
	"kontor/domain/staff"
)

// Ways are how one gets in, for the screen that asks.
type Ways struct {
	SetUp      bool   `json:"set_up" doc:"the installation waits for its first account"`
	SetUpToken bool   `json:"set_up_token" doc:"making it takes the token that the server has printed"`
	Mail       bool   `json:"mail" doc:"links to a new password can be sent by mail"`
	SSO        string `json:"sso" doc:"the name of the provider of single sign-on; empty when there is none"`
}

func (a *API) getWays(ctx context.Context, _ account.Actor, _ *nothing) (*answer[Ways], error) {
	open, err := a.Setup.Open(ctx)
	w := Ways{SetUp: open, SetUpToken: open && !a.trusted(exchangeOf(ctx)), Mail: a.Mail.On()}
	if a.SSO != nil {
		w.SSO = a.SSO.Name()
	}
	return answered(w, err)
}

// trusted tells whether a request can only come from the machine itself, so that making the first account takes no token: the
// server listens to nothing else, is known by no other address, and was called by none, as a page that makes its own name mean
// this machine would.
func (a *API) trusted(x *exchange) bool {
	return loopback(a.Config.Listen) && loopback(a.Config.PublicURL) && loopback(x.host) && loopback(x.ip) &&
		len(a.Config.TrustedProxies) == 0
}

// loopback tells whether an address, with or without port or scheme, is the machine's own.
func loopback(address string) bool {
	for _, scheme := range []string{"http://", "https://"} {
		if len(address) > len(scheme) && address[:len(scheme)] == scheme {
			address = address[len(scheme):]
		}
	}
	if host, _, err := net.SplitHostPort(address); err == nil {
		address = host
	}
	if address == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(address)
	return err == nil && ip.IsLoopback()
}

type setUpInput struct {
	Body struct {
		Token       string `json:"token,omitempty" maxLength:"100" doc:"as the server has printed it"`
		AccountName string `json:"account_name" maxLength:"100"`
		Name        string `json:"name" maxLength:"100"`
		Email       string `json:"email" maxLength:"254"`
		Password    string `json:"password" maxLength:"1024"`
		Language    string `json:"language,omitempty" enum:"en,de"`
		TimeZone    string `json:"time_zone,omitempty" maxLength:"60"`
		Country     string `json:"country,omitempty" maxLength:"2"`
	}
}

// setUp makes the installation's first account, and opens a session for its owner.
func (a *API) setUp(ctx context.Context, _ account.Actor, in *setUpInput) (*signedIn, error) {
	x, b := exchangeOf(ctx), in.Body
	_, err := a.FoundFirst(ctx, account.New{
		Name: b.AccountName, Language: b.Language, TimeZone: b.TimeZone, Country: b.Country,
	}, staff.New{Email: b.Email, Name: b.Name, Password: b.Password}, b.Token, a.trusted(x))
	if err != nil {
		return nil, err
	}
	entry, err := a.Staff.SignIn(ctx, staff.Credentials{Email: b.Email, Password: b.Password, IP: x.ip})
	if err != nil {
		return nil, err
	}
	return a.enter(ctx, x, entry)
}

type secondStepInput struct {
	Body struct {
		Code string `json:"code" maxLength:"40" doc:"of the app, or a recovery code"`
	}
}

// signInFurther ends a sign-in that the second factor was asked for.
func (a *API) signInFurther(ctx context.Context, _ account.Actor, in *secondStepInput) (*signedIn, error) {
	x := exchangeOf(ctx)
	seat, err := a.Staff.SignInFurther(ctx, secret.New(x.challenge), in.Body.Code, x.ip)
	if err != nil {
		return nil, err
	}
	a.setCookie(x, a.challengeCookie(""))
	return a.open(ctx, x, seat, session.Password)
}

// The cookies of a sign-in under way, beside the session's. They live for minutes.
const (
	challengeLasts = 5 * 60
	ssoLasts       = 10 * 60
)

// shortCookie is one that lives for some seconds, or is taken back when its value is empty.
func (a *API) shortCookie(name, value string, seconds int) http.Cookie {
	c := a.cookie(value) //nolint:gosec // secure wherever the server is reached by https
	c.Name, c.MaxAge = a.prefixed(name), seconds
	if value == "" {
		c.MaxAge = -1
	}
	return c
}

func (a *API) challengeCookie(value string) http.Cookie {
	return a.shortCookie(challengeName, value, challengeLasts)
}

func (a *API) ssoCookie(value string) http.Cookie { return a.shortCookie(ssoName, value, ssoLasts) }

// setCookie adds a cookie to an answer, whatever else it is.
func (a *API) setCookie(x *exchange, c http.Cookie) { x.header.Add("Set-Cookie", c.String()) }

type resetRequestInput struct {
	Body struct {
		Email string `json:"email" maxLength:"254"`
	}
}

// requestReset answers the same whoever's address it is.
func (a *API) requestReset(ctx context.Context, _ account.Actor, in *resetRequestInput) (*nothing, error) {
	x := exchangeOf(ctx)
	return &nothing{}, a.Staff.RequestReset(ctx, in.Body.Email, a.Texts.Match(x.accept, ""), x.ip)
}

type resetInput struct {
	Body struct {
		Token    string `json:"token" maxLength:"100" doc:"as the link has it"`
		Password string `json:"password" maxLength:"1024"`
	}
}

func (a *API) resetPassword(ctx context.Context, _ account.Actor, in *resetInput) (*nothing, error) {
	return &nothing{}, a.Staff.Reset(ctx, in.Body.Token, in.Body.Password, exchangeOf(ctx).ip)
}

type welcomeInput struct {
	Body struct {
		Token string `json:"token" maxLength:"100" doc:"as the link has it"`
	}
}

func (a *API) welcome(ctx context.Context, _ account.Actor, in *welcomeInput) (*answer[staff.Welcome], error) {
	return answered(a.Staff.Welcome(ctx, in.Body.Token))
}

type acceptInput struct {
	Body struct {
		Token    string `json:"token" maxLength:"100" doc:"as the link has it"`
		Name     string `json:"name" maxLength:"100"`
		Password string `json:"password" maxLength:"1024" doc:"a new one; of an address that signs in here already, its own"`
		Language string `json:"language,omitempty" enum:"en,de"`
	}
}

// acceptInvitation makes a staff member of whoever was invited, and opens a session for them.
func (a *API) acceptInvitation(ctx context.Context, _ account.Actor, in *acceptInput) (*signedIn, error) {
	x := exchangeOf(ctx)
	entry, err := a.Staff.Accept(ctx, in.Body.Token, staff.New{
		Name: in.Body.Name, Password: in.Body.Password, Language: in.Body.Language,
	}, x.ip)
	if err != nil {
		return nil, err
	}
	return a.enter(ctx, x, entry)
}
