package connection

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

// Get returns a connection of the account.
func (s *Service) Get(ctx context.Context, a account.ID, id ids.ID) (Connection, error) {
	return s.store.get(ctx, a, id)
}

// List returns the account's connections, the newest first.
func (s *Service) List(ctx context.Context, a account.ID, p storage.Page) ([]Connection, string, error) {
	return s.store.list(ctx, a, p)
}

// Candidates returns a connection's pages with what can be done with each now.
func (s *Service) Candidates(ctx context.Context, c Connection) ([]Candidate, error) {
	claims := make([]channel.Claim, len(c.Pages))
	for i, p := range c.Pages {
		claims[i] = channel.Claim{Kind: c.Kind, ExternalID: p.ExternalID}
	}
	held, err := s.Channels.Claims(ctx, claims)
	if err != nil {
		return nil, err
	}
	var keys []channel.Key
	holders := map[string]channel.Claim{}
	for _, h := range held {
		holders[h.ExternalID] = h
		if h.AccountID == c.AccountID {
			keys = append(keys, channel.Key{AccountID: h.AccountID, ID: h.ChannelID})
		}
	}
	own, err := s.Channels.ByKeys(ctx, keys)
	out := make([]Candidate, len(c.Pages))
	for i, p := range c.Pages {
		out[i] = candidate(p, c.AccountID, holders[p.ExternalID], own)
	}
	return out, err
}

func candidate(p Page, a account.ID, holder channel.Claim, own map[channel.Key]channel.Channel) Candidate {
	c := Candidate{Page: p, Status: Available}
	switch {
	case holder.AccountID == a:
		c.Status, c.ChannelID = Connected, &holder.ChannelID
		if own[channel.Key{AccountID: a, ID: holder.ChannelID}].StateReason != "" {
			c.Status = Dead
		}
	case holder.AccountID != ids.Nil:
		c.Status = Taken
	case p.obstacle() != nil:
		c.Status = Lacking
	}
	return c
}

// Refresh asks the platform for a connection's pages again. A connection that the platform no longer takes is lost, which
// is no error. Owners and admins may.
func (s *Service) Refresh(ctx context.Context, by account.Actor, id ids.ID) (Connection, error) {
	if err := by.Require(account.Admin); err != nil {
		return Connection{}, err
	}
	c, err := s.store.get(ctx, by.AccountID, id)
	if err != nil {
		return c, err
	}
	authorizer, err := s.authorizer(c.Kind)
	if err != nil {
		return c, err
	}
	g, err := s.grant(c)
	if err != nil {
		return c, err
	}
	reach, err := authorizer.Reach(ctx, g)
	if f, ok := errors.AsType[*channel.Failure](err); ok && f.Class == channel.Disconnected {
		if err := s.lose(ctx, by, c, f.Reason); err != nil {
			return c, err
		}
		return s.store.get(ctx, by.AccountID, id)
	}
	if err != nil {
		return c, refusal(err)
	}
	err = s.DB.Tx(ctx, func(ctx context.Context) error {
		c.list(reach, s.Clock.Now())
		if err := s.store.update(ctx, c); err != nil {
			return err
		}
		return s.changed(ctx, by, "connection.listed", c, map[string]any{"kind": c.Kind, "pages": len(c.Pages)})
	})
	return c, err
}

// Outcome is what became of one page that was chosen.
type Outcome struct {
	Page
	Channel  *channel.Channel // when it is connected
	Again    bool             // it was the account's before, and has a new token
	Err      error            // when it is not
	Obstacle *channel.Finding // and what it lacked, when that was known beforehand
}

// Limits of choosing.
const (
	MaxChoice = 50 // pages at once
	together  = 4  // of which so many are connected at the same time
)

// Choose connects pages of a connection, each for itself: what keeps one from being connected does not keep the others.
// Owners and admins may. It must not be called in a transaction: it asks the platform.
func (s *Service) Choose(ctx context.Context, by account.Actor, id ids.ID, externalIDs []string) ([]Outcome, error) {
	if err := by.Require(account.Admin); err != nil {
		return nil, err
	}
	c, err := s.store.get(ctx, by.AccountID, id)
	if err != nil {
		return nil, err
	}
	outcomes, err := c.chosen(externalIDs)
	if err != nil {
		return nil, err
	}
	g, err := s.grant(c)
	if err != nil {
		return nil, err
	}
	candidates, err := s.Candidates(ctx, c)
	if err != nil {
		return nil, err
	}
	known := map[string]Candidate{}
	for _, k := range candidates {
		known[k.ExternalID] = k
	}
	var group errgroup.Group
	group.SetLimit(together)
	for i := range outcomes {
		group.Go(func() error {
			s.connect(ctx, by, c, g, known[outcomes[i].ExternalID], &outcomes[i])
			return nil
		})
	}
	_ = group.Wait() // each outcome has its own error
	return outcomes, s.record(ctx, by, c, outcomes)
}

// chosen finds the pages that somebody names among the connection's.
func (c Connection) chosen(externalIDs []string) ([]Outcome, error) {
	pages := map[string]Page{}
	for _, p := range c.Pages {
		pages[p.ExternalID] = p
	}
	var out []Outcome
	var problems []errs.Problem
	taken := map[string]bool{}
	for i, id := range externalIDs {
		p, ok := pages[id]
		if !ok {
			problems = append(problems, errs.At(fmt.Sprintf("body.external_ids[%d]", i), "connection.page_unknown"))
		}
		if !taken[id] {
			out = append(out, Outcome{Page: p})
		}
		taken[id] = true
	}
	return out, errs.Input(problems...)
}

// connect connects one page with the login's token, from which the kind gets the page's own.
func (s *Service) connect(ctx context.Context, by account.Actor, c Connection, g channel.Grant, k Candidate, out *Outcome) {
	if k.Status == Taken {
		out.Err = errs.New(errs.Conflict, "channel.claimed")
		return
	}
	if out.Obstacle = out.obstacle(); out.Obstacle != nil {
		out.Err = errs.New(errs.Invalid, out.Obstacle.Code)
		return
	}
	fresh, err := s.Channels.Fresh(ctx, by.AccountID, c.Kind)
	if err != nil {
		out.Err = err
		return
	}
	made, err := s.Channels.Connect(ctx, by, channel.NewChannel{
		Kind: c.Kind, ExternalID: out.ExternalID, Name: out.Name, Token: g.Token, Settings: fresh,
	})
	if err != nil {
		out.Err = err
		return
	}
	out.Channel, out.Again = &made, k.ChannelID != nil || made.CreatedAt.Before(made.UpdatedAt)
}

// record notes which pages could not be connected. When the platform no longer takes a token it is asked once more for the
// pages: it may be the login itself that is lost.
func (s *Service) record(ctx context.Context, by account.Actor, c Connection, outcomes []Outcome) error {
	doubtful := false
	err := s.DB.Tx(ctx, func(ctx context.Context) error {
		for _, o := range outcomes {
			if o.Err == nil {
				continue
			}
			f, ok := errors.AsType[*channel.Failure](o.Err)
			doubtful = doubtful || ok && f.Class == channel.Disconnected
			code := "error.internal"
			if e, ok := errors.AsType[*errs.Error](o.Err); ok {
				code = e.Code
			} else {
				s.Log.ErrorContext(ctx, "connect a page", "connection_id", c.ID, "error", o.Err)
			}
			details := map[string]any{"kind": c.Kind, "external_id": o.ExternalID, "code": code}
			if err := s.Audit.Record(ctx, by.Entry("connection.page_refused", "connection", c.ID, details)); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil && doubtful {
		if _, err := s.Refresh(ctx, by, c.ID); err != nil {
			s.Log.WarnContext(ctx, "list a connection's pages", "connection_id", c.ID, "error", err)
		}
	}
	return err
}

// Remove forgets a connection: its token, who logged in, and which pages they have. With channels, what was connected with
// it is removed as well, history kept; without, it goes on with its own tokens. Owners and admins may.
func (s *Service) Remove(ctx context.Context, by account.Actor, id ids.ID, channels bool) error {
	if err := by.Require(account.Admin); err != nil {
		return err
	}
	c, err := s.store.get(ctx, by.AccountID, id)
	if err != nil {
		return err
	}
	removed := 0
	if channels {
		live, err := s.Channels.AuthorizedBy(ctx, c.AccountID, c.Kind, c.UserID)
		if err != nil {
			return err
		}
		for _, ch := range live {
			if err := s.Channels.Remove(ctx, by, ch.ID); err != nil {
				return err
			}
			removed++
		}
	}
	return s.DB.Tx(ctx, func(ctx context.Context) error {
		if err := s.store.delete(ctx, c); err != nil {
			return err
		}
		return s.changed(ctx, by, "connection.removed", c, map[string]any{"kind": c.Kind, "channels": removed})
	})
}
