package outbound

import (
	"context"
	"errors"
	"time"

	"kontor/domain/channel"
	"kontor/domain/clock"
	"kontor/domain/fault"
)

// takeOver leaves a message unconfirmed whose sender died.
func (s *Service) takeOver(ctx context.Context, m Message) (next, error) {
	m.interrupted(s.Clock.Now())
	fault.Point("settle.interrupted")
	return next{done: true}, s.moved(ctx, Sending, m, "failure")
}

// callPerson says that only a person can tell whether a message arrived.
func (s *Service) callPerson(ctx context.Context, m Message) (next, error) {
	m.leftToPerson(s.Clock.Now())
	return next{}, s.moved(ctx, m.State, m, "failure")
}

// moved writes what became of a message that was in a state, and announces it, unless it has moved on meanwhile.
func (s *Service) moved(ctx context.Context, was State, m Message, columns ...string) error {
	return s.DB.Tx(ctx, func(ctx context.Context) error {
		if moved, err := s.store.move(ctx, was, m, columns...); err != nil || !moved {
			return err
		}
		return s.announce(ctx, m)
	})
}

// look asks the platform once whether it has the message. Found means sent; what is not found stays what it was.
func (s *Service) look(ctx context.Context, m Message) (next, error) {
	now, was := s.Clock.Now(), m.State
	found, err := s.readBack(ctx, m)
	fault.Point("settle.asked")
	f, answered := errors.AsType[*channel.Failure](err)
	switch {
	case answered && (f.Class == channel.Throttled || f.Class == channel.Temporary):
		return next{at: clock.Max(f.Until, now.Add(readBackAfter))}, nil
	case answered:
		m.notSeen(now)
	case err != nil:
		return next{}, err
	case found.ExternalID != "":
		return m.found(found, now), s.foundSent(ctx, was, Arrival{m, found.Person})
	default:
		m.notFound(now)
	}
	return next{done: true}, s.moved(ctx, was, m, "checked_at")
}

// foundSent writes that a message was found with the platform.
func (s *Service) foundSent(ctx context.Context, was State, a Arrival) error {
	return s.DB.Tx(ctx, func(ctx context.Context) error {
		moved, err := s.store.move(ctx, was, a.Message, "external_id", "sent_at", "failure")
		if err != nil || !moved {
			return err
		}
		fault.Point("settle.before_commit")
		if err := s.arrived(ctx, a); err != nil {
			return err
		}
		return s.announce(ctx, a.Message)
	})
}

// readBack asks the adapter; a kind that cannot look finds nothing.
func (s *Service) readBack(ctx context.Context, m Message) (channel.Sent, error) {
	c, err := s.Channels.Get(ctx, m.AccountID, m.ChannelID)
	if err != nil {
		return channel.Sent{}, err
	}
	adapter, err := s.Channels.Registry.Of(c.Kind)
	if err != nil {
		return channel.Sent{}, err
	}
	reader, ok := adapter.(channel.ReadBacker)
	if !ok || m.AttemptedAt == nil {
		return channel.Sent{}, nil
	}
	access, err := s.Channels.Access(c)
	if err != nil {
		return channel.Sent{}, err
	}
	person, err := s.identity(ctx, m.AccountID, m.IdentityID)
	if err != nil {
		return channel.Sent{}, err
	}
	out, err := s.outgoing(ctx, c, m, person)
	if err != nil {
		return channel.Sent{}, err
	}
	since := m.AttemptedAt.Add(-clockSkew)
	known, err := s.store.knownIDs(ctx, m, since.Add(-time.Hour))
	if err != nil {
		return channel.Sent{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, textTimeout)
	defer cancel()
	found, err := reader.ReadBack(ctx, access, out, since, known)
	return found.Clean(), err
}

// clockSkew is how far the platform's clock and ours may be apart.
const clockSkew = 5 * time.Second
