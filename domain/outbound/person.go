package outbound

import (
	"context"
	"errors"

	"kontor/domain/access"
	"kontor/domain/account"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

// Retry queues a failed or refused message again: the same row, a new attempt, the policy decided anew. Members may. A
// message in any other state is a Conflict; an unconfirmed one has to be settled first.
func (s *Service) Retry(ctx context.Context, by account.Actor, id ids.ID) (Message, error) {
	return s.change(ctx, by, id, "message.retried", func(m *Message) error { return m.retry(s.Clock.Now()) })
}

// Leave leaves a failed or refused message alone: it stays what it is, but asks for nobody any more, and is not tried again
// with others. It can still be retried by itself. Members may.
func (s *Service) Leave(ctx context.Context, by account.Actor, id ids.ID) (Message, error) {
	return s.change(ctx, by, id, "message.left", func(m *Message) error { return m.leave(s.Clock.Now()) })
}

// Settle takes a person's word on an unconfirmed message: it arrived, or it did not. Members may.
func (s *Service) Settle(ctx context.Context, by account.Actor, id ids.ID, arrived bool) (Message, error) {
	return s.change(ctx, by, id, "message.settled", func(m *Message) error { return m.settle(arrived, s.Clock.Now()) })
}

// Cancel undoes a message that has not been sent yet. Members may. It is a Conflict when it is too late.
func (s *Service) Cancel(ctx context.Context, by account.Actor, id ids.ID) (Message, error) {
	return s.change(ctx, by, id, "message.cancelled", func(m *Message) error { return m.cancel(s.Clock.Now()) })
}

// change applies a person's step to a message, if it is still as they saw it, and lets the lane go on.
func (s *Service) change(
	ctx context.Context, by account.Actor, id ids.ID, action string, step func(*Message) error,
) (m Message, err error) {
	err = s.DB.Tx(ctx, func(ctx context.Context) error {
		if m, err = s.store.get(ctx, by.AccountID, id); err != nil {
			return err
		}
		if err := access.Require(ctx, &m.ChannelID, access.Contributor); err != nil {
			return err
		}
		before := m.State
		if err := step(&m); err != nil {
			return err
		}
		moved, err := s.store.step(ctx, m, before)
		if errors.Is(err, storage.ErrDuplicate) { // another private reply to the comment went meanwhile
			return errs.New(errs.Conflict, reasonPrivateUsed).Because(err)
		}
		if err != nil {
			return err
		}
		if !moved {
			return errs.New(errs.Conflict, "message.moved_on")
		}
		if err := s.Audit.Record(ctx, by.Entry(action, "message", m.ID, map[string]any{"state": m.State})); err != nil {
			return err
		}
		if err := s.wake(ctx, m.AccountID, m.ChannelID, m.Lane, m.NotBefore); err != nil {
			return err
		}
		return s.announce(ctx, m)
	})
	return m, err
}
