package channel

import (
	"context"
	"slices"
	"strings"
	"time"

	"kontor/domain/account"
	"kontor/domain/ids"
	"kontor/templates"
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
// connects it again. c is the channel as it was when it made the call: a late answer to credentials that have been replaced
// since says nothing of the new ones.
func (s *Service) Lost(ctx context.Context, c Channel, f *Failure) error {
	used := c
	return s.DB.Tx(ctx, func(ctx context.Context) error {
		c, err := s.store.lock(ctx, used.AccountID, used.ID)
		if err != nil || c.StateReason != "" || !c.sameCredentials(used) {
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
	connected, err := connector.Connect(ctx, access)
	c.Health = Health{CheckedAt: &now, Findings: c.Health.of(coverageArea)}
	c.Health.Findings = append(c.Health.Findings, connected.findings()...)
	if err != nil {
		f := asFailure(err)
		c.Health.Findings = append(c.Health.of(coverageArea), Finding{
			Code: f.Reason, Level: "error", Area: connectionArea, Params: map[string]any{"trace_id": f.TraceID},
		})
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

// NoteCoverage keeps what an assignee check found among the channel's health findings, in the place of what the last one
// did.
func (s *Service) NoteCoverage(ctx context.Context, c Channel, warnings []templates.Warning) error {
	kept := c.Health.of(connectionArea)
	for _, w := range warnings {
		kept = append(kept, Finding{Code: w.Code, Level: "warning", Area: coverageArea, Params: w.Params})
	}
	if len(kept) == 0 && len(c.Health.Findings) == 0 {
		return nil
	}
	c.Health.Findings, c.UpdatedAt = kept, s.Clock.Now()
	return s.store.update(ctx, &c, "health")
}

// What findings are about.
const (
	connectionArea = "connection"
	coverageArea   = "assignees"
)

// of returns the findings of one area.
func (h Health) of(area string) []Finding {
	var out []Finding
	for _, f := range h.Findings {
		if f.Area == area {
			out = append(out, f)
		}
	}
	return out
}

// findings is what a connection that works is worth saying about.
func (c Connected) findings() []Finding {
	if len(c.LeftOut) > 0 {
		return []Finding{{Code: "channel.events_left_out", Level: "warning", Area: connectionArea, Params: map[string]any{
			"events": strings.Join(c.LeftOut, ", "),
		}}}
	}
	return []Finding{{Code: "channel.healthy", Level: "info", Area: connectionArea}}
}
