package template

import (
	"context"
	"time"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/contact"
	"kontor/domain/ids"
	"kontor/templates"
)

// FillProfile fills a contact from a profile by the channel's contact template: what is still empty, or what a template
// wrote and nobody has changed since.
func (s *Service) FillProfile(
	ctx context.Context, c contact.Contact, channelID ids.ID, x contact.Identity, p channel.Profile,
) (contact.Contact, error) {
	ch, err := s.Channels().Get(ctx, c.AccountID, channelID)
	if err != nil {
		return c, err
	}
	a, err := s.Accounts.Get(ctx, c.AccountID)
	if err != nil {
		return c, err
	}
	pairs, err := s.For(ctx, []channel.Channel{ch})
	if err != nil {
		return c, err
	}
	scope := ScopeOf(a, ch, s.Clock.Now())
	scope.Profile = templates.ProfileScope{
		FirstName: p.FirstName, LastName: p.LastName, Name: p.Name, Username: x.Username, Locale: p.Locale,
	}
	ready := pairs[channel.Key{AccountID: ch.AccountID, ID: ch.ID}].Contact
	draft, _ := ready.Filler.Fill(scope, a.FillOptions())
	c.Refill(draft, ready.ID, ready.Version)
	return c, nil
}

// ScopeOf begins what patterns may read of an event with what does not depend on it.
func ScopeOf(a account.Account, c channel.Channel, now time.Time) templates.Scope {
	return templates.Scope{
		Account: templates.AccountScope{Name: a.Name, Language: a.Language},
		Channel: templates.ChannelScope{
			Name: c.Name, DisplayName: c.DisplayName, Kind: c.Kind, ExternalID: c.ExternalID,
		},
		Now: now.In(a.Zone()),
	}
}
