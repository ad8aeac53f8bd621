// Package post keeps the posts that people comment on, as far as they had to be read: an event names a post, and what it
// says is fetched by a job, once, so that a thousand comments cost one call. A post that cannot be read holds nothing up:
// it says why, and is asked for again when somebody comments later.
//
// The comments themselves are comments of tasks.
package post

import (
	"context"
	"fmt"
	"time"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/clock"
	"kontor/domain/due"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

// State is how far a post is known.
type State string

// The states.
const (
	Pending    State = "pending" // to be read
	Known      State = "known"
	Unreadable State = "unreadable" // Reason says why
)

// Post is what people comment on.
type Post struct {
	AccountID  account.ID `gorm:"primaryKey"`
	ID         ids.ID     `gorm:"primaryKey"`
	ChannelID  ids.ID
	ExternalID string
	Text       string
	Title      string
	URL        string
	Files      []channel.File `gorm:"serializer:json"`
	State      State
	Reason     string // code
	FetchedAt  *time.Time
	CreatedAt  time.Time
	UpdatedAt  time.Time
}

// TableName names the table.
func (Post) TableName() string { return "posts" }

// Ref names a post before it is known.
type Ref struct {
	AccountID  account.ID
	ChannelID  ids.ID
	ExternalID string
}

// Ref returns what names the post.
func (p Post) Ref() Ref { return Ref{p.AccountID, p.ChannelID, p.ExternalID} }

// Service keeps posts.
type Service struct {
	Deps
	store store
}

// Deps is what the service works with.
type Deps struct {
	DB       *storage.DB
	Clock    clock.Clock
	Due      *due.Index
	Channels *channel.Service
	// Learned is called in the transaction in which it became known what a post says, or that it cannot be read.
	Learned func(ctx context.Context, p Post) error
}

// New returns the service.
func New(d Deps) *Service { return &Service{Deps: d, store: store{d.DB}} }

// Get returns a post of the account.
func (s *Service) Get(ctx context.Context, a account.ID, id ids.ID) (Post, error) {
	return s.store.get(ctx, a, id)
}

// Of returns posts of one account by id, those of them that exist.
func (s *Service) Of(ctx context.Context, a account.ID, list []ids.ID) (map[ids.ID]Post, error) {
	rows, err := s.store.byIDs(ctx, a, list)
	found := make(map[ids.ID]Post, len(rows))
	for _, p := range rows {
		found[p.ID] = p
	}
	return found, err
}

// Find returns those of the posts that are known.
func (s *Service) Find(ctx context.Context, refs []Ref) (map[Ref]Post, error) {
	rows, err := storage.SelectMany[Post](ctx, s.DB, unique(refs), "account_id", "channel_id", "external_id")
	found := make(map[Ref]Post, len(rows))
	for _, p := range rows {
		found[p.Ref()] = p
	}
	return found, err
}

// again is after how long a post that could not be read is asked for once more.
const again = time.Hour

// Ensure finds or makes posts with a fixed number of statements, in the context's transaction, and has those read of which
// nothing is known. Of two that make the same one at once, one wins and both get it.
func (s *Service) Ensure(ctx context.Context, wanted []Post) (map[Ref]Post, error) {
	refs := make([]Ref, len(wanted))
	for i, w := range wanted {
		refs[i] = w.Ref()
	}
	found, err := s.Find(ctx, refs)
	if err != nil {
		return nil, err
	}
	now := s.Clock.Now()
	var fresh []Post
	var work []due.Work
	for _, p := range found {
		if p.State == Unreadable && p.FetchedAt != nil && p.FetchedAt.Add(again).Before(now) {
			work = append(work, workOf(p))
		}
	}
	for _, w := range wanted {
		if _, there := found[w.Ref()]; there {
			continue
		}
		w.ID, w.State, w.CreatedAt, w.UpdatedAt = ids.New(), Pending, now, now
		found[w.Ref()] = w
		fresh = append(fresh, w)
	}
	written, err := storage.InsertMany(ctx, s.DB, fresh)
	if err != nil {
		return nil, fmt.Errorf("make posts: %w", err)
	}
	lost := false
	for i, p := range fresh {
		if lost = lost || !written[i]; written[i] {
			work = append(work, workOf(p))
		}
	}
	if len(work) > 0 {
		if err := s.Due.Put(ctx, work...); err != nil {
			return nil, err
		}
	}
	if lost { // somebody else made one in this moment
		return s.Find(ctx, refs)
	}
	return found, nil
}

func unique(list []Ref) []Ref {
	seen := make(map[Ref]bool, len(list))
	out := make([]Ref, 0, len(list))
	for _, r := range list {
		if !seen[r] {
			seen[r] = true
			out = append(out, r)
		}
	}
	return out
}
