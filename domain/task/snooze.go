package task

import (
	"context"
	"time"

	"kontor/domain/due"
	"kontor/domain/errs"
	"kontor/domain/fault"
	"kontor/domain/ids"
	"kontor/templates"
)

// SnoozeQueue is the due work of waking snoozed tasks; the key is the task's id.
const SnoozeQueue = "snooze"

// maxAhead is how far ahead a task can be snoozed, or somebody be reminded of it.
const maxAhead = 366 * 24 * time.Hour

// checkSnooze refuses times that are past, or too far away to be meant.
func (ch Change) checkSnooze(now time.Time) []errs.Problem {
	if ch.SnoozedUntil == nil || ch.SnoozedUntil.IsZero() {
		return nil
	}
	return checkAhead("body.snoozed_until", *ch.SnoozedUntil, now)
}

func checkAhead(at string, t, now time.Time) []errs.Problem {
	if t.After(now) && t.Before(now.Add(maxAhead)) {
		return nil
	}
	return []errs.Problem{errs.At(at, "task.not_ahead")}
}

// wakeLater has a task that was just snoozed woken. A time that was named before may come first, and changes nothing.
func (s *Service) wakeLater(ctx context.Context, t Task, ch Change) error {
	if ch.SnoozedUntil == nil || t.SnoozedUntil == nil {
		return nil
	}
	return s.Due.Put(ctx, due.Work{AccountID: t.AccountID, Queue: SnoozeQueue, Key: t.ID.String(), DueAt: *t.SnoozedUntil})
}

// Wake brings a snoozed task back into its queue when its time has come. The error is the database's.
func (s *Service) Wake(ctx context.Context, w due.Work) error {
	id, err := ids.Parse(w.Key)
	if err != nil {
		return s.Due.Done(ctx, w)
	}
	return s.DB.Retry(ctx, func(ctx context.Context) error {
		t, err := s.store.lock(ctx, w.AccountID, id)
		switch {
		case errs.KindOf(err) == errs.NotFound, err == nil && t.SnoozedUntil == nil:
			return s.Due.Done(ctx, w)
		case err != nil:
			return err
		case t.SnoozedUntil.After(s.Clock.Now()): // snoozed again, for longer
			return s.Due.Later(ctx, w, *t.SnoozedUntil, false)
		}
		if err := s.wake(ctx, &t); err != nil {
			return err
		}
		fault.Point("task.before_wake_commit")
		if err := s.explain(ctx, t, templates.NewStep("task.snooze.woken")); err != nil {
			return err
		}
		return s.Due.Done(ctx, w)
	})
}

// wake makes a task one that somebody should look at.
func (s *Service) wake(ctx context.Context, t *Task) error {
	t.SnoozedUntil, t.Unread, t.UpdatedAt = nil, true, s.Clock.Now()
	if err := s.store.update(ctx, *t, "snoozed_until", "unread"); err != nil {
		return err
	}
	return s.announce(ctx, *t)
}
