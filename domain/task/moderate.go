package task

import (
	"context"
	"errors"
	"time"

	"kontor/domain/access"
	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/errs"
	"kontor/domain/feed"
	"kontor/domain/ids"
)

// moderationTries is how often a call is made that may simply be made again.
const moderationTries = 3

// moderationTimeout is how long one of them may take.
const moderationTimeout = 8 * time.Second

// Moderate likes, hides or deletes a comment under a post, or undoes the first two. Members may. The platform is asked
// first what it allows; what it does not is a Conflict. What is done already is done once more without harm.
func (s *Service) Moderate(
	ctx context.Context, by account.Actor, id ids.ID, do channel.Moderation,
) (Comment, error) {
	c, m, err := s.moderated(ctx, by.AccountID, id)
	if err == nil {
		err = access.Require(ctx, c.ChannelID, access.Contributor)
	}
	if err != nil {
		return c, err
	}
	standing, err := m.standing(ctx)
	if err != nil {
		return c, err
	}
	if !standing.Allows(do) {
		return s.keep(ctx, by, c, standing, "", errs.New(errs.Conflict, "moderation.not_allowed", "moderation", string(do)))
	}
	if !standing.Done(do) {
		if err := m.call(ctx, func(ctx context.Context) error { return m.adapter.Moderate(ctx, m.access, m.comment, do) }); err != nil {
			return c, err
		}
	}
	switch do {
	case channel.Like, channel.Unlike:
		standing.Liked = do == channel.Like
	case channel.Hide, channel.Unhide:
		standing.Hidden = do == channel.Hide
	case channel.Delete:
		standing = channel.Standing{URL: standing.URL, CheckedAt: standing.CheckedAt}
	}
	return s.keep(ctx, by, c, standing, do, nil)
}

// keep writes how a comment stands, and what was done. refused is returned when all is written.
func (s *Service) keep(
	ctx context.Context, by account.Actor, c Comment, standing channel.Standing, done channel.Moderation, refused error,
) (Comment, error) {
	now := s.Clock.Now()
	c.Standing = &standing
	c.HiddenAt, c.LikedAt = since(c.HiddenAt, standing.Hidden, now), since(c.LikedAt, standing.Liked, now)
	err := s.DB.Retry(ctx, func(ctx context.Context) error {
		if err := s.store.updateComment(ctx, c, "standing", "hidden_at", "liked_at"); err != nil {
			return err
		}
		if done == channel.Delete {
			if _, err := s.Amend(ctx, []Amendment{{External: c.external(), Unsent: &now}}); err != nil {
				return err
			}
		}
		if done != "" {
			details := map[string]any{"moderation": done, "task_id": c.TaskID.String(), "external_id": *c.ExternalID}
			if err := s.Audit.Record(ctx, by.Entry("comment.moderated", "comment", c.ID, details)); err != nil {
				return err
			}
		}
		return s.Feed.Publish(ctx, feed.Event{AccountID: c.AccountID, Type: feed.CommentChanged, Refs: feed.Refs{
			TaskID: ids.Ptr(c.TaskID), CommentID: ids.Ptr(c.ID),
		}})
	})
	if err != nil {
		return c, err
	}
	if c, err = s.store.comment(ctx, c.AccountID, c.ID); err != nil {
		return c, err
	}
	return c, refused
}

// since keeps since when something is so.
func since(was *time.Time, is bool, now time.Time) *time.Time {
	switch {
	case !is:
		return nil
	case was != nil:
		return was
	}
	return &now
}

// moderator is the adapter with what it needs to act on one comment.
type moderator struct {
	adapter channel.Moderator
	access  channel.Access
	comment string
	now     time.Time
}

// moderated returns a comment under a post with whoever can act on it.
func (s *Service) moderated(ctx context.Context, a account.ID, id ids.ID) (Comment, moderator, error) {
	c, err := s.store.comment(ctx, a, id)
	if err != nil {
		return c, moderator{}, err
	}
	if c.PostID == nil || c.ChannelID == nil || c.ExternalID == nil || c.Visibility != Public {
		return c, moderator{}, errs.New(errs.Conflict, "moderation.no_comment")
	}
	if c.UnsentAt != nil {
		return c, moderator{}, errs.New(errs.Conflict, "comment.gone")
	}
	ch, err := s.Channels.Get(ctx, a, *c.ChannelID)
	if err != nil {
		return c, moderator{}, err
	}
	adapter, err := s.Channels.Registry.Of(ch.Kind)
	if err != nil {
		return c, moderator{}, err
	}
	m, ok := adapter.(channel.Moderator)
	switch {
	case !ok:
		return c, moderator{}, errs.New(errs.Conflict, "moderation.no_comment")
	case ch.State == channel.Off:
		return c, moderator{}, errs.New(errs.Conflict, "channel.off")
	}
	access, err := s.Channels.Access(ch)
	return c, moderator{m, access, *c.ExternalID, s.Clock.Now()}, err
}

// standing asks the platform how the comment stands.
func (m moderator) standing(ctx context.Context) (standing channel.Standing, err error) {
	err = m.call(ctx, func(ctx context.Context) error {
		standing, err = m.adapter.Standing(ctx, m.access, m.comment)
		return err
	})
	standing.CheckedAt = m.now
	return standing, err
}

// call makes a call that may be made again, and turns what comes of it into an error for people.
func (m moderator) call(ctx context.Context, do func(context.Context) error) (err error) {
	for range moderationTries {
		call, cancel := context.WithTimeout(ctx, moderationTimeout)
		err = do(call)
		cancel()
		f, ok := errors.AsType[*channel.Failure](err)
		if err == nil || !ok || f.Class != channel.Temporary && f.Class != channel.Unconfirmed || ctx.Err() != nil {
			break
		}
	}
	f, ok := errors.AsType[*channel.Failure](err)
	if !ok {
		return err
	}
	kind := errs.Conflict
	if f.Class == channel.Temporary || f.Class == channel.Throttled || f.Class == channel.Unconfirmed {
		kind = errs.Unavailable
	}
	return errs.New(kind, f.Reason, "trace_id", f.TraceID).Because(err)
}
