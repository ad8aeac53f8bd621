package task

import (
	"context"
	"slices"

	"kontor/domain/account"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/templates"
)

// Accept gives the actor a task that was offered to a team of theirs, in place of the team. Of two who accept at once the
// first has it, and the other is told.
func (s *Service) Accept(ctx context.Context, by account.Actor, id ids.ID) (Task, error) {
	var t Task
	err := s.DB.Retry(ctx, func(ctx context.Context) (err error) {
		if t, err = s.store.lock(ctx, by.AccountID, id); err != nil {
			return err
		}
		if err := t.whole(); err != nil {
			return err
		}
		related, err := s.store.related(ctx, t.AccountID, []ids.ID{t.ID})
		if err != nil {
			return err
		}
		if err := s.offered(ctx, by, related.Assignees[t.ID]); err != nil {
			return err
		}
		mine := []ids.ID{by.StaffID}
		if err := s.explain(ctx, t, templates.NewStep("assign.accept.first", "staff", by.Name)); err != nil {
			return err
		}
		return s.change(ctx, by, &t, Change{Assignees: &mine})
	})
	return t, err
}

// offered tells whether a task is the actor's to accept.
func (s *Service) offered(ctx context.Context, by account.Actor, to []Assignee) error {
	r, err := s.Staff.Roster(ctx, by.AccountID)
	if err != nil {
		return err
	}
	mine := false
	for _, a := range to {
		if a.Type == string(templates.AssigneeStaff) {
			return errs.New(errs.Conflict, "task.taken", "name", r.Name(a.AssigneeID))
		}
		for _, g := range r.Teams {
			mine = mine || g.ID == a.AssigneeID && slices.Contains(g.MemberIDs, by.StaffID)
		}
	}
	if !mine {
		return errs.New(errs.Conflict, "task.not_offered")
	}
	return nil
}
