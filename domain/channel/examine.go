package channel

import (
	"context"
	"slices"
	"time"

	"kontor/domain/account"
	"kontor/domain/errs"
	"kontor/domain/ids"
)

// Examiner looks at a connected channel more closely than connecting it does.
type Examiner interface {
	// Examine connects the channel again, as Connector does, and says what else is wrong with it or soon will be. What it can
	// mend it mends. Errors are *Failure, as Connect's.
	Examine(ctx context.Context, a Access) (Examined, error)
	// Listening asks whether the platform sends the channel's events at all. Errors are *Failure.
	Listening(ctx context.Context, a Access) (bool, error)
}

// Examined is what an examination found.
type Examined struct {
	Connected
	// Findings are about the connection; what works needs none.
	Findings []Finding
	// Deaf says that the platform had stopped sending events, and sends them again now: what happened meanwhile is missing.
	Deaf bool
}

// Verify asks the platform whether the channel works, and keeps the answer as its health. Owners and admins may.
func (s *Service) Verify(ctx context.Context, by account.Actor, id ids.ID) (Channel, error) {
	if err := by.Require(account.Admin); err != nil {
		return Channel{}, err
	}
	c, err := s.store.get(ctx, by.AccountID, id)
	if err != nil {
		return c, err
	}
	if c.RemovedAt != nil {
		return c, errs.New(errs.Conflict, "channel.removed")
	}
	access, err := s.Access(c)
	if err != nil {
		return c, refusal(err)
	}
	adapter, connector, err := s.connector(c.Kind)
	if err != nil {
		return c, err
	}
	now := s.Clock.Now()
	seen, err := examine(ctx, adapter, connector, access)
	found := append(seen.findings(), seen.Findings...)
	if err != nil {
		f := asFailure(err)
		found = []Finding{f.finding()}
		if err = nil; f.Class == Disconnected {
			err = s.Lost(ctx, c, f)
		}
	} else {
		err = s.setReason(ctx, c, "", "channel.recovered")
	}
	if err == nil && seen.Deaf {
		err = s.deaf(ctx, by, c)
	}
	if err != nil {
		return c, err
	}
	silent, err := s.silent(ctx, c, now)
	if err != nil {
		return c, err
	}
	found = append(found, silent...)
	noted, err := s.noteExamined(ctx, c, now, found)
	if err == nil && noted.RemovedAt == nil && noted.Settings.Comments != c.Settings.Comments {
		return s.Verify(ctx, by, id) // the platform may have been asked for the events that were wanted before
	}
	return noted, err
}

// silentAfter is how long after it was connected it is said of a channel that nothing has come through it yet.
const silentAfter = 24 * time.Hour

// silent says that nothing ever came. That is how an app shows itself which the platform holds back from strangers: no
// question that one may ask it tells in which mode an app is.
func (s *Service) silent(ctx context.Context, c Channel, now time.Time) ([]Finding, error) {
	if s.Heard == nil || c.CreatedAt.After(now.Add(-silentAfter)) {
		return nil, nil
	}
	heard, err := s.Heard(ctx, c)
	if err != nil || heard {
		return nil, err
	}
	return []Finding{{
		Code: "channel.silent", Level: "warning", Area: connectionArea, Params: map[string]any{"since": c.CreatedAt.Format(time.DateOnly)},
	}}, nil
}

// examine asks as closely as the kind can.
func examine(ctx context.Context, adapter Adapter, connector Connector, access Access) (Examined, error) {
	if e, ok := adapter.(Examiner); ok {
		return e.Examine(ctx, access)
	}
	c, err := connector.Connect(ctx, access)
	return Examined{Connected: c}, err
}

// noteExamined keeps what was found about the connection. What another area says already is not said twice, and that all is
// well only where it is.
func (s *Service) noteExamined(ctx context.Context, used Channel, now time.Time, found []Finding) (c Channel, err error) {
	err = s.DB.Tx(ctx, func(ctx context.Context) error {
		if c, err = s.store.lock(ctx, used.AccountID, used.ID); err != nil {
			return err
		}
		others := c.Health.without(connectionArea)
		found = slices.DeleteFunc(found, func(f Finding) bool {
			return slices.ContainsFunc(others, func(o Finding) bool { return o.Code == f.Code }) ||
				f.Code == healthy && len(found) > 1
		})
		c.Health, c.UpdatedAt = Health{CheckedAt: &now, Findings: append(found, others...)}, now
		return s.store.update(ctx, &c, "health")
	})
	return c, err
}

// deaf records that the platform had stopped sending a channel's events, and has what is missing looked for.
func (s *Service) deaf(ctx context.Context, by account.Actor, c Channel) error {
	return s.DB.Tx(ctx, func(ctx context.Context) error {
		details := map[string]any{"kind": c.Kind, "external_id": c.ExternalID}
		if err := s.Audit.Record(ctx, by.Entry("channel.resubscribed", "channel", c.ID, details)); err != nil {
			return err
		}
		return s.missed(ctx, c)
	})
}

// missed has what a channel was not told looked for.
func (s *Service) missed(ctx context.Context, c Channel) error {
	if s.Missed == nil {
		return nil
	}
	return s.Missed(ctx, c)
}

// Listen makes sure that the platform sends a channel's events: the one question that an outage makes worth asking often.
// When it does not, the channel is examined, which mends it.
func (s *Service) Listen(ctx context.Context, c Channel) error {
	adapter, err := s.Registry.Of(c.Kind)
	if err != nil {
		return err
	}
	examiner, can := adapter.(Examiner)
	access, err := s.Access(c)
	if !can || err != nil {
		return nil //nolint:nilerr // the daily examination says what is wrong with the credentials
	}
	listens, err := examiner.Listening(ctx, access)
	if f := asFailure(err); err != nil && f.Class != Disconnected || err == nil && listens {
		return nil // what cannot be asked now is asked again soon
	}
	_, err = s.Verify(ctx, account.SystemActor(c.AccountID), c.ID)
	return err
}

// healthy is the code of a finding that says that all is well.
const healthy = "channel.healthy"

// Catcher reads what was said in direct messages, and under posts where the channel takes comments, while the platform
// told nothing of it.
type Catcher interface {
	// Missed returns a page of what was said since a time, as the items that webhooks would have brought: the same keys, so
	// that what has come is not taken twice. after is the Next of the page before it, empty for the first; it may be hours
	// old. Errors are *Failure; Rejected, with an after, may mean that the platform no longer knows the place.
	Missed(ctx context.Context, a Access, since time.Time, after string) (MissedPage, error)
}

// MissedPage is a part of what was said.
type MissedPage struct {
	Items []Item
	// Unread are conversations in which more was said than the platform lets be read: when the last was said.
	Unread []time.Time
	Next   string // empty: that was all
}
