package attachment

import (
	"context"
	"time"

	"gorm.io/gorm"

	"kontor/domain/account"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

// insertLink writes a link; false when the file has one.
func (s store) insertLink(ctx context.Context, l Link) (bool, error) {
	written, err := storage.InsertMany(ctx, s.db, []Link{l})
	return err == nil && written[0], err
}

// link returns a file's link.
func (s store) link(ctx context.Context, a account.ID, attachment ids.ID) (Link, error) {
	var l Link
	err := s.db.Unscoped(ctx).Where("account_id = ? AND attachment_id = ?", a, attachment).Take(&l).Error
	return l, storage.Found(err, "file_link")
}

func (s store) links(ctx context.Context, a account.ID, list []ids.ID) ([]Link, error) {
	var rows []Link
	if len(list) == 0 {
		return rows, nil
	}
	err := s.db.Unscoped(ctx).Where("account_id = ? AND attachment_id IN ?", a, list).Find(&rows).Error
	return rows, storage.Translate(err)
}

// linkOf finds a link by the hash of its token, whoever's it is.
func (s store) linkOf(ctx context.Context, hash []byte) (Link, error) {
	var l Link
	return l, storage.Found(s.db.Unscoped(ctx).Where("token_hash = ?", hash).Take(&l).Error, "file_link")
}

func (s store) updateLink(ctx context.Context, l Link, columns ...string) error {
	return storage.Translate(s.db.Unscoped(ctx).Model(&Link{}).
		Where("account_id = ? AND attachment_id = ?", l.AccountID, l.AttachmentID).Select(columns).Updates(&l).Error)
}

func (s store) opened(ctx context.Context, l Link, now time.Time) error {
	return storage.Translate(s.db.Unscoped(ctx).Model(&Link{}).
		Where("account_id = ? AND attachment_id = ?", l.AccountID, l.AttachmentID).
		Updates(map[string]any{"opened": gorm.Expr("opened + 1"), "last_opened_at": now}).Error)
}
