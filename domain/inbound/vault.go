package inbound

import (
	"context"
	"time"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/errs"
	"kontor/domain/feed"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

// Filter narrows events; empty fields do not.
type Filter struct {
	IDs       []ids.ID  `json:"ids,omitempty"`
	State     State     `json:"state,omitempty"`
	ChannelID *ids.ID   `json:"channel_id,omitempty"`
	Type      string    `json:"type,omitempty"`
	Reason    string    `json:"reason,omitempty"`
	From      time.Time `json:"from,omitzero"` // received
	To        time.Time `json:"to,omitzero"`
	ReplayID  *ids.ID   `json:"replay_id,omitempty"` // the replay that they were last part of
}

// MaxCounted is how many events are counted: the newest ones, so that counting costs the same however many there are.
const MaxCounted = 20_000

// Counts are events by what has become of them, with how many there are of each.
type Counts []Counted

// Counted are the events in a state, of a type, for a reason.
type Counted struct {
	State  State
	Type   string
	Reason string // empty for quarantined ones, of which each may have its own
	Count  int64
	// Readable are those that have their bytes still: in the others there is nothing to be processed again.
	Readable int64
}

// Of returns how many are in a state.
func (c Counts) Of(state State) (n int64) {
	for _, one := range c {
		if one.State == state {
			n += one.Count
		}
	}
	return n
}

// Counts counts the account's events, those among the newest MaxCounted of the state, the channel and the time; more tells
// that there are others.
func (s *Service) Counts(ctx context.Context, a account.ID, f Filter) (c Counts, more bool, err error) {
	return s.store.counts(ctx, a, f)
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

// LastEvent returns when the platform last told a channel something by itself; nil when it has not yet, or so long ago that the
// account does not keep it.
func (s *Service) LastEvent(ctx context.Context, a account.ID, channelID ids.ID) (*time.Time, error) {
	return s.store.lastEvent(ctx, a, channelID)
}

// Heard tells whether anything has come through a channel, also when it is too old to be kept.
func (s *Service) Heard(ctx context.Context, a account.ID, channelID ids.ID) (bool, error) {
	last, err := s.store.lastEvent(ctx, a, channelID)
	if err != nil || last != nil {
		return last != nil, err
	}
	return s.store.forgotten(ctx, a, channelID)
}

// Pulse is what a list of channels says of one: how many of its events are held, and when the platform last told it something.
type Pulse struct {
	Held      int64
	LastEvent *time.Time
}

// Pulses returns the pulses of an account's channels; channels of which nothing is known are left out.
func (s *Service) Pulses(ctx context.Context, a account.ID) (map[ids.ID]Pulse, error) {
	return s.store.pulses(ctx, a)
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

// Why events are received that were something else before.
const (
	replayed = "replay"
	imported = "imported"
)

// announce tells screens of events that nothing else tells of: those released by a person, and those that became nothing.
func (s *Service) announce(ctx context.Context, events []Event, released map[ids.ID]bool) error {
	var news []feed.Event
	told := map[channel.Key]bool{}
	for _, e := range events {
		k := channel.Key{AccountID: e.AccountID, ID: e.ChannelID}
		if (released[e.ID] || e.State == Failed || e.State == Ignored) && !told[k] {
			told[k] = true
			news = append(news, feed.Event{AccountID: e.AccountID, Type: feed.EventsChanged, Refs: feed.Refs{ChannelID: ids.Ptr(e.ChannelID)}})
		}
	}
	return s.Feed.Publish(ctx, news...)
}

// releasedOf returns which events a person had processed.
func releasedOf(events []Event) map[ids.ID]bool {
	all := map[ids.ID]bool{}
	for _, e := range events {
		if e.Reason == replayed || e.Reason == imported {
			all[e.ID] = true
		}
	}
	return all
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
	return s.release(ctx, by, "events.imported", Filter{ChannelID: &channelID}, []State{Held}, Received, imported)
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
		return s.Feed.Publish(ctx, feed.Event{AccountID: by.AccountID, Type: feed.EventsChanged, Refs: feed.Refs{ChannelID: f.ChannelID}})
	})
	return total, err
}

// HeldCount returns how many events wait for a channel to be switched on, and be imported.
func (s *Service) HeldCount(ctx context.Context, a account.ID, channelID ids.ID) (int64, error) {
	return s.store.count(ctx, a, Filter{ChannelID: &channelID, State: Held})
}
