package channel

import (
	"context"
	"reflect"
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
// connects it again, or a check finds that the platform takes them after all. c is the channel as it was when it made the
// call: a late answer to credentials that have been replaced since says nothing of the new ones.
func (s *Service) Lost(ctx context.Context, c Channel, f *Failure) error {
	return s.setReason(ctx, c, f.Reason, "channel.lost")
}

// setReason notes why a channel must be connected again, or that it need not.
func (s *Service) setReason(ctx context.Context, used Channel, reason, action string) error {
	return s.DB.Tx(ctx, func(ctx context.Context) error {
		c, err := s.store.lock(ctx, used.AccountID, used.ID)
		if err != nil || (c.StateReason == "") == (reason == "") || !c.sameCredentials(used) {
			return err
		}
		before := c.State
		c.StateReason = reason
		if c.State, err = s.effect(ctx, c); err != nil {
			return err
		}
		c.UpdatedAt = s.Clock.Now()
		if err := s.store.update(ctx, &c, "state", "state_reason"); err != nil {
			return err
		}
		return s.changed(ctx, account.SystemActor(c.AccountID), action, c, before)
	})
}

// NoteCoverage keeps what an assignee check found among the channel's health findings, in the place of what the last one
// did.
func (s *Service) NoteCoverage(ctx context.Context, c Channel, warnings []templates.Warning) (Channel, error) {
	found := c.Health.without(coverageArea)
	for _, w := range warnings {
		found = append(found, Finding{Code: w.Code, Level: "warning", Area: coverageArea, Params: w.Params})
	}
	if reflect.DeepEqual(found, c.Health.Findings) || len(found)+len(c.Health.Findings) == 0 {
		return c, nil
	}
	c.Health.Findings, c.UpdatedAt = found, s.Clock.Now()
	return c, s.store.update(ctx, &c, "health")
}

// Note keeps what was found out about one area of a channel among its health findings, in the place of what was found there
// before.
func (s *Service) Note(ctx context.Context, a account.ID, id ids.ID, area string, findings []Finding) error {
	return s.DB.Tx(ctx, func(ctx context.Context) error {
		c, err := s.store.lock(ctx, a, id)
		if err != nil {
			return err
		}
		kept := c.Health.without(area)
		for _, f := range findings {
			f.Area = area
			kept = append(kept, f)
		}
		if reflect.DeepEqual(kept, c.Health.Findings) || len(kept)+len(c.Health.Findings) == 0 {
			return nil
		}
		c.Health.Findings, c.UpdatedAt = kept, s.Clock.Now()
		if err := s.store.update(ctx, &c, "health"); err != nil {
			return err
		}
		return s.announce(ctx, c)
	})
}

// LeadsArea is what findings about the forms of ads are about.
const LeadsArea = "leads"

// What other findings are about.
const (
	connectionArea = "connection"
	coverageArea   = "assignees"
)

// without returns the findings of all areas but one.
func (h Health) without(area string) []Finding {
	return slices.DeleteFunc(slices.Clone(h.Findings), func(f Finding) bool { return f.Area == area })
}

// finding is a failed connection, with the platform's own words.
func (f *Failure) finding() Finding {
	f = f.Clean()
	return Finding{Code: f.Reason, Level: "error", Area: connectionArea, Params: map[string]any{
		"code": f.Code, "subcode": f.Subcode, "message": f.Message, "trace_id": f.TraceID,
	}}
}

// findings is what a connection that works is worth saying about.
func (c Connected) findings() []Finding {
	if len(c.LeftOut) > 0 {
		return []Finding{{Code: "channel.events_left_out", Level: "warning", Area: connectionArea, Params: map[string]any{
			"events": strings.Join(c.LeftOut, ", "),
		}}}
	}
	return []Finding{{Code: healthy, Level: "info", Area: connectionArea}}
}
