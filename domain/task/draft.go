package task

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/errs"
	"kontor/domain/feed"
	"kontor/domain/ids"
)

// Way is what a draft is to become.
type Way string

// The ways.
const (
	WayPublic   Way = "public"   // an answer
	WayPrivate  Way = "private"  // the private reply to a comment under a post
	WayInternal Way = "internal" // a note
)

// CommentDraft is what a staff member is writing on a task and has not sent. It is nobody's but theirs.
type CommentDraft struct {
	AccountID     account.ID `gorm:"primaryKey"`
	StaffID       ids.ID     `gorm:"primaryKey"`
	TaskID        ids.ID     `gorm:"primaryKey"`
	Way           Way        `gorm:"primaryKey"`
	Text          string
	ReplyTo       *ids.ID
	AttachmentIDs []ids.ID `gorm:"serializer:json"`
	UpdatedAt     time.Time
}

// TableName names the table.
func (CommentDraft) TableName() string { return "task_drafts" }

// maxDrafts is how many drafts somebody is told of at once.
const maxDrafts = 500

// DraftText is what is in a draft.
type DraftText struct {
	Text          string
	ReplyTo       *ids.ID
	AttachmentIDs []ids.ID
}

func (d DraftText) empty() bool { return strings.TrimSpace(d.Text) == "" && len(d.AttachmentIDs) == 0 }

func (d DraftText) check() error {
	var problems []errs.Problem
	if utf8.RuneCountInString(d.Text) > MaxText {
		problems = append(problems, errs.At("body.text", "input.too_long", "max", MaxText))
	}
	if strings.ContainsRune(d.Text, 0) || !utf8.ValidString(d.Text) {
		problems = append(problems, errs.At("body.text", "input.characters"))
	}
	if len(d.AttachmentIDs) > MaxAttachments {
		problems = append(problems, errs.At("body.attachment_ids", "input.too_many", "max", MaxAttachments))
	}
	return errs.Input(problems...)
}

// Drafts returns the actor's drafts on a task.
func (s *Service) Drafts(ctx context.Context, by account.Actor, id ids.ID) ([]CommentDraft, error) {
	if _, err := s.store.get(ctx, by.AccountID, id); err != nil {
		return nil, err
	}
	return s.store.drafts(ctx, by, id)
}

// Drafted returns the actor's drafts on all tasks, without what is in them, the newest first.
func (s *Service) Drafted(ctx context.Context, by account.Actor) ([]CommentDraft, error) {
	return s.store.drafted(ctx, by)
}

// SetDraft keeps what the actor is writing on a task, in the place of what was kept before. An empty one is none.
func (s *Service) SetDraft(ctx context.Context, by account.Actor, id ids.ID, way Way, text DraftText) (CommentDraft, error) {
	if err := text.check(); err != nil {
		return CommentDraft{}, err
	}
	d := CommentDraft{by.AccountID, by.StaffID, id, way, text.Text, text.ReplyTo, text.AttachmentIDs, s.Clock.Now()}
	err := s.DB.Retry(ctx, func(ctx context.Context) error {
		t, err := s.store.get(ctx, by.AccountID, id)
		if err != nil {
			return err
		}
		if err := t.whole(); err != nil {
			return err
		}
		if text.empty() {
			return s.dropDraft(ctx, by, id, way)
		}
		if _, err := s.answered(ctx, t, text.ReplyTo); err != nil {
			return err
		}
		if err := s.usable(ctx, by.AccountID, text.AttachmentIDs); err != nil {
			return err
		}
		began, err := s.store.putDraft(ctx, d)
		if err != nil || !began {
			return err
		}
		return s.draftChanged(ctx, d)
	})
	return d, err
}

// usable refuses files that are not the account's. Those that were sent meanwhile are no longer shown, and no fault.
func (s *Service) usable(ctx context.Context, a account.ID, list []ids.ID) error {
	if len(list) == 0 {
		return nil
	}
	known, err := s.Attachments.Some(ctx, a, list)
	if err != nil {
		return err
	}
	there := map[ids.ID]bool{}
	for _, f := range known {
		there[f.ID] = true
	}
	for i, id := range list {
		if !there[id] {
			return errs.Input(errs.At(fmt.Sprintf("body.attachment_ids[%d]", i), "attachment.not_usable"))
		}
	}
	return nil
}

// DropDraft forgets what the actor was writing. That there is nothing to forget is no fault.
func (s *Service) DropDraft(ctx context.Context, by account.Actor, id ids.ID, way Way) error {
	return s.DB.Retry(ctx, func(ctx context.Context) error {
		if _, err := s.store.get(ctx, by.AccountID, id); err != nil {
			return err
		}
		return s.dropDraft(ctx, by, id, way)
	})
}

func (s *Service) dropDraft(ctx context.Context, by account.Actor, id ids.ID, way Way) error {
	gone, err := s.store.dropDraft(ctx, by, id, way)
	if err != nil || !gone {
		return err
	}
	return s.draftChanged(ctx, CommentDraft{AccountID: by.AccountID, StaffID: by.StaffID, TaskID: id})
}

// sentDraft forgets the draft that a person at a screen has just sent. What a program sends in their name is not it.
func (s *Service) sentDraft(ctx context.Context, by account.Actor, c Comment, mode channel.Mode) error {
	if !by.InPerson() || mode == channel.FromTemplate {
		return nil
	}
	way := WayInternal
	switch {
	case c.Visibility == Internal:
	case mode == channel.PrivateReply:
		way = WayPrivate
	default:
		way = WayPublic
	}
	return s.dropDraft(ctx, by, c.TaskID, way)
}

func (s *Service) draftChanged(ctx context.Context, list ...CommentDraft) error {
	events := make([]feed.Event, len(list))
	for i, d := range list {
		events[i] = feed.Event{AccountID: d.AccountID, Type: feed.DraftChanged, Refs: feed.Refs{
			TaskID: ids.Ptr(d.TaskID), StaffID: ids.Ptr(d.StaffID),
		}}
	}
	return s.Feed.Publish(ctx, events...)
}

// followDrafts gives everybody's drafts on one task to the one that it has gone into, behind what they were writing there.
func (s *Service) followDrafts(ctx context.Context, a account.ID, from, into ids.ID) error {
	rows, err := s.store.draftsOfTasks(ctx, a, from, into)
	if err != nil {
		return err
	}
	type key struct {
		staff ids.ID
		way   Way
	}
	there := map[key]CommentDraft{}
	for _, d := range rows {
		if d.TaskID == into {
			there[key{d.StaffID, d.Way}] = d
		}
	}
	var moved []CommentDraft
	for _, d := range rows {
		if d.TaskID == into {
			continue
		}
		d = d.behind(there[key{d.StaffID, d.Way}])
		d.TaskID = into
		if _, err := s.store.putDraft(ctx, d); err != nil {
			return err
		}
		moved = append(moved, d)
	}
	if len(moved) == 0 {
		return nil
	}
	if err := s.store.dropDraftsOf(ctx, a, from); err != nil {
		return err
	}
	return s.draftChanged(ctx, moved...)
}

// behind puts a draft behind another one. What is too long for one stays cut: a draft is never longer than a comment.
func (d CommentDraft) behind(first CommentDraft) CommentDraft {
	if first.Text != "" {
		text := []rune(first.Text + "\n\n" + d.Text)
		d.Text, d.ReplyTo = strings.TrimSpace(string(text[:min(len(text), MaxText)])), first.ReplyTo
	}
	files := slices.Concat(first.AttachmentIDs, d.AttachmentIDs)
	d.AttachmentIDs = files[:min(len(files), MaxAttachments)]
	return d
}
