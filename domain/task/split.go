package task

import (
	"context"
	"slices"

	"kontor/domain/account"
	"kontor/domain/errs"
	"kontor/domain/fault"
	"kontor/domain/ids"
	"kontor/templates"
)

// Split is what is to become a task of its own.
type Split struct {
	Comments []ids.ID // of the task
	Title    string   // its own when empty
	Continue bool     // what is written in the conversation from now on belongs to the new task
}

// MaxSplit is how many comments can be split off at once.
const MaxSplit = 200

// Split makes a new task of some comments of one, for the same contact and the same channel.
func (s *Service) Split(ctx context.Context, by account.Actor, id ids.ID, x Split) (Task, error) {
	if n := len(x.Comments); n == 0 || n > MaxSplit {
		return Task{}, errs.Input(errs.At("body.comment_ids", "task.split_comments", "max", MaxSplit))
	}
	var made Task
	err := s.DB.Retry(ctx, func(ctx context.Context) error {
		t, err := s.store.lock(ctx, by.AccountID, id)
		if err != nil {
			return err
		}
		if err := t.whole(); err != nil {
			return err
		}
		if err := mayWork(ctx, t); err != nil {
			return err
		}
		made, err = s.split(ctx, by, t, x)
		fault.Point("task.before_split_commit")
		return err
	})
	return made, err
}

func (s *Service) split(ctx context.Context, by account.Actor, t Task, x Split) (Task, error) {
	slices.SortFunc(x.Comments, func(a, b ids.ID) int { return slices.Compare(a[:], b[:]) })
	x.Comments = slices.Compact(x.Comments)
	chosen, err := s.store.commentsOf(ctx, t, x.Comments)
	if err != nil {
		return Task{}, err
	}
	if len(chosen) != len(x.Comments) {
		return Task{}, errs.Input(errs.At("body.comment_ids", "comment.not_found"))
	}
	made, err := s.splitOff(ctx, by, t, x, chosen)
	if err != nil {
		return made, err
	}
	moved := make([]ids.ID, len(chosen))
	for i, c := range chosen {
		moved[i] = c.ID
	}
	if err := s.store.giveComments(ctx, t.AccountID, moved, made.ID); err != nil {
		return made, err
	}
	if err := s.Outbound.FollowComments(ctx, t.AccountID, t.ID, made.ID); err != nil {
		return made, err
	}
	if x.Continue {
		scopes, err := s.store.scopesOf(ctx, t.AccountID, t.ID)
		if err != nil {
			return made, err
		}
		if err := s.store.moveScopes(ctx, t.AccountID, scopes, t.ID, made.ID); err != nil {
			return made, err
		}
	}
	t.UpdatedAt = s.Clock.Now()
	for _, row := range []*Task{&t, &made} {
		if err := s.store.recount(ctx, row); err != nil {
			return made, err
		}
	}
	return made, s.tellSplit(ctx, by, t, made)
}

// splitOff makes the task that the comments go to.
func (s *Service) splitOff(ctx context.Context, by account.Actor, t Task, x Split, chosen []Comment) (Task, error) {
	title := x.Title
	if title == "" {
		title = t.Title
	}
	made, err := s.Create(ctx, by, NewTask{Title: title, TemplateID: &t.TemplateID, ContactID: t.ContactID})
	if err != nil {
		return made, err
	}
	made.ChannelID, made.ConversationID, made.PostID = t.ChannelID, t.ConversationID, t.PostID
	for _, c := range chosen {
		if c.OccurredAt.Before(made.StartedAt) {
			made.StartedAt = c.OccurredAt
		}
		if c.ConversationID != nil {
			made.ChannelID, made.ConversationID, made.PostID = c.ChannelID, c.ConversationID, c.PostID
		}
	}
	return made, s.store.update(ctx, made, "channel_id", "conversation_id", "post_id", "started_at")
}

func (s *Service) tellSplit(ctx context.Context, by account.Actor, t, made Task) error {
	if err := s.explain(ctx, made, templates.NewStep("task.split.from", "number", t.Number, "staff", by.Name)); err != nil {
		return err
	}
	if err := s.explain(ctx, t, templates.NewStep("task.split.off", "number", made.Number, "staff", by.Name)); err != nil {
		return err
	}
	err := s.Audit.Record(ctx,
		by.Entry("task.split", "task", t.ID, map[string]any{"number": made.Number, "task_id": made.ID}),
		by.Entry("task.split_from", "task", made.ID, map[string]any{"number": t.Number, "task_id": t.ID}))
	if err != nil {
		return err
	}
	return s.announceAll(ctx, t, made)
}
