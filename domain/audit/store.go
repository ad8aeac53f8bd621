package audit

import (
	"context"

	"gorm.io/gorm"

	"kontor/domain/ids"
	"kontor/domain/storage"
)

// newest is the order of lists. It goes by the time, so that a span of it costs no reading of all that came later.
func newest() storage.Order { return storage.Order{Column: "at", Desc: true, Time: true} }

func (l *Log) list(ctx context.Context, account ids.ID, f Filter, p storage.Page) ([]Entry, string, error) {
	q, err := storage.Keyset(f.where(l.db.Of(ctx, account)), newest(), p)
	if err != nil {
		return nil, "", err
	}
	var rows []Entry
	if err := q.Find(&rows).Error; err != nil {
		return nil, "", storage.Translate(err)
	}
	rows, next := storage.Cut(rows, newest(), p, func(e Entry) (any, ids.ID) { return e.At, e.ID })
	return rows, next, nil
}

func (f Filter) where(q *gorm.DB) *gorm.DB {
	if f.ActorID != nil {
		q = q.Where("actor_id = ?", *f.ActorID)
	}
	if f.Action != "" {
		q = q.Where("action = ?", f.Action)
	}
	if f.ObjectType != "" {
		q = q.Where("object_type = ?", f.ObjectType)
	}
	if f.ObjectID != "" {
		q = q.Where("object_id = ?", f.ObjectID)
	}
	if !f.From.IsZero() {
		q = q.Where("at >= ?", f.From)
	}
	if !f.To.IsZero() {
		q = q.Where("at < ?", f.To)
	}
	return q
}
