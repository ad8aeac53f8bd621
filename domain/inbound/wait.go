package inbound

import (
	"context"
	"time"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/due"
	"kontor/domain/fault"
	"kontor/domain/ids"
)

// WaitQueue is the due work of looking at events again that wait for something; the key is the event's id.
const WaitQueue = "waiting"

// patience is how long an event waits for what it needs before it has the effect it can have without it.
const patience = 5 * time.Second

// wait has an event wait. The first time it is looked at again when its patience ends; after that it waits for as long as
// it takes, until somebody releases it.
func (b *batch) wait(a *arriving, reason string, until *time.Time) {
	b.close(a, Waiting, reason)
	a.event.ProcessedAt, a.event.WaitingUntil = nil, until
}

// watch has waiting events looked at when their patience ends, in the context's transaction.
func (b *batch) watch(ctx context.Context, events []*Event) error {
	work := make([]due.Work, len(events))
	for i, e := range events {
		work[i] = due.Work{
			AccountID: e.AccountID, Queue: WaitQueue, Key: e.ID.String(), ChannelID: ids.Ptr(e.ChannelID), DueAt: *e.WaitingUntil,
		}
	}
	return b.Due.Put(ctx, work...)
}

// Wake has an event processed whose patience has ended, unless what it waited for has come meanwhile.
func (s *Service) Wake(ctx context.Context, w due.Work) error {
	id, err := ids.Parse(w.Key)
	return s.DB.Tx(ctx, func(ctx context.Context) error {
		if err == nil {
			fault.Point("wait.before_rouse")
			if err := s.rouse(ctx, w.AccountID, []ids.ID{id}, true); err != nil {
				return err
			}
		}
		return s.Due.Done(ctx, w)
	})
}

// Release has waiting events processed, in the context's transaction: what they waited for is there.
func (s *Service) Release(ctx context.Context, a account.ID, events ...ids.ID) error {
	return s.DB.Tx(ctx, func(ctx context.Context) error { return s.rouse(ctx, a, events, false) })
}

func (s *Service) rouse(ctx context.Context, a account.ID, events []ids.ID, timed bool) error {
	n, err := s.store.wake(ctx, a, events, timed)
	if err == nil && n > 0 {
		s.DB.AfterCommit(ctx, func() { s.Bell.Ring(Queue) })
	}
	return err
}

// Keep stores items of a channel in the vault that were found by asking, as if a webhook had brought them, in the context's
// transaction. It returns the id of each one's event, Nil for those that are there already. What happened before the
// channel was connected is history, and does not count as recovered: nothing was lost.
func (s *Service) Keep(ctx context.Context, c channel.Channel, items []channel.Item) ([]ids.ID, error) {
	events := make([]Event, len(items))
	for i, item := range items {
		events[i] = s.event(channel.Claim{AccountID: c.AccountID, ChannelID: c.ID}, item)
		events[i].Recovered = c.Heard(item.OccurredAt)
	}
	kept := make([]ids.ID, len(items))
	err := s.DB.Tx(ctx, func(ctx context.Context) error {
		fresh, err := s.insert(ctx, events)
		for i, ok := range fresh {
			if ok {
				kept[i] = events[i].ID
			}
		}
		s.DB.AfterCommit(ctx, func() { s.Bell.Ring(Queue) })
		return err
	})
	return kept, err
}
