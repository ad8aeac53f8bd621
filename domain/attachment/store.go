package attachment

import (
	"context"

	"kontor/domain/account"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

type store struct{ db *storage.DB }

func (s store) insert(ctx context.Context, rows []Attachment) error {
	_, err := storage.InsertMany(ctx, s.db, rows)
	return err
}

func (s store) get(ctx context.Context, a account.ID, id ids.ID) (Attachment, error) {
	var row Attachment
	return row, storage.Found(s.db.Of(ctx, a).Where("id = ?", id).Take(&row).Error, "attachment")
}

func (s store) byIDs(ctx context.Context, a account.ID, list []ids.ID) ([]Attachment, error) {
	var rows []Attachment
	if len(list) == 0 {
		return rows, nil
	}
	err := s.db.Of(ctx, a).Where(storage.Among("id", list)).Find(&rows).Error
	return rows, storage.Translate(err)
}

func (s store) byComments(ctx context.Context, a account.ID, comments []ids.ID) ([]Attachment, error) {
	var rows []Attachment
	if len(comments) == 0 {
		return rows, nil
	}
	err := s.db.Of(ctx, a).Where(storage.Among("comment_id", comments)).Order("position").Find(&rows).Error
	return rows, storage.Translate(err)
}

// attach ties uploaded files to a comment; only files that their uploader has not sent yet.
func (s store) attach(ctx context.Context, list []Attachment, comment ids.ID) (int64, error) {
	for i := range list {
		list[i].CommentID, list[i].Position = &comment, i
	}
	return storage.UpdateMany(ctx, s.db, list, storage.Update{
		Match: []string{"account_id", "id"}, Set: []string{"comment_id", "position"}, Where: "t.comment_id IS NULL",
	})
}

func (s store) keep(ctx context.Context, a account.ID, list []ids.ID) error {
	return storage.Translate(s.db.Of(ctx, a).Model(&Attachment{}).
		Where("id IN ? AND comment_id IS NULL AND kept = ?", list, false).Update("kept", true).Error)
}

func (s store) update(ctx context.Context, row Attachment, columns ...string) error {
	return storage.Translate(s.db.Of(ctx, row.AccountID).Model(&Attachment{}).Where("id = ?", row.ID).
		Select(columns).Updates(&row).Error)
}

// finish writes what fetching a file came to; false when nobody waits for it any more.
func (s store) finish(ctx context.Context, row Attachment) (bool, error) {
	q := s.db.Of(ctx, row.AccountID).Model(&Attachment{}).Where("id = ? AND state = ?", row.ID, Pending).
		Select("type", "name", "mime", "size", "sha256", "blob", "state", "reason").Updates(&row)
	return q.RowsAffected > 0, storage.Translate(q.Error)
}
