// Package conversation keeps the external threads that tasks talk through: a DM thread with one person, a post's
// comments, later a mail thread, a chat. It knows who the thread is with, what brought them, how far they have read, and
// whether another program answers there.
//
// Messages are not kept here: what was said is in the comments of tasks.
package conversation

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/clock"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

// The types of threads.
const (
	Direct  = "dm"   // with one person
	OfAPost = "post" // the comments under a post, by whoever
)

// Conversation is one external thread.
type Conversation struct {
	AccountID      account.ID `gorm:"primaryKey"`
	ID             ids.ID     `gorm:"primaryKey"`
	ChannelID      ids.ID
	Type           string
	Key            string // the thread within its channel, as dm:<person>
	ContactID      *ids.ID
	IdentityID     *ids.ID
	Referral       *channel.Referral `gorm:"serializer:json"` // what brought the person last
	Standby        bool              // another program answers it
	DeliveredUntil *time.Time
	ReadUntil      *time.Time
	LastMessageAt  *time.Time
	CreatedAt      time.Time
	UpdatedAt      time.Time
}

// TableName names the table.
func (Conversation) TableName() string { return "conversations" }

// DirectKey is the key of the thread with a person.
func DirectKey(person string) string { return Direct + ":" + person }

// PostKey is the key of the comments under a post.
func PostKey(post string) string { return OfAPost + ":" + post }

// Thread names a conversation before it is known.
type Thread struct {
	AccountID account.ID
	ChannelID ids.ID
	Key       string
}

// Thread returns what names the conversation.
func (c Conversation) Thread() Thread { return Thread{c.AccountID, c.ChannelID, c.Key} }

// Service keeps conversations.
type Service struct {
	db    *storage.DB
	clock clock.Clock
}

// New returns the service.
func New(db *storage.DB, c clock.Clock) *Service { return &Service{db, c} }

// Get returns a conversation of the account.
func (s *Service) Get(ctx context.Context, a account.ID, id ids.ID) (Conversation, error) {
	return store{s.db}.get(ctx, a, id)
}

// Of returns conversations of any accounts, those of them that exist.
func (s *Service) Of(ctx context.Context, list []storage.Key) (map[storage.Key]Conversation, error) {
	rows, err := storage.SelectMany[Conversation](ctx, s.db, list, "account_id", "id")
	return storage.Keyed(rows, func(c Conversation) storage.Key { return storage.Key{AccountID: c.AccountID, ID: c.ID} }), err
}

// Find returns those of the threads that are known.
func (s *Service) Find(ctx context.Context, threads []Thread) (map[Thread]Conversation, error) {
	slices.SortFunc(threads, func(a, b Thread) int {
		return cmp.Or(slices.Compare(a.AccountID[:], b.AccountID[:]), slices.Compare(a.ChannelID[:], b.ChannelID[:]),
			cmp.Compare(a.Key, b.Key))
	})
	rows, err := storage.SelectMany[Conversation](ctx, s.db, slices.Compact(threads), "account_id", "channel_id", "key")
	found := make(map[Thread]Conversation, len(rows))
	for _, c := range rows {
		found[c.Thread()] = c
	}
	return found, err
}

// Ensure finds or makes conversations, in the context's transaction. Of two that make the same one at once, one wins and
// both get it.
func (s *Service) Ensure(ctx context.Context, wanted []Conversation) (map[Thread]Conversation, error) {
	threads := make([]Thread, len(wanted))
	for i, w := range wanted {
		threads[i] = w.Thread()
	}
	found, err := s.Find(ctx, threads)
	if err != nil {
		return nil, err
	}
	var fresh []Conversation
	now := s.clock.Now()
	for _, w := range wanted {
		if _, there := found[w.Thread()]; there {
			continue
		}
		w.ID, w.CreatedAt, w.UpdatedAt = ids.New(), now, now
		found[w.Thread()] = w
		fresh = append(fresh, w)
	}
	written, err := storage.InsertMany(ctx, s.db, fresh)
	if err != nil {
		return nil, fmt.Errorf("make conversations: %w", err)
	}
	for _, ok := range written {
		if !ok {
			return s.Find(ctx, threads)
		}
	}
	return found, nil
}

// News is what changed about a conversation; nil leaves a thing alone.
type News struct {
	AccountID      account.ID
	ID             ids.ID
	Referral       *channel.Referral `gorm:"serializer:json"`
	Standby        *bool
	DeliveredUntil *time.Time
	ReadUntil      *time.Time
	LastMessageAt  *time.Time
}

// TableName names the table that news are written to.
func (News) TableName() string { return "conversations" }

// Merge adds later news of the same conversation.
func (n *News) Merge(m News) {
	if m.Referral != nil {
		n.Referral = m.Referral
	}
	if m.Standby != nil {
		n.Standby = m.Standby
	}
	n.DeliveredUntil = clock.Later(n.DeliveredUntil, m.DeliveredUntil)
	n.ReadUntil = clock.Later(n.ReadUntil, m.ReadUntil)
	n.LastMessageAt = clock.Later(n.LastMessageAt, m.LastMessageAt)
}

// Begin is what news mean for a conversation that is about to be made: Touch need not write them again then.
func (n News) Begin(c *Conversation) {
	c.Referral, c.DeliveredUntil, c.ReadUntil, c.LastMessageAt = n.Referral, n.DeliveredUntil, n.ReadUntil, n.LastMessageAt
	c.Standby = n.Standby != nil && *n.Standby
}

// Touch writes news, at most one for a conversation. Times only move forward. What is known already is not written again.
func (s *Service) Touch(ctx context.Context, news []News) error {
	_, err := storage.UpdateMany(ctx, s.db, news, storage.Update{
		Match: []string{"account_id", "id"}, Key: []string{"account_id", "id"},
		Also: "referral = coalesce(v.referral, t.referral), standby = coalesce(v.standby, t.standby), " +
			storage.KeepLater("delivered_until") + ", " + storage.KeepLater("read_until") + ", " + storage.KeepLater("last_message_at"),
		Carry: []string{"referral", "standby", "delivered_until", "read_until", "last_message_at"},
		Where: "(v.referral IS NOT NULL OR v.standby IS NOT NULL AND v.standby <> t.standby OR " +
			storage.IsLater("delivered_until") + " OR " + storage.IsLater("read_until") + " OR " + storage.IsLater("last_message_at") + ")",
	})
	return err
}
