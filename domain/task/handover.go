package task

import (
	"context"
	"slices"

	"kontor/domain/account"
	"kontor/domain/audit"
	"kontor/domain/feed"
	"kontor/domain/ids"
	"kontor/domain/storage"
	"kontor/templates"
)

// handoverStep is how many tasks are handed over in one transaction.
const handoverStep = 100

// Load is the work that somebody has.
type Load struct {
	Tasks     int // that are not resolved
	Reminders int // that are open
}

// LoadOf counts the work of a staff member, beyond what anybody who asks may see.
func (s *Service) LoadOf(ctx context.Context, a account.ID, staffID ids.ID) (Load, error) {
	return s.store.loadOf(storage.Whole(ctx), a, staffID)
}

// Handover is a step of handing somebody's tasks over.
type Handover struct {
	From     ids.ID
	FromName string
	To       *templates.Assignee // nil: nobody
	ToName   string
	After    ids.ID // goes on behind this task
}

// Handed is what came of a step.
type Handed struct {
	Tasks int
	Left  int    // stay where they are: who is to have them would not see them
	Next  ids.ID // where to go on; Nil when that was all
}

// HandOver gives open tasks of one staff member to another, to a team or to nobody: some of them, in one transaction.
// Whoever else has them keeps them.
func (s *Service) HandOver(ctx context.Context, by account.Actor, h Handover) (Handed, error) {
	var done Handed
	err := s.DB.Retry(storage.Whole(ctx), func(ctx context.Context) error {
		rows, err := s.store.openOf(ctx, by.AccountID, h.From, h.After, handoverStep)
		if err != nil {
			return err
		}
		done = Handed{}
		if len(rows) == handoverStep {
			done.Next = rows[len(rows)-1].ID
		}
		mine, err := s.thoseSeen(ctx, rows, h.To)
		if err != nil {
			return err
		}
		done.Tasks, done.Left = len(mine), len(rows)-len(mine)
		return s.handOver(ctx, by, mine, h)
	})
	return done, err
}

// thoseSeen returns those of tasks that whoever is to have them may see.
func (s *Service) thoseSeen(ctx context.Context, rows []Task, to *templates.Assignee) ([]Task, error) {
	if to == nil || len(rows) == 0 {
		return rows, nil
	}
	r, err := s.Staff.Roster(ctx, rows[0].AccountID)
	if err != nil {
		return nil, err
	}
	all, err := s.Access.All(ctx, rows[0].AccountID)
	if err != nil {
		return nil, err
	}
	id, err := ids.Parse(to.ID)
	shut := map[ids.ID]bool{}
	for channelID, g := range all {
		shut[channelID] = g.Shut(r)[id]
	}
	return slices.DeleteFunc(rows, func(t Task) bool { return t.ChannelID != nil && shut[*t.ChannelID] }), err
}

func (s *Service) handOver(ctx context.Context, by account.Actor, rows []Task, h Handover) error {
	list := make([]ids.ID, len(rows))
	for i, t := range rows {
		list[i] = t.ID
	}
	of, err := s.store.related(ctx, by.AccountID, list)
	if err != nil {
		return err
	}
	whys, entries, events := make([]Why, len(rows)), make([]audit.Entry, len(rows)), make([]feed.Event, len(rows))
	for i, t := range rows {
		if err := s.store.setAssignees(ctx, t, assigneesOf(t, h.instead(of.Assignees[t.ID]))); err != nil {
			return err
		}
		step := templates.NewStep("assign.handed.over", "from", h.FromName, "to", h.ToName, "staff", by.Name)
		if h.To == nil {
			step = templates.NewStep("assign.handed.off", "from", h.FromName, "staff", by.Name)
		}
		whys[i] = Why{t.AccountID, t.ID, ids.New(), []templates.Step{step}, s.Clock.Now()}
		entries[i] = by.Entry("task.handed_over", "task", t.ID, map[string]any{"from": h.From, "to": h.To})
		events[i] = feed.Event{AccountID: t.AccountID, Type: feed.TaskChanged, Refs: feed.Refs{TaskID: ids.Ptr(t.ID)}}
	}
	if _, err := storage.InsertMany(ctx, s.DB, whys); err != nil {
		return err
	}
	if err := s.Audit.Record(ctx, entries...); err != nil {
		return err
	}
	return s.Feed.Publish(ctx, events...)
}

// instead returns a task's assignees with the one in the place of the other.
func (h Handover) instead(was []Assignee) []templates.Assignee {
	var list []templates.Assignee
	for _, a := range was {
		next := &templates.Assignee{Kind: templates.AssigneeKind(a.Type), ID: a.AssigneeID.String()}
		if a.AssigneeID == h.From {
			next = h.To
		}
		if next != nil && !slices.Contains(list, *next) {
			list = append(list, *next)
		}
	}
	return list
}

// HandOverReminders gives somebody's open reminders to another staff member, or, to nobody, takes them away. It returns how
// many.
func (s *Service) HandOverReminders(ctx context.Context, by account.Actor, from ids.ID, to *ids.ID) (int64, error) {
	var n int64
	err := s.DB.Retry(ctx, func(ctx context.Context) (err error) {
		if n, err = s.store.giveReminders(ctx, by.AccountID, from, to, s.Clock.Now()); err != nil || n == 0 {
			return err
		}
		return s.Audit.Record(ctx, by.Entry("reminders.handed_over", "staff", from, map[string]any{"to": to, "reminders": n}))
	})
	return n, err
}
