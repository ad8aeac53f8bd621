package inbound

import (
	"context"
	"reflect"
	"slices"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/templates"
)

// Coverage says of channels of one account whether a message to each finds the people it is meant for: who would get its
// task if an object template were in force, or the channel's own, those for messages and for comments, when it is nil, and
// what can go wrong on the way.
func (s *Service) Coverage(
	ctx context.Context, a account.ID, list []channel.Channel, o *templates.Object,
) (map[channel.Key][]templates.Warning, error) {
	p := &planner{Service: s, accounts: map[account.ID]account.Account{a: {ID: a, OwnAccess: true}}}
	r, err := p.roster(ctx, a, "")
	if err != nil {
		return nil, err
	}
	p.pairs, err = s.Templates.For(ctx, list)
	if err != nil {
		return nil, err
	}
	comments, err := s.Templates.ForComments(ctx, list)
	if err != nil {
		return nil, err
	}
	found := make(map[channel.Key][]templates.Warning, len(list))
	for _, c := range list {
		key := channel.Key{AccountID: a, ID: c.ID}
		object := p.pairs[key].Object.Definition
		if o != nil {
			object = *o
		}
		found[key] = templates.Coverage(p.chain(c, r, object), r.Roster)
		if o == nil && c.Settings.Comments {
			found[key] = alsoWarn(found[key], templates.Coverage(p.chain(c, r, comments[key].Object.Definition), r.Roster))
		}
	}
	return found, nil
}

// alsoWarn adds warnings that are not given yet.
func alsoWarn(given, more []templates.Warning) []templates.Warning {
	for _, w := range more {
		if !slices.ContainsFunc(given, func(g templates.Warning) bool { return reflect.DeepEqual(g, w) }) {
			given = append(given, w)
		}
	}
	return given
}
