package channel

import (
	"context"
	"slices"
	"time"

	"kontor/domain/account"
	"kontor/domain/ids"
)

// Named returns the channels that a platform's word is about: those connected with a person's token, or the one that holds
// a page. They may be of any accounts.
func (s *Service) Named(ctx context.Context, r Revocation) ([]Channel, error) {
	var keys []Key
	if r.UserID != "" {
		err := s.Every.Select(ctx, &keys, `SELECT account_id, id FROM channels WHERE authorized_by = ?`, r.UserID)
		if err != nil {
			return nil, err
		}
	}
	if r.ExternalID != "" {
		pages := make([]Claim, len(r.Kinds))
		for i, kind := range r.Kinds {
			pages[i] = Claim{Kind: kind, ExternalID: r.ExternalID}
		}
		held, err := s.store.claims(ctx, pages)
		if err != nil {
			return nil, err
		}
		for _, c := range held {
			keys = append(keys, Key{AccountID: c.AccountID, ID: c.ChannelID})
		}
	}
	all, err := s.store.byKeys(ctx, keys)
	var found []Channel
	for _, c := range all {
		if c.RemovedAt == nil && r.meant(c.Kind, c.AuthorizedAt) {
			found = append(found, c)
		}
	}
	return found, err
}

// slack is how far the platform's clock and ours may be apart.
const slack = 5 * time.Minute

// Meant tells whether a revocation is about something of a kind that was authorized at a time: an old one that is told
// again does not undo what was authorized since.
func (r Revocation) Meant(kind string, at time.Time) bool { return r.meant(kind, &at) }

func (r Revocation) meant(kind string, at *time.Time) bool {
	current := r.IssuedAt.IsZero() || at == nil || !at.After(r.IssuedAt.Add(slack))
	return current && slices.Contains(r.Kinds, kind)
}

// TakeBack forgets a channel's credentials, in the context's transaction: an administrator must connect it again, and until
// then everything stays queued. anonymous also forgets whose they were.
func (s *Service) TakeBack(ctx context.Context, a account.ID, id ids.ID, reason string, anonymous bool) error {
	c, err := s.store.lock(ctx, a, id)
	if err != nil {
		return err
	}
	if !anonymous && c.StateReason == reason && len(c.Credentials) == 0 {
		return nil // told twice
	}
	before := c.State
	c.StateReason, c.Credentials, c.UpdatedAt = reason, nil, s.Clock.Now()
	if c.State, err = s.effect(ctx, c); err != nil {
		return err
	}
	columns := []string{"state", "state_reason", "credentials"}
	if anonymous {
		c.AuthorizedBy = ""
		columns = append(columns, "authorized_by")
	}
	if err := s.store.update(ctx, &c, columns...); err != nil {
		return err
	}
	return s.changed(ctx, account.SystemActor(a), "channel.lost", c, before)
}

// AuthorizedBy returns the account's channels that live on a person's token.
func (s *Service) AuthorizedBy(ctx context.Context, a account.ID, kind, userID string) ([]Channel, error) {
	return s.store.authorizedBy(ctx, a, kind, userID)
}
