package task

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"kontor/domain/account"
	"kontor/domain/feed"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

// Notification is something a staff member is told of besides the lists.
type Notification struct {
	AccountID account.ID `gorm:"primaryKey"`
	ID        ids.ID     `gorm:"primaryKey"`
	StaffID   ids.ID
	Type      NotificationType
	TaskID    ids.ID
	CommentID *ids.ID
	ByName    string
	Text      string
	CreatedAt time.Time
	ReadAt    *time.Time
}

// TableName names the table.
func (Notification) TableName() string { return "notifications" }

// NotificationType says of what somebody is told.
type NotificationType string

// The types.
const (
	NoteMention  NotificationType = "mention"
	NoteReminder NotificationType = "reminder"
)

// notify tells staff something, in the context's transaction.
func (s *Service) notify(ctx context.Context, list ...Notification) error {
	if len(list) == 0 {
		return nil
	}
	now := s.Clock.Now()
	events := make([]feed.Event, len(list))
	for i := range list {
		n := &list[i]
		n.ID, n.CreatedAt = ids.New(), now
		events[i] = feed.Event{AccountID: n.AccountID, Type: feed.NotificationCreated, Refs: feed.Refs{
			TaskID: ids.Ptr(n.TaskID), StaffID: ids.Ptr(n.StaffID), ObjectID: ids.Ptr(n.ID),
		}}
	}
	if _, err := storage.InsertMany(ctx, s.DB, list); err != nil {
		return err
	}
	return s.Feed.Publish(ctx, events...)
}

// Notifications returns what the actor was told, the newest first.
func (s *Service) Notifications(
	ctx context.Context, by account.Actor, unread bool, p storage.Page,
) ([]Notification, string, error) {
	return s.store.notifications(ctx, by, unread, p)
}

// ReadNotifications notes that the actor has seen what they were told: of one task, or all of it.
func (s *Service) ReadNotifications(ctx context.Context, by account.Actor, task *ids.ID) error {
	return s.DB.Retry(ctx, func(ctx context.Context) error {
		n, err := s.store.readNotifications(ctx, by, task, s.Clock.Now())
		if err != nil || n == 0 {
			return err
		}
		return s.Feed.Publish(ctx, feed.Event{AccountID: by.AccountID, Type: feed.NotificationRead, Refs: feed.Refs{
			StaffID: ids.Ptr(by.StaffID),
		}})
	})
}

// mention has the people that a note names follow the task from then on, and tells them.
func (s *Service) mention(ctx context.Context, by account.Actor, t Task, c Comment) error {
	if !strings.Contains(c.Text, "@") {
		return nil
	}
	r, err := s.Staff.Roster(ctx, t.AccountID)
	if err != nil {
		return err
	}
	shut, err := s.Access.ShutOut(ctx, t.AccountID, t.ChannelID, r)
	if err != nil {
		return err
	}
	people := map[ids.ID]string{}
	for _, p := range r.People {
		if p.Enabled && !shut[p.ID] { // who would not see the task is not told of it
			people[p.ID] = p.Name
		}
	}
	named := slices.DeleteFunc(mentioned(c.Text, people), func(id ids.ID) bool { return id == by.StaffID })
	if len(named) == 0 {
		return nil
	}
	follow := make([]Participant, len(named))
	tell := make([]Notification, len(named))
	for i, id := range named {
		follow[i] = Participant{t.AccountID, t.ID, id}
		tell[i] = Notification{
			AccountID: t.AccountID, StaffID: id, Type: NoteMention, TaskID: t.ID, CommentID: ids.Ptr(c.ID), ByName: by.Name,
			Text: snippet(c.Text),
		}
	}
	if _, err := storage.InsertMany(ctx, s.DB, follow); err != nil {
		return err
	}
	if err := s.announce(ctx, t); err != nil {
		return err
	}
	return s.notify(ctx, tell...)
}

// mentioned returns the people whose names stand behind an @ in a text. Of two names that begin alike, the longer counts.
func mentioned(text string, people map[ids.ID]string) []ids.ID {
	order := make([]ids.ID, 0, len(people))
	for id := range people {
		order = append(order, id)
	}
	slices.SortFunc(order, func(a, b ids.ID) int {
		return cmp.Or(cmp.Compare(len(people[b]), len(people[a])), cmp.Compare(a.String(), b.String()))
	})
	text = strings.ToLower(text)
	var found []ids.ID
	for i := range len(text) {
		if text[i] != '@' {
			continue
		}
		rest := text[i+1:]
		at := slices.IndexFunc(order, func(id ids.ID) bool {
			after, ok := strings.CutPrefix(rest, strings.ToLower(people[id]))
			next, _ := utf8.DecodeRuneInString(after)
			return ok && people[id] != "" && (after == "" || !unicode.IsLetter(next) && !unicode.IsDigit(next))
		})
		if at >= 0 && !slices.Contains(found, order[at]) {
			found = append(found, order[at])
		}
	}
	return found
}
