package task

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"

	"kontor/domain/account"
	"kontor/domain/errs"
	"kontor/domain/fault"
	"kontor/domain/ids"
	"kontor/templates"
)

// MaxBulk is the most tasks changed by one call.
const MaxBulk = 200

// BulkItem is what is to be changed of one task.
type BulkItem struct {
	ID ids.ID
	Change
}

// BulkOutcome is what came of it: the task before and after, or why it was not changed.
type BulkOutcome struct {
	ID            ids.ID
	Before, After Task
	Was           Related // what belonged to it before
	Err           error   // an *errs.Error
}

// Bulk changes tasks one after the other, each by itself: what cannot be done to one keeps no other from it. Members may.
// Tasks, staff and teams that there are not are an Invalid error, and nothing is changed. What comes of them is in the order of
// the items.
func (s *Service) Bulk(ctx context.Context, by account.Actor, items []BulkItem) ([]BulkOutcome, error) {
	if err := s.checkBulk(ctx, by.AccountID, items); err != nil {
		return nil, err
	}
	outcomes := make([]BulkOutcome, len(items))
	for _, i := range locking(items) {
		item, o := items[i], &outcomes[i]
		o.ID = item.ID
		o.Err = s.DB.Retry(ctx, func(ctx context.Context) (err error) {
			if o.Before, err = s.store.lock(ctx, by.AccountID, item.ID); err != nil {
				return err
			}
			if o.Was, err = s.store.related(ctx, by.AccountID, []ids.ID{item.ID}); err != nil {
				return err
			}
			o.After = o.Before
			return s.change(ctx, by, &o.After, item.Change)
		})
		if kind := errs.KindOf(o.Err); o.Err != nil && (kind == errs.Internal || kind == errs.Unavailable) {
			return nil, o.Err
		}
		fault.Point("task.between_bulk")
	}
	return outcomes, nil
}

// locking is the order in which tasks are taken, the same for everybody: two calls would otherwise wait for each other.
func locking(items []BulkItem) []int {
	order := make([]int, len(items))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return bytes.Compare(items[a].ID[:], items[b].ID[:]) })
	return order
}

func (s *Service) checkBulk(ctx context.Context, a account.ID, items []BulkItem) error {
	wanted := make([]ids.ID, len(items))
	for i, item := range items {
		wanted[i] = item.ID
	}
	there, err := s.store.existing(ctx, a, wanted)
	if err != nil {
		return err
	}
	var known map[ids.ID]templates.AssigneeKind
	if slices.ContainsFunc(items, func(x BulkItem) bool { return x.names() }) {
		if known, err = s.people(ctx, a); err != nil {
			return err
		}
	}
	var problems []errs.Problem
	for i, item := range items {
		at := fmt.Sprintf("body.items[%d].", i)
		if !slices.Contains(there, item.ID) {
			problems = append(problems, errs.At(at+"id", "task.not_found"))
		}
		for _, p := range append(item.find(known), item.check()...) {
			p.Location = at + strings.TrimPrefix(p.Location, "body.")
			problems = append(problems, p)
		}
	}
	return errs.Input(problems...)
}

// unchanged refuses a change of what somebody else has changed since it was looked at.
func (ch Change) unchanged(t Task) error {
	if ch.UnchangedSince != nil && t.UpdatedAt.After(*ch.UnchangedSince) {
		return errs.New(errs.Conflict, "task.changed_meanwhile")
	}
	return nil
}

// choose names the status that a category comes to for the task: the one it has if that is of the category, else the first
// of its set.
func (s *Service) choose(ctx context.Context, t Task, ch *Change) error {
	if ch.Category == nil || *ch.Category == t.Category {
		return nil
	}
	set, err := s.Templates.StatusSet(ctx, t.AccountID, t.StatusSetID)
	if err != nil {
		return err
	}
	if status, ok := set.Set().First(*ch.Category); ok {
		ch.Status = &status.Key
	}
	return nil
}
