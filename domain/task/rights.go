package task

import (
	"context"
	"slices"

	"kontor/domain/access"
	"kontor/domain/account"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/staff"
	"kontor/templates"
)

// mayWork refuses those who may only read what the channels of tasks bring.
func mayWork(ctx context.Context, tasks ...Task) error {
	for _, t := range tasks {
		if err := access.Require(ctx, t.ChannelID, access.Contributor); err != nil {
			return err
		}
	}
	return nil
}

// mayChange refuses what a viewer may not change of a task: they sort it, close it, and come and go themselves.
func (s *Service) mayChange(ctx context.Context, by account.Actor, t Task, ch Change) error {
	if mayWork(ctx, t) == nil {
		return nil
	}
	if ch.Title != nil || ch.Description != nil || ch.Priority != nil || ch.DueAt != nil || ch.SnoozedUntil != nil ||
		ch.Unread != nil || len(ch.Fields) > 0 {
		return errs.New(errs.Forbidden, "access.read_only")
	}
	if err := s.mayMove(ctx, t, ch); err != nil {
		return err
	}
	if !ch.names() {
		return nil
	}
	of, err := s.store.related(ctx, t.AccountID, []ids.ID{t.ID})
	if err != nil {
		return err
	}
	var has []ids.ID
	for _, a := range of.Assignees[t.ID] {
		has = append(has, a.AssigneeID)
	}
	if !onlySelf(by, has, ch.Assignees) || !onlySelf(by, of.Participants[t.ID], ch.Participants) {
		return errs.New(errs.Forbidden, "access.others")
	}
	return nil
}

// mayMove lets a viewer move a task on, to pending or resolved; back to new it comes when the contact writes.
func (s *Service) mayMove(ctx context.Context, t Task, ch Change) error {
	if ch.Status == nil || *ch.Status == t.Status {
		return nil
	}
	status, ok, err := s.statusOf(ctx, t, *ch.Status)
	if err != nil || !ok { // what there is not is refused by its own name
		return err
	}
	if status.Category == templates.CategoryNew {
		return errs.New(errs.Forbidden, "access.read_only")
	}
	return nil
}

// onlySelf tells whether nobody but the actor comes or goes.
func onlySelf(by account.Actor, has []ids.ID, will *[]ids.ID) bool {
	if will == nil {
		return true
	}
	without := func(list []ids.ID) []ids.ID {
		list = slices.DeleteFunc(slices.Clone(list), func(id ids.ID) bool { return id == by.StaffID })
		slices.SortFunc(list, func(a, b ids.ID) int { return slices.Compare(a[:], b[:]) })
		return slices.Compact(list)
	}
	return slices.Equal(without(has), without(*will))
}

// shutFrom returns who must not be given a task, because they would not see it. Whoever has it keeps it.
func (s *Service) shutFrom(ctx context.Context, t Task, r staff.Roster) (map[ids.ID]bool, error) {
	shut, err := s.Access.ShutOut(ctx, t.AccountID, t.ChannelID, r)
	if err != nil || len(shut) == 0 {
		return nil, err
	}
	of, err := s.store.related(ctx, t.AccountID, []ids.ID{t.ID})
	for _, a := range of.Assignees[t.ID] {
		delete(shut, a.AssigneeID)
	}
	for _, id := range of.Participants[t.ID] {
		delete(shut, id)
	}
	return shut, err
}

// shutOut refuses to give a task to those who would not see it.
func (ch Change) shutOut(shut map[ids.ID]bool) (out []errs.Problem) {
	for where, list := range map[string]*[]ids.ID{"body.assignee_ids": ch.Assignees, "body.participant_ids": ch.Participants} {
		if list != nil {
			for i, id := range *list {
				if shut[id] {
					out = append(out, errs.At(place(where, i), "access.no_access"))
				}
			}
		}
	}
	return out
}
