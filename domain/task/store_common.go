package task

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"

	"kontor/domain/account"
	"kontor/domain/storage"
)

// What many tasks have is looked for in the first tasks of a list, which fill a page soon, before an index is asked for all of
// them: words that many comments have, and a span of a time near which the list begins, as what was made long ago has the oldest
// last comments.
const (
	// dear is how many tasks can be looked into while one is fetched that the index has found.
	dear = 2
	// In how many tasks is looked at least and at most: what the database has of words are estimates.
	leastFirst, mostFirst = 1000, 20_000
)

// reach tells in how many of a list's first tasks a page of so many should be looked for; 0 when an index had better be asked.
// SQLite reads no task along an index alone.
func (s store) reach(ctx context.Context, a account.ID, f Filter, size int) (int, error) {
	if s.db.Engine() == storage.SQLite {
		return 0, nil
	}
	if f.Query == "" {
		if slices.ContainsFunc(ownParts(f), func(p part) bool { return p.alone && !p.along }) {
			return leastFirst, nil
		}
		return 0, nil
	}
	words := storage.ParseSearch(f.Query)
	if _, number := numbered(f.Query); number || words.Empty() {
		return 0, nil
	}
	ctx = storage.Whole(ctx)
	found, err := s.db.Estimate(ctx, "comments", a, words)
	if err != nil {
		return 0, err
	}
	all, err := s.db.Estimate(ctx, "comments", a, storage.Search{})
	found = max(found, 1)
	looks := size * max(all, 1) / found
	if looks >= found*s.dear {
		return 0, err
	}
	return min(max(2*looks, leastFirst), mostFirst), err
}

// first returns a page of a list if so many of its first tasks fill it.
func (s store) first(
	ctx context.Context, a account.ID, f Filter, now time.Time, o storage.Order, p storage.Page, reach int,
) ([]Task, error) {
	ahead := f
	if ahead.Query = ""; f.Query == "" {
		*ahead.other() = Span{}
	}
	q, _, err := s.picked(ctx, a, ahead, now)
	if err == nil {
		q, err = storage.Keyset(q, o, p)
	}
	if err != nil {
		return nil, err
	}
	q, err = storage.Keyset(s.db.Of(ctx, a).Table("(?) AS tasks", q.Limit(reach)), o, storage.Page{Limit: p.Limit})
	if err != nil {
		return nil, err
	}
	if f.Query == "" {
		q = s.narrow(ctx, a, f.spans(q), o, p)
	} else if q, err = s.worded(ctx, a, q, f.Query, reach); err != nil {
		return nil, err
	}
	var rows []Task
	err = q.Find(&rows).Error
	if len(rows) <= p.Size() {
		rows = nil
	}
	return rows, storage.Translate(err)
}

// worded narrows some tasks to those in which words are found, by looking into them.
func (s store) worded(ctx context.Context, a account.ID, q *gorm.DB, query string, reach int) (*gorm.DB, error) {
	words := storage.ParseSearch(query)
	own, args := s.db.Holds("tasks", a, words)
	comments, more := s.db.Holds("comments", a, words)
	people, most, err := s.ofNamed(ctx, a, words, reach)
	// Without an offset PostgreSQL would make one question of those for each task, and ask the index after all.
	text := "(" + own + ` OR EXISTS (SELECT 1 FROM comments WHERE account_id = tasks.account_id AND task_id = tasks.id AND ` + comments + ` OFFSET 0)
		OR ` + people + ")"
	return q.Where(text, slices.Concat(args, more, most)...), err
}

// ofNamed is the condition on tasks that their contact has the words. Few contacts are asked for at once, and many are looked into
// as the tasks come.
func (s store) ofNamed(ctx context.Context, a account.ID, words storage.Search, reach int) (condition string, args []any, err error) {
	found, err := s.db.Estimate(ctx, "contacts", a, words)
	if err != nil {
		return "", nil, err
	}
	if found*s.dear < reach {
		named, args := s.db.Matching("contacts", "id", a, words)
		return "contact_id IN (" + named + ")", args, nil
	}
	holds, args := s.db.Holds("contacts", a, words)
	return "EXISTS (SELECT 1 FROM contacts WHERE account_id = tasks.account_id AND id = tasks.contact_id AND " + holds + " OFFSET 0)", args, nil
}
