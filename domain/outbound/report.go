package outbound

import (
	"context"
	"slices"
	"time"

	"kontor/domain/account"
	"kontor/domain/audit"
	"kontor/domain/due"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

// Filter narrows messages; what is empty does not.
type Filter struct {
	States    []State
	ChannelID *ids.ID
	Reason    string    // code of the failure, or of the refusal
	From, To  time.Time // when they were written; To is the first moment that no longer counts

	unattended bool // without those that are left alone
}

// Open are the states a delivery report is about when nobody says: what went wrong and was not left alone, and what has not
// gone yet.
func Open() []State { return []State{Failed, Refused, Unconfirmed, Queued, Sending} }

// Group is how many messages are in the same state for the same reason on the same channel.
type Group struct {
	State     State
	Reason    string // empty when there is none, as of a message that waits for its turn
	ChannelID ids.ID
	Count     int64
	FirstAt   time.Time // when the oldest was written
	LastAt    time.Time
}

// Report counts messages by state, reason and channel, the most frequent first.
func (s *Service) Report(ctx context.Context, a account.ID, f Filter) ([]Group, error) {
	if len(f.States) == 0 {
		f.States, f.unattended = Open(), true
	}
	return s.store.report(ctx, a, f)
}

// List returns messages, newest first.
func (s *Service) List(ctx context.Context, a account.ID, f Filter, p storage.Page) ([]Message, string, error) {
	return s.store.list(ctx, a, f, p)
}

// MaxRetry is how many messages are tried again at once.
const MaxRetry = 500

// Retried is what became of an attempt to try many messages again.
type Retried struct {
	Count   int
	Skipped []ids.ID // named ones that are neither failed nor refused, or private replies, or not there
	More    bool     // there are more that the filter picks
}

// RetryMany queues failed and refused messages again, as Retry does with one: those with the given ids, or without ids
// those that a filter picks, the oldest MaxRetry of them. Within a lane they go in their old order. Private replies are left
// out, because there may have been another since: they are tried one by one. Owners and admins may.
func (s *Service) RetryMany(ctx context.Context, by account.Actor, list []ids.ID, f Filter) (r Retried, err error) {
	if err := by.Require(account.Admin); err != nil {
		return r, err
	}
	if len(list) > MaxRetry {
		return r, errs.Input(errs.At("body.ids", "input.too_many", "max", MaxRetry))
	}
	err = s.DB.Retry(ctx, func(ctx context.Context) error {
		rows, more, err := s.retryable(ctx, by.AccountID, list, f)
		if err != nil {
			return err
		}
		r = Retried{More: more}
		moved, err := s.requeue(ctx, rows)
		if err != nil {
			return err
		}
		r.Count = len(moved)
		for _, id := range list {
			if !moved[id] {
				r.Skipped = append(r.Skipped, id)
			}
		}
		return s.retried(ctx, by, rows, moved)
	})
	return r, err
}

// Left is what became of an attempt to leave many messages alone, or to take them up again.
type Left struct {
	Count   int
	Skipped []ids.ID // those that are not as they would have to be, or not there
}

// LeaveMany leaves failed and refused messages alone, as Leave does with one. Owners and admins may.
func (s *Service) LeaveMany(ctx context.Context, by account.Actor, list []ids.ID) (Left, error) {
	now := s.Clock.Now()
	return s.recordLeft(ctx, by, list, "message.left", &now)
}

// TakeUp takes back that messages are left alone: they are tried again with others, and their tasks need somebody. Owners and
// admins may.
func (s *Service) TakeUp(ctx context.Context, by account.Actor, list []ids.ID) (Left, error) {
	return s.recordLeft(ctx, by, list, "message.taken_up", nil)
}

func (s *Service) recordLeft(ctx context.Context, by account.Actor, list []ids.ID, action string, at *time.Time) (l Left, err error) {
	if err := by.Require(account.Admin); err != nil {
		return l, err
	}
	if len(list) > MaxRetry {
		return l, errs.Input(errs.At("body.ids", "input.too_many", "max", MaxRetry))
	}
	err = s.DB.Retry(ctx, func(ctx context.Context) error {
		l = Left{}
		moved, err := s.store.setLeft(ctx, by.AccountID, list, at, s.Clock.Now())
		if err != nil {
			return err
		}
		there := map[ids.ID]bool{}
		var entries []audit.Entry
		for _, m := range moved {
			there[m.ID] = true
			entries = append(entries, by.Entry(action, "message", m.ID, map[string]any{"state": m.State, "with": len(moved)}))
		}
		l.Count = len(moved)
		for _, id := range list {
			if !there[id] {
				l.Skipped = append(l.Skipped, id)
			}
		}
		if len(moved) == 0 {
			return nil
		}
		if err := s.Audit.Record(ctx, entries...); err != nil {
			return err
		}
		return s.announce(ctx, moved...)
	})
	return l, err
}

// retryable finds the messages to try again, and whether there are more.
func (s *Service) retryable(ctx context.Context, a account.ID, list []ids.ID, f Filter) ([]Message, bool, error) {
	if len(f.States) == 0 {
		f.States = []State{Failed, Refused}
	}
	rows, err := s.store.retryable(ctx, a, list, f, MaxRetry+1)
	if err != nil || len(rows) <= MaxRetry {
		return rows, false, err
	}
	return rows[:MaxRetry], true, nil
}

// requeue makes messages wait again and returns which of them did.
func (s *Service) requeue(ctx context.Context, rows []Message) (map[ids.ID]bool, error) {
	now := s.Clock.Now()
	for i := range rows {
		rows[i].requeue(now)
	}
	var back []Message
	_, err := storage.UpdateMany(ctx, s.DB, rows, storage.Update{
		Match: []string{"account_id", "id"}, Set: []string{"state", "not_before", "failure", "checked_at", "left_at", "updated_at"},
		Where: "t.state IN ('failed', 'refused')", Back: []string{"account_id", "id"}, Into: &back,
	})
	moved := make(map[ids.ID]bool, len(back))
	for _, m := range back {
		moved[m.ID] = true
	}
	return moved, err
}

// retried writes down who had messages tried again, and has them delivered.
func (s *Service) retried(ctx context.Context, by account.Actor, rows []Message, moved map[ids.ID]bool) error {
	rows = slices.DeleteFunc(rows, func(m Message) bool { return !moved[m.ID] })
	if len(rows) == 0 {
		return nil
	}
	work := make([]due.Work, len(rows))
	entries := make([]audit.Entry, len(rows))
	for i, m := range rows {
		work[i] = due.Work{AccountID: m.AccountID, Queue: queueOf(m.Lane), Key: m.Lane, ChannelID: ids.Ptr(m.ChannelID)}
		entries[i] = by.Entry("message.retried", "message", m.ID, map[string]any{"state": m.State, "with": len(rows)})
	}
	if err := s.Audit.Record(ctx, entries...); err != nil {
		return err
	}
	if err := s.Due.Put(ctx, work...); err != nil {
		return err
	}
	return s.announce(ctx, rows...)
}
