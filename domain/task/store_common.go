package task

import (
	"context"
	"slices"
	"time"

	"kontor/domain/account"
	"kontor/domain/storage"
)

// Words that so many comments have that they are looked for in the first tasks of a list, before the index is asked for all of
// them; and in how many tasks.
const (
	commonWord = 50_000
	firstTasks = 1000
)

// common tells whether a search is for words that many comments have.
func (s store) common(ctx context.Context, a account.ID, query string) (bool, error) {
	words := storage.ParseSearch(query)
	if _, number := numbered(query); query == "" || number || words.Empty() || s.db.Engine() == storage.SQLite {
		return false, nil
	}
	n, err := s.db.Estimate(storage.Whole(ctx), "comments", a, words)
	return n >= s.often, err
}

// first returns a page of a list of tasks with common words, if its first tasks fill it.
func (s store) first(ctx context.Context, a account.ID, f Filter, now time.Time, o storage.Order, p storage.Page) ([]Task, error) {
	words := storage.ParseSearch(f.Query)
	f.Query = ""
	q, _, err := s.picked(ctx, a, f, now)
	if err == nil {
		q, err = storage.Keyset(q, o, p)
	}
	if err != nil {
		return nil, err
	}
	q, err = storage.Keyset(s.db.Of(ctx, a).Table("(?) AS tasks", q.Limit(firstTasks)), o, storage.Page{Limit: p.Limit})
	if err != nil {
		return nil, err
	}
	own, args := s.db.Holds("tasks", a, words)
	comments, more := s.db.Holds("comments", a, words)
	contacts, most := s.db.Holds("contacts", a, words)
	// Without an offset PostgreSQL would make one question of those for each task, and ask the index after all.
	text := "(" + own + ` OR EXISTS (SELECT 1 FROM comments WHERE account_id = tasks.account_id AND task_id = tasks.id AND ` + comments + ` OFFSET 0)
		OR EXISTS (SELECT 1 FROM contacts WHERE account_id = tasks.account_id AND id = tasks.contact_id AND ` + contacts + " OFFSET 0))"
	var rows []Task
	err = q.Where(text, slices.Concat(args, more, most)...).Find(&rows).Error
	if len(rows) <= p.Size() {
		rows = nil
	}
	return rows, storage.Translate(err)
}
