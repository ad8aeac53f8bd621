package post

import (
	"context"

	"kontor/domain/account"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

type store struct{ db *storage.DB }

func (s store) get(ctx context.Context, a account.ID, id ids.ID) (Post, error) {
	var p Post
	return p, storage.Found(s.db.Of(ctx, a).Where("id = ?", id).Take(&p).Error, "post")
}

func (s store) byIDs(ctx context.Context, a account.ID, list []ids.ID) ([]Post, error) {
	var rows []Post
	if len(list) == 0 {
		return rows, nil
	}
	err := s.db.Of(ctx, a).Where(storage.Among("id", list)).Find(&rows).Error
	return rows, storage.Translate(err)
}

func (s store) update(ctx context.Context, p Post) error {
	return storage.Translate(s.db.Of(ctx, p.AccountID).Model(&Post{}).Where("id = ?", p.ID).
		Select("text", "title", "url", "files", "state", "reason", "fetched_at", "updated_at").Updates(&p).Error)
}
