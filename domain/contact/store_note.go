package contact

import (
	"context"

	"kontor/domain/account"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

func (s store) notes(ctx context.Context, a account.ID, contactID ids.ID, p storage.Page) ([]Note, string, error) {
	q, err := storage.Keyset(s.db.Of(ctx, a).Where("contact_id = ?", contactID), storage.ByID(), p)
	if err != nil {
		return nil, "", err
	}
	var rows []Note
	if err := q.Find(&rows).Error; err != nil {
		return nil, "", storage.Translate(err)
	}
	rows, next := storage.Cut(rows, storage.ByID(), p, func(n Note) (any, ids.ID) { return "", n.ID })
	return rows, next, nil
}

func (s store) note(ctx context.Context, a account.ID, id ids.ID) (Note, error) {
	var n Note
	return n, storage.Found(s.db.Of(ctx, a).Where("id = ?", id).Take(&n).Error, "contact_note")
}

func (s store) insertNote(ctx context.Context, n *Note) error {
	return storage.Translate(s.db.Of(ctx, n.AccountID).Create(n).Error)
}

func (s store) updateNote(ctx context.Context, n *Note) error {
	return storage.Translate(s.db.Of(ctx, n.AccountID).Model(&Note{}).Where("id = ?", n.ID).Select("text", "edited_at").Updates(n).Error)
}

func (s store) deleteNote(ctx context.Context, n *Note) error {
	return storage.Translate(s.db.Of(ctx, n.AccountID).Where("id = ?", n.ID).Delete(&Note{}).Error)
}
