package task

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/contact"
	"kontor/domain/feed"
	"kontor/domain/ids"
	"kontor/domain/storage"
	"kontor/templates"
)

// Visibility says who sees a comment.
type Visibility string

// The visibilities.
const (
	Public   Visibility = "public" // the contact too
	Internal Visibility = "internal"
)

// Comment is a text on a task.
type Comment struct {
	AccountID      account.ID `gorm:"primaryKey"`
	ID             ids.ID     `gorm:"primaryKey"`
	TaskID         ids.ID
	ConversationID *ids.ID
	ChannelID      *ids.ID
	Visibility     Visibility
	AuthorKind     account.ActorKind
	AuthorID       *ids.ID // a contact or a staff member, by AuthorKind
	AuthorName     string
	Text           string
	Transport      string // by what it came or goes, as messenger; empty for internal ones
	History        bool   // it was there before its task
	ExternalID     *string
	ReplyTo        string         // the external id of the message or the comment it answers
	Details        map[string]any `gorm:"serializer:json"` // what else there is to show: a button, a place, a card
	Edits          []Edit         `gorm:"serializer:json"` // the texts it had before
	Reactions      []Reaction     `gorm:"serializer:json"`
	UnsentAt       *time.Time
	EventID        *ids.ID
	OccurredAt     time.Time
	CreatedAt      time.Time

	// Of comments under posts only.
	PostID   *ids.ID
	Thread   string            // the external id of the comment on the post that it belongs to: its own, if it is one
	HiddenAt *time.Time        // from everybody but its author and their friends
	LikedAt  *time.Time        // by us
	Standing *channel.Standing `gorm:"serializer:json"` // as the platform last said; nil when it has not been asked
}

// TableName names the table.
func (Comment) TableName() string { return "comments" }

// Edit is a text a comment had before it was edited.
type Edit struct {
	Number int       `json:"number"` // of the edit that replaced it, from 1
	Text   string    `json:"text"`
	At     time.Time `json:"at"`
}

// Reaction is an emoji that somebody put on a comment.
type Reaction struct {
	Person string    `json:"person"` // by the provider's id
	Emoji  string    `json:"emoji"`
	Name   string    `json:"name,omitempty"`
	At     time.Time `json:"at"`
}

// External names a message by the provider's id.
type External struct {
	AccountID  account.ID
	ChannelID  ids.ID
	ExternalID string
}

func (c Comment) external() External {
	if c.ExternalID == nil || c.ChannelID == nil {
		return External{}
	}
	return External{c.AccountID, *c.ChannelID, *c.ExternalID}
}

// AddInbound writes comments that came from outside on their tasks, in the context's transaction. One that is there
// already (by its external id or its event) is left out. Edits, unsends and reactions that came before their message are
// applied to it now. It returns the comments that were written, as they were. The tasks move: what a contact writes makes
// a task new and unread, what our side writes elsewhere makes it pending. They are read anew and locked, so that nothing is
// undone that staff did meanwhile; but for those that the transaction has made, which nobody else sees yet.
func (s *Service) AddInbound(ctx context.Context, on map[ids.ID]Ensured, comments []Comment) ([]Comment, error) {
	if len(comments) == 0 {
		return nil, nil
	}
	comments = slices.Clone(comments)
	made, keys := map[ids.ID]Task{}, make([]channel.Key, 0, len(on))
	for id, x := range on {
		if x.New {
			made[id] = x.Task
		} else {
			keys = append(keys, channel.Key{AccountID: x.Task.AccountID, ID: id})
		}
	}
	tasks, err := s.store.locked(ctx, keys)
	if err != nil {
		return nil, err
	}
	maps.Copy(tasks, made)
	tasks, err = s.forward(ctx, tasks, comments)
	if err != nil {
		return nil, err
	}
	if err := s.applyTombstones(ctx, comments); err != nil {
		return nil, err
	}
	written, err := storage.InsertMany(ctx, s.DB, comments)
	if err != nil {
		return nil, fmt.Errorf("add comments: %w", err)
	}
	var fresh []Comment
	var events []feed.Event
	for i, c := range comments {
		if written[i] {
			fresh = append(fresh, c)
			events = append(events, feed.Event{AccountID: c.AccountID, Type: feed.CommentCreated, Refs: feed.Refs{
				TaskID: ids.Ptr(c.TaskID), CommentID: ids.Ptr(c.ID),
			}})
		}
	}
	if err := s.follow(ctx, tasks, fresh); err != nil {
		return nil, err
	}
	return fresh, s.Feed.Publish(ctx, events...)
}

// follow brings tasks up to date with new comments.
func (s *Service) follow(ctx context.Context, tasks map[ids.ID]Task, fresh []Comment) error {
	slices.SortStableFunc(fresh, func(a, b Comment) int { return a.OccurredAt.Compare(b.OccurredAt) })
	touched := map[ids.ID]*Task{}
	list := make([]Task, 0, len(tasks))
	for _, t := range tasks {
		list = append(list, t)
	}
	sets, err := s.sets(ctx, list)
	if err != nil {
		return err
	}
	now := s.Clock.Now()
	for _, c := range fresh {
		t := touched[c.TaskID]
		if t == nil {
			row, ok := tasks[c.TaskID]
			if !ok {
				continue
			}
			t = &row
			touched[c.TaskID] = t
		}
		t.hear(c, sets[t.StatusSetID])
		t.UpdatedAt = now
	}
	rows := make([]Task, 0, len(touched))
	for id, t := range touched {
		if !t.standsAs(tasks[id]) {
			rows = append(rows, *t)
		}
	}
	slices.SortFunc(rows, func(a, b Task) int { return cmp.Compare(a.ID.String(), b.ID.String()) })
	_, err = storage.UpdateMany(ctx, s.DB, rows, storage.Update{
		Match: []string{"account_id", "id"},
		Set: []string{
			"snippet", "unread", "channel_id", "conversation_id", "status", "category", "active", "snoozed_until", "updated_at",
		},
		Also: storage.KeepLater("last_comment_at"), Carry: []string{"last_comment_at"},
	})
	if err != nil {
		return err
	}
	return s.Contacts.NoteContact(ctx, contacted(tasks, fresh)...)
}

// contacted is whom comments were from or to.
func contacted(tasks map[ids.ID]Task, comments []Comment) []contact.Contacted {
	var list []contact.Contacted
	for _, c := range comments {
		whom := tasks[c.TaskID].ContactID
		if c.AuthorKind == account.Contact {
			whom = c.AuthorID
		}
		if c.Visibility == Public && whom != nil {
			list = append(list, contact.Contacted{AccountID: c.AccountID, ID: *whom, LastContactAt: c.OccurredAt})
		}
	}
	return list
}

// hear is what a comment does to its task's queue.
func (t *Task) hear(c Comment, set templates.StatusSet) {
	if !c.OccurredAt.Before(t.LastCommentAt) {
		t.Snippet, t.LastCommentAt = snippet(c.Text), c.OccurredAt
	}
	switch {
	case c.AuthorKind == account.Contact:
		t.Unread, t.SnoozedUntil = true, nil
		if c.ConversationID != nil {
			t.ConversationID, t.ChannelID = c.ConversationID, c.ChannelID // the answer goes where the person wrote last
		}
		t.move(templates.CategoryPending, set.Initial)
	case c.Visibility == Public:
		t.move(templates.CategoryNew, func() (templates.Status, bool) { return set.First(templates.CategoryPending) })
	}
}

// standsAs tells whether comments have left a task in its queue as it was.
func (t *Task) standsAs(was Task) bool {
	return t.Snippet == was.Snippet && t.Unread == was.Unread && t.LastCommentAt.Equal(was.LastCommentAt) &&
		ids.Of(t.ChannelID) == ids.Of(was.ChannelID) && ids.Of(t.ConversationID) == ids.Of(was.ConversationID) &&
		t.Status == was.Status && (t.SnoozedUntil == nil) == (was.SnoozedUntil == nil)
}

// move puts the task into another status if it stands in a category; a resolved task stays where it is.
func (t *Task) move(from templates.Category, to func() (templates.Status, bool)) {
	if t.Category != from {
		return
	}
	if status, ok := to(); ok {
		t.setStatus(status)
	}
}

// sets returns the status sets of tasks.
func (s *Service) sets(ctx context.Context, tasks []Task) (map[ids.ID]templates.StatusSet, error) {
	found := map[ids.ID]templates.StatusSet{}
	var keys []channel.Key
	for _, t := range tasks {
		if _, ok := found[t.StatusSetID]; !ok {
			found[t.StatusSetID] = templates.StatusSet{}
			keys = append(keys, channel.Key{AccountID: t.AccountID, ID: t.StatusSetID})
		}
	}
	rows, err := s.Templates.StatusSetsOf(ctx, keys)
	for _, r := range rows {
		found[r.ID] = r.Set()
	}
	return found, err
}

// CommentsAbout returns the comments of all tasks of a contact, whatever channel they came by, the newest first.
func (s *Service) CommentsAbout(ctx context.Context, a account.ID, contactID ids.ID, p storage.Page) ([]Comment, string, error) {
	return s.store.commentsAbout(ctx, a, contactID, p)
}
