package lead

import (
	"context"
	"time"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

// Click is that somebody came into a conversation by an ad.
type Click struct {
	AccountID      account.ID `gorm:"primaryKey"`
	ID             ids.ID     `gorm:"primaryKey"`
	ChannelID      ids.ID
	ConversationID ids.ID
	EventID        ids.ID
	TaskID         *ids.ID // nil until they write something
	AdID           string
	AdTitle        string // as it stood in the ad; its name is another matter
	CameAt         time.Time
}

// TableName names the table.
func (Click) TableName() string { return "ad_clicks" }

// IsAd tells whether it was an ad that brought somebody.
func IsAd(r *channel.Referral) bool { return r != nil && r.AdID != "" }

// Clicked keeps who came by an ad, in the context's transaction; what is kept already stays as it is.
func (s *Service) Clicked(ctx context.Context, list []Click) error {
	for i := range list {
		list[i].ID = ids.New()
	}
	_, err := storage.InsertMany(ctx, s.DB, list)
	return err
}

// Written is a message in a conversation that an ad has brought, and the task it went to.
type Written struct {
	AccountID      account.ID
	ConversationID ids.ID
	TaskID         ids.ID
}

// TableName names the table that is written.
func (Written) TableName() string { return "ad_clicks" }

// Followed notes which task came of those who had come by an ad, in the context's transaction: the first one they wrote to.
// There is one message a conversation.
func (s *Service) Followed(ctx context.Context, list []Written) error {
	_, err := storage.UpdateMany(ctx, s.DB, list, storage.Update{
		Match: []string{"account_id", "conversation_id"}, Set: []string{"task_id"}, Where: "t.task_id IS NULL",
		Key: []string{"account_id", "id"},
	})
	return err
}
