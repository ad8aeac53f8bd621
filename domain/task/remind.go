package task

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"kontor/domain/account"
	"kontor/domain/due"
	"kontor/domain/errs"
	"kontor/domain/fault"
	"kontor/domain/ids"
	"kontor/templates"
)

// RemindQueue is the due work of reminders; the key is the reminder's id.
const RemindQueue = "remind"

// maxNote is the longest note of a reminder, and maxReminders how many somebody may have open on one task.
const (
	maxNote      = 500
	maxReminders = 20
)

// Reminder is a staff member's wish to be reminded of a task.
type Reminder struct {
	AccountID      account.ID `gorm:"primaryKey"`
	ID             ids.ID     `gorm:"primaryKey"`
	TaskID         ids.ID
	StaffID        ids.ID
	DueAt          time.Time
	UnlessAnswered bool // not when the contact has written by then
	Note           string
	CreatedAt      time.Time
	DoneAt         *time.Time
	Outcome        string // reminded, answered or cancelled
}

// TableName names the table.
func (Reminder) TableName() string { return "task_reminders" }

// NewReminder says when somebody wants to be reminded of what.
type NewReminder struct {
	At             time.Time
	UnlessAnswered bool
	Note           string
}

// Remind notes that the actor wants to be reminded of a task.
func (s *Service) Remind(ctx context.Context, by account.Actor, id ids.ID, n NewReminder) (Reminder, error) {
	now := s.Clock.Now()
	n.Note = strings.TrimSpace(n.Note)
	problems := checkAhead("body.at", n.At, now)
	if utf8.RuneCountInString(n.Note) > maxNote {
		problems = append(problems, errs.At("body.note", "input.too_long", "max", maxNote))
	}
	if err := errs.Input(problems...); err != nil {
		return Reminder{}, err
	}
	r := Reminder{
		AccountID: by.AccountID, ID: ids.New(), TaskID: id, StaffID: by.StaffID, DueAt: n.At.UTC().Truncate(time.Microsecond),
		UnlessAnswered: n.UnlessAnswered, Note: n.Note, CreatedAt: now,
	}
	err := s.DB.Retry(ctx, func(ctx context.Context) error {
		t, err := s.store.lock(ctx, by.AccountID, id)
		if err != nil {
			return err
		}
		if err := t.whole(); err != nil {
			return err
		}
		open, err := s.store.reminders(ctx, by.AccountID, id, by.StaffID)
		if err != nil {
			return err
		}
		if len(open) >= maxReminders {
			return errs.Input(errs.At("body.at", "input.too_many", "max", maxReminders))
		}
		if err := s.store.insertReminder(ctx, r); err != nil {
			return err
		}
		if err := s.Due.Put(ctx, due.Work{AccountID: r.AccountID, Queue: RemindQueue, Key: r.ID.String(), DueAt: r.DueAt}); err != nil {
			return err
		}
		return s.announce(ctx, t)
	})
	return r, err
}

// Reminders returns the actor's open reminders of a task, the first due first.
func (s *Service) Reminders(ctx context.Context, by account.Actor, id ids.ID) ([]Reminder, error) {
	if _, err := s.store.get(ctx, by.AccountID, id); err != nil {
		return nil, err
	}
	return s.store.reminders(ctx, by.AccountID, id, by.StaffID)
}

// Forget takes a reminder back. Nobody's but the actor's own are there for them.
func (s *Service) Forget(ctx context.Context, by account.Actor, id ids.ID) error {
	return s.DB.Retry(ctx, func(ctx context.Context) error {
		r, err := s.store.reminder(ctx, by.AccountID, id)
		if err != nil {
			return err
		}
		if r.StaffID != by.StaffID {
			return errs.Missing("reminder")
		}
		if err := s.finish(ctx, r, "cancelled"); err != nil {
			return err
		}
		return s.announce(ctx, Task{AccountID: r.AccountID, ID: r.TaskID})
	})
}

func (s *Service) finish(ctx context.Context, r Reminder, outcome string) error {
	now := s.Clock.Now()
	r.DoneAt, r.Outcome = &now, outcome
	return s.store.updateReminder(ctx, r)
}

// FireReminder reminds somebody when the time has come, unless the contact has answered and that was the condition. The
// error is the database's.
func (s *Service) FireReminder(ctx context.Context, w due.Work) error {
	id, err := ids.Parse(w.Key)
	if err != nil {
		return s.Due.Done(ctx, w)
	}
	return s.DB.Retry(ctx, func(ctx context.Context) error {
		r, err := s.store.reminder(ctx, w.AccountID, id)
		if errs.KindOf(err) == errs.NotFound || err == nil && r.DoneAt != nil {
			return s.Due.Done(ctx, w)
		}
		if err != nil {
			return err
		}
		fault.Point("task.before_reminder")
		if err := s.remindOf(ctx, r); err != nil {
			return err
		}
		return s.Due.Done(ctx, w)
	})
}

func (s *Service) remindOf(ctx context.Context, r Reminder) error {
	t, err := s.store.lock(ctx, r.AccountID, r.TaskID)
	if err != nil {
		return err
	}
	if r.UnlessAnswered {
		answered, err := s.store.heardSince(ctx, t, r.CreatedAt)
		if err != nil {
			return err
		}
		if answered {
			return s.finish(ctx, r, "answered")
		}
	}
	if err := s.finish(ctx, r, "reminded"); err != nil {
		return err
	}
	if err := s.wake(ctx, &t); err != nil {
		return err
	}
	if err := s.explain(ctx, t, templates.NewStep("task.reminder.fired")); err != nil {
		return err
	}
	return s.notify(ctx, Notification{
		AccountID: r.AccountID, StaffID: r.StaffID, Type: NoteReminder, TaskID: t.ID, Text: r.Note,
	})
}
