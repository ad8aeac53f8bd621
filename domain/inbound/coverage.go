package inbound

import (
	"context"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/templates"
)

// Coverage says whether a message to a channel finds the people it is meant for: who would get its task if an object
// template were in force, or the channel's own when it is nil, and what can go wrong on the way.
func (s *Service) Coverage(
	ctx context.Context, c channel.Channel, o *templates.Object,
) ([]templates.Warning, error) {
	a, err := s.Accounts.Get(ctx, c.AccountID)
	if err != nil {
		return nil, err
	}
	p := &planner{Service: s, accounts: map[account.ID]account.Account{a.ID: a}}
	r, err := p.roster(ctx, a.ID, "")
	if err != nil {
		return nil, err
	}
	if o == nil {
		pairs, err := s.Templates.For(ctx, []channel.Channel{c})
		if err != nil {
			return nil, err
		}
		ready := pairs[channel.Key{AccountID: c.AccountID, ID: c.ID}].Object
		o = &ready.Definition
	}
	return templates.Coverage(p.chain(c, r, *o), r.Roster), nil
}
