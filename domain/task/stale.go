package task

import (
	"context"
	"time"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/errs"
	"kontor/domain/fault"
	"kontor/domain/ids"
	"kontor/templates"
)

// staleBatch is how many tasks are looked at together, and stalePerRun how many of one queue a run resolves at most: the
// rest waits for the next one, so that a long-neglected channel does not keep the others waiting.
const (
	staleBatch  = 100
	stalePerRun = 1000
)

// ResolveStale resolves the tasks of a channel that have waited longer than its settings allow: new ones for us, pending
// ones for the contact. Nothing that is snoozed, or that anybody has touched meanwhile, is resolved.
func (s *Service) ResolveStale(ctx context.Context, c channel.Channel) error {
	for category, days := range map[templates.Category]int{
		templates.CategoryNew: c.Settings.ResolveNewAfterDays, templates.CategoryPending: c.Settings.ResolvePendingAfterDays,
	} {
		if days == 0 {
			continue
		}
		stale := staleness{c.AccountID, c.ID, category, days, s.Clock.Now().Add(-time.Duration(days) * 24 * time.Hour)}
		if err := s.resolveAll(ctx, stale); err != nil {
			return err
		}
	}
	return nil
}

// staleness is what makes tasks of a queue stale.
type staleness struct {
	account  account.ID
	channel  ids.ID
	category templates.Category
	days     int
	before   time.Time
}

// of tells whether a task is stale.
func (x staleness) of(t Task) bool {
	return ids.Of(t.ChannelID) == x.channel && t.Category == x.category && t.SnoozedUntil == nil &&
		t.LastCommentAt.Before(x.before) && t.UpdatedAt.Before(x.before)
}

func (s *Service) resolveAll(ctx context.Context, x staleness) error {
	for done := 0; done < stalePerRun; done += staleBatch {
		rows, err := s.store.stale(ctx, x, staleBatch)
		if err != nil {
			return err
		}
		for _, t := range rows {
			if err := s.resolveStale(ctx, x, t.ID); err != nil {
				return err
			}
		}
		if len(rows) < staleBatch || ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return nil
}

// resolveStale resolves one task, if it still is stale now that nobody else can change it.
func (s *Service) resolveStale(ctx context.Context, x staleness, id ids.ID) error {
	return s.DB.Retry(ctx, func(ctx context.Context) error {
		t, err := s.store.lock(ctx, x.account, id)
		if errs.KindOf(err) == errs.NotFound || err == nil && !x.of(t) {
			return nil
		}
		if err != nil {
			return err
		}
		sets, err := s.sets(ctx, []Task{t})
		if err != nil {
			return err
		}
		status, ok := sets[t.StatusSetID].First(templates.CategoryResolved)
		if !ok {
			return nil
		}
		step := templates.NewStep("task.stale.new", "days", x.days)
		if x.category == templates.CategoryPending {
			step = templates.NewStep("task.stale.pending", "days", x.days)
		}
		fault.Point("task.before_stale")
		if err := s.explain(ctx, t, step); err != nil {
			return err
		}
		return s.change(ctx, account.SystemActor(t.AccountID), &t, Change{Status: &status.Key, reason: step.Rule + "." + step.Outcome, days: x.days})
	})
}
