package channel

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"kontor/domain/account"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/secret"
)

// NewChannel is what it takes to connect a channel by a token.
type NewChannel struct {
	Kind       string
	ExternalID string
	Name       string
	Token      secret.Text
	Settings   Settings
	userID     string // whose token it is, by the platform
}

// Connect checks the token with the platform and makes the page the account's. Connecting a page that the account has, or
// once had, gives that channel the new token and loses nothing. Owners and admins may. A page that another account holds
// is a Conflict, what the platform refuses is Invalid.
func (s *Service) Connect(ctx context.Context, by account.Actor, n NewChannel) (Channel, error) {
	if err := by.Require(account.Admin); err != nil {
		return Channel{}, err
	}
	adapter, connector, err := s.connector(n.Kind)
	if err != nil {
		return Channel{}, err
	}
	if err := s.check(ctx, by.AccountID, adapter, n.Settings, Settings{}); err != nil {
		return Channel{}, err
	}
	if err := s.unclaimed(ctx, by, n); err != nil {
		return Channel{}, err
	}
	access, err := s.accessFor(ctx, by.AccountID, n)
	if err != nil {
		return Channel{}, err
	}
	connected, err := connector.Connect(ctx, access)
	if err != nil {
		return Channel{}, refusal(err)
	}
	if n.Name == "" {
		n.Name = CleanText(connected.Name)
	}
	if !connected.Token.Empty() {
		n.Token = connected.Token
	}
	n.userID = connected.UserID
	now := s.Clock.Now()
	var c Channel
	err = s.DB.Tx(ctx, func(ctx context.Context) error {
		c, err = s.take(ctx, by, n, Health{CheckedAt: &now, Findings: connected.findings()})
		return err
	})
	return c, err
}

// accessFor is what the platform is asked with. A page that the account had before keeps its settings, and with them the
// events it wants.
func (s *Service) accessFor(ctx context.Context, a account.ID, n NewChannel) (Access, error) {
	access := Access{AccountID: a, ExternalID: n.ExternalID, Token: n.Token, Settings: n.Settings}
	former, err := s.store.former(ctx, a, n.Kind, n.ExternalID)
	if former != nil {
		access.Settings = former.Settings
	}
	return access, err
}

// unclaimed refuses early, before the platform is told to send us another account's events, and leaves it in the audit log.
func (s *Service) unclaimed(ctx context.Context, by account.Actor, n NewChannel) error {
	held, err := s.store.claims(ctx, []Claim{{Kind: n.Kind, ExternalID: n.ExternalID}})
	if err != nil {
		return err
	}
	for _, c := range held {
		if c.AccountID != by.AccountID {
			refused := errs.New(errs.Conflict, "channel.claimed")
			details := map[string]any{"kind": n.Kind, "external_id": n.ExternalID, "code": refused.Code}
			return cmp.Or[error](s.Audit.Record(ctx, by.Entry("channel.refused", "account", by.AccountID, details)), refused)
		}
	}
	return nil
}

// take claims the page for a new channel, or puts the token into the account's channel that has it.
func (s *Service) take(ctx context.Context, by account.Actor, n NewChannel, health Health) (Channel, error) {
	c := Channel{
		AccountID: by.AccountID, ID: ids.New(), Kind: n.Kind, ExternalID: n.ExternalID, Name: n.Name, Enabled: true,
		Settings: n.Settings, SetUpBy: ids.Ptr(by.StaffID),
	}
	former, err := s.store.former(ctx, by.AccountID, n.Kind, n.ExternalID)
	if err != nil {
		return c, err
	}
	if former != nil {
		c = *former
		c.Enabled = c.Enabled || c.RemovedAt != nil // removing it switched it off
		c.Name, c.RemovedAt, c.StateReason, c.PausedUntil, c.PacedUntil, c.Throttles = n.Name, nil, "", nil, nil, 0
	}
	c.Health = health
	if c.Credentials, err = s.Box.Seal(n.Token, place(c)); err != nil {
		return c, err
	}
	before := c.State
	if c.State, err = s.effect(ctx, c); err != nil {
		return c, err
	}
	c.UpdatedAt = s.Clock.Now()
	c.AuthorizedBy, c.AuthorizedAt = n.userID, &c.UpdatedAt
	if former == nil {
		c.CreatedAt = c.UpdatedAt
		err = s.store.insert(ctx, &c)
	} else {
		err = s.store.update(ctx, &c, "name", "enabled", "removed_at", "state", "state_reason", "paused_until", "paced_until",
			"throttles", "health", "credentials", "authorized_by", "authorized_at")
	}
	if err != nil {
		return c, err
	}
	holder, won, err := s.store.claim(ctx, Claim{Kind: c.Kind, ExternalID: c.ExternalID, AccountID: c.AccountID, ChannelID: c.ID})
	if err != nil {
		return c, err
	}
	if !won && holder.ChannelID != c.ID { // another account's, or ours by a request that ran beside this one
		return c, errs.New(errs.Conflict, "channel.claimed")
	}
	return c, s.changed(ctx, by, "channel.connected", c, before)
}

// resubscribe has the platform send the events that changed settings want, and returns what it said of the connection; nil when
// it was not asked. What cannot be had is an error when more is wanted than before; what is no longer wanted is ignored anyway.
func (s *Service) resubscribe(ctx context.Context, c Channel, change func(*Settings)) (*Health, error) {
	if change == nil || c.RemovedAt != nil {
		return nil, nil
	}
	wanted := c.Settings
	wanted.AssigneeIDs = slices.Clone(wanted.AssigneeIDs)
	change(&wanted)
	if wanted.Comments == c.Settings.Comments {
		return nil, nil
	}
	adapter, err := s.Registry.Of(c.Kind)
	if err != nil {
		return nil, err
	}
	connector, ok := adapter.(Connector)
	if !ok {
		return nil, nil
	}
	if err := s.check(ctx, c.AccountID, adapter, wanted, c.Settings); err != nil {
		return nil, err
	}
	access, err := s.Access(c)
	if err != nil {
		return nil, err
	}
	access.Settings = wanted
	connected, err := connector.Connect(ctx, access)
	switch {
	case err != nil && wanted.Comments:
		return nil, refusal(err)
	case err != nil:
		s.Log.WarnContext(ctx, "unsubscribe from comments", "channel_id", c.ID, "error", err)
		return nil, nil
	}
	now := s.Clock.Now()
	return &Health{CheckedAt: &now, Findings: connected.findings()}, nil
}

// Subscribe has the platform send comments or no longer, for whoever changes the settings in a transaction of their own after
// that: no transaction waits for a platform. What it sends too much is ignored.
func (s *Service) Subscribe(ctx context.Context, c Channel, comments bool) error {
	_, err := s.resubscribe(ctx, c, func(set *Settings) { set.Comments = comments })
	return err
}

func (s *Service) connector(kind string) (Adapter, Connector, error) {
	adapter, err := s.Registry.Of(kind)
	if err != nil {
		return nil, nil, err
	}
	connector, ok := adapter.(Connector)
	if !ok {
		return nil, nil, errs.New(errs.Invalid, "channel.not_by_token", "kind", kind)
	}
	return adapter, connector, nil
}

// refusal turns what the platform said to a connection into an error for the one who tries.
func refusal(err error) error {
	f := asFailure(err)
	kind := errs.Invalid
	if f.Class == Temporary || f.Class == Throttled || f.Class == Unconfirmed {
		kind = errs.Unavailable
	}
	e := errs.New(kind, f.Reason, "trace_id", f.TraceID).Because(err)
	if kind == errs.Invalid {
		e.Problems = []errs.Problem{errs.At("body.access_token", f.Reason)}
	}
	return e
}

func asFailure(err error) *Failure {
	if f, ok := errors.AsType[*Failure](err); ok {
		return f
	}
	return &Failure{Class: Temporary, Reason: "delivery.unknown", Cause: err}
}
