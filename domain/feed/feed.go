// Package feed tells screens what changed: rows with names and ids only, written in the transaction of the change and
// passed on after its commit. A screen that hears of a task loads it again; nothing of its contents travels here. Rows are
// kept an hour, and a reader who fell behind that is told to load everything afresh.
package feed

import (
	"context"
	"fmt"
	"time"

	"kontor/domain/clock"
	"kontor/domain/due"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

// Queue is the bell that rings when there is something to tell.
const Queue = "feed"

// Kept is how long events stay readable.
const Kept = time.Hour

// Event is one change, by name.
type Event struct {
	AccountID ids.ID    `gorm:"primaryKey" json:"-"`
	ID        ids.ID    `gorm:"primaryKey" json:"id"`
	Type      string    `json:"type"`
	Refs      Refs      `gorm:"serializer:json" json:"refs"`
	At        time.Time `json:"at"`
}

// TableName names the table.
func (Event) TableName() string { return "feed_events" }

// Refs are the ids an event speaks of; what does not apply is empty.
type Refs struct {
	TaskID    *ids.ID `json:"task_id,omitempty"`
	CommentID *ids.ID `json:"comment_id,omitempty"`
	MessageID *ids.ID `json:"message_id,omitempty"`
	ContactID *ids.ID `json:"contact_id,omitempty"`
	ChannelID *ids.ID `json:"channel_id,omitempty"`
	StaffID   *ids.ID `json:"staff_id,omitempty"`
	ObjectID  *ids.ID `json:"object_id,omitempty"`
}

// The types of events.
const (
	TaskCreated     = "task.created"
	TaskChanged     = "task.changed"
	CommentCreated  = "comment.created"
	CommentChanged  = "comment.changed"
	ContactChanged  = "contact.changed"
	ChannelChanged  = "channel.changed"
	TemplateChanged = "template.changed"
	StaffChanged    = "staff.changed"
	ViewChanged     = "view.changed"
	ImportChanged   = "import.changed"
	ReplyChanged    = "saved_reply.changed"

	// For one staff member, whom StaffID names.
	NotificationCreated = "notification.created"
	NotificationRead    = "notification.read"
	DraftChanged        = "draft.changed" // one was begun, or is gone
	ViewsOrdered        = "view.ordered"  // the saved lists, by that person for themselves

	EventsChanged = "event.changed" // of the vault: some were released by a person, were ignored or failed

	AccessChanged = "access.changed" // who may do what on a channel

	LabelChanged = "label.changed" // a tag or a topic
)

// Feed writes and reads events.
type Feed struct {
	every storage.Everywhere
	clock clock.Clock
	bell  due.Bell
}

// New returns the feed.
func New(every storage.Everywhere, c clock.Clock, bell due.Bell) *Feed { return &Feed{every, c, bell} }

// Publish writes events in the context's transaction and rings after its commit. Ids and times are filled in.
func (f *Feed) Publish(ctx context.Context, events ...Event) error {
	if len(events) == 0 {
		return nil
	}
	now := f.clock.Now()
	for i := range events {
		events[i].ID, events[i].At = ids.New(), now
	}
	if _, err := storage.InsertMany(ctx, f.every.DB(), events); err != nil {
		return fmt.Errorf("publish to the feed: %w", err)
	}
	f.every.DB().AfterCommit(ctx, func() { f.bell.Ring(Queue) })
	return nil
}

// Since returns the events of all accounts written at or after a time, oldest first. Transactions commit out of order, so
// a reader asks for an overlapping span and leaves out the ids it knows.
func (f *Feed) Since(ctx context.Context, from time.Time) ([]Event, error) {
	var events []Event
	err := f.every.Select(ctx, &events, `SELECT * FROM feed_events WHERE at >= ? ORDER BY at, id`, from)
	return events, err
}

// SinceOf returns up to limit events of an account written at or after a time, oldest first.
func (f *Feed) SinceOf(ctx context.Context, account ids.ID, from time.Time, limit int) ([]Event, error) {
	var events []Event
	err := f.every.Select(ctx, &events, `SELECT * FROM feed_events WHERE account_id = ? AND at >= ? ORDER BY at, id LIMIT ?`,
		account, from, limit)
	return events, err
}

// Prune removes what is older than Kept.
func (f *Feed) Prune(ctx context.Context) error {
	_, err := f.every.Exec(ctx, `DELETE FROM feed_events WHERE at < ?`, f.clock.Now().Add(-Kept))
	return err
}
