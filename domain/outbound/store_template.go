package outbound

import (
	"context"

	"kontor/domain/account"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

func (s store) templates(ctx context.Context, a account.ID, channelID ids.ID) ([]Template, error) {
	var rows []Template
	err := s.db.Of(ctx, a).Where("channel_id = ?", channelID).Order("name, language").Find(&rows).Error
	return rows, storage.Translate(err)
}

// setTemplates puts what the platform has in the place of what was known.
func (s store) setTemplates(ctx context.Context, a account.ID, channelID ids.ID, rows []Template) error {
	if err := s.db.Of(ctx, a).Where("channel_id = ?", channelID).Delete(&Template{}).Error; err != nil {
		return storage.Translate(err)
	}
	_, err := storage.InsertMany(ctx, s.db, rows)
	return err
}
