package task

import (
	"context"
	"time"

	"gorm.io/gorm"

	"kontor/domain/account"
	"kontor/domain/storage"
)

func (s store) list(ctx context.Context, a account.ID, f Filter, now time.Time, p storage.Page) (rows []Task, next string, err error) {
	err = s.db.ByValues(ctx, f.byValues(), func(ctx context.Context) error {
		rows, next, err = s.page(ctx, a, f, now, p)
		return err
	})
	return rows, next, err
}

// byValues tells whether how many tasks there are depends on the values that are asked for, and cannot be found out sooner.
func (f Filter) byValues() bool {
	return f.Query != "" || f.Window == WindowOpen || f.Window == WindowEnding
}

func (s store) page(ctx context.Context, a account.ID, f Filter, now time.Time, p storage.Page) ([]Task, string, error) {
	o, value := f.Order.by()
	reach, err := s.reach(ctx, a, f, p.Size())
	if err != nil {
		return nil, "", err
	}
	if reach > 0 {
		rows, err := s.first(ctx, a, f, now, o, p, reach)
		if err != nil || rows != nil {
			rows, next := storage.Cut(rows, o, p, value)
			return rows, next, err
		}
	}
	q, many, err := s.picked(ctx, a, f, now)
	if err == nil {
		q, err = storage.Keyset(q, o, p)
	}
	if err != nil {
		return nil, "", err
	}
	if many && s.db.Engine() == storage.Postgres {
		q = s.narrow(ctx, a, q, o, p)
	}
	var rows []Task
	if err := q.Find(&rows).Error; err != nil {
		return nil, "", storage.Translate(err)
	}
	rows, next := storage.Cut(rows, o, p, value)
	return rows, next, nil
}

// narrow has a page found before its rows are read: what puts tasks in order, and mostly what tells which are on it, stands in
// indexes or is little, while PostgreSQL would carry whole rows along, nearly all of them in vain. SQLite does not.
func (s store) narrow(ctx context.Context, a account.ID, page *gorm.DB, o storage.Order, p storage.Page) *gorm.DB {
	shown, args := storage.Shown(ctx, "tasks", "tasks")
	q := s.db.Of(ctx, a).Where("id IN (?)", page.Where(shown, args...).Select("id"))
	q, _ = storage.Keyset(q, o, storage.Page{Limit: p.Limit}) // without a cursor nothing can be wrong with it
	return q
}
