package channel

import (
	"context"
	"slices"
	"time"

	"kontor/domain/account"
	"kontor/domain/ids"
)

// ApplySwitches brings the account's channels in line after the account or a kind was switched on or off.
func (s *Service) ApplySwitches(ctx context.Context, by account.Actor) error {
	return s.DB.Tx(ctx, func(ctx context.Context) error {
		all, err := s.store.all(ctx, by.AccountID)
		if err != nil {
			return err
		}
		for _, c := range all {
			before := c.State
			if c.State, err = s.effect(ctx, c); err != nil {
				return err
			}
			if c.State == before {
				continue
			}
			c.UpdatedAt = s.Clock.Now()
			if err := s.store.update(ctx, &c, "state"); err != nil {
				return err
			}
			if err := s.changed(ctx, by, "channel.switched", c, before); err != nil {
				return err
			}
		}
		return nil
	})
}

// effect works out a channel's state from all switches.
func (s *Service) effect(ctx context.Context, c Channel) (State, error) {
	a, err := s.Accounts.Get(ctx, c.AccountID)
	switch {
	case err != nil:
		return "", err
	case !a.Enabled || slices.Contains(a.PausedKinds, c.Kind) || !c.Enabled || c.RemovedAt != nil:
		return Off, nil
	case c.StateReason != "":
		return Reconnect, nil
	}
	return On, nil
}

// Pause makes a channel wait because the platform asked for it.
func (s *Service) Pause(ctx context.Context, c Channel, until time.Time) error {
	if err := s.store.pause(ctx, c.AccountID, c.ID, until); err != nil {
		return err
	}
	return s.announce(ctx, c)
}

// Lost marks a channel whose credentials the platform no longer takes: everything stays queued until an administrator
// connects it again.
func (s *Service) Lost(ctx context.Context, c Channel, f *Failure) error {
	return s.DB.Tx(ctx, func(ctx context.Context) error {
		c, err := s.store.lock(ctx, c.AccountID, c.ID)
		if err != nil || c.StateReason != "" {
			return err
		}
		before := c.State
		c.StateReason = f.Reason
		if c.State, err = s.effect(ctx, c); err != nil {
			return err
		}
		c.UpdatedAt = s.Clock.Now()
		if err := s.store.update(ctx, &c, "state", "state_reason"); err != nil {
			return err
		}
		return s.changed(ctx, account.SystemActor(c.AccountID), "channel.lost", c, before)
	})
}

// Verify asks the platform whether the channel's credentials still work, and keeps the answer as its health.
func (s *Service) Verify(ctx context.Context, by account.Actor, id ids.ID) (Channel, error) {
	if err := by.Require(account.Admin); err != nil {
		return Channel{}, err
	}
	c, err := s.store.get(ctx, by.AccountID, id)
	if err != nil {
		return c, err
	}
	access, err := s.Access(c)
	if err != nil {
		return c, err
	}
	_, connector, err := s.connector(c.Kind)
	if err != nil {
		return c, err
	}
	now := s.Clock.Now()
	c.Health = Health{CheckedAt: &now, Findings: []Finding{{Code: "channel.healthy", Level: "info"}}}
	if _, err := connector.Connect(ctx, access); err != nil {
		f := asFailure(err)
		c.Health.Findings = []Finding{{Code: f.Reason, Level: "error", Params: map[string]any{"trace_id": f.TraceID}}}
		if f.Class == Disconnected {
			if err := s.Lost(ctx, c, f); err != nil {
				return c, err
			}
		}
	}
	c.UpdatedAt = now
	if err := s.store.update(ctx, &c, "health"); err != nil {
		return c, err
	}
	return s.store.get(ctx, by.AccountID, id)
}
