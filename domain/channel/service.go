package channel

import (
	"context"
	"log/slog"
	"maps"

	"kontor/domain/account"
	"kontor/domain/audit"
	"kontor/domain/clock"
	"kontor/domain/errs"
	"kontor/domain/feed"
	"kontor/domain/ids"
	"kontor/domain/secret"
	"kontor/domain/storage"
)

// Service connects channels and keeps their settings and switches.
type Service struct {
	Deps
	store store
}

// Deps is what the service works with.
type Deps struct {
	DB       *storage.DB
	Clock    clock.Clock
	Log      *slog.Logger
	Box      *secret.Box
	Audit    *audit.Log
	Feed     *feed.Feed
	Accounts Accounts
	Registry *Registry
	// References checks that the templates and assignees that settings name exist in the account.
	References References
	// SwitchedOn is called in the transaction in which a channel begins to work again: messages queued meanwhile want
	// their turn.
	SwitchedOn func(ctx context.Context, c Channel) error
	// Heard, if set, says whether the platform has ever told of something by itself.
	Heard func(ctx context.Context, c Channel) (bool, error)
	// Missed, if set, is called in the transaction in which it turns out that the platform may not have told of something.
	Missed func(ctx context.Context, c Channel) error
	// Every finds the channels of whoever takes them back: the platform names a person, and no account.
	Every storage.Everywhere
}

// Accounts says whether an account works at all.
type Accounts interface {
	Get(ctx context.Context, id account.ID) (account.Account, error)
}

// References knows the other things that settings name.
type References interface {
	CheckSettings(ctx context.Context, a account.ID, s Settings) []errs.Problem
}

// New returns the service.
func New(d Deps) *Service { return &Service{Deps: d, store: store{d.DB}} }

// Get returns a channel of the account.
func (s *Service) Get(ctx context.Context, a account.ID, id ids.ID) (Channel, error) {
	return s.store.get(ctx, a, id)
}

// List returns the account's channels, newest first, without the removed ones.
func (s *Service) List(ctx context.Context, a account.ID, p storage.Page) ([]Channel, string, error) {
	return s.store.list(ctx, a, p)
}

// All returns the account's channels, the first one first, without the removed ones.
func (s *Service) All(ctx context.Context, a account.ID) ([]Channel, error) {
	return s.store.all(ctx, a)
}

// Naming returns the account's channels whose settings name a template.
func (s *Service) Naming(ctx context.Context, a account.ID, template ids.ID) ([]Channel, error) {
	return s.store.naming(ctx, a, template)
}

// ByKeys returns channels of any accounts, those of them that exist.
func (s *Service) ByKeys(ctx context.Context, keys []Key) (map[Key]Channel, error) {
	return mapped(s.store.byKeys(ctx, keys))
}

// Locked is ByKeys, and keeps others from changing the channels until the context's transaction ends.
func (s *Service) Locked(ctx context.Context, keys []Key) (map[Key]Channel, error) {
	return mapped(s.store.lockKeys(ctx, keys))
}

func mapped(rows []Channel, err error) (map[Key]Channel, error) {
	return storage.Keyed(rows, func(c Channel) Key { return Key{AccountID: c.AccountID, ID: c.ID} }), err
}

// Claims returns who holds the given pages, those of them that somebody holds.
func (s *Service) Claims(ctx context.Context, pages []Claim) ([]Claim, error) {
	return s.store.claims(ctx, pages)
}

// Change is what may be changed of a channel; nil leaves a thing alone.
type Change struct {
	DisplayName *string
	Enabled     *bool
	Settings    func(*Settings) // changes those there are, and nothing that they point to
	Token       *secret.Text    // in the place of one that is dead or lacks something
	Subscribed  bool            // the platform needs not be asked to send what the settings want: see Subscribe
}

// MaxDisplayName is the longest display name, in characters.
const MaxDisplayName = 255

// Update changes a channel. A new token is checked with the platform first; a channel that was removed comes back by it.
// Owners and admins may.
func (s *Service) Update(ctx context.Context, by account.Actor, id ids.ID, ch Change) (Channel, error) {
	if err := by.Require(account.Admin); err != nil {
		return Channel{}, err
	}
	c, err := s.store.get(ctx, by.AccountID, id)
	if err != nil {
		return c, err
	}
	if ch.DisplayName != nil && len([]rune(*ch.DisplayName)) > MaxDisplayName {
		return c, errs.Input(errs.At("body.display_name", "input.too_long", "max", MaxDisplayName))
	}
	if ch.Token != nil {
		if c, err = s.Connect(ctx, by, NewChannel{
			Kind: c.Kind, ExternalID: c.ExternalID, Name: c.Name, Token: *ch.Token, Settings: DefaultSettings(),
		}); err != nil {
			return c, err
		}
	}
	for {
		done, err := s.update(ctx, by, &c, ch)
		if done || err != nil {
			return c, err
		}
	}
}

// update has the platform send what changed settings want, and changes a channel as it was read. It is not done when the channel
// was examined, or its settings changed, while the platform was asked: that may have asked it for the events wanted before.
func (s *Service) update(ctx context.Context, by account.Actor, c *Channel, ch Change) (done bool, err error) {
	read := *c
	var asked *Health
	if !ch.Subscribed {
		if asked, err = s.resubscribe(ctx, read, ch.Settings); err != nil {
			return false, err
		}
	}
	err = s.DB.Tx(ctx, func(ctx context.Context) error {
		if *c, err = s.store.lock(ctx, by.AccountID, read.ID); err != nil {
			return err
		}
		if c.RemovedAt != nil {
			return errs.New(errs.Conflict, "channel.removed")
		}
		if asked != nil {
			if c.Settings.Comments != read.Settings.Comments || !clock.Same(c.Health.CheckedAt, read.Health.CheckedAt) {
				return nil
			}
			c.Health = Health{CheckedAt: asked.CheckedAt, Findings: append(asked.Findings, c.Health.without(connectionArea)...)}
		}
		done = true
		return s.apply(ctx, by, c, ch)
	})
	return done, err
}

func (s *Service) apply(ctx context.Context, by account.Actor, c *Channel, ch Change) (err error) {
	was := *c
	before, leads := c.State, c.Settings.Leads
	if ch.DisplayName != nil {
		c.DisplayName = *ch.DisplayName
	}
	if ch.Enabled != nil {
		c.Enabled = *ch.Enabled
	}
	if ch.Settings != nil {
		if err := s.applySettings(ctx, c, ch.Settings); err != nil {
			return err
		}
	}
	if c.State, err = s.effect(ctx, *c); err != nil {
		return err
	}
	if !c.Settings.Leads {
		c.Health.Findings = c.Health.without(LeadsArea)
	}
	if c.Settings.Leads && !leads && before == On {
		before = Off // as much as begins to work again
	}
	c.UpdatedAt = s.Clock.Now()
	if err := s.store.update(ctx, c, "display_name", "enabled", "settings", "state", "health"); err != nil {
		return err
	}
	return s.changed(ctx, by, "channel.changed", *c, before, differences(was, *c))
}

func (s *Service) applySettings(ctx context.Context, c *Channel, change func(*Settings)) error {
	adapter, err := s.Registry.Of(c.Kind)
	if err != nil {
		return err
	}
	before := c.Settings
	change(&c.Settings)
	return s.check(ctx, c.AccountID, adapter, c.Settings, before)
}

// Remove disconnects a channel. Its tasks and their history stay; the page is free for others. Owners and admins may.
func (s *Service) Remove(ctx context.Context, by account.Actor, id ids.ID) error {
	if err := by.Require(account.Admin); err != nil {
		return err
	}
	c, err := s.store.get(ctx, by.AccountID, id)
	if err != nil || c.RemovedAt != nil {
		return err
	}
	if access, err := s.Access(c); err == nil {
		if _, connector, err := s.connector(c.Kind); err == nil {
			if err := connector.Disconnect(ctx, access); err != nil {
				s.Log.WarnContext(ctx, "disconnect a channel", "channel_id", c.ID, "error", err)
			}
		}
	}
	return s.DB.Tx(ctx, func(ctx context.Context) error {
		before, now := c.State, s.Clock.Now()
		c.Enabled, c.State, c.RemovedAt, c.Credentials, c.AuthorizedBy, c.UpdatedAt = false, Off, &now, nil, "", now
		if err := s.store.update(ctx, &c, "enabled", "state", "removed_at", "credentials", "authorized_by"); err != nil {
			return err
		}
		if err := s.store.release(ctx, c); err != nil {
			return err
		}
		return s.changed(ctx, by, "channel.removed", c, before)
	})
}

// changed records and announces a change, and wakes what waited for the channel.
func (s *Service) changed(
	ctx context.Context, by account.Actor, action string, c Channel, before State, more ...map[string]any,
) error {
	details := map[string]any{"kind": c.Kind, "external_id": c.ExternalID, "state": c.State}
	for _, m := range more {
		maps.Copy(details, m)
	}
	if err := s.Audit.Record(ctx, by.Entry(action, "channel", c.ID, details)); err != nil {
		return err
	}
	if c.State == On && before != On {
		if err := s.SwitchedOn(ctx, c); err != nil {
			return err
		}
	}
	if c.State == On && before == Reconnect {
		if err := s.missed(ctx, c); err != nil {
			return err
		}
	}
	return s.announce(ctx, c)
}

// differences are what was changed of a channel, for the audit log.
func differences(before, after Channel) map[string]any {
	pairs := map[string][2]any{
		"display_name": {before.DisplayName, after.DisplayName}, "enabled": {before.Enabled, after.Enabled},
	}
	now := after.Settings.byName()
	for name, value := range before.Settings.byName() {
		pairs[name] = [2]any{value, now[name]}
	}
	return audit.Changed(pairs)
}

func (s *Service) announce(ctx context.Context, c Channel) error {
	return s.Feed.Publish(ctx, feed.Event{
		AccountID: c.AccountID, Type: feed.ChannelChanged, Refs: feed.Refs{ChannelID: ids.Ptr(c.ID)},
	})
}

// Access opens a channel's credentials for its adapter.
func (s *Service) Access(c Channel) (Access, error) {
	if len(c.Credentials) == 0 { // removed, or taken back
		return Access{}, &Failure{Class: Disconnected, Reason: "delivery.credentials"}
	}
	token, err := s.Box.Open(c.Credentials, place(c))
	return Access{
		AccountID: c.AccountID, ChannelID: c.ID, ExternalID: c.ExternalID, Token: token, Settings: c.Settings,
		Observe: s.observer(c),
	}, err
}

func place(c Channel) secret.Place {
	return secret.Place{Account: c.AccountID, Table: "channels", Row: c.ID, Column: "credentials"}
}
