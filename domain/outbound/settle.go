package outbound

import (
	"context"
	"errors"
	"time"

	"kontor/domain/channel"
)

// When the platform is asked what became of a message whose answer was lost, and when a person is.
const (
	readBackAfter = 20 * time.Second
	personAfter   = 120 * time.Second
)

// How often a message is tried after failures that may pass, and how often after such that have been seen on messages
// which did arrive.
const (
	maxAttempts         = 10
	maxDoubtfulAttempts = 3
)

// after puts the message into the state that a failure leads to, and says how its lane goes on.
func (m *Message) after(f *channel.Failure, now time.Time) next {
	m.Failure = f
	switch f.Class {
	case channel.Throttled:
		m.State, m.NotBefore = Queued, f.Until
		if !f.Until.After(now) {
			m.NotBefore = now.Add(backoff(time.Minute, m.Attempts, time.Hour))
		}
		return next{at: m.NotBefore}
	case channel.Disconnected: // the channel stops; the message keeps its place
		m.State, m.NotBefore = Queued, now
		return next{at: now}
	case channel.Temporary:
		if m.Attempts >= triesOf(f) {
			m.State = Failed
			return next{done: true}
		}
		m.State, m.NotBefore = Queued, now.Add(backoff(2*time.Second, m.Attempts, 30*time.Minute))
		return next{at: m.NotBefore}
	case channel.Unconfirmed:
		m.State = Unconfirmed
		return next{at: now.Add(readBackAfter)}
	}
	m.State = Failed
	return next{done: true}
}

// triesOf is how often a message that fails like this is tried.
func triesOf(f *channel.Failure) int {
	switch {
	case f.Tries > 0:
		return f.Tries
	case f.Doubtful:
		return maxDoubtfulAttempts
	}
	return maxAttempts
}

// backoff doubles a pause with every attempt, up to a limit.
func backoff(first time.Duration, attempts int, limit time.Duration) time.Duration {
	return min(first<<min(attempts-1, 20), limit)
}

// interrupted takes over a message whose sender died between the attempt row and the answer: nobody knows whether it was
// sent.
func (s *Service) interrupted(ctx context.Context, m Message) (next, error) {
	now := s.Clock.Now()
	m.State, m.UpdatedAt = Unconfirmed, now
	m.Failure = &channel.Failure{Class: channel.Unconfirmed, Reason: "delivery.interrupted"}
	return next{done: true}, s.moved(ctx, m, "failure")
}

// moved writes a step of a message and announces it, unless the message has moved on meanwhile.
func (s *Service) moved(ctx context.Context, m Message, columns ...string) error {
	return s.DB.Tx(ctx, func(ctx context.Context) error {
		if moved, err := s.store.move(ctx, m, columns...); err != nil || !moved {
			return err
		}
		return s.announce(ctx, m)
	})
}

// settle finds out what became of an unconfirmed message: its echo may come at any moment; after a while the platform is
// asked once; in the end a person has to say. Its lane waits.
func (s *Service) settle(ctx context.Context, m Message) (next, error) {
	now := s.Clock.Now()
	tried := m.UpdatedAt
	if m.AttemptedAt != nil {
		tried = *m.AttemptedAt
	}
	switch {
	case now.Before(tried.Add(readBackAfter)):
		return next{at: tried.Add(readBackAfter)}, nil
	case m.CheckedAt == nil:
		return s.look(ctx, m)
	case now.Before(tried.Add(personAfter)):
		return next{at: tried.Add(personAfter)}, nil
	case m.Failure == nil || m.Failure.Reason != needsPerson:
		f := channel.Failure{Class: channel.Unconfirmed}
		if m.Failure != nil {
			f = *m.Failure
		}
		f.Reason = needsPerson
		m.Failure, m.UpdatedAt = &f, now
		return next{}, s.note(ctx, m, "failure")
	}
	return next{}, nil
}

// needsPerson says that only a person can tell whether a message arrived.
const needsPerson = "delivery.needs_person"

// note writes columns of a message without a step, and announces it.
func (s *Service) note(ctx context.Context, m Message, columns ...string) error {
	return s.DB.Tx(ctx, func(ctx context.Context) error {
		if err := s.store.update(ctx, m, columns...); err != nil {
			return err
		}
		return s.announce(ctx, m)
	})
}

// look asks the platform once whether it has the message. Found means sent; what is not found stays what it was.
func (s *Service) look(ctx context.Context, m Message) (next, error) {
	now := s.Clock.Now()
	found, err := s.readBack(ctx, m)
	var f *channel.Failure
	switch {
	case errors.As(err, &f) && (f.Class == channel.Throttled || f.Class == channel.Temporary):
		wait := now.Add(readBackAfter)
		if f.Until.After(wait) {
			wait = f.Until
		}
		return next{at: wait}, nil
	case err != nil && f == nil:
		return next{}, err
	case found.ExternalID != "":
		m.State, m.ExternalID, m.SentAt, m.Failure, m.UpdatedAt = Sent, externalID(found), &now, nil, now
		return next{done: true}, s.foundSent(ctx, Arrival{m, found.Person})
	}
	m.CheckedAt, m.UpdatedAt = &now, now
	return next{done: true}, s.note(ctx, m, "checked_at")
}

// foundSent writes that a message was found with the platform.
func (s *Service) foundSent(ctx context.Context, a Arrival) error {
	return s.DB.Tx(ctx, func(ctx context.Context) error {
		moved, err := s.store.move(ctx, a.Message, "external_id", "sent_at", "failure")
		if err != nil || !moved {
			return err
		}
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
	out, err := s.outgoing(ctx, c, m)
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
	return reader.ReadBack(ctx, access, out, since, known)
}

// clockSkew is how far the platform's clock and ours may be apart.
const clockSkew = 5 * time.Second
