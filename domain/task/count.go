package task

import (
	"context"
	"time"

	"kontor/domain/account"
	"kontor/domain/storage"
	"kontor/templates"
)

// MaxCount is how far tasks are counted: what is more than a person can look through is only said to be many, so that
// counting costs the same however many there are.
const MaxCount = 1000

// Counts are how many tasks of a list there are in each queue, MaxCount at most.
type Counts struct {
	New, Pending, Resolved int
	Snoozed                int // those are in none of the queues
	Unread                 int // of those that are not resolved
}

// Count counts the tasks that a filter picks, whatever queue it names.
func (s *Service) Count(ctx context.Context, a account.ID, f Filter) (Counts, error) {
	var c Counts
	unread, snoozed := true, true
	for _, part := range []struct {
		to       *int
		category templates.Category
		unread   *bool
		snoozed  *bool
	}{
		{&c.New, templates.CategoryNew, f.Unread, f.Snoozed}, {&c.Pending, templates.CategoryPending, f.Unread, f.Snoozed},
		{&c.Resolved, templates.CategoryResolved, f.Unread, f.Snoozed}, {&c.Snoozed, "", f.Unread, &snoozed},
		{&c.Unread, "", &unread, f.Snoozed},
	} {
		f.Category, f.Unread, f.Snoozed = part.category, part.unread, part.snoozed
		n, err := s.store.count(ctx, a, f, s.Clock.Now())
		if err != nil {
			return c, err
		}
		*part.to = n
	}
	return c, nil
}

// CountOne counts the tasks that a filter picks, in the queue that it names, with one statement.
func (s *Service) CountOne(ctx context.Context, a account.ID, f Filter) (int, error) {
	return s.store.count(ctx, a, f, s.Clock.Now())
}

// count reads a one for each task, because a limit bounds rows and not what is counted.
func (s store) count(ctx context.Context, a account.ID, f Filter, now time.Time) (int, error) {
	var ones []struct{ One int }
	err := s.db.ByValues(ctx, f.byValues(), func(ctx context.Context) error {
		q, _, err := s.picked(ctx, a, f, now)
		if err != nil {
			return err
		}
		return storage.Translate(q.Select("1 AS one").Limit(MaxCount).Scan(&ones).Error)
	})
	return len(ones), err
}
