package inbound

import (
	"context"
	"fmt"
	"slices"
	"time"

	"kontor/domain/errs"
	"kontor/domain/fault"
)

// How much one transaction takes on.
const (
	slotsAtOnce  = 8
	eventsAtOnce = 200
)

// Process turns the next events of some slots into work, in one transaction, and returns how many they were; zero means
// that there is nothing to do, or that others are doing it. The slots stay locked until the commit, and nothing in between
// waits for anything but the database.
//
// A batch that fails by something in it is done again one event at a time, so that a poison event is quarantined alone. A
// database that is away leaves every event received; that is the only error returned.
func (s *Service) Process(ctx context.Context) (int, error) {
	if waiting, err := s.store.waiting(ctx); err != nil || !waiting {
		return 0, err
	}
	var events []Event
	started := s.Clock.Now()
	err := s.DB.Retry(ctx, func(ctx context.Context) error {
		claimed, err := s.store.claim(ctx, slotsAtOnce, s.Clock.Now())
		if err != nil || len(claimed) == 0 {
			events = nil
			return err
		}
		fault.Point("process.claimed")
		if events, err = s.store.take(ctx, claimed, eventsAtOnce); err != nil {
			return err
		}
		return s.handle(ctx, events)
	})
	if err != nil && errs.KindOf(err) == errs.Internal && len(events) > 0 {
		s.Log.ErrorContext(ctx, "a batch failed and is done one by one", "events", len(events), "error", err)
		err = s.oneByOne(ctx, events)
	}
	if err != nil {
		return 0, err
	}
	fault.Point("process.after_commit")
	s.observe(ctx, events, s.Clock.Now().Sub(started))
	return len(events), nil
}

// oneByOne processes events each in a transaction of its own and quarantines those that fail.
func (s *Service) oneByOne(ctx context.Context, events []Event) error {
	sortEvents(events)
	for i := range events {
		e := &events[i]
		err := s.alone(ctx, e)
		if err == nil {
			continue
		}
		if errs.KindOf(err) != errs.Internal || ctx.Err() != nil {
			return err
		}
		fault.Point("process.before_quarantine")
		if err := s.quarantine(ctx, e, err); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) alone(ctx context.Context, e *Event) error {
	return s.DB.Retry(ctx, func(ctx context.Context) error {
		if err := s.store.lockSlot(ctx, e.Slot, s.Clock.Now()); err != nil {
			return err
		}
		still, err := s.store.still(ctx, *e)
		if err != nil || len(still) == 0 { // somebody else was faster
			return err
		}
		if err := s.handle(ctx, still); err != nil {
			return err
		}
		*e = still[0]
		return nil
	})
}

// quarantine sets an event aside with what is wrong with it. Its lane goes on.
func (s *Service) quarantine(ctx context.Context, e *Event, cause error) error {
	now := s.Clock.Now()
	return s.DB.Retry(ctx, func(ctx context.Context) error {
		was, err := s.store.still(ctx, *e) // what the failed try made of it is not what it was
		if err != nil || len(was) == 0 {
			return err
		}
		again := handedOver(was)
		e.State, e.Reason, e.ProcessedAt = Failed, reasonText(cause), &now
		if err := s.store.close(ctx, []Event{*e}); err != nil {
			return err
		}
		if err := s.tally(ctx, []Event{*e}, again); err != nil {
			return err
		}
		return s.announce(ctx, []Event{*e}, nil)
	})
}

const maxReason = 500

func reasonText(err error) string {
	r := []rune(err.Error())
	return string(r[:min(len(r), maxReason)])
}

// handle processes events inside the context's transaction and closes them. A panic of an adapter is the event's fault.
func (s *Service) handle(ctx context.Context, events []Event) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic while processing: %v", p)
		}
	}()
	sortEvents(events)
	released, again := releasedOf(events), handedOver(events)
	b := newBatch(s, events)
	if err := b.run(ctx); err != nil {
		return err
	}
	fault.Point("process.before_close")
	if err := s.store.close(ctx, events); err != nil {
		return err
	}
	if err := s.tally(ctx, events, again); err != nil {
		return err
	}
	if err := s.announce(ctx, events, released); err != nil {
		return err
	}
	fault.Point("process.before_commit")
	return nil
}

// sortEvents brings events into the order in which each lane's are to be processed.
func sortEvents(events []Event) {
	slices.SortStableFunc(events, func(a, b Event) int {
		if c := a.OccurredAt.Compare(b.OccurredAt); c != 0 {
			return c
		}
		if c := a.ReceivedAt.Compare(b.ReceivedAt); c != 0 {
			return c
		}
		return slices.Compare(a.ID[:], b.ID[:])
	})
}

// observe logs each event in one line and counts it.
func (s *Service) observe(ctx context.Context, events []Event, took time.Duration) {
	for _, e := range events {
		s.Log.InfoContext(ctx, "event", "account_id", e.AccountID, "channel_id", e.ChannelID, "event_id", e.ID,
			"type", e.Type, "state", e.State, "reason", e.Reason, "task_id", e.TaskID, "comment_id", e.CommentID,
			"contact_id", e.ContactID, "waited", s.Clock.Now().Sub(e.ReceivedAt), "took", took, "batch", len(events))
		if s.Observe != nil {
			s.Observe(e.Type, string(e.State), s.Clock.Now().Sub(e.ReceivedAt))
		}
	}
}
