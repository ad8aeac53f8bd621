package channel

import (
	"context"

	"kontor/domain/account"
	"kontor/domain/storage"
)

// authorizedBy returns the channels of the account, not removed, that live on a person's token.
func (s store) authorizedBy(ctx context.Context, a account.ID, kind, userID string) ([]Channel, error) {
	var rows []Channel
	err := s.db.Of(ctx, a).Where("kind = ? AND authorized_by = ? AND removed_at IS NULL", kind, userID).Order("id").Find(&rows).Error
	return rows, storage.Translate(err)
}
