// Package oidc signs people in by OpenID Connect: it sends them to the operator's issuer and reads what that says of them. Who
// they are here is package staff's to find out.
package oidc

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	gooidc "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"kontor/domain/errs"
	"kontor/domain/secret"
	"kontor/domain/staff"
)

// Settings are the operator's.
type Settings struct {
	Issuer, ClientID string
	ClientSecret     secret.Text
	Name             string   // the issuer's host when empty
	Domains          []string // of e-mail addresses; none means any
	RedirectURL      string
}

// HTTP makes requests: the guarded client.
type HTTP interface {
	Do(req *http.Request) (*http.Response, error)
}

// Provider is the way to the issuer. It asks the issuer about itself when it is needed first, so that Kontor starts without it.
type Provider struct {
	settings Settings
	client   *http.Client

	mu    sync.Mutex
	found *gooidc.Provider
}

// New returns the way to an issuer.
func New(s Settings, client HTTP) *Provider {
	if s.Name == "" {
		if u, err := url.Parse(s.Issuer); err == nil {
			s.Name = u.Hostname()
		}
	}
	return &Provider{settings: s, client: &http.Client{Transport: through{client}}}
}

// through is a client as a transport, for a library that wants one.
type through struct{ client HTTP }

// RoundTrip makes a request.
func (t through) RoundTrip(r *http.Request) (*http.Response, error) { return t.client.Do(r) }

// Name is what people know the issuer by.
func (p *Provider) Name() string { return p.settings.Name }

// discover asks the issuer about itself, once. A failure is not kept.
func (p *Provider) discover(ctx context.Context) (*gooidc.Provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found != nil {
		return p.found, nil
	}
	// The library keeps the context for fetching keys later: it must not end with the request.
	found, err := gooidc.NewProvider(gooidc.ClientContext(context.WithoutCancel(ctx), p.client), p.settings.Issuer)
	if err != nil {
		return nil, errs.New(errs.Unavailable, "sso.unreachable", "name", p.settings.Name).Because(err)
	}
	p.found = found
	return found, nil
}

// Check reads what the issuer says of itself now, whatever was read before.
func (p *Provider) Check(ctx context.Context) error {
	if _, err := gooidc.NewProvider(gooidc.ClientContext(ctx, p.client), p.settings.Issuer); err != nil {
		return fmt.Errorf("read the issuer's discovery document: %w", err)
	}
	return nil
}

func (p *Provider) config(found *gooidc.Provider) oauth2.Config {
	return oauth2.Config{
		ClientID: p.settings.ClientID, ClientSecret: p.settings.ClientSecret.Reveal(), RedirectURL: p.settings.RedirectURL,
		Endpoint: found.Endpoint(), Scopes: []string{gooidc.ScopeOpenID, "email", "profile"},
	}
}

// URL is where the browser goes.
func (p *Provider) URL(ctx context.Context, s staff.SSOStart) (string, error) {
	found, err := p.discover(ctx)
	if err != nil {
		return "", err
	}
	c := p.config(found)
	return c.AuthCodeURL(s.State.Reveal(), gooidc.Nonce(s.Nonce), oauth2.S256ChallengeOption(s.Verifier.Reveal())), nil
}

// claims are what is read of an ID token.
type claims struct {
	Email    string `json:"email"`
	Verified bool   `json:"email_verified"`
	Name     string `json:"name"`
}

// Identify turns what the browser came back with into who the issuer says it is. Unauthorized when that is not to be believed.
func (p *Provider) Identify(ctx context.Context, code string, s staff.SSOStart) (staff.SSOIdentity, error) {
	found, err := p.discover(ctx)
	if err != nil {
		return staff.SSOIdentity{}, err
	}
	ctx = gooidc.ClientContext(ctx, p.client)
	c := p.config(found)
	token, err := c.Exchange(ctx, code, oauth2.VerifierOption(s.Verifier.Reveal()))
	if err != nil {
		return staff.SSOIdentity{}, unbelieved(err)
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := found.VerifierContext(ctx, &gooidc.Config{ClientID: p.settings.ClientID}).Verify(ctx, raw)
	if err != nil {
		return staff.SSOIdentity{}, unbelieved(err)
	}
	if id.Nonce != s.Nonce {
		return staff.SSOIdentity{}, unbelieved(fmt.Errorf("the nonce is another one"))
	}
	var said claims
	if err := id.Claims(&said); err != nil {
		return staff.SSOIdentity{}, unbelieved(err)
	}
	if !p.welcome(said.Email) {
		return staff.SSOIdentity{}, errs.New(errs.Unauthorized, "sso.domain")
	}
	return staff.SSOIdentity{
		Issuer: id.Issuer, Subject: id.Subject, Email: said.Email, Verified: said.Verified, Name: said.Name,
	}, nil
}

// welcome tells whether addresses of a domain may come.
func (p *Provider) welcome(email string) bool {
	_, domain, _ := strings.Cut(strings.ToLower(email), "@")
	return len(p.settings.Domains) == 0 || slices.Contains(p.settings.Domains, domain)
}

func unbelieved(err error) error { return errs.New(errs.Unauthorized, "sso.refused").Because(err) }
