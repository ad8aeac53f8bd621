package task

import (
	"context"
	"slices"
	"time"

	"kontor/domain/account"
	"kontor/domain/storage"
)

// Words that many comments have are looked for in the first tasks of a list, which fill a page soon, before the index is asked
// for all of them.
const (
	// dear is how many tasks can be looked into while one is fetched that the index has found.
	dear = 2
	// In how many tasks is looked at least and at most: what the database has of words are estimates.
	leastFirst, mostFirst = 1000, 20_000
)

// reach tells in how many of a list's first tasks a search should look for a page of so many; 0 when it had better ask the index.
func (s store) reach(ctx context.Context, a account.ID, query string, size int) (int, error) {
	words := storage.ParseSearch(query)
	if _, number := numbered(query); query == "" || number || words.Empty() || s.db.Engine() == storage.SQLite {
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

// first returns a page of a list of tasks with common words, if so many of its first tasks fill it.
func (s store) first(
	ctx context.Context, a account.ID, f Filter, now time.Time, o storage.Order, p storage.Page, reach int,
) ([]Task, error) {
	words := storage.ParseSearch(f.Query)
	f.Query = ""
	q, _, err := s.picked(ctx, a, f, now)
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
	own, args := s.db.Holds("tasks", a, words)
	comments, more := s.db.Holds("comments", a, words)
	people, most, err := s.ofNamed(ctx, a, words, reach)
	if err != nil {
		return nil, err
	}
	// Without an offset PostgreSQL would make one question of those for each task, and ask the index after all.
	text := "(" + own + ` OR EXISTS (SELECT 1 FROM comments WHERE account_id = tasks.account_id AND task_id = tasks.id AND ` + comments + ` OFFSET 0)
		OR ` + people + ")"
	var rows []Task
	err = q.Where(text, slices.Concat(args, more, most)...).Find(&rows).Error
	if len(rows) <= p.Size() {
		rows = nil
	}
	return rows, storage.Translate(err)
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
