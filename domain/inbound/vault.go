package inbound

import (
	"context"
	"fmt"
	"slices"
	"time"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

// Filter narrows events; empty fields do not.
type Filter struct {
	IDs       []ids.ID
	State     State
	ChannelID *ids.ID
	Type      string
	From, To  time.Time // received
}

// Events returns the account's events, newest first, without their bytes.
func (s *Service) Events(ctx context.Context, a account.ID, f Filter, p storage.Page) ([]Event, string, error) {
	return s.store.list(ctx, a, f, p)
}

// Event returns an event with its bytes.
func (s *Service) Event(ctx context.Context, a account.ID, id ids.ID) (Event, error) {
	return s.store.get(ctx, a, id)
}

// Strays returns the newest things that were signed and nobody's, for the operator.
func (s *Service) Strays(ctx context.Context, n int) ([]Unrouted, error) {
	return s.store.strays(ctx, n)
}

// LastEvent returns when the platform last told a channel something by itself; nil when it has not yet.
func (s *Service) LastEvent(ctx context.Context, a account.ID, channelID ids.ID) (*time.Time, error) {
	return s.store.lastEvent(ctx, a, channelID)
}

// CountStrays returns how many things were signed and nobody's, by reason.
func (s *Service) CountStrays(ctx context.Context) (map[string]int64, error) {
	return s.store.countStrays(ctx)
}

// Backlog returns how many events of all accounts are quarantined, and how many have waited for their effect for longer than
// a while.
func (s *Service) Backlog(ctx context.Context, while time.Duration) (failed, late int64, err error) {
	if failed, err = s.store.countEverywhere(ctx, Failed, s.Clock.Now()); err == nil {
		late, err = s.store.countEverywhere(ctx, Received, s.Clock.Now().Add(-while))
	}
	return failed, late, err
}

// straysKept is how long they are kept.
const straysKept = 30 * 24 * time.Hour

// Prune removes what nobody claimed for a month.
func (s *Service) Prune(ctx context.Context) error {
	return s.store.prune(ctx, s.Clock.Now().Add(-straysKept))
}

// replayable are the states from which events may be processed again.
func replayable() []State { return []State{Failed, Ignored, Processed} }

// Replay has events processed again and returns how many. One that never had an effect is processed as if it came now; one
// that had is only filled in again, where people have changed nothing since. Owners and admins may. Without a state in the
// filter it is the failed ones.
func (s *Service) Replay(ctx context.Context, by account.Actor, f Filter) (int64, error) {
	if err := by.Require(account.Admin); err != nil {
		return 0, err
	}
	states := []State{f.State}
	switch f.State {
	case "":
		states = []State{Failed}
		if len(f.IDs) > 0 {
			states = replayable()
		}
	case Failed, Ignored, Processed:
	default:
		return 0, errs.Input(errs.At("body.state", "event.not_replayable"))
	}
	f.State = ""
	if err := s.known(ctx, by.AccountID, f); err != nil {
		return 0, err
	}
	return s.release(ctx, by, "events.replayed", f, states, Received, "replay")
}

// known refuses a filter that names what is not there.
func (s *Service) known(ctx context.Context, a account.ID, f Filter) error {
	var problems []errs.Problem
	if f.ChannelID != nil {
		if _, err := s.Channels.Get(ctx, a, *f.ChannelID); errs.KindOf(err) == errs.NotFound {
			problems = append(problems, errs.At("body.channel_id", "channel.not_found"))
		} else if err != nil {
			return err
		}
	}
	there, err := s.store.existing(ctx, a, f.IDs)
	if err != nil {
		return err
	}
	for i, id := range f.IDs {
		if !slices.Contains(there, id) {
			problems = append(problems, errs.At(fmt.Sprintf("body.ids[%d]", i), "event.not_found"))
		}
	}
	return errs.Input(problems...)
}

// Import has the events processed that came while a channel was off. Owners and admins may.
func (s *Service) Import(ctx context.Context, by account.Actor, channelID ids.ID) (int64, error) {
	c, err := s.held(ctx, by, channelID)
	if err != nil {
		return 0, err
	}
	if !c.Takes() {
		return 0, errs.New(errs.Conflict, "channel.off")
	}
	return s.release(ctx, by, "events.imported", Filter{ChannelID: &channelID}, []State{Held}, Received, "imported")
}

// Decline gives up the events that came while a channel was off; the vault keeps them. Owners and admins may.
func (s *Service) Decline(ctx context.Context, by account.Actor, channelID ids.ID) (int64, error) {
	if _, err := s.held(ctx, by, channelID); err != nil {
		return 0, err
	}
	return s.release(ctx, by, "events.declined", Filter{ChannelID: &channelID}, []State{Held}, Ignored, "declined")
}

func (s *Service) held(ctx context.Context, by account.Actor, channelID ids.ID) (channel.Channel, error) {
	if err := by.Require(account.Admin); err != nil {
		return channel.Channel{}, err
	}
	return s.Channels.Get(ctx, by.AccountID, channelID)
}

// release moves events to another state and rings for those to be processed.
func (s *Service) release(
	ctx context.Context, by account.Actor, action string, f Filter, from []State, to State, reason string,
) (total int64, err error) {
	err = s.DB.Tx(ctx, func(ctx context.Context) error {
		for _, state := range from {
			n, err := s.store.move(ctx, by.AccountID, f, state, to, reason)
			if err != nil {
				return err
			}
			total += n
		}
		details := map[string]any{"events": total}
		if err := s.Audit.Record(ctx, by.Entry(action, "channel", ids.Of(f.ChannelID), details)); err != nil {
			return err
		}
		s.DB.AfterCommit(ctx, func() { s.Bell.Ring(Queue) })
		return nil
	})
	return total, err
}

// HeldCount returns how many events wait for a channel to be switched on, and be imported.
func (s *Service) HeldCount(ctx context.Context, a account.ID, channelID ids.ID) (int64, error) {
	return s.store.count(ctx, a, Filter{ChannelID: &channelID, State: Held})
}
