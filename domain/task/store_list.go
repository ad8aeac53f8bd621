package task

import (
	"context"
	"time"

	"gorm.io/gorm"

	"kontor/domain/account"
	"kontor/domain/storage"
)

func (s store) list(ctx context.Context, a account.ID, f Filter, now time.Time, p storage.Page) (rows []Task, next string, err error) {
	err = s.db.ByWords(ctx, f.Query, func(ctx context.Context) error {
		rows, next, err = s.page(ctx, a, f, now, p)
		return err
	})
	return rows, next, err
}

func (s store) page(ctx context.Context, a account.ID, f Filter, now time.Time, p storage.Page) ([]Task, string, error) {
	o, value := f.Order.by()
	common, err := s.common(ctx, a, f.Query)
	if err != nil {
		return nil, "", err
	}
	if common {
		rows, err := s.first(ctx, a, f, now, o, p)
		if err != nil || rows != nil {
			rows, next := storage.Cut(rows, o, p, value)
			return rows, next, err
		}
	}
	q, few, err := s.picked(ctx, a, f, now)
	if err == nil {
		q, err = storage.Keyset(q, o, p)
	}
	if err != nil {
		return nil, "", err
	}
	if !few && (f.Assignee != nil || f.OfStaff != nil) && s.db.Engine() == storage.Postgres {
		q = s.narrow(ctx, a, q, o, p)
	}
	var rows []Task
	if err := q.Find(&rows).Error; err != nil {
		return nil, "", storage.Translate(err)
	}
	rows, next := storage.Cut(rows, o, p, value)
	return rows, next, nil
}

// narrow has a page found before any of its rows is read: whose tasks are whose stands in the index, so that those of others
// are passed over there. SQLite passes them over by itself.
func (s store) narrow(ctx context.Context, a account.ID, page *gorm.DB, o storage.Order, p storage.Page) *gorm.DB {
	shown, args := storage.Shown(ctx, "tasks", "tasks")
	q := s.db.Of(ctx, a).Where("id IN (?)", page.Where(shown, args...).Select("id"))
	q, _ = storage.Keyset(q, o, storage.Page{Limit: p.Limit}) // without a cursor nothing can be wrong with it
	return q
}
