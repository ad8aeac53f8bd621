package app

import (
	"context"

	"kontor/app/httpapi"
	"kontor/domain/mail"
	"kontor/integrations/guardhttp"
	"kontor/integrations/oidc"
	"kontor/integrations/smtp"
)

// exempt are the servers that the operator's own settings name.
func (a *App) exempt() []string {
	c := a.Config
	all := []string{c.MetaGraphURL, c.MetaInstagramURL, c.MetaLoginURL}
	if c.OIDCIssuer != "" {
		all = append(all, c.OIDCIssuer)
	}
	return all
}

// mails is the way to the mail server, or nil without one.
func (a *App) mails() (mail.Sender, error) {
	if a.Config.SMTPURL.Empty() {
		return nil, nil //nolint:nilnil // no mail server is no fault
	}
	return smtp.New(a.Config.SMTPURL, a.Config.PublicURL)
}

// newSSO is the way to the provider of single sign-on, or nil without one.
func (a *App) newSSO(client *guardhttp.Client) *oidc.Provider {
	c := a.Config
	if c.OIDCIssuer == "" {
		return nil
	}
	return oidc.New(oidc.Settings{
		Issuer: c.OIDCIssuer, ClientID: c.OIDCClientID, ClientSecret: c.OIDCClientSecret, Name: c.OIDCName, Domains: c.Domains(),
		RedirectURL: c.PublicURL + httpapi.SSOCallbackPath,
	}, client)
}

// signOn is the provider for the server, for which nil has to be nil.
func (a *App) signOn() httpapi.SSO {
	if a.sso == nil {
		return nil
	}
	return a.sso
}

// offerSetup prints where an installation without accounts is set up. The token stands behind the #, which no browser sends
// and no proxy logs.
func (a *App) offerSetup(ctx context.Context) error {
	if a.options.Seeded {
		return nil
	}
	open, err := a.Services.Setup.Open(ctx)
	if err != nil || !open {
		return err
	}
	token, err := a.Services.Setup.NewToken(ctx)
	if err != nil {
		return err
	}
	a.log.Warn("there is no account yet: open this address to make the first one", "url",
		a.Config.PublicURL+"/set-up#"+token.Reveal())
	return nil
}
