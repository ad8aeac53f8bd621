package conversation

import (
	"context"

	"kontor/domain/account"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

type store struct{ db *storage.DB }

func (s store) get(ctx context.Context, a account.ID, id ids.ID) (Conversation, error) {
	var c Conversation
	return c, storage.Found(s.db.Of(ctx, a).Where("id = ?", id).Take(&c).Error, "conversation")
}
