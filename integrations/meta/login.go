package meta

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"kontor/domain/channel"
	"kontor/domain/secret"
)

// LandingPath is where the login dialog sends people back to. The app's dashboard has to list it among the valid redirect
// addresses.
const LandingPath = "/oauth/meta/callback"

// tokenPath is the call that gives tokens for codes, and long-lived tokens for short ones.
func tokenPath() []string { return []string{"oauth", "access_token"} }

// oauth is the login dialog as OAuth has it. There is no PKCE: the platform documents it for OpenID Connect alone, and the
// code is redeemed with the app's secret. See https://developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow.
func (c *Client) oauth(scopes ...string) (*oauth2.Config, error) {
	s := c.settings
	if s.AppToken().Empty() || s.LoginURL == "" || s.PublicURL == "" {
		return nil, &channel.Failure{Class: channel.Temporary, Reason: NotConfigured}
	}
	base := func(address string) string { return strings.TrimSuffix(address, "/") + "/" + s.Version + "/" }
	return &oauth2.Config{
		ClientID: s.AppID, ClientSecret: s.AppSecrets[0].Reveal(), Scopes: scopes, RedirectURL: s.PublicURL + LandingPath,
		Endpoint: oauth2.Endpoint{
			AuthURL: base(s.LoginURL) + "dialog/oauth", TokenURL: base(s.GraphURL) + strings.Join(tokenPath(), "/"),
			AuthStyle: oauth2.AuthStyleInParams,
		},
	}, nil
}

// LoginURL is the address of the login dialog that asks for the scopes, as far as the operator wants them asked for. Those
// that were declined before are asked for anew.
func (c *Client) LoginURL(state string, scopes []string) (string, error) {
	if wanted := c.settings.Permissions; len(wanted) > 0 {
		scopes = slices.DeleteFunc(slices.Clone(scopes), func(s string) bool { return !slices.Contains(wanted, s) })
	}
	if c.settings.LoginConfig != "" {
		scopes = nil
	}
	o, err := c.oauth(scopes...)
	if err != nil {
		return "", err
	}
	if id := c.settings.LoginConfig; id != "" {
		return o.AuthCodeURL(state, oauth2.SetAuthURLParam("config_id", id)), nil
	}
	return o.AuthCodeURL(state, oauth2.SetAuthURLParam("auth_type", "rerequest")), nil
}

// Redeem turns a login's code into a long-lived token of the person who logged in: the pages' tokens that come of such a
// one do not expire.
func (c *Client) Redeem(ctx context.Context, code secret.Text) (channel.Grant, error) {
	o, err := c.oauth()
	if err != nil {
		return channel.Grant{}, err
	}
	client := &http.Client{Transport: passing{c.http}}
	short, err := o.Exchange(context.WithValue(ctx, oauth2.HTTPClient, client), code.Reveal())
	if err != nil {
		return channel.Grant{}, c.refusedLogin(err, code)
	}
	return c.prolong(ctx, o, secret.New(short.AccessToken))
}

// prolong gives a token that lives an hour for one that lives about 60 days, and finds out whose it is.
func (c *Client) prolong(ctx context.Context, o *oauth2.Config, short secret.Text) (channel.Grant, error) {
	var long struct {
		Token   string `json:"access_token"`
		Expires Int    `json:"expires_in"` // seconds; missing when it does not
	}
	_, err := c.Call(ctx, Request{
		Method: http.MethodPost, Path: tokenPath(), Secrets: []secret.Text{short},
		Body: Form(url.Values{ // not in the address, as the documentation has it: addresses are logged
			"grant_type": {"fb_exchange_token"}, "client_id": {o.ClientID}, "client_secret": {o.ClientSecret},
			"fb_exchange_token": {short.Reveal()},
		}),
	}, &long)
	if err != nil {
		return channel.Grant{}, err
	}
	if long.Token == "" {
		return channel.Grant{}, &channel.Failure{Class: channel.Temporary, Reason: PlatformTrouble}
	}
	g := channel.Grant{Token: secret.New(long.Token)}
	if long.Expires > 0 {
		g.ExpiresAt = c.clock.Now().Add(time.Duration(long.Expires) * time.Second)
	}
	var me struct {
		ID   ID     `json:"id"`
		Name string `json:"name"`
	}
	_, err = c.Call(ctx, Request{
		Method: http.MethodGet, Path: []string{"me"}, Token: g.Token, Query: url.Values{"fields": {"id,name"}},
	}, &me)
	if err == nil && me.ID == "" {
		err = &channel.Failure{Class: channel.Temporary, Reason: PlatformTrouble}
	}
	g.UserID, g.UserName = string(me.ID), me.Name
	return g, err
}

// refusedLogin says why a code got no token. The error of the library holds the whole answer, and is not passed on.
func (c *Client) refusedLogin(err error, code secret.Text) *channel.Failure {
	r := Request{Method: http.MethodPost, Path: tokenPath(), Secrets: []secret.Text{code}}
	if _, ok := errors.AsType[*url.Error](err); ok {
		return c.hide(r, c.noAnswer(r, true, err))
	}
	refused, ok := errors.AsType[*oauth2.RetrieveError](err)
	if !ok || refused.Response == nil { // an answer, and no token in it
		return c.hide(r, &channel.Failure{Class: channel.Temporary, Reason: PlatformTrouble})
	}
	a := Answer{Status: refused.Response.StatusCode}
	e, isError := parseError(refused.Body)
	switch {
	case !isError:
		return c.hide(r, c.unreadable(r, a, fmt.Errorf("status %d", a.Status)))
	case e.Code == 1 && a.Status == http.StatusBadRequest: // "Error validating client secret."
		return c.hide(r, &channel.Failure{
			Class: channel.Rejected, Reason: AppSettings, Code: int(e.Code), Message: e.words(), TraceID: string(e.TraceID), Status: a.Status,
		})
	}
	return c.hide(r, c.failure(r, a, e))
}

// passing lets the OAuth library make its requests with the guarded client.
type passing struct{ through Doer }

// RoundTrip makes a request.
func (p passing) RoundTrip(r *http.Request) (*http.Response, error) { return p.through.Do(r) }

// TokenInfo is what the platform says of a token.
type TokenInfo struct {
	AppID     string
	Dead      bool // the platform says that it is no longer good
	UserID    string
	ExpiresAt time.Time
	// DataUntil is when the platform stops showing what belongs to people, unless the one who logged in does so again.
	DataUntil time.Time
	scopes    []string
	targets   map[string][]string // by scope: the pages it was given for; a scope that is not here was given for all
	known     bool                // the platform said what was granted
}

// Inspect asks what a token is good for, which only the app itself may. Without an app id nobody is asked.
func (c *Client) Inspect(ctx context.Context, token secret.Text) (TokenInfo, error) {
	if c.settings.AppToken().Empty() {
		return TokenInfo{}, nil
	}
	var answer struct {
		Data struct {
			AppID    ID        `json:"app_id"`
			UserID   ID        `json:"user_id"`
			IsValid  *Bool     `json:"is_valid"`
			Expires  Int       `json:"expires_at"` // 0: never
			Data     Int       `json:"data_access_expires_at"`
			Scopes   *[]string `json:"scopes"`
			Granular []struct {
				Scope   string `json:"scope"`
				Targets *[]ID  `json:"target_ids"` // missing: all present and future ones
			} `json:"granular_scopes"`
		} `json:"data"`
	}
	_, err := c.Call(ctx, Request{
		Method: http.MethodGet, Path: []string{"debug_token"}, Token: c.settings.AppToken(),
		Query: url.Values{InputToken: {token.Reveal()}},
	}, &answer)
	if err != nil {
		return TokenInfo{}, err
	}
	d := answer.Data
	i := TokenInfo{
		AppID: string(d.AppID), UserID: string(d.UserID), Dead: d.IsValid != nil && !bool(*d.IsValid), targets: map[string][]string{},
	}
	if d.Expires > 0 {
		i.ExpiresAt = time.Unix(int64(d.Expires), 0).UTC()
	}
	if d.Data > 0 {
		i.DataUntil = time.Unix(int64(d.Data), 0).UTC()
	}
	if d.Scopes != nil {
		i.known, i.scopes = true, *d.Scopes
	}
	for _, g := range d.Granular {
		if g.Targets == nil {
			continue
		}
		i.targets[g.Scope] = []string{}
		for _, id := range *g.Targets {
			i.targets[g.Scope] = append(i.targets[g.Scope], string(id))
		}
	}
	return i, nil
}

// Granted tells whether a scope was given at all. What the platform does not say counts as given: it has the last word.
func (i TokenInfo) Granted(scope string) bool { return !i.known || slices.Contains(i.scopes, scope) }

// GrantedFor tells whether a scope was given for a page.
func (i TokenInfo) GrantedFor(scope, page string) bool {
	targets, limited := i.targets[scope]
	return i.Granted(scope) && (!limited || !perPage(scope) || slices.Contains(targets, page))
}

// Targets are the pages that a scope was given for, as far as the platform lists them.
func (i TokenInfo) Targets(scope string) []string { return i.targets[scope] }

// perPage tells the scopes that are given page by page from those whose targets are ad accounts and Businesses.
func perPage(scope string) bool {
	return strings.HasPrefix(scope, "pages_") || scope == "leads_retrieval"
}
